/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all protocols do with a packet, its flow and its verdict. */
#include "engine/internal.h"
#include "wire/build.h"

bool visit_enter(struct visit *v, const struct addr *client)
{
    const struct snapshot *s = v->e->snapshot;
    int zone = snapshot_zone(s, client);

    if (zone < 0 || (uint32_t)zone >= s->zone_count) {
        if (snapshot_zone(s, &v->packet->dst.addr) < 0)
            v->e->counters.no_zone++;
        return false;
    }
    v->state = v->e->states[zone];
    return s->zones[zone].kind != ZONE_RESOLVER;
}

bool visit_closed(const struct visit *v, uint8_t label)
{
    return set256_has(&v->state->closed, label);
}

bool visit_guarded(const struct visit *v)
{
    return !set256_empty(&v->state->closed);
}

void visit_mark(struct visit *v, uint8_t label, uint32_t state)
{
    v->verdict->marks = true;
    v->verdict->mark = mark_make(label, (v->mark & (MARK_STATE | MARK_ANSWERS)) | state);
}

uint8_t visit_unnamed(const struct visit *v, const struct addr *server, uint8_t reserved)
{
    uint8_t label = catalogue_address(v->e->catalogue, server);

    return label != LABEL_NONE ? label : reserved;
}

uint8_t visit_label(const struct visit *v, const struct addr *server, const struct hostname *name)
{
    if (name->len)
        return catalogue_label(v->e->catalogue, name, NULL);
    return visit_unnamed(v, server, LABEL_NO_NAME);
}

void visit_decide(struct visit *v, struct flow *flow, uint8_t label, uint32_t state)
{
    visit_mark(v, label, state);
    if (!flow)
        return;
    flow->label = label;
    flow->state = state;
    flow_retire(v->e->flows, flow, v->now.mono);
}

void visit_condemn(struct visit *v, struct flow *flow, uint64_t *counter)
{
    (*counter)++;
    visit_decide(v, flow, flow ? flow->label : mark_label(v->mark), MARK_CONDEMNED);
}

void visit_malformed(struct visit *v, struct flow *flow)
{
    if (visit_guarded(v))
        visit_condemn(v, flow, &v->e->counters.malformed);
    else
        visit_decide(v, flow, visit_unnamed(v, &v->packet->dst.addr, LABEL_OPAQUE), MARK_FINAL);
}

struct flow_key visit_client_key(const struct visit *v)
{
    return (struct flow_key){.client = v->packet->src, .server = v->packet->dst};
}

struct flow *visit_new_flow(struct visit *v, enum flow_kind kind)
{
    struct flow_key key = visit_client_key(v);
    struct flow *flow = flow_add(v->e->flows, &key, v->now.mono);

    flow->kind = (uint8_t)kind;
    flow->end = v->packet->seq;
    stream_start(flow->stream, v->packet->seq);
    return flow;
}

enum stream_add visit_add(const struct visit *v, struct flow *flow)
{
    const struct packet *p = v->packet;

    if (seq_before(p->seq, flow->stream->base) && !flow->trimmed) {
        if (!stream_rewind(flow->stream, p->seq))
            return STREAM_FULL;
        flow->end = p->seq;
        flow->named = false;
    }
    return stream_add(flow->stream, p->seq, p->payload);
}

void visit_restart(const struct visit *v, struct flow *flow)
{
    const struct packet *p = v->packet;
    struct stream_head *s = flow->stream;

    if (!seq_before(p->seq, s->base) && p->seq - s->base <= stream_known(s).len)
        stream_consume(s, p->seq - s->base);
    else
        stream_start(s, p->seq);
    stream_add(s, p->seq, p->payload);
    flow->end = p->seq;
    flow->named = false;
    flow->trimmed = true;
}

struct bytes visit_unread(const struct flow *flow)
{
    struct bytes known = stream_known(flow->stream);
    size_t read = flow->end - flow->stream->base;

    if (read > known.len)
        read = known.len;
    return (struct bytes){known.ptr + read, known.len - read};
}

void visit_send(struct visit *v, size_t len)
{
    struct verdict *out = v->verdict;

    if (!len)
        return;
    out->out[out->out_count] = (struct bytes){v->e->out[out->out_count], len};
    out->out_count++;
}

uint8_t *visit_room(const struct visit *v)
{
    return v->e->out[v->verdict->out_count];
}

void visit_finish(struct visit *v, struct flow *flow, struct bytes payload)
{
    const struct packet *p = v->packet;
    bool fin = p->flags & TCP_FIN;
    const struct segment answer = {
        .from = p->dst,
        .to = p->src,
        .seq = p->ack,
        .ack = p->seq + (uint32_t)p->payload.len + fin,
        .flags = TCP_PSH | TCP_ACK | TCP_FIN,
        .payload = payload,
    };
    const struct segment reset = {.from = p->src, .to = p->dst, .seq = p->seq, .flags = TCP_RST};

    v->verdict->drop = true;
    visit_send(v, build_tcp(visit_room(v), VERDICT_BYTES_MAX, &answer));
    visit_send(v, build_tcp(visit_room(v), VERDICT_BYTES_MAX, &reset));
    visit_decide(v, flow, LABEL_NONE, MARK_CONDEMNED);
}
