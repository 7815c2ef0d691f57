/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What clients and servers of a scenario say, as packets. */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "scenario.h"
#include "support/hello.h"
#include "support/question.h"
#include "wire/build.h"

#define FIRST_SEQ   1000001u
#define SERVER_SEQ  5000001u
#define INITIAL_LEN 1200

/* The words behind the command. */
struct saying {
    const char *names[WORD_MAX];
    unsigned name_count;
    struct endpoint from, to;
    bool has_from, has_to;
    unsigned segments;
    bool reversed, same_place, twice;
    int64_t offset; /* added to the sequence number */
    int64_t bytes;  /* how much of `data` */
    struct hello_options hello;
    struct question_options question;
};

static void option_number(const struct line *l, const char *value, int64_t max, int64_t *ret)
{
    if (!value || !parse_int(value, -max, max, ret))
        bad_line(l, "a number up to %lld is missing", (long long)max);
}

/* "10.3.6.20:40001", "[2001:db8::1]:40001"; without a port `port`. */
static struct endpoint endpoint(const struct line *l, const char *text, uint16_t port)
{
    struct endpoint e = {.port = port};
    char addr[ADDR_TEXT];
    const char *end = text, *colon;
    int64_t number = port;
    bool v6 = text && text[0] == '[';

    if (!text)
        bad_line(l, "an address is missing");
    end = v6 ? strchr(text, ']') : strchr(text, ':');
    colon = v6 && end ? end + 1 : end;
    if (!end)
        end = text + strlen(text);
    snprintf(addr, sizeof(addr), "%.*s", (int)(end - text - v6), text + v6);
    if (!addr_parse(addr, &e.addr))
        bad_line(l, "'%s' is no address", text);
    if (colon && *colon && (*colon != ':' || !parse_int(colon + 1, 1, 65535, &number)))
        bad_line(l, "'%s' has no port", text);
    e.port = (uint16_t)number;
    return e;
}

static void set_from(const struct line *l, struct saying *s, const char *value)
{
    s->from = endpoint(l, value, 40000);
    s->has_from = true;
}

static void set_to(const struct line *l, struct saying *s, const char *value)
{
    s->to = endpoint(l, value, s->to.port);
    s->has_to = true;
}

static void set_segments(const struct line *l, struct saying *s, const char *value)
{
    int64_t n = 1;

    option_number(l, value, TALK_BYTES_MAX, &n);
    s->segments = n > 0 ? (unsigned)n : 1;
}

static void set_offset(const struct line *l, struct saying *s, const char *value)
{
    option_number(l, value, 1 << 30, &s->offset);
}

static void set_bytes(const struct line *l, struct saying *s, const char *value)
{
    option_number(l, value, TALK_BYTES_MAX, &s->bytes);
}

static void set_pad(const struct line *l, struct saying *s, const char *value)
{
    int64_t n = 0;

    option_number(l, value, 16384, &n);
    s->hello.pad_to = (size_t)n;
}

static void set_records(const struct line *l, struct saying *s, const char *value)
{
    int64_t n = 0;

    option_number(l, value, 16384, &n);
    s->hello.record_size = (size_t)n;
}

static void set_type(const struct line *l, struct saying *s, const char *value)
{
    int64_t n = 0;

    option_number(l, value, 65535, &n);
    s->question.type = (uint16_t)n;
}

static const struct {
    const char *word;
    void (*set)(const struct line *l, struct saying *s, const char *value);
} options[] = {
    {"from", set_from},   {"to", set_to},   {"segments", set_segments}, {"offset", set_offset},
    {"bytes", set_bytes}, {"pad", set_pad}, {"records", set_records},   {"type", set_type},
};

static bool read_flag(struct saying *s, const char *word)
{
    const struct {
        const char *word;
        bool *flag;
    } flags[] = {
        {"reversed", &s->reversed},   {"same-place", &s->same_place},
        {"twice", &s->twice},         {"edns", &s->question.edns},
        {"no-sni", &s->hello.no_sni}, {"empty-records", &s->hello.empty_records},
        {"ech", &s->hello.ech},
    };

    for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
        if (strcmp(flags[i].word, word) != 0)
            continue;
        *flags[i].flag = true;
        return true;
    }
    return false;
}

/* Whether the word takes the next one with it. */
static bool read_option(const struct line *l, struct saying *s, const char *word, const char *value)
{
    for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
        if (strcmp(options[i].word, word) != 0)
            continue;
        options[i].set(l, s, value);
        return true;
    }
    return false;
}

