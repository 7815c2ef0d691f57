/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is remembered of a flow while its packets come to user space. Bounded; the oldest goes. */
#ifndef LESPOORT_FLOW_FLOW_H
#define LESPOORT_FLOW_FLOW_H

#include "base/hash.h"
#include "flow/stream.h"
#include "wire/packet.h"

#define FLOW_LIMIT                                                                                 \
    8192                      /* flows with a stream head each: 160 MB of address space,           \
                                 touched only as used */
#define FLOW_CLIENT_LIMIT 512 /* of one client: it evicts its own oldest, not its neighbours' */
#define FLOW_IDLE_MS      30000
#define FLOW_RETIRED_MS   200 /* packets that waited in the queue when the flow was decided */

struct flow_key {
    struct endpoint client, server;
};

struct flow {
    struct flow_key key;
    int64_t started, used; /* mono ms */
    uint8_t kind;          /* enum flow_kind of the engine */
    uint8_t label;         /* once named */
    uint32_t state;        /* once retired: what was decided, as bits of the mark */
    bool named;            /* the name is known, the server's acknowledgement is not */
    bool trimmed;          /* the stream's first bytes were forgotten */
    bool retired;          /* decided: here only for packets that were queued before that */
    uint32_t end;          /* sequence number behind the bytes that were read */
    struct stream_head *stream;
};

struct flow_counters {
    uint64_t added, evicted, evicted_client, expired;
};

struct flow_table;

/* NULL without memory. */
struct flow_table *flow_table_new(size_t limit, size_t client_limit, struct hash_key key);
void flow_table_free(struct flow_table *t);

/* NULL when there is none. Touches the flow's time. */
struct flow *flow_find(struct flow_table *t, const struct flow_key *key, int64_t mono);

/* A new flow, evicting where a limit demands it; its stream is not started yet. Never NULL. */
struct flow *flow_add(struct flow_table *t, const struct flow_key *key, int64_t mono);
void flow_remove(struct flow_table *t, struct flow *flow);

/* The flow is decided: it goes after FLOW_RETIRED_MS, or as the first when room is needed. */
void flow_retire(struct flow_table *t, struct flow *flow, int64_t mono);

/* Drops flows idle for FLOW_IDLE_MS and retired ones, a bounded number per call. */
void flow_expire(struct flow_table *t, int64_t mono);

size_t flow_count(const struct flow_table *t);
const struct flow_counters *flow_table_counters(const struct flow_table *t);

#endif
