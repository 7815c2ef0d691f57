/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rounds over a path with the real engine in it, and with all that may stand in the way. */
#include "app/probe_round.h"

#include <netinet/in.h>

#include "support/gateway.h"
#include "support/test.h"

#include "school/compile.h"
#include "wire/build.h"
#include "wire/dns.h"
#include "wire/dns_record.h"

#define NOW     INT64_C(1795169700)
#define PACKETS 64
#define DELAY   250 /* microseconds that each packet takes */

enum step {
    PASS,     /* through the gateway */
    BESIDE,   /* as if there were no rules for it */
    LOSE,     /* somebody drops it */
    RESET,    /* somebody refuses it */
    ELSEWHERE /* a resolver answers it in the server's place: there is no such name */
};

/* What happens to packets of the client. */
struct way {
    enum step ask_closed, ask_open, syn, name_closed, name_open;
    bool translated; /* the server sees another client */
    bool twice;      /* every packet comes twice */
    enum probe_state expected;
};

struct path {
    struct catalogue catalogue;
    struct snapshot snapshot;
    struct bytes catalogue_map, snapshot_map;
    struct gateway gateway;
    struct probe_round round;
    const struct way *way;
    struct {
        uint8_t bytes[512];
        size_t len;
    } waiting[PACKETS];
    unsigned sent, taken;
    int64_t time;
};

static void make_catalogue(struct path *p)
{
    struct catalogue_builder *b = catalogue_builder_new();
    struct hostname name;
    unsigned whose;
    const char *why;

    assert_non_null(b);
    assert_int_equal(catalogue_build(b, (const uint64_t[2]){0}, &p->catalogue_map, &name, &whose),
                     CATALOGUE_OK);
    catalogue_builder_free(b);
    assert_true(catalogue_open(&p->catalogue, p->catalogue_map, &why));
}

static int set_up(void **state)
{
    static const struct school school = {.name = "none"};
    static const struct gate_settings settings = {.gates = 1, .probe = 1};
    const struct facts facts = {.school = &school};
    const struct engine_limits limits = {.flows = 32, .flows_per_client = 16};
    struct path *p = calloc(1, sizeof(*p));
    const char *why;

    assert_non_null(p);
    make_catalogue(p);
    assert_true(compile_snapshot(&facts, &p->catalogue, &settings, 1, NOW, &p->snapshot_map));
    assert_true(snapshot_open(&p->snapshot, p->snapshot_map, &why));
    p->gateway.engine = engine_new(&limits, (struct hash_key){1, 2});
    assert_non_null(p->gateway.engine);
    engine_use(p->gateway.engine, &p->snapshot, &p->catalogue);
    p->gateway.snapshot = &p->snapshot;
    p->gateway.now = (struct now){.wall = NOW, .mono = 1000};
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    struct path *p = *state;

    engine_free(p->gateway.engine);
    bytes_free(p->catalogue_map);
    bytes_free(p->snapshot_map);
    free(p);
    return 0;
}

static void send_out(void *arg, struct bytes ip)
{
    struct path *p = arg;

    assert_true(p->sent < PACKETS && ip.len > 0 && ip.len <= sizeof(p->waiting[0].bytes));
    memcpy(p->waiting[p->sent].bytes, ip.ptr, ip.len);
    p->waiting[p->sent++].len = ip.len;
}

static void take(struct path *p, struct bytes ip)
{
    p->time += DELAY;
    probe_round_take(&p->round, ip, p->time);
    if (p->way->twice)
        probe_round_take(&p->round, ip, p->time);
}

static bool holds(struct bytes payload, const char *text)
{
    return memmem(payload.ptr, payload.len, text, strlen(text)) != NULL;
}

static enum step step_of(const struct way *w, const struct packet *q)
{
    bool dns = q->proto == IPPROTO_UDP;

    if (q->flags & TCP_SYN)
        return w->syn;
    if (dns && holds(q->payload, "\5probe\10lespoort"))
        return w->ask_closed;
    if (dns)
        return w->ask_open;
    if (holds(q->payload, PROBE_CLOSED))
        return w->name_closed;
    return q->payload.len ? w->name_open : PASS;
}

static void reset(struct path *p, const struct packet *q)
{
    const struct segment s = {
        .from = q->dst, .to = q->src, .seq = q->ack, .ack = q->seq + 1, .flags = TCP_RST | TCP_ACK};
    uint8_t buf[128];

    take(p, (struct bytes){buf, build_tcp(buf, sizeof(buf), &s)});
}

static void answer_elsewhere(struct path *p, const struct packet *q)
{
    uint8_t answer[256], buf[512];

    memcpy(answer, q->payload.ptr, q->payload.len);
    answer[2] |= DNS_FLAG_QR >> 8;
    answer[3] |= DNS_RCODE_NXDOMAIN;
    take(p, (struct bytes){buf, build_udp(buf, sizeof(buf), &q->dst, &q->src,
                                          (struct bytes){answer, q->payload.len})});
}

