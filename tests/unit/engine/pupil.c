/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pupil.h"

#include "support/test.h"

#include "wire/build.h"

struct endpoint at(const char *addr, uint16_t port)
{
    struct endpoint e = {.port = port};

    assert_true(addr_parse(addr, &e.addr));
    return e;
}

uint8_t address_label(const struct pupil *p, const char *addr)
{
    struct endpoint e = at(addr, 0);

    return catalogue_address(&p->room.catalogue, &e.addr);
}

int pupil_setup(void **state)
{
    struct pupil *p = calloc(1, sizeof(*p));
    const struct engine_limits limits = {.flows = 32, .flows_per_client = 16};

    if (!p || !classroom_make(&p->room))
        return -1;
    p->engine = engine_new(&limits, (struct hash_key){3, 4});
    if (!p->engine)
        return -1;
    engine_use(p->engine, &p->room.snapshot, &p->room.catalogue);
    p->gate.engine = p->engine;
    p->gate.snapshot = &p->room.snapshot;
    p->me = at("10.3.6.20", 40001);
    p->server = at("192.0.2.1", 443);
    pupil_clock(p, "08:31");
    *state = p;
    return 0;
}

int pupil_teardown(void **state)
{
    struct pupil *p = *state;

    engine_free(p->engine);
    classroom_done(&p->room);
    free(p);
    return 0;
}

void pupil_clock(struct pupil *p, const char *clock)
{
    p->gate.now = classroom_time(clock);
}

static const struct passage *pass(struct pupil *p, size_t len)
{
    assert_int_not_equal(len, 0);
    assert_true(gateway_pass(&p->gate, (struct bytes){p->packet, len}, &p->last));
    return &p->last;
}

const struct passage *pupil_flags(struct pupil *p, uint32_t seq, struct bytes payload,
                                  uint8_t flags)
{
    const struct segment s = {.from = p->me,
                              .to = p->server,
                              .seq = seq,
                              .ack = 9001,
                              .flags = flags,
                              .payload = payload};

    return pass(p, build_tcp(p->packet, sizeof(p->packet), &s));
}

const struct passage *pupil_tcp(struct pupil *p, uint32_t seq, struct bytes payload)
{
    return pupil_flags(p, seq, payload, TCP_ACK | TCP_PSH);
}

const struct passage *server_tcp(struct pupil *p, uint32_t ack)
{
    const struct segment s = {.from = p->server,
                              .to = p->me,
                              .seq = 9001,
                              .ack = ack,
                              .flags = TCP_ACK,
                              .payload = BYTES("answer")};

    return pass(p, build_tcp(p->packet, sizeof(p->packet), &s));
}

const struct passage *pupil_udp(struct pupil *p, struct bytes payload)
{
    return pass(p, build_udp(p->packet, sizeof(p->packet), &p->me, &p->server, payload));
}

const struct passage *server_udp(struct pupil *p, struct bytes payload)
{
    return pass(p, build_udp(p->packet, sizeof(p->packet), &p->server, &p->me, payload));
}

const struct counters *counted(const struct pupil *p)
{
    return engine_counters(p->engine);
}
