/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's own account of the queues (/proc/net/netfilter/nfnetlink_queue): whether the
 * reader of a queue still gives verdicts. */
#ifndef LESPOORT_NET_BACKLOG_H
#define LESPOORT_NET_BACKLOG_H

#include <stdbool.h>
#include <stdint.h>

struct backlog {
    uint32_t waiting; /* packets without a verdict */
    uint32_t last;    /* number of the newest packet */
};

/* From the file's text. False when the queue is not in it. */
bool backlog_find(const char *text, uint16_t queue, struct backlog *ret);

/* The file as it is now, into out; false when it cannot be read. */
bool backlog_read(char *out, uint32_t size);

/* Accepts, unseen, every packet that waits up to that number. fd: the queue's socket. */
bool backlog_release(int fd, uint16_t queue, uint32_t last);

#endif
