/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "engine/asked.h"
#include "pupil.h"
#include "support/question.h"
#include "wire/build.h"
#include "wire/dns_answer.h"

#define TYPE_AAAA  28
#define TYPE_HTTPS 65
#define SERVFAIL   2
#define TRUNCATED  0x0200

static uint8_t question_bytes[512], answer_bytes[512], asked_bytes[512];

/* At 09:31 a restricted grant runs. */
static int setup(void **state)
{
    int result = pupil_setup(state);
    struct pupil *p = *state;

    pupil_clock(p, "09:31");
    p->server.port = 53;
    return result;
}

static struct bytes ask(const char *name, uint16_t type)
{
    const struct question_options o = {.type = type, .edns = type == TYPE_AAAA};

    return (struct bytes){question_bytes,
                          question_make(question_bytes, sizeof(question_bytes), name, &o)};
}

static struct packet read(struct bytes ip)
{
    struct packet packet;
    bool cut;

    assert_int_equal(packet_read(&packet, ip, &cut), PARSE_OK);
    return packet;
}

static bool same(const struct endpoint *a, const struct endpoint *b)
{
    return addr_equal(&a->addr, &b->addr) && a->port == b->port;
}

/* The question went on for that host; its bytes stay until the next. */
static struct bytes went_on(const struct pupil *p, const char *host)
{
    struct packet packet = read(p->last.verdict.instead);
    struct dns_question q;

    assert_passed(&p->last);
    assert_int_equal(p->last.verdict.out_count, 0);
    assert_true(same(&packet.src, &p->me) && same(&packet.dst, &p->server));
    assert_int_equal(dns_read_question(&q, packet.payload), PARSE_OK);
    assert_string_equal(q.name.text, host);
    assert_int_equal(q.id, 0x1234);
    memcpy(asked_bytes, packet.payload.ptr, packet.payload.len);
    return (struct bytes){asked_bytes, packet.payload.len};
}

static struct bytes answer(struct bytes question, const struct answer_options *o)
{
    return (struct bytes){answer_bytes,
                          answer_make(answer_bytes, sizeof(answer_bytes), question, o)};
}

/* What the client gets to read: an answer to the question it wrote, of that many records. */
static struct packet got(const struct pupil *p, uint16_t flags, unsigned records)
{
    struct packet packet = read(p->last.verdict.instead);
    const uint8_t *at = packet.payload.ptr;
    size_t name = strlen((const char *)question_bytes + 12) + 1;

    assert_passed(&p->last);
    assert_false(p->last.verdict.marks);
    assert_true(same(&packet.src, &p->server) && same(&packet.dst, &p->me));
    assert_memory_equal(at, question_bytes, 2);
    assert_int_equal(at[2] << 8 | at[3], 0x8180 | flags);
    assert_int_equal(at[6] << 8 | at[7], records);
    assert_memory_equal(at + 12, question_bytes + 12, name + 4);
    return packet;
}

static const struct answer_options four = {.addresses = {"216.239.38.120"}, .ttl = 300};
static const struct answer_options six = {.addresses = {"2001:db8::21", "2001:db8::22"},
                                          .ttl = 300};

static void question__safe_name__goes_on_for_its_host(void **state)
{
    struct pupil *p = *state;

    assert_true(pupil_udp(p, ask("WwW.YouTube.com", 0))->verdict.marks);
    assert_int_equal(p->last.mark, MARK_ANSWERS);
    went_on(p, "restrict.youtube.com");
    pupil_udp(p, ask("www.google.com", TYPE_AAAA));
    assert_int_equal(p->last.mark, MARK_ANSWERS);
    went_on(p, "forcesafesearch.google.com");
    assert_int_equal(counted(p)->safe_questions, 2);
    assert_int_equal(counted(p)->dns_refused, 0);
}

