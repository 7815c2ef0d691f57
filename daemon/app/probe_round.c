/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "app/probe_round.h"

#include <netinet/in.h>
#include <string.h>

#include "wire/build.h"
#include "wire/dns.h"
#include "wire/dns_record.h"
#include "wire/hello_write.h"

#define PACKET_MAX  512
#define PORT_DNS    53
#define PORT_TLS    443
#define PORT_FIRST  20000 /* below those that Linux gives to the gateway's own connections */
#define PORT_ROUNDS 3000
#define SERVER_SEQ  0x10000000u /* how far the server's numbers are from the client's */

static bool is_ask(enum probe_talk talk)
{
    return talk == ASK_CLOSED || talk == ASK_OPEN;
}

static bool is_open(enum probe_talk talk)
{
    return talk == ASK_OPEN || talk == NAME_OPEN;
}

static struct endpoint client_of(const struct probe_round *r, enum probe_talk talk)
{
    return (struct endpoint){probe_client(), (uint16_t)(r->port + talk)};
}

static struct endpoint server_of(enum probe_talk talk)
{
    return (struct endpoint){probe_server(), is_ask(talk) ? PORT_DNS : PORT_TLS};
}

static size_t write_question(uint8_t *buf, size_t cap, uint16_t id, const char *name)
{
    struct writer w = wr_init(buf, cap);

    dns_write_header(&w, id, DNS_FLAG_RD, (struct dns_counts){0});
    dns_write_name(&w, name);
    wr_u16(&w, DNS_TYPE_A);
    wr_u16(&w, DNS_CLASS_IN);
    return wr_ok(&w) ? w.len : 0;
}

static void send_segment(const struct probe_round *r, const struct segment *s)
{
    uint8_t buf[PACKET_MAX];

    r->send(r->arg, (struct bytes){buf, build_tcp(buf, sizeof(buf), s)});
}

static void ask(struct probe_round *r, enum probe_talk talk, int64_t now)
{
    const struct endpoint from = client_of(r, talk), to = server_of(talk);
    struct talk *t = &r->talks[talk];
    uint8_t buf[PACKET_MAX];

    t->len = write_question(t->said, sizeof(t->said), from.port,
                            is_open(talk) ? PROBE_OPEN : PROBE_CLOSED);
    t->at = now;
    r->send(r->arg, (struct bytes){buf, build_udp(buf, sizeof(buf), &from, &to,
                                                  (struct bytes){t->said, t->len})});
}

static void call(struct probe_round *r, enum probe_talk talk)
{
    struct talk *t = &r->talks[talk];
    const struct segment syn = {
        .from = client_of(r, talk), .to = server_of(talk), .seq = r->seq, .flags = TCP_SYN};

    t->len = hello_write(t->said, sizeof(t->said), is_open(talk) ? PROBE_OPEN : PROBE_CLOSED);
    send_segment(r, &syn);
}

void probe_round_begin(struct probe_round *r, unsigned number, int64_t now, probe_send *send,
                       void *arg)
{
    *r = (struct probe_round){
        .port = (uint16_t)(PORT_FIRST + number % PORT_ROUNDS * PROBE_TALKS),
        .seq = number * 0x01000193u, /* far from the last round's */
        .send = send,
        .arg = arg,
    };
    for (enum probe_talk talk = 0; talk < PROBE_TALKS; talk++)
        if (is_ask(talk))
            ask(r, talk, now);
        else
            call(r, talk);
}

/* Which conversation says that, whatever addresses it has by now: some gateways translate them. */
static enum probe_talk who_said(const struct probe_round *r, const struct packet *p)
{
    const struct bytes said = p->payload;
    enum probe_talk talk = 0;

    if (p->proto == IPPROTO_TCP && p->seq != r->seq + 1) /* of an earlier round */
        return PROBE_TALKS;
    while (talk < PROBE_TALKS &&
           (r->talks[talk].len != said.len || memcmp(r->talks[talk].said, said.ptr, said.len) != 0))
        talk++;
    return talk;
}

/* The first word counts: what was refused cannot arrive, and the other way round is a fault. */
static void settle(struct probe_round *r, enum probe_talk talk, enum talk_stage stage, int64_t now)
{
    struct talk *t = &r->talks[talk];

    if (t->stage != TALK_BEGUN && t->stage != TALK_NAMED)
        return;
    t->stage = stage;
    if (stage == TALK_REFUSED && now - t->at > r->slowest)
        r->slowest = now - t->at;
}

/* Once each, also when a SYN comes twice. */
static void welcome(struct probe_round *r, const struct packet *p)
{
    const struct segment answer = {.from = p->dst,
                                   .to = p->src,
                                   .seq = r->seq + SERVER_SEQ,
                                   .ack = p->seq + 1,
                                   .flags = TCP_SYN | TCP_ACK};

    if (p->dst.port != PORT_TLS || p->seq != r->seq || r->welcomed_count == PROBE_TALKS)
        return;
    for (unsigned i = 0; i < r->welcomed_count; i++)
        if (r->welcomed[i] == p->src.port)
            return;
    r->welcomed[r->welcomed_count++] = p->src.port;
    send_segment(r, &answer);
}

