/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the self-probe of the gate is made of, and what can come of it. A client and a server that
 * exist nowhere talk over a device of our own: what they say takes the way of a pupil's packets,
 * through the rules, the queue and the sets. One name is always closed for that client, another
 * one never.
 */
#ifndef LESPOORT_NAMES_PROBE_H
#define LESPOORT_NAMES_PROBE_H

#include "base/addr.h"

#define PROBE_INTERFACE "lespoort0"

/* Nobody can own a name below "invalid" (RFC 6761 section 6.4). */
#define PROBE_CLOSED "probe.lespoort.invalid"
#define PROBE_OPEN   "open.lespoort.invalid"

/* The end of the network for benchmarks (RFC 2544 appendix C.2.2): on no school's wire. */
#define PROBE_NET_BITS 30

static inline struct addr probe_net(void)
{
    return addr_from4((const uint8_t[]){198, 19, 255, 252});
}

static inline struct addr probe_client(void)
{
    return addr_from4((const uint8_t[]){198, 19, 255, 253});
}

static inline struct addr probe_server(void)
{
    return addr_from4((const uint8_t[]){198, 19, 255, 254});
}

enum probe_state {
    PROBE_UNKNOWN,        /* no round has ended yet */
    PROBE_OFF,            /* the config does not want it */
    PROBE_NO_DEVICE,      /* there is no device to probe with */
    PROBE_PASSED,         /* closed is refused, open goes through */
    PROBE_NOT_LET,        /* another firewall stops the probe: nothing is known */
    PROBE_NOT_FORWARDING, /* the gateway forwards nothing at all */
    PROBE_ASK_UNREAD,     /* a closed question went on to its server */
    PROBE_ASK_SILENT,     /* a closed question got no answer */
    PROBE_NAME_UNREAD,    /* a connection to a closed name reached its server */
    PROBE_NAME_SILENT,    /* … got no reset */
    PROBE_OPEN_REFUSED,   /* something open was refused */
    PROBE_STATES,
};

/* Whether that is a fault, or only nothing known, or neither. */
enum probe_grade { PROBE_FINE, PROBE_NOTHING_KNOWN, PROBE_FAULT };

/* What is known now. Flat: it travels between processes. */
struct probe_report {
    int64_t at;            /* UTC seconds: when that was found last; 0: nothing was */
    int64_t passed;        /* … when a round last passed */
    uint32_t microseconds; /* the slower refusal of that one took */
    uint8_t state;         /* enum probe_state */
    uint8_t spare[3];
};

/* Of any number: what is none of the states counts as PROBE_UNKNOWN. */
enum probe_grade probe_grade(unsigned state);
const char *probe_word(unsigned state); /* for programs: "name-unread" */
const char *probe_text(unsigned state); /* for people: what is so, and what to do */

#endif