static void question__of_another_name_place_or_time__is_not_changed(void **state)
{
    struct pupil *p = *state;
    static const char *const names[] = {"youtube.com", "m.youtube.com", "a.www.youtube.com",
                                        "restrict.youtube.com", "www.magister.net"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        assert_passed(pupil_udp(p, ask(names[i], 0)));
        assert_int_equal(p->last.verdict.instead.len, 0);
        assert_false(p->last.verdict.marks);
    }
    p->me = at("10.9.0.7", 40001);
    assert_int_equal(pupil_udp(p, ask("www.google.com", 0))->verdict.instead.len, 0);
    p->me = at("10.3.6.20", 40002);
    pupil_clock(p, "09:50");
    assert_int_equal(pupil_udp(p, ask("www.google.com", 0))->verdict.instead.len, 0);
    assert_passed(&p->last);
    assert_true(pupil_udp(p, ask("www.youtube.com", 0))->dropped);
    assert_int_equal(counted(p)->dns_refused, 1);
}

static void question__of_another_class__passes(void **state)
{
    struct pupil *p = *state;
    struct bytes q = ask("www.youtube.com", 0);

    question_bytes[q.len - 1] = 3;
    assert_passed(pupil_udp(p, q));
    assert_int_equal(p->last.verdict.instead.len, 0);
}

static void question__closed_safe_name__is_refused(void **state)
{
    struct pupil *p = *state;

    pupil_clock(p, "09:29");
    assert_true(pupil_udp(p, ask("www.youtube.com", 0))->dropped);
    assert_int_equal(counted(p)->dns_refused, 1);
}

static void question__other_types__nothing_of_that_type(void **state)
{
    struct pupil *p = *state;
    static const uint16_t types[] = {TYPE_HTTPS, 64, 16, 5, 255};

    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        struct packet packet;

        assert_true(pupil_udp(p, ask("www.youtube.com", types[i]))->dropped);
        assert_int_equal(p->last.verdict.out_count, 1);
        packet = read(p->last.verdict.out[0]);
        assert_true(same(&packet.src, &p->server) && same(&packet.dst, &p->me));
        assert_int_equal(packet.payload.ptr[3], 0x80); /* NOERROR */
        assert_int_equal(packet.payload.ptr[7], 0);
        assert_int_equal(packet.payload.ptr[9], 1); /* the SOA */
    }
    assert_int_equal(counted(p)->safe_replies, ARRAY_SIZE(types));
}

static void question__over_tcp__the_alias_and_the_end(void **state)
{
    struct pupil *p = *state;
    const struct question_options o = {.tcp = true};
    struct dns_answer a;
    size_t len = question_make(question_bytes, sizeof(question_bytes), "www.youtube.com", &o);

    pupil_tcp(p, FIRST, (struct bytes){question_bytes, len});
    assert_true(p->last.dropped);
    assert_int_equal(p->last.verdict.out_count, 2);
    struct packet packet = read(p->last.verdict.out[0]);

    assert_int_equal(packet.flags, TCP_PSH | TCP_ACK | TCP_FIN);
    assert_int_equal(packet.payload.ptr[0] << 8 | packet.payload.ptr[1], packet.payload.len - 2);
    packet.payload.ptr += 2;
    packet.payload.len -= 2;
    assert_int_equal(dns_read_answer(&a, packet.payload), PARSE_OK);
    assert_int_equal(packet.payload.ptr[7], 1);
    assert_int_equal(a.count, 0);
    assert_memory_equal(packet.payload.ptr + packet.payload.len - 22, "\10restrict\7youtube\3com",
                        22);
}

static void question__with_more_than_a_packet_holds__is_dropped(void **state)
{
    struct pupil *p = *state;
    static uint8_t big[3000];
    struct bytes q = ask("www.google.com", TYPE_AAAA);

    memcpy(big, q.ptr, q.len);
    big[q.len - 2] = (uint8_t)((sizeof(big) - q.len) >> 8);
    big[q.len - 1] = (uint8_t)(sizeof(big) - q.len);
    assert_true(pupil_udp(p, (struct bytes){big, sizeof(big)})->dropped);
    assert_int_equal(p->last.verdict.instead.len, 0);
    assert_int_equal(counted(p)->dns_bad, 1);
}