static struct saying read_saying(const struct line *l, uint16_t port)
{
    struct saying s = {.segments = 1, .bytes = 100, .to = {.port = port}};
    struct addr there4, there6;

    for (char *const *word = l->words + 1; *word; word++) {
        if (read_option(l, &s, word[0], word[1]))
            word++;
        else if (!read_flag(&s, word[0]))
            s.names[s.name_count++] = word[0];
    }
    if (!s.has_from)
        bad_line(l, "'from' is missing");
    addr_parse("192.0.2.1", &there4);
    addr_parse("2001:db8:ffff::1", &there6);
    if (!s.has_to)
        s.to.addr = addr_is4(&s.from.addr) ? there4 : there6;
    return s;
}

static struct talk *find_talk(struct world *w, const struct endpoint *client, uint8_t proto)
{
    for (unsigned i = 0; i < w->talk_count; i++) {
        struct talk *t = &w->talks[i];

        if (t->proto == proto && t->client.port == client->port &&
            addr_equal(&t->client.addr, &client->addr))
            return t;
    }
    return NULL;
}

static struct talk *begin(struct world *w, const struct line *l, const struct saying *s,
                          uint8_t proto)
{
    struct talk *t = find_talk(w, &s->from, proto);

    if (!t && w->talk_count == TALK_MAX)
        bad_line(l, "more than %d clients' ports", TALK_MAX);
    if (!t) {
        t = &w->talks[w->talk_count++];
        *t = (struct talk){.client = s->from, .server = s->to, .proto = proto, .seq = FIRST_SEQ};
    }
    if (s->has_to)
        t->server = s->to;
    w->speaker = t;
    w->last = (struct passage){.queued = false};
    return t;
}

/* Hands one packet to the gateway. False: it did not pass. */
static bool pass(struct world *w, const struct line *l, const uint8_t *packet, size_t len)
{
    if (!len || !gateway_pass(&w->gateway, (struct bytes){packet, len}, &w->last))
        bad_line(l, "that packet cannot be made");
    return !w->last.dropped && !w->last.refused;
}

static bool send_segment(struct world *w, const struct line *l, const struct talk *t, uint32_t seq,
                         struct bytes payload)
{
    static uint8_t packet[TALK_BYTES_MAX + 100];
    const struct segment s = {.from = t->client,
                              .to = t->server,
                              .seq = seq,
                              .ack = SERVER_SEQ,
                              .flags = TCP_ACK | TCP_PSH,
                              .payload = payload};

    return pass(w, l, packet, build_tcp(packet, sizeof(packet), &s));
}

/* Cuts the bytes as the saying wants it, and stops at the first segment that does not pass. */
static void say_tcp(struct world *w, const struct line *l, const struct saying *s,
                    struct bytes bytes)
{
    struct talk *t = begin(w, l, s, IPPROTO_TCP);
    size_t n = s->segments < bytes.len ? s->segments : bytes.len;
    bool on = true;

    t->start = (s->same_place ? t->start : t->seq) + (uint32_t)s->offset;
    for (size_t i = 0; on && i < n; i++) {
        size_t k = s->reversed ? n - 1 - i : i;
        size_t from = bytes.len * k / n, to = bytes.len * (k + 1) / n;
        struct bytes part = {bytes.ptr + from, to - from};

        on = send_segment(w, l, t, t->start + (uint32_t)from, part);
        if (on && s->twice)
            on = send_segment(w, l, t, t->start + (uint32_t)from, part);
    }
    if (!s->offset)
        t->seq = t->start + (uint32_t)bytes.len;
}

static void say_udp(struct world *w, const struct line *l, const struct saying *s,
                    struct bytes payload)
{
    static uint8_t packet[TALK_BYTES_MAX + 100];
    const struct talk *t = begin(w, l, s, IPPROTO_UDP);

    pass(w, l, packet, build_udp(packet, sizeof(packet), &t->client, &t->server, payload));
}

/* What a resolver has to answer: the question as it left the gateway. */
static void keep_question(struct world *w, struct bytes question)
{
    struct bytes instead = w->last.verdict.instead;
    struct packet p = {.payload = question};
    bool cut;

    if (instead.len && packet_read(&p, instead, &cut) != PARSE_OK)
        p.payload.len = 0;
    w->asked_len = p.payload.len < sizeof(w->asked) ? p.payload.len : 0;
    memcpy(w->asked, p.payload.ptr, w->asked_len);
}

