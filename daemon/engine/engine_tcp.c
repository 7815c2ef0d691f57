/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCP flows that are not DNS: the client's first bytes name them.
 *
 * Where something is closed a name is tentative until the server has acknowledged the bytes it
 * was read from: tools send names that never reach the server (low TTL, old time stamps, sequence
 * numbers out of its window), and the real one in the same place. Until then everything that the
 * client sends is compared with what was read.
 */
#include "engine/internal.h"
#include "wire/http.h"

#define HANDSHAKE_RECORD 0x16

/* After this long a flow's mark shows on each of its packets. */
#define MARK_SEEN_MS 1000

/* How far behind the first byte a packet of the same connection can be when it is decided. */
#define NEAR_BYTES (256u << 10)

static bool begins_name(struct visit *v, struct bytes payload)
{
    struct tls_hello hello;
    struct http_request request;

    return tls_read_hello(&hello, payload, &v->e->tls) != PARSE_NOT_MINE ||
           http_read_request(&request, payload) != PARSE_NOT_MINE;
}

/*
 * No mark where there should be one: the client uses its port again, for another connection. It
 * may have got no further than a name that was refused; only a name then takes its place, so that
 * nothing can be put between two parts of one.
 */
static bool is_stale(struct visit *v, const struct flow *flow)
{
    const struct packet *p = v->packet;
    uint32_t behind = p->seq - flow->stream->base;
    bool other_place = behind >= STREAM_MAX_BYTES;

    if (v->mark & MARK_STATE)
        return false;
    if (other_place && (flow->retired || flow->named) && begins_name(v, p->payload))
        return true;
    if (!v->e->kernel_says_marks)
        return false;
    if (v->now.mono - flow->started >= MARK_SEEN_MS)
        return true;
    return flow->retired && (behind > NEAR_BYTES || begins_name(v, p->payload));
}

static void opaque(struct visit *v, struct flow *flow)
{
    uint8_t label = visit_unnamed(v, &flow->key.server.addr, LABEL_OPAQUE);

    v->e->counters.opaque++;
    visit_decide(v, flow, label, MARK_FINAL);
}

/*
 * Neither TLS nor HTTP. Where something is closed this holds only when the server has
 * acknowledged the first byte: segments that overtook the first one look like this, too.
 */
static void not_named(struct visit *v, struct flow *flow, bool full)
{
    if (full || !visit_guarded(v)) {
        opaque(v, flow);
        return;
    }
    flow->kind = FLOW_OPAQUE;
    visit_mark(v, visit_unnamed(v, &flow->key.server.addr, LABEL_OPAQUE), MARK_TENTATIVE);
}

/* No client begins again before the server has spoken: one of the two hellos is for us only. */
static bool has_second_hello(const struct flow *flow)
{
    struct bytes rest = visit_unread(flow);

    return rest.len && rest.ptr[0] == HANDSHAKE_RECORD;
}

static void named(struct visit *v, struct flow *flow)
{
    if (has_second_hello(flow))
        visit_malformed(v, flow);
    else
        visit_mark(v, flow->label, MARK_TENTATIVE);
}

static void read_hello(struct visit *v, struct flow *flow, const struct tls_hello *hello)
{
    uint8_t label = visit_label(v, &flow->key.server.addr, &hello->sni);

    v->e->counters.hellos++;
    if (!visit_guarded(v)) {
        visit_decide(v, flow, label, MARK_FINAL);
        return;
    }
    flow->kind = FLOW_TLS;
    flow->label = label;
    flow->end = flow->stream->base + (uint32_t)hello->used;
    flow->named = true;
    named(v, flow);
}

/* What the last packet did to the stream. */
struct growth {
    bool earlier; /* it came before all others, in front of what might have been a name */
    bool full;    /* the stream takes no more */
};

static void read_name(struct visit *v, struct flow *flow, struct growth g)
{
    struct bytes known = stream_known(flow->stream);
    struct tls_hello hello;
    struct http_request request;
    enum parse tls = tls_read_hello(&hello, known, &v->e->tls);
    enum parse result = tls == PARSE_NOT_MINE ? http_read_request(&request, known) : tls;

    if (result == PARSE_NOT_MINE && !g.earlier) {
        not_named(v, flow, g.full);
    } else if (result == PARSE_MORE && !g.full) {
        v->e->counters.waiting++;
        flow->kind = FLOW_UNREAD;
        visit_mark(v, LABEL_NONE, MARK_TENTATIVE);
    } else if (result != PARSE_OK) {
        visit_malformed(v, flow);
    } else if (tls == PARSE_OK) {
        read_hello(v, flow, &hello);
    } else {
        engine_http_read(v, flow, g.full);
    }
}

