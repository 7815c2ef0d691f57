/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The snapshot: what is closed where, now and at every known transition of the next 36 hours,
 * compiled by lespoortd and read by the supervisor and the gates from sealed memory. Flat and
 * relocatable; times are UTC seconds.
 */
#ifndef LESPOORT_SCHOOL_SNAPSHOT_H
#define LESPOORT_SCHOOL_SNAPSHOT_H

#include "base/addr.h"
#include "base/set256.h"
#include "base/span.h"
#include "names/label.h"
#include "school/school.h"

#define SNAPSHOT_HORIZON (36 * 3600)
#define SNAPSHOT_MAX     (256u << 20)
#define SNAPSHOT_ZONES   (ZONE_MAX + 1) /* with that of the self-probe, which is the last one */
#define LAN_MAX          16
#define INTERFACE_MAX    16
#define GATE_MAX         16

enum backend { BACKEND_AUTO, BACKEND_NFTABLES, BACKEND_IPTABLES };

/* What is tidied up of the packets of clients whose zone lessons close, so that a server sees what
 * the gate reads. */
enum normalise {
    NORMALISE_INVALID = 1,      /* TCP that fits no connection is dropped */
    NORMALISE_MD5SIG = 2,       /* so are segments signed for somebody else (RFC 2385) */
    NORMALISE_FAST_OPEN = 4,    /* TCP Fast Open (RFC 7413) is not offered to the server */
    NORMALISE_SYN_DATA = 8,     /* a SYN with payload is dropped */
    NORMALISE_URGENT = 16,      /* so are urgent bytes in front of a name */
    NORMALISE_IPV6_HEADERS = 32 /* and packets with extension headers in front of TCP or UDP */
};
#define NORMALISE_ALL 63
#define TTL_LOWEST    32 /* a lower one would not reach every server */

/* What the supervisor needs from the config. */
struct gate_settings {
    /* Interfaces of the zones; in a snapshot also that of the self-probe. Unused ones are empty. */
    char lan[LAN_MAX + 1][INTERFACE_MAX];
    uint8_t lan_count;
    uint8_t backend;    /* enum backend */
    uint8_t fail_open;  /* a queue without a reader lets traffic pass */
    uint8_t gates;      /* 1..GATE_MAX */
    uint16_t queue;     /* number of the first queue */
    uint8_t mark_shift; /* our 16 bits of the mark start here: 0, 8 or 16 */
    uint8_t normalise;  /* enum normalise */
    uint8_t ttl;        /* of packets that may say a name; 0: as they come */
    uint8_t probe;      /* the self-probe is wanted */
    uint8_t spare[2];
};

struct snap_zone {
    char name[NAME_MAX_LEN];
    uint8_t kind, quic; /* enum zone_kind, enum quic_policy */
    uint8_t closes;     /* 1: lessons close it at times */
    uint8_t spare;
    uint32_t first, count; /* its states; zones that are always alike share them */
};

/* From `from` until the next state of the zone. */
struct snap_state {
    int64_t from;
    struct set256 closed;        /* labels */
    uint8_t reason[LABEL_COUNT]; /* enum reason, by label */
    uint8_t restricted;          /* 1: safe names are answered with their safe hosts */
    uint8_t spare[7];
};

/* Disjoint, sorted by base: nested zones are cut apart by the compiler. */
struct snap_prefix {
    struct prefix prefix;
    uint8_t spare;
    uint16_t zone;
};

struct snapshot {
    struct bytes map;
    const struct gate_settings *settings;
    const struct snap_zone *zones;
    uint32_t zone_count;
    const struct snap_state *states;
    uint32_t state_count;
    const struct snap_prefix *prefixes;
    uint32_t prefix_count;
    uint32_t label_count; /* service labels 1..label_count-1 */
    uint64_t generation;  /* grows with every snapshot of one lespoortd */
    uint64_t catalogue;   /* struct catalogue.id */
    int64_t made, horizon;
};

/* Checks every offset, count and order; on false *ret_why is a static text. The memory stays
 * the caller's. */
bool snapshot_open(struct snapshot *ret, struct bytes map, const char **ret_why);

/* -1: no zone. */
int snapshot_zone(const struct snapshot *s, const struct addr *client);

/* The state of a zone at a moment: the last one not later than it; before the first, the first;
 * after the horizon, the last. Never NULL. */
const struct snap_state *snapshot_state(const struct snapshot *s, unsigned zone, int64_t at);

/* The first transition of any zone after that moment, or INT64_MAX. */
int64_t snapshot_next(const struct snapshot *s, int64_t after);

/* Until when a label that is closed at `at` stays closed without a gap; the horizon at most. `at`
 * for a label that is open. */
int64_t snapshot_closed_until(const struct snapshot *s, unsigned zone, uint8_t label, int64_t at);

#endif