static void answer__of_the_host__comes_under_the_name_asked(void **state)
{
    struct pupil *p = *state;
    struct dns_answer a;

    pupil_udp(p, ask("WwW.YouTube.com", 0));
    server_udp(p, answer(went_on(p, "restrict.youtube.com"), &four));
    struct packet packet = got(p, 0, 2);

    assert_int_equal(dns_read_answer(&a, packet.payload), PARSE_OK);
    assert_int_equal(a.count, 1);
    assert_memory_equal(a.addresses[0].ptr, "\xd8\xef\x26\x78", 4);
    assert_int_equal(a.ttl, DNS_ALIAS_TTL);

    pupil_udp(p, ask("www.google.com", TYPE_AAAA));
    server_udp(p, answer(went_on(p, "forcesafesearch.google.com"), &six));
    packet = got(p, 0, 3);
    assert_int_equal(dns_read_answer(&a, packet.payload), PARSE_OK);
    assert_int_equal(a.count, 2);
    assert_int_equal(a.opt.len, 11);
    assert_int_equal(counted(p)->safe_answers, 2);
}

/* Translated addresses: the answer does not come from whom the client asked. */
static void answer__of_another_server__by_client_port_and_id(void **state)
{
    struct pupil *p = *state;
    struct verdict v;
    uint8_t packet[600];
    struct endpoint resolver = at("10.30.6.1", 5353);

    pupil_udp(p, ask("www.youtube.com", 0));
    struct bytes message = answer(went_on(p, "restrict.youtube.com"), &four);
    const struct engine_packet e = {
        .ip = {packet, build_udp(packet, sizeof(packet), &resolver, &p->me, message)},
        .hook = HOOK_ANSWER};

    engine_handle(p->engine, &e, p->gate.now, &v);
    assert_false(v.drop);
    struct packet out = read(v.instead);
    assert_true(same(&out.src, &resolver) && same(&out.dst, &p->me));
    assert_memory_equal(out.payload.ptr + 12, question_bytes + 12, 17);
}

static void answer__after_the_grants_end__still(void **state)
{
    struct pupil *p = *state;

    pupil_clock(p, "09:49");
    pupil_udp(p, ask("www.youtube.com", 0));
    p->gate.now.wall += 60;
    p->gate.now.mono += 1000;
    server_udp(p, answer(went_on(p, "restrict.youtube.com"), &four));
    got(p, 0, 2);
}

static void answer__repeated__each_time(void **state)
{
    struct pupil *p = *state;

    pupil_udp(p, ask("www.youtube.com", 0));
    struct bytes message = answer(went_on(p, "restrict.youtube.com"), &four);

    server_udp(p, message);
    got(p, 0, 2);
    server_udp(p, message);
    got(p, 0, 2);
}

static void answer__without_addresses__nothing_failed_or_cut_short(void **state)
{
    struct pupil *p = *state;
    static const struct {
        uint16_t says, flags, authority;
    } cases[] = {{0, 0, 1}, {3, 0, 1}, {SERVFAIL, SERVFAIL, 0}, {TRUNCATED, TRUNCATED, 0}};

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const struct answer_options none = {.flags = cases[i].says};

        pupil_udp(p, ask("www.youtube.com", 0));
        server_udp(p, answer(went_on(p, "restrict.youtube.com"), &none));
        assert_int_equal(got(p, cases[i].flags, 0).payload.ptr[9], cases[i].authority);
    }
}

static void answer__to_another_question_of_that_socket__is_not_changed(void **state)
{
    struct pupil *p = *state;
    struct bytes q;

    pupil_udp(p, ask("www.youtube.com", 0));
    went_on(p, "restrict.youtube.com");
    q = ask("www.magister.net", 0);
    question_bytes[0] = 0x77;
    pupil_udp(p, q);
    assert_int_equal(p->last.mark, MARK_ANSWERS);
    assert_passed(server_udp(p, answer(q, &four)));
    assert_true(p->last.queued);
    assert_int_equal(p->last.verdict.instead.len, 0);
}

static void answer__too_late_or_unreadable__passes_as_it_is(void **state)
{
    struct pupil *p = *state;

    pupil_udp(p, ask("www.youtube.com", 0));
    struct bytes message = answer(went_on(p, "restrict.youtube.com"), &four);

    assert_passed(server_udp(p, (struct bytes){message.ptr, message.len - 1}));
    assert_int_equal(p->last.verdict.instead.len, 0);
    assert_passed(server_udp(p, BYTES("junk")));
    p->gate.now.mono += ASKED_MS;
    assert_passed(server_udp(p, message));
    assert_int_equal(p->last.verdict.instead.len, 0);
}

