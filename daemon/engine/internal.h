/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the engine's files share: one file for each protocol, engine.c around them. */
#ifndef LESPOORT_ENGINE_INTERNAL_H
#define LESPOORT_ENGINE_INTERNAL_H

#include "engine/asked.h"
#include "engine/engine.h"
#include "flow/flow.h"
#include "wire/tls.h"

struct engine {
    const struct snapshot *snapshot;
    const struct catalogue *catalogue;
    struct flow_table *flows;
    struct asked_table *asked;
    struct counters counters;
    /* Each zone's state for wall times in [from, until); asked again outside of that. */
    const struct snap_state *states[SNAPSHOT_ZONES];
    int64_t from, until;
    bool kernel_says_marks; /* a packet came with a mark: their absence means something */
    struct tls_scratch tls;
    uint8_t out[VERDICT_OUT_MAX][VERDICT_BYTES_MAX];
};

/* What a flow in the table turned out to be. */
enum flow_kind {
    FLOW_UNREAD, /* too few bytes to tell */
    FLOW_OPAQUE, /* neither TLS nor HTTP, as far as it came */
    FLOW_TLS,
    FLOW_HTTP,
    FLOW_DNS,
};

/* One packet on its way through the engine. */
struct visit {
    struct engine *e;
    const struct packet *packet;
    uint32_t mark;
    struct now now;
    const struct snap_state *state; /* of the client's zone, now */
    struct verdict *verdict;
};

/* Finds the client's zone. False: nothing is ever closed there, the packet passes. */
bool visit_enter(struct visit *v, const struct addr *client);

bool visit_closed(const struct visit *v, uint8_t label);
bool visit_guarded(const struct visit *v); /* something is closed for the client now */

/* Adds state bits to the flow's mark and sets its label. */
void visit_mark(struct visit *v, uint8_t label, uint32_t state);

/* The label of the name that a flow says to its server; without one as visit_unnamed() says. */
uint8_t visit_label(const struct visit *v, const struct addr *server, const struct hostname *name);

/* The label of a flow that says no name: that of the server's address, else `reserved`. */
uint8_t visit_unnamed(const struct visit *v, const struct addr *server, uint8_t reserved);

/* The flow is decided: marked, and kept a moment for its packets that are queued already. flow
 * may be NULL. */
void visit_decide(struct visit *v, struct flow *flow, uint8_t label, uint32_t state);

/* Refused for ever; what is counted is why. */
void visit_condemn(struct visit *v, struct flow *flow, uint64_t *counter);

/* Bytes that no honest client sends where a name belongs: condemned where something is closed,
 * else let go. */
void visit_malformed(struct visit *v, struct flow *flow);

struct flow *visit_new_flow(struct visit *v, enum flow_kind kind);
struct flow_key visit_client_key(const struct visit *v);

/* Adds the packet's payload to the flow's stream; earlier bytes than the first move its base. */
enum stream_add visit_add(const struct visit *v, struct flow *flow);

/* The packet begins something new: the stream begins with it, what came before is forgotten. */
void visit_restart(const struct visit *v, struct flow *flow);

/* What is known behind flow->end. */
struct bytes visit_unread(const struct flow *flow);

/* Packets of our own: built in visit_room(), then counted in with their length (0: dropped). */
uint8_t *visit_room(const struct visit *v);
void visit_send(struct visit *v, size_t len);

/*
 * Ends a TCP connection in the other's name: the client gets payload and FIN, the server a
 * reset, and the packet goes no further.
 */
void visit_finish(struct visit *v, struct flow *flow, struct bytes payload);

void engine_dns_udp(struct visit *v);
void engine_dns_tcp(struct visit *v);
void engine_dns_answer(struct visit *v);
void engine_dns_none(struct visit *v);
void engine_udp(struct visit *v);
void engine_tcp(struct visit *v);

/* A client's payload in a flow that is plain HTTP; flow may be NULL. */
void engine_http_more(struct visit *v, struct flow *flow);

/* Reads every request between flow->end and the end of what is known. full: no more will be. */
void engine_http_read(struct visit *v, struct flow *flow, bool full);

/* What the client must ask instead; NULL for nothing else. */
const char *engine_safe_host(const struct visit *v, const struct dns_question *q);

/* Over UDP: the question goes on for the host. False: it cannot. */
bool engine_safe_ask(struct visit *v, const struct dns_question *q, const char *host);

/* The answer to what does not go on. Its length; 0 when cap is too small. */
size_t engine_safe_reply(struct visit *v, const struct dns_question *q, const char *host,
                         uint8_t *buf, size_t cap);

#endif
