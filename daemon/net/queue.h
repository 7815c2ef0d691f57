/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NFQUEUE. The supervisor opens and configures a queue and keeps the socket; the gate process
 * reads it and gives verdicts. Facts: the kernel's nfnetlink_queue, libnetfilter_queue.
 */
#ifndef LESPOORT_NET_QUEUE_H
#define LESPOORT_NET_QUEUE_H

#include "engine/engine.h"

#define QUEUE_LENGTH     4096      /* packets that may wait in the kernel */
#define QUEUE_COPY_RANGE 0xffff    /* GSO packets are up to 64 kB */
#define QUEUE_BUFFER     (8 << 20) /* bytes asked for the socket; the kernel doubles them */
#define QUEUE_BATCH      64        /* packets per system call */

/* Opens, binds and configures queue `number`. -1 and errno; EPERM also when another process
 * holds it. fail_open: a full queue lets packets pass. *ret_ct: the kernel can write the
 * conntrack mark from a verdict (NFQA_CT); else the packet mark and a save rule do it. */
int queue_open(uint16_t number, bool fail_open, bool *ret_ct);

struct queue_options {
    int fd;         /* borrowed */
    int raw4, raw6; /* sockets for packets of our own; borrowed */
    uint16_t number;
    uint8_t mark_shift;
    bool ct; /* as queue_open() said */
};

struct queue_counters {
    uint64_t lost;   /* reports for which the socket had no room: passed or dropped by policy */
    uint64_t errors; /* verdicts the kernel refused */
    uint64_t unsent; /* packets of our own that could not be sent */
};

struct queue;
typedef void queue_handler(void *arg, const struct engine_packet *p, struct verdict *ret);

struct queue *queue_new(const struct queue_options *options);
void queue_free(struct queue *q);

/*
 * One batch: receives what waits (up to QUEUE_BATCH, without blocking), asks the handler for
 * each packet, sends what the verdicts carry and then all verdicts in one system call. Each
 * packet gets exactly one verdict, also when it cannot be read. The number handled; -1 when the
 * socket is gone. The first call accepts packets that an earlier reader left behind.
 */
int queue_run(struct queue *q, queue_handler *handler, void *arg);

const struct queue_counters *queue_counters(struct queue *q);

/* IP_HDRINCL sockets whose packets carry MARK_OWN. -1 and errno. */
int raw_open(bool v6, uint8_t mark_shift);

#endif