static void answer__about_the_safe_name__is_dropped(void **state)
{
    struct pupil *p = *state;
    struct bytes q = ask("www.youtube.com", 0);

    pupil_udp(p, q);
    went_on(p, "restrict.youtube.com");
    assert_true(server_udp(p, answer(q, &four))->dropped);
    assert_int_equal(p->last.verdict.instead.len, 0);
    assert_int_equal(counted(p)->safe_bad, 1);
}

/* Some clients always use the same port and id. */
static void answer__same_port_and_id_for_another_question__is_not_changed(void **state)
{
    struct pupil *p = *state;
    struct bytes q;

    pupil_udp(p, ask("www.youtube.com", 0));
    went_on(p, "restrict.youtube.com");
    q = ask("www.magister.net", 0);
    pupil_udp(p, q);
    assert_passed(server_udp(p, answer(q, &four)));
    assert_true(p->last.queued);
    assert_int_equal(p->last.verdict.instead.len, 0);
}

static void answer__nothing_was_translated__never_queued(void **state)
{
    struct pupil *p = *state;
    struct bytes q = ask("www.magister.net", 0);

    pupil_udp(p, q);
    assert_false(server_udp(p, answer(q, &four))->queued);
}

static void answer__ipv6__translated(void **state)
{
    struct pupil *p = *state;

    p->me = at("2001:db8:306::20", 5353);
    p->server = at("2001:db8::53", 53);
    pupil_udp(p, ask("www.google.com", TYPE_AAAA));
    server_udp(p, answer(went_on(p, "forcesafesearch.google.com"), &six));
    got(p, 0, 3);
}

static void answer__over_tcp_or_without_a_snapshot__passes(void **state)
{
    struct pupil *p = *state;
    uint8_t packet[100];
    struct verdict v;
    const struct segment s = {.from = p->server, .to = p->me, .payload = BYTES("answer")};
    const struct engine_packet e = {.ip = {packet, build_tcp(packet, sizeof(packet), &s)},
                                    .hook = HOOK_ANSWER};

    engine_handle(p->engine, &e, p->gate.now, &v);
    assert_false(v.drop || v.marks);
    pupil_udp(p, ask("www.youtube.com", 0));
    struct bytes message = answer(went_on(p, "restrict.youtube.com"), &four);

    engine_use(p->engine, NULL, NULL);
    assert_passed(server_udp(p, message));
    assert_int_equal(p->last.verdict.instead.len, 0);
}

#define WITH_PUPIL(test) cmocka_unit_test_setup_teardown(test, setup, pupil_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PUPIL(question__safe_name__goes_on_for_its_host),
        WITH_PUPIL(question__of_another_name_place_or_time__is_not_changed),
        WITH_PUPIL(question__of_another_class__passes),
        WITH_PUPIL(question__closed_safe_name__is_refused),
        WITH_PUPIL(question__other_types__nothing_of_that_type),
        WITH_PUPIL(question__over_tcp__the_alias_and_the_end),
        WITH_PUPIL(question__with_more_than_a_packet_holds__is_dropped),
        WITH_PUPIL(answer__of_the_host__comes_under_the_name_asked),
        WITH_PUPIL(answer__of_another_server__by_client_port_and_id),
        WITH_PUPIL(answer__after_the_grants_end__still),
        WITH_PUPIL(answer__repeated__each_time),
        WITH_PUPIL(answer__without_addresses__nothing_failed_or_cut_short),
        WITH_PUPIL(answer__to_another_question_of_that_socket__is_not_changed),
        WITH_PUPIL(answer__too_late_or_unreadable__passes_as_it_is),
        WITH_PUPIL(answer__about_the_safe_name__is_dropped),
        WITH_PUPIL(answer__same_port_and_id_for_another_question__is_not_changed),
        WITH_PUPIL(answer__nothing_was_translated__never_queued),
        WITH_PUPIL(answer__ipv6__translated),
        WITH_PUPIL(answer__over_tcp_or_without_a_snapshot__passes),
    };

    return cmocka_run_group_tests_name("engine/safe", tests, NULL, NULL);
}