/* As the server sees it behind a gateway that translates what leaves by any interface. */
static void deliver(struct path *p, const struct packet *q, struct bytes ip)
{
    static const uint8_t gateway[] = {10, 0, 0, 1};
    struct segment s = {.from = {addr_from4(gateway), (uint16_t)(q->src.port + 7000)},
                        .to = q->dst,
                        .seq = q->seq,
                        .ack = q->ack,
                        .flags = q->flags,
                        .payload = q->payload};
    uint8_t buf[512];

    if (p->way->translated)
        ip = (struct bytes){buf, q->proto == IPPROTO_TCP
                                     ? build_tcp(buf, sizeof(buf), &s)
                                     : build_udp(buf, sizeof(buf), &s.from, &s.to, s.payload)};
    take(p, ip);
}

static void through_gateway(struct path *p, const struct packet *q, struct bytes ip)
{
    struct passage passage;

    assert_true(gateway_pass(&p->gateway, ip, &passage));
    for (unsigned i = 0; i < passage.verdict.out_count; i++)
        take(p, passage.verdict.out[i]);
    if (passage.refused)
        reset(p, q);
    else if (!passage.dropped)
        deliver(p, q, ip);
}

/* The server answers who it saw; the gateway translates back. */
static void back(struct path *p, const struct packet *q, struct bytes ip)
{
    const struct segment s = {
        .from = q->src,
        .to = {probe_client(), (uint16_t)(q->dst.port - (p->way->translated ? 7000 : 0))},
        .seq = q->seq,
        .ack = q->ack,
        .flags = q->flags};
    uint8_t buf[128];

    if (p->way->translated)
        ip = (struct bytes){buf, build_tcp(buf, sizeof(buf), &s)};
    take(p, ip);
}

static void carry(struct path *p, struct bytes ip)
{
    const struct addr client = probe_client();
    struct packet q;
    bool cut;

    assert_int_equal(packet_read(&q, ip, &cut), PARSE_OK);
    if (!addr_equal(&q.src.addr, &client)) {
        back(p, &q, ip);
        return;
    }
    switch (step_of(p->way, &q)) {
    case PASS:
        through_gateway(p, &q, ip);
        break;
    case BESIDE:
        deliver(p, &q, ip);
        break;
    case RESET:
        reset(p, &q);
        break;
    case ELSEWHERE:
        answer_elsewhere(p, &q);
        break;
    case LOSE:
        break;
    }
}

static void run(struct path *p, unsigned number, const struct way *w)
{
    p->way = w;
    p->sent = p->taken = 0;
    probe_round_begin(&p->round, number, p->time, send_out, p);
    for (; p->taken < p->sent; p->taken++) {
        struct bytes ip = {p->waiting[p->taken].bytes, p->waiting[p->taken].len};

        carry(p, ip);
    }
}

static const struct way clear = {.expected = PROBE_PASSED};

static void round__nothing_in_the_way__passes(void **state)
{
    struct path *p = *state;

    for (unsigned number = 0; number < 5; number++) {
        run(p, number, &clear);
        assert_true(probe_round_ended(&p->round));
        assert_true(p->round.slowest >= DELAY && p->round.slowest <= PACKETS * DELAY);
        assert_int_equal(probe_round_end(&p->round), PROBE_PASSED);
    }
}

static void round__each_obstacle__told_from_the_others(void **state)
{
    static const struct way ways[] = {
        /* no rules of ours at all, for DNS, for connections */
        {BESIDE, BESIDE, BESIDE, BESIDE, BESIDE, .expected = PROBE_ASK_UNREAD},
        {.ask_closed = BESIDE, .ask_open = BESIDE, .expected = PROBE_ASK_UNREAD},
        {.syn = BESIDE, .name_closed = BESIDE, .name_open = BESIDE, .expected = PROBE_NAME_UNREAD},
        /* … and a resolver that all questions are led to */
        {.ask_closed = ELSEWHERE, .ask_open = ELSEWHERE, .expected = PROBE_ASK_UNREAD},
        /* nobody reads the queue, and it does not let pass: everything, names only */
        {LOSE, LOSE, PASS, LOSE, LOSE, .expected = PROBE_ASK_SILENT},
        {.ask_closed = LOSE, .expected = PROBE_ASK_SILENT},
        {.name_closed = LOSE, .name_open = LOSE, .expected = PROBE_NAME_SILENT},
        {.name_closed = LOSE, .expected = PROBE_NAME_SILENT},
        /* too much is refused */
        {.name_open = RESET, .expected = PROBE_OPEN_REFUSED},
        /* another firewall: drops, rejects, looks into connections itself */
        {.ask_open = LOSE, .syn = LOSE, .expected = PROBE_NOT_LET},
        {.syn = RESET, .expected = PROBE_NOT_LET},
        {.name_open = LOSE, .expected = PROBE_NOT_LET},
        /* what many gateways do, and is no fault */
        {.ask_open = LOSE, .expected = PROBE_PASSED},
        {.ask_open = ELSEWHERE, .expected = PROBE_PASSED},
        {.translated = true, .expected = PROBE_PASSED},
        {.twice = true, .expected = PROBE_PASSED},
    };
    struct path *p = *state;

    for (unsigned i = 0; i < ARRAY_SIZE(ways); i++) {
        run(p, 100 + i, &ways[i]);
        enum probe_state got = probe_round_end(&p->round);

        if (got != ways[i].expected)
            fail_msg("way %u: %s, expected %s", i, probe_word(got), probe_word(ways[i].expected));
    }
}

