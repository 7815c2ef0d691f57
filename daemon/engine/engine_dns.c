/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DNS questions. A closed one is answered from the address that was asked, and goes no further.
 * A DNS flow is never named while it lives: the next question on the same socket would not be
 * read any more.
 */
#include <netinet/in.h>

#include "engine/internal.h"
#include "wire/build.h"
#include "wire/dns.h"

#define TCP_LENGTH 2 /* in front of each message of a TCP stream (RFC 1035 section 4.2.2) */
#define REPLY_MAX  1024

enum answer { ANSWER_PASS, ANSWER_REPLY, ANSWER_BAD };

/* Our own answer, with room for the length in front. */
struct reply {
    uint8_t bytes[TCP_LENGTH + REPLY_MAX];
    size_t len;
};

static enum answer malformed(const struct visit *v)
{
    return visit_guarded(v) ? ANSWER_BAD : ANSWER_PASS;
}

static enum answer refuse(struct visit *v, const struct dns_question *q, size_t suffix_at,
                          struct reply *ret)
{
    v->e->counters.dns_refused++;
    ret->len = dns_write_refusal(ret->bytes + TCP_LENGTH, REPLY_MAX, q, suffix_at);
    return ANSWER_REPLY;
}

/* What is asked of a safe name. */
static enum answer restrict_to(struct visit *v, const struct dns_question *q, const char *host,
                               struct reply *ret)
{
    if (v->packet->proto == IPPROTO_UDP && dns_asks_address(q))
        return engine_safe_ask(v, q, host) ? ANSWER_PASS : ANSWER_BAD;
    ret->len = engine_safe_reply(v, q, host, ret->bytes + TCP_LENGTH, REPLY_MAX);
    return ANSWER_REPLY;
}

static enum answer judge(struct visit *v, struct bytes message, struct reply *ret)
{
    struct dns_question q;
    size_t suffix_at = 0;
    enum parse read = dns_read_question(&q, message);
    const char *host;

    if (read == PARSE_NOT_MINE)
        return ANSWER_PASS;
    if (read != PARSE_OK)
        return malformed(v);
    v->e->counters.dns_questions++;
    if (!q.name.len)
        return ANSWER_PASS;
    if (visit_closed(v, catalogue_label(v->e->catalogue, &q.name, &suffix_at)))
        return refuse(v, &q, suffix_at, ret);
    host = engine_safe_host(v, &q);
    return host ? restrict_to(v, &q, host, ret) : ANSWER_PASS;
}

void engine_dns_udp(struct visit *v)
{
    const struct packet *p = v->packet;
    struct reply reply;
    enum answer answer;

    if (!visit_enter(v, &p->src.addr))
        return;
    answer = judge(v, p->payload, &reply);
    v->verdict->drop = answer != ANSWER_PASS;
    if (answer == ANSWER_BAD)
        v->e->counters.dns_bad++;
    if (answer == ANSWER_REPLY && reply.len)
        visit_send(v, build_udp(visit_room(v), VERDICT_BYTES_MAX, &p->dst, &p->src,
                                (struct bytes){reply.bytes + TCP_LENGTH, reply.len}));
}

/* In front of a reply over TCP. */
static struct bytes with_length(struct reply *reply)
{
    reply->bytes[0] = (uint8_t)(reply->len >> 8);
    reply->bytes[1] = (uint8_t)reply->len;
    return (struct bytes){reply->bytes, reply->len ? TCP_LENGTH + reply->len : 0};
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
    struct reply reply;
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
        answer = judge(v, message, &reply);
        flow->end += (uint32_t)used;
    }
    if (answer == ANSWER_REPLY)
        visit_finish(v, flow, with_length(&reply));
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
