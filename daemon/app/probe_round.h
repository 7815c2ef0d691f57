/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One round of the self-probe: both ends of four conversations, packets in and packets out. Two
 * ask for a name that is always closed, by DNS and by TLS, and two for one that is open. Time is
 * an argument, in microseconds from any start. Bounded: a conversation sends four packets at most,
 * whatever comes back.
 */
#ifndef LESPOORT_APP_PROBE_ROUND_H
#define LESPOORT_APP_PROBE_ROUND_H

#include "names/probe.h"
#include "wire/packet.h"

#define PROBE_BYTES_MAX 256 /* what one packet carries */

/* In this order in struct probe_round. */
enum probe_talk { ASK_CLOSED, ASK_OPEN, NAME_CLOSED, NAME_OPEN, PROBE_TALKS };

enum talk_stage {
    TALK_BEGUN,   /* the question, or a SYN, is under way */
    TALK_NAMED,   /* the server was reached, the ClientHello is under way */
    TALK_REFUSED, /* as the gate refuses, once the name was said */
    TALK_ARRIVED, /* the name reached the server, or somebody answered in its place */
    TALK_CUT,     /* ended by somebody before the name was said */
};

struct talk {
    enum talk_stage stage;
    uint8_t said[PROBE_BYTES_MAX]; /* the question, or the ClientHello */
    size_t len;
    int64_t at; /* when that was said */
};

typedef void probe_send(void *arg, struct bytes ip);

struct probe_round {
    struct talk talks[PROBE_TALKS];
    uint16_t port;                  /* the client's, of the first conversation; the others follow */
    uint32_t seq;                   /* the first of both ends */
    uint16_t welcomed[PROBE_TALKS]; /* ports that the server took connections from */
    unsigned welcomed_count;
    int64_t slowest; /* refusal */
    probe_send *send;
    void *arg;
};

/* Sends what begins the conversations. Ports differ from those of the rounds before, so that
 * nothing of theirs, in the kernel or on its way, is taken for this one's. */
void probe_round_begin(struct probe_round *r, unsigned number, int64_t now, probe_send *send,
                       void *arg);

/* A packet that came out of the device, to either end; any bytes at all. */
void probe_round_take(struct probe_round *r, struct bytes ip, int64_t now);

/* No conversation waits for anything. */
bool probe_round_ended(const struct probe_round *r);

/* Ends the connections, so that nothing of them stays in the kernel, and says what came of it:
 * PROBE_PASSED or what is wrong. */
enum probe_state probe_round_end(struct probe_round *r);

#endif