static void round__a_refused_question__by_a_gate_that_refuses_open_names(void **state)
{
    struct path *p = *state;
    struct way w = clear;
    uint8_t refusal[512];
    size_t len = 0;
    struct packet q;
    bool cut;

    /* The open question gets the answer that the gate would give, were it closed. */
    w.ask_open = LOSE;
    run(p, 1, &w);
    p->round.talks[ASK_OPEN].stage = TALK_BEGUN;
    assert_int_equal(packet_read(&q, (struct bytes){p->waiting[1].bytes, p->waiting[1].len}, &cut),
                     PARSE_OK);
    struct dns_question question;
    uint8_t answer[256];

    assert_int_equal(dns_read_question(&question, q.payload), PARSE_OK);
    len = dns_write_refusal(answer, sizeof(answer), &question, 0);
    len = build_udp(refusal, sizeof(refusal), &q.dst, &q.src, (struct bytes){answer, len});
    take(p, (struct bytes){refusal, len});
    assert_int_equal(probe_round_end(&p->round), PROBE_OPEN_REFUSED);
}

static void round__not_ended__until_each_has_an_end(void **state)
{
    static const struct way lost = {LOSE, LOSE, LOSE, LOSE, LOSE, .expected = PROBE_ASK_SILENT};
    struct path *p = *state;

    run(p, 1, &lost);
    assert_false(probe_round_ended(&p->round));
    assert_int_equal(p->sent, PROBE_TALKS);
    assert_int_equal(probe_round_end(&p->round), PROBE_ASK_SILENT);
}

/* What a gate lets go late is of no round that runs. */
static void round__packets_of_the_round_before__are_not_taken(void **state)
{
    struct path *p = *state, *old = calloc(1, sizeof(*old));

    assert_non_null(old);
    run(p, 1, &clear);
    probe_round_end(&p->round);
    *old = *p;
    run(p, 2, &(struct way){LOSE, LOSE, LOSE, LOSE, LOSE, .expected = PROBE_ASK_SILENT});
    for (unsigned i = 0; i < old->sent; i++)
        take(p, (struct bytes){old->waiting[i].bytes, old->waiting[i].len});
    assert_false(probe_round_ended(&p->round));
    for (unsigned i = 0; i < PROBE_TALKS; i++)
        assert_int_equal(p->round.talks[i].stage, TALK_BEGUN);
    free(old);
}

static void round__many_of_the_same__sends_no_more_than_it_may(void **state)
{
    struct path *p = *state;
    unsigned sent;

    run(p, 1, &clear);
    sent = p->sent;
    for (unsigned k = 0; k < 20; k++)
        for (unsigned i = 0; i < sent; i++)
            take(p, (struct bytes){p->waiting[i].bytes, p->waiting[i].len});
    probe_round_end(&p->round);
    assert_true(p->sent <= 4 * PROBE_TALKS);
}

/* Anything may come out of the device: other hosts' packets, halves, noise. */
static void round__any_bytes__are_survived_and_say_nothing(void **state)
{
    struct path *p = *state;
    uint32_t random = 12345;
    uint8_t bytes[600];

    run(p, 1, &(struct way){LOSE, LOSE, LOSE, LOSE, LOSE, .expected = PROBE_ASK_SILENT});
    for (unsigned i = 0; i < PROBE_TALKS; i++)
        for (size_t len = 0; len < p->waiting[i].len; len++) {
            uint8_t *exact = malloc(len + 1);

            assert_non_null(exact);
            memcpy(exact, p->waiting[i].bytes, len);
            probe_round_take(&p->round, (struct bytes){exact, len}, p->time);
            free(exact);
        }
    for (unsigned n = 0; n < 20000; n++) {
        for (size_t i = 0; i < sizeof(bytes); i++) {
            random = random * 1664525 + 1013904223;
            bytes[i] = (uint8_t)(random >> 24);
        }
        bytes[0] = n % 2 ? 0x45 : bytes[0];
        probe_round_take(&p->round, (struct bytes){bytes, random % sizeof(bytes)}, p->time);
    }
    assert_int_equal(probe_round_end(&p->round), PROBE_ASK_SILENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(round__nothing_in_the_way__passes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(round__each_obstacle__told_from_the_others, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            round__a_refused_question__by_a_gate_that_refuses_open_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(round__not_ended__until_each_has_an_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(round__packets_of_the_round_before__are_not_taken, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(round__many_of_the_same__sends_no_more_than_it_may, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(round__any_bytes__are_survived_and_say_nothing, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests_name("probe_round", tests, NULL, NULL);
}
