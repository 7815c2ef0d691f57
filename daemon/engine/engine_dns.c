/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DNS questions. A closed one is answered from the address that was asked, and goes no further.
 * A DNS flow is never marked while it lives: the next question on the same socket would not be
 * read any more.
 */
#include "engine/internal.h"
#include "wire/build.h"
#include "wire/dns.h"

#define TCP_LENGTH  2 /* in front of each message of a TCP stream (RFC 1035 section 4.2.2) */
#define REFUSAL_MAX 1024

enum answer { ANSWER_PASS, ANSWER_REFUSE, ANSWER_BAD };

/* A refusal, with room for the length in front. */
struct refusal {
    uint8_t bytes[TCP_LENGTH + REFUSAL_MAX];
    size_t len;
};

static enum answer malformed(const struct visit *v)
{
    return visit_guarded(v) ? ANSWER_BAD : ANSWER_PASS;
}

static enum answer judge(struct visit *v, struct bytes message, struct refusal *ret)
{
    struct dns_question q;
    size_t suffix_at = 0;
    enum parse read = dns_read_question(&q, message);

    if (read == PARSE_NOT_MINE)
        return ANSWER_PASS;
    if (read != PARSE_OK)
        return malformed(v);
    v->e->counters.dns_questions++;
    if (!q.name.len || !visit_closed(v, catalogue_label(v->e->catalogue, &q.name, &suffix_at)))
        return ANSWER_PASS;
    v->e->counters.dns_refused++;
    ret->len = dns_write_refusal(ret->bytes + TCP_LENGTH, REFUSAL_MAX, &q, suffix_at);
    ret->bytes[0] = (uint8_t)(ret->len >> 8);
    ret->bytes[1] = (uint8_t)ret->len;
    return ANSWER_REFUSE;
}

void engine_dns_udp(struct visit *v)
{
    const struct packet *p = v->packet;
    struct refusal refusal;
    enum answer answer;

    if (!visit_enter(v, &p->src.addr))
        return;
    answer = judge(v, p->payload, &refusal);
    v->verdict->drop = answer != ANSWER_PASS;
    if (answer == ANSWER_BAD)
        v->e->counters.dns_bad++;
    if (answer == ANSWER_REFUSE && refusal.len)
        visit_send(v, build_udp(visit_room(v), VERDICT_BYTES_MAX, &p->dst, &p->src,
                                (struct bytes){refusal.bytes + TCP_LENGTH, refusal.len}));
}

/* The packet's bytes join the stream; questions that were read make room for them. */
static enum stream_add add(const struct visit *v, struct flow *flow)
{
    struct stream_head *s = flow->stream;
    enum stream_add added = visit_add(v, flow);

    if (added != STREAM_FULL || seq_before(v->packet->seq, s->base))
        return added;
    stream_consume(s, flow->end - s->base);
    flow->trimmed = true;
    return stream_add(s, v->packet->seq, v->packet->payload);
}

/* What is not DNS at all passes only where nothing is closed. */
static void cut_off(struct visit *v, struct flow *flow, uint64_t *counter)
{
    if (!visit_guarded(v)) {
        flow_remove(v->e->flows, flow);
        return;
    }
    (*counter)++;
    visit_finish(v, flow, (struct bytes){NULL, 0});
}

/* Clients send several questions without waiting (RFC 7766 section 6.2.1.1), and cut them
 * anywhere. */
static void read_questions(struct visit *v, struct flow *flow)
{
    struct refusal refusal;
    enum answer answer = ANSWER_PASS;

    while (answer == ANSWER_PASS) {
        struct bytes message;
        size_t used;
        enum parse next = dns_next_message(visit_unread(flow), &message, &used);

        if (next == PARSE_MORE)
            return;
        if (next != PARSE_OK) {
            answer = ANSWER_BAD;
            break;
        }
        answer = judge(v, message, &refusal);
        flow->end += (uint32_t)used;
    }
    if (answer == ANSWER_REFUSE)
        visit_finish(v, flow,
                     (struct bytes){refusal.bytes, refusal.len ? TCP_LENGTH + refusal.len : 0});
    else
        cut_off(v, flow, &v->e->counters.dns_bad);
}

void engine_dns_tcp(struct visit *v)
{
    const struct packet *p = v->packet;
    struct flow_key key = visit_client_key(v);
    struct flow *flow;
    enum stream_add added;

    if (!p->payload.len || p->flags & (TCP_SYN | TCP_RST) || !visit_enter(v, &p->src.addr))
        return;
    flow = flow_find(v->e->flows, &key, v->now.mono);
    if (v->mark & MARK_CONDEMNED || (flow && flow->retired)) { /* finished already */
        v->verdict->drop = true;
        return;
    }
    if (!flow)
        flow = visit_new_flow(v, FLOW_DNS);
    added = add(v, flow);
    if (added == STREAM_CONFLICT)
        cut_off(v, flow, &v->e->counters.conflicts);
    else if (added == STREAM_FULL)
        cut_off(v, flow, &v->e->counters.dns_bad);
    else
        read_questions(v, flow);
}