/* The server: takes connections, and notes which names come. */
static void serve(struct probe_round *r, const struct packet *p, int64_t now)
{
    enum probe_talk talk = p->payload.len ? who_said(r, p) : PROBE_TALKS;

    if (talk < PROBE_TALKS)
        settle(r, talk, TALK_ARRIVED, now);
    else if (p->proto == IPPROTO_TCP && (p->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN)
        welcome(r, p);
}

/* The gate's own refusal, and not that of a resolver that knows no such name. */
static bool is_refusal(const struct talk *t, struct bytes answer)
{
    uint8_t expected[PACKET_MAX];
    struct dns_question q;

    return dns_read_question(&q, (struct bytes){t->said, t->len}) == PARSE_OK &&
           dns_write_refusal(expected, sizeof(expected), &q, 0) == answer.len &&
           memcmp(expected, answer.ptr, answer.len) == 0;
}

static void say_name(struct probe_round *r, enum probe_talk talk, const struct packet *p,
                     int64_t now)
{
    struct talk *t = &r->talks[talk];
    const struct segment hello = {.from = p->dst,
                                  .to = p->src,
                                  .seq = r->seq + 1,
                                  .ack = p->seq + 1,
                                  .flags = TCP_PSH | TCP_ACK,
                                  .payload = {t->said, t->len}};

    t->stage = TALK_NAMED;
    t->at = now;
    send_segment(r, &hello);
}

/* What comes back to the client of one conversation. */
static void listen_to(struct probe_round *r, enum probe_talk talk, const struct packet *p,
                      int64_t now)
{
    const struct talk *t = &r->talks[talk];
    bool begun = t->stage == TALK_BEGUN;

    if (is_ask(talk))
        settle(r, talk, is_refusal(t, p->payload) ? TALK_REFUSED : TALK_ARRIVED, now);
    else if (p->flags & TCP_RST)
        settle(r, talk, begun ? TALK_CUT : TALK_REFUSED, now);
    else if (begun && (p->flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK))
        say_name(r, talk, p, now);
}

void probe_round_take(struct probe_round *r, struct bytes ip, int64_t now)
{
    const struct addr client = probe_client(), server = probe_server();
    struct packet p;
    bool cut;

    if (packet_read(&p, ip, &cut) != PARSE_OK || cut)
        return;
    if (addr_equal(&p.dst.addr, &server)) {
        serve(r, &p, now);
        return;
    }
    if (!addr_equal(&p.dst.addr, &client) || !addr_equal(&p.src.addr, &server))
        return;
    for (enum probe_talk talk = 0; talk < PROBE_TALKS; talk++)
        if (p.dst.port == r->port + talk && p.src.port == server_of(talk).port &&
            (p.proto == IPPROTO_UDP) == is_ask(talk))
            listen_to(r, talk, &p, now);
}

bool probe_round_ended(const struct probe_round *r)
{
    for (unsigned i = 0; i < PROBE_TALKS; i++)
        if (r->talks[i].stage == TALK_BEGUN || r->talks[i].stage == TALK_NAMED)
            return false;
    return true;
}

/* Exactly where the server expects it: what else says "reset" the kernel does not believe. */
static void hang_up(const struct probe_round *r, enum probe_talk talk)
{
    const struct segment reset = {
        .from = client_of(r, talk), .to = server_of(talk), .seq = r->seq + 1, .flags = TCP_RST};

    send_segment(r, &reset);
}

/*
 * Where closed passes, that is the news, whatever else holds. Where nothing open passes either,
 * nobody can say more than that something stops all of it. An open question alone that does not
 * arrive is no fault: many gateways let nobody ask servers outside.
 */
enum probe_state probe_round_end(struct probe_round *r)
{
    const struct talk *t = r->talks;

    hang_up(r, NAME_CLOSED);
    hang_up(r, NAME_OPEN);
    if (t[ASK_CLOSED].stage == TALK_ARRIVED)
        return PROBE_ASK_UNREAD;
    if (t[NAME_CLOSED].stage == TALK_ARRIVED)
        return PROBE_NAME_UNREAD;
    if (t[ASK_OPEN].stage == TALK_REFUSED || t[NAME_OPEN].stage == TALK_REFUSED)
        return PROBE_OPEN_REFUSED;
    if (t[ASK_CLOSED].stage != TALK_REFUSED)
        return PROBE_ASK_SILENT;
    if (t[NAME_CLOSED].stage == TALK_NAMED)
        return PROBE_NAME_SILENT;
    if (t[NAME_CLOSED].stage != TALK_REFUSED || t[NAME_OPEN].stage != TALK_ARRIVED)
        return PROBE_NOT_LET;
    return PROBE_PASSED;
}
