/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sequence of packets through one engine, in a lesson. Each begins with an operation, a choice
 * of ports and a length; the rest of the input is the bytes of the packets.
 */
#include <stdlib.h>

#include "base/reader.h"
#include "support/classroom.h"
#include "support/gateway.h"
#include "wire/build.h"

#define SEQ 1000u

struct run {
    struct gateway gateway;
    struct passage last;
    uint8_t packet[66000];
};

static const struct classroom *room(void)
{
    static struct classroom made;
    static bool ready;

    if (!ready && !classroom_make(&made))
        abort();
    ready = true;
    return &made;
}

static struct endpoint client(uint8_t choice)
{
    static const char *const addrs[] = {"10.3.6.20", "10.9.0.7", "10.3.6.21", "192.0.2.9"};
    struct endpoint e = {.port = (uint16_t)(40000 + (choice >> 2 & 1))};

    addr_parse(addrs[choice & 3], &e.addr);
    return e;
}

static struct endpoint server(uint16_t port)
{
    struct endpoint e = {.port = port};

    addr_parse("192.0.2.1", &e.addr);
    return e;
}

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_verdict(const struct verdict *v)
{
    struct packet p;
    bool cut;

    check(v->out_count <= VERDICT_OUT_MAX);
    check(v->drop || !v->out_count);
    check(!v->instead.len || (!v->drop && packet_read(&p, v->instead, &cut) == PARSE_OK && !cut));
    check(!(v->mark & ~(uint32_t)MARK_CT));
    check(v->marks || !v->mark);
    for (unsigned i = 0; i < v->out_count; i++)
        check(packet_read(&p, v->out[i], &cut) == PARSE_OK && !cut);
}

static void pass(struct run *r, size_t len)
{
    if (len && gateway_pass(&r->gateway, (struct bytes){r->packet, len}, &r->last))
        check_verdict(&r->last.verdict);
}

/* Any bytes at any hook, with any mark. */
static void raw(struct run *r, enum hook hook, uint8_t choice, struct bytes body)
{
    const struct engine_packet p = {.ip = body, .hook = hook, .mark = choice * 0x0101u};
    struct verdict v;

    engine_handle(r->gateway.engine, &p, r->gateway.now, &v);
    check_verdict(&v);
    if (v.marks)
        check(!(p.mark & (MARK_STATE | MARK_ANSWERS) & ~v.mark));
}

/* The first two bytes of the body say where in the stream. */
static void tcp(struct run *r, uint8_t choice, struct bytes body, uint16_t port, bool answer)
{
    struct reader reader = rd_init(body.ptr, body.len);
    uint32_t at = SEQ + rd_u16(&reader);
    struct segment s = {
        .from = client(choice), .to = server(port), .seq = at, .ack = SEQ, .flags = TCP_ACK};

    if (answer)
        s = (struct segment){.from = s.to, .to = s.from, .seq = SEQ, .ack = at, .flags = TCP_ACK};
    s.payload = rd_bytes(&reader, rd_left(&reader));
    pass(r, build_tcp(r->packet, sizeof(r->packet), &s));
}

static void udp(struct run *r, uint8_t choice, struct bytes body, uint16_t port)
{
    struct endpoint from = client(choice), to = server(port);

    pass(r, build_udp(r->packet, sizeof(r->packet), &from, &to, body));
}

/* From the resolver to the client that asked. */
static void reply(struct run *r, uint8_t choice, struct bytes body)
{
    struct endpoint from = server(53), to = client(choice);

    pass(r, build_udp(r->packet, sizeof(r->packet), &from, &to, body));
}

static void wait(struct run *r, struct bytes body)
{
    struct reader reader = rd_init(body.ptr, body.len);
    uint32_t seconds = rd_u16(&reader);

    r->gateway.now.wall += seconds;
    r->gateway.now.mono += seconds * 100;
}

static void step(struct run *r, uint8_t operation, uint8_t choice, struct bytes body)
{
    static const uint16_t ports[] = {443, 80, 5222, 53};
    uint16_t port = ports[choice >> 3 & 3];

    switch (operation & 7) {
    case 0:
        raw(r, HOOK_FORWARD, choice, body);
        break;
    case 1:
        raw(r, HOOK_QUESTION, choice, body);
        break;
    case 2:
    case 3:
        tcp(r, choice, body, port, false);
        break;
    case 4:
        tcp(r, choice, body, port, true);
        break;
    case 5:
        udp(r, choice, body, port);
        break;
    case 6:
        if (choice & 0x80)
            raw(r, HOOK_ANSWER, choice, body);
        else
            wait(r, body);
        break;
    default:
        if (choice & 0x80)
            reply(r, choice, body);
        else
            udp(r, choice, body, 53);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct run r;
    const struct engine_limits limits = {.flows = 6, .flows_per_client = 3};
    struct reader input = rd_init(data, size);

    r.gateway = (struct gateway){.snapshot = &room()->snapshot, .now = classroom_time("09:31")};
    r.gateway.engine = engine_new(&limits, (struct hash_key){1, 2});
    if (!r.gateway.engine)
        return 0;
    engine_use(r.gateway.engine, &room()->snapshot, &room()->catalogue);
    while (rd_left(&input) >= 4) {
        uint8_t operation = rd_u8(&input), choice = rd_u8(&input);
        size_t len = rd_u16(&input);
        size_t left = rd_left(&input);

        step(&r, operation, choice, rd_bytes(&input, len < left ? len : left));
    }
    engine_free(r.gateway.engine);
    return 0;
}