/* The client's bytes of a flow that is not named for good. */
static void read_more(struct visit *v, struct flow *flow)
{
    bool before = seq_before(v->packet->seq, flow->stream->base);
    bool was_opaque = flow->kind == FLOW_OPAQUE;
    enum stream_add added = visit_add(v, flow);
    struct growth g = {.earlier = before && !was_opaque && !flow->trimmed,
                       .full = added == STREAM_FULL};

    if (added == STREAM_CONFLICT || (before && g.full && !flow->trimmed)) {
        visit_condemn(v, flow, &v->e->counters.conflicts);
        return;
    }
    if (was_opaque && !before && begins_name(v, v->packet->payload))
        visit_restart(v, flow);
    if (flow->named)
        named(v, flow);
    else
        read_name(v, flow, g);
}

/* Half read by a gate that is gone. The client tries again. */
static void orphan(struct visit *v)
{
    uint8_t label = mark_label(v->mark);

    if (visit_guarded(v) && label != LABEL_OPAQUE)
        visit_condemn(v, NULL, &v->e->counters.orphans);
    else if (label != LABEL_NONE)
        visit_decide(v, NULL, label, MARK_FINAL);
    else
        visit_decide(v, NULL, visit_unnamed(v, &v->packet->dst.addr, LABEL_OPAQUE), MARK_FINAL);
}

static void from_client(struct visit *v, struct flow *flow)
{
    if (!v->packet->payload.len || v->packet->flags & (TCP_SYN | TCP_RST))
        return;
    if (flow && is_stale(v, flow)) {
        flow_remove(v->e->flows, flow);
        flow = NULL;
    }
    if (flow && flow->retired)
        visit_mark(v, flow->label, flow->state);
    else if (v->mark & MARK_REQUESTS || (flow && flow->kind == FLOW_HTTP))
        engine_http_more(v, flow);
    else if (v->mark & MARK_FINAL)
        return;
    else if (v->mark & MARK_TENTATIVE && !flow)
        orphan(v);
    else
        read_more(v, flow ? flow : visit_new_flow(v, FLOW_UNREAD));
}

/*
 * The server has the byte at `end` - 1 and nothing that we have not seen. One more is the
 * client's FIN. A full stream cannot tell any more.
 */
static bool is_unseen(const struct flow *flow, uint32_t ack)
{
    size_t known = stream_known(flow->stream).len;

    return known < STREAM_MAX_BYTES && seq_before(flow->stream->base + (uint32_t)known + 1, ack);
}

static void from_server(struct visit *v, struct flow *flow)
{
    const struct packet *p = v->packet;
    bool is_named = flow->kind == FLOW_TLS && flow->named;
    uint32_t enough = is_named ? flow->end : flow->stream->base + 1;

    /* Queued only where a client's SYN met a mark: the server says that this is another connection.
     */
    if (p->flags & TCP_SYN) {
        flow_remove(v->e->flows, flow);
        return;
    }
    if (flow->retired || !(is_named || flow->kind == FLOW_OPAQUE))
        return;
    if (!p->payload.len || !(p->flags & TCP_ACK) || seq_before(p->ack, enough))
        return;
    if (is_unseen(flow, p->ack)) {
        visit_condemn(v, flow, &v->e->counters.conflicts);
    } else if (is_named) {
        v->e->counters.confirmed++;
        visit_decide(v, flow, flow->label, MARK_FINAL);
    } else {
        opaque(v, flow);
    }
}

void engine_tcp(struct visit *v)
{
    const struct flow_key to_server = visit_client_key(v);
    const struct flow_key to_client = {.client = to_server.server, .server = to_server.client};
    struct flow *flow = flow_find(v->e->flows, &to_server, v->now.mono);
    bool server = false;

    if (v->mark & MARK_CONDEMNED)
        return;
    if (!flow) {
        flow = flow_find(v->e->flows, &to_client, v->now.mono);
        server = flow != NULL;
    }
    if ((flow && flow->kind == FLOW_DNS) ||
        !visit_enter(v, server ? &to_client.client.addr : &to_server.client.addr))
        return;
    if (server)
        from_server(v, flow);
    else
        from_client(v, flow);
}
