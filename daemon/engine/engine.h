/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine: packet + now -> verdict. No I/O, no clock, no allocation per packet. It names
 * flows; the kernel's sets decide on them. For DNS it decides itself, by one array look-up in
 * the snapshot.
 */
#ifndef LESPOORT_ENGINE_ENGINE_H
#define LESPOORT_ENGINE_ENGINE_H

#include "base/clock.h"
#include "base/hash.h"
#include "base/span.h"
#include "engine/counters.h"
#include "engine/mark.h"
#include "names/catalogue.h"
#include "school/snapshot.h"

/* Where the packet waits. */
enum hook {
    HOOK_QUESTION, /* before NAT and routing: a DNS question */
    HOOK_FORWARD,  /* between LAN and the rest: everything else */
    HOOK_ANSWER,   /* before source addresses are translated back: answers of MARK_ANSWERS */
};

struct engine_packet {
    struct bytes ip;
    enum hook hook;
    uint32_t mark; /* the flow's MARK_CT bits, unshifted; 0 when the kernel does not say */
};

#define VERDICT_OUT_MAX   2
#define VERDICT_BYTES_MAX 2048

/* Exactly one per packet. */
struct verdict {
    bool drop;
    bool marks;    /* write mark to the flow */
    uint32_t mark; /* unshifted, within MARK_CT */
    /* The complete packet that goes on in place of this one; empty: it is not changed. It points
     * into the engine, too, and never comes with others to send. */
    struct bytes instead;
    /* Complete IP packets to send beside it (never with an accept that would let the original
     * contradict them). They point into the engine and last until its next call. */
    struct bytes out[VERDICT_OUT_MAX];
    unsigned out_count;
};

struct engine_limits {
    size_t flows, flows_per_client;
};

struct engine;

/* NULL without memory. */
struct engine *engine_new(const struct engine_limits *limits, struct hash_key key);
void engine_free(struct engine *e);

/* Both are borrowed until the next call; NULL for none: then everything is accepted. Flows that
 * are being read go on. */
void engine_use(struct engine *e, const struct snapshot *s, const struct catalogue *c);

void engine_handle(struct engine *e, const struct engine_packet *p, struct now now,
                   struct verdict *ret);

/* As of now; valid until the next call of any of these. */
const struct counters *engine_counters(struct engine *e);

#endif