void do_dns(struct world *w, const struct line *l)
{
    struct saying s = read_saying(l, 53);
    uint8_t buf[512];

    if (s.name_count != 1)
        bad_line(l, "usage: dns NAME from ADDR [type N] [edns]");
    struct bytes question = {buf, question_make(buf, sizeof(buf), s.names[0], &s.question)};

    say_udp(w, l, &s, question);
    keep_question(w, question);
}

/* The resolver answers the last question with that address. */
void do_dns_answer(struct world *w, const struct line *l)
{
    struct saying s = read_saying(l, 53);
    struct answer_options o = {.ttl = 300};
    uint8_t packet[600], message[512];
    struct talk *t = begin(w, l, &s, IPPROTO_UDP);
    size_t len;

    if (s.name_count > 1 || !w->asked_len)
        bad_line(l, "usage: dns-answer [ADDRESS] from ADDR, after a question that went on");
    o.addresses[0] = s.name_count ? s.names[0] : NULL;
    len = answer_make(message, sizeof(message), (struct bytes){w->asked, w->asked_len}, &o);
    pass(w, l, packet,
         build_udp(packet, sizeof(packet), &t->server, &t->client, (struct bytes){message, len}));
}

void do_dns_tcp(struct world *w, const struct line *l)
{
    struct saying s = read_saying(l, 53);
    uint8_t buf[WORD_MAX * 300];
    size_t len = 0;

    s.question.tcp = true;
    for (unsigned i = 0; i < s.name_count; i++)
        len += question_make(buf + len, sizeof(buf) - len, s.names[i], &s.question);
    say_tcp(w, l, &s, (struct bytes){buf, len});
}

void do_tls(struct world *w, const struct line *l)
{
    static uint8_t buf[TALK_BYTES_MAX];
    struct saying s = read_saying(l, 443);

    if (s.name_count != !s.hello.no_sni)
        bad_line(l, "usage: tls NAME from ADDR ..., or: tls no-sni from ADDR ...");
    say_tcp(w, l, &s, (struct bytes){buf, hello_make(buf, sizeof(buf), s.names[0], &s.hello)});
}

void do_http(struct world *w, const struct line *l)
{
    struct saying s = read_saying(l, 80);
    char text[4096];
    size_t len = 0;

    for (unsigned i = 0; i < s.name_count; i++)
        len += (size_t)snprintf(text + len, sizeof(text) - len,
                                "GET / HTTP/1.1\r\nHost: %s\r\nAccept: */*\r\n\r\n", s.names[i]);
    say_tcp(w, l, &s, (struct bytes){(const uint8_t *)text, len});
}

/* As TLS sends it, which looks like nothing that begins a name. */
void do_data(struct world *w, const struct line *l)
{
    static uint8_t buf[TALK_BYTES_MAX] = {0x17, 0x03, 0x03, 0xff, 0xff};
    struct saying s = read_saying(l, 443);

    say_tcp(w, l, &s, (struct bytes){buf, s.bytes > 0 ? (size_t)s.bytes : 1});
}

void do_quic(struct world *w, const struct line *l)
{
    static const uint8_t initial[INITIAL_LEN] = {0xc0, 0, 0, 0, 1, 8, 1, 2, 3, 4, 5, 6, 7, 8};
    struct saying s = read_saying(l, 443);

    say_udp(w, l, &s, (struct bytes){initial, sizeof(initial)});
}

void do_udp(struct world *w, const struct line *l)
{
    static const uint8_t bytes[TALK_BYTES_MAX] = {0x40};
    struct saying s = read_saying(l, 3478);

    say_udp(w, l, &s, (struct bytes){bytes, s.bytes > 0 ? (size_t)s.bytes : 1});
}

/* The server answers, and has all that the client said; with `offset -N` all but N bytes. */
void do_server_ack(struct world *w, const struct line *l)
{
    uint8_t packet[200];
    struct saying s = read_saying(l, 443);
    struct talk *t = begin(w, l, &s, IPPROTO_TCP);
    const struct segment answer = {.from = t->server,
                                   .to = t->client,
                                   .seq = SERVER_SEQ,
                                   .ack = t->seq + (uint32_t)s.offset,
                                   .flags = TCP_ACK,
                                   .payload = {(const uint8_t *)"answer", 6}};

    pass(w, l, packet, build_tcp(packet, sizeof(packet), &answer));
}

void do_reconnect(struct world *w, const struct line *l)
{
    struct saying s = read_saying(l, 443);
    struct talk *t = find_talk(w, &s.from, IPPROTO_TCP);

    if (!t)
        bad_line(l, "that port was not used before");
    gateway_forget(&w->gateway, &t->client);
    t->seq = t->start = t->seq * 2654435761u + 12345;
}
