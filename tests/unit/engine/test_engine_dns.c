/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "pupil.h"
#include "support/question.h"
#include "wire/packet.h"

#define NXDOMAIN 3

static uint8_t question_bytes[2048];

/* Behind what was written before; tcp: with its length. */
static struct bytes ask(const char *name, bool tcp, size_t behind)
{
    const struct question_options o = {.tcp = tcp};
    size_t len = question_make(question_bytes + behind, sizeof(question_bytes) - behind, name, &o);

    assert_int_not_equal(len, 0);
    return (struct bytes){question_bytes, behind + len};
}

static int setup(void **state)
{
    int result = pupil_setup(state);
    struct pupil *p = *state;

    p->server.port = 53;
    return result;
}

static struct packet sent(const struct pupil *p, unsigned i)
{
    struct packet packet;
    bool cut;

    assert_true(i < p->last.verdict.out_count);
    assert_int_equal(packet_read(&packet, p->last.verdict.out[i], &cut), PARSE_OK);
    return packet;
}

static void assert_endpoints(const struct packet *got, const struct endpoint *src,
                             const struct endpoint *dst)
{
    assert_true(addr_equal(&got->src.addr, &src->addr) && got->src.port == src->port);
    assert_true(addr_equal(&got->dst.addr, &dst->addr) && got->dst.port == dst->port);
}

static void assert_refusal(struct bytes message, struct bytes question)
{
    assert_true(message.len > question.len);
    assert_memory_equal(message.ptr, question.ptr, 2);
    assert_int_equal(message.ptr[2] & 0x80, 0x80);
    assert_int_equal(message.ptr[3] & 0x0f, NXDOMAIN);
    assert_memory_equal(message.ptr + 12, question.ptr + 12, question.len - 12);
}

static void engine_dns_udp__closed__answered_from_the_address_asked(void **state)
{
    struct pupil *p = *state;
    struct bytes q = ask("WwW.InstaGram.com", false, 0);
    const struct passage *got = pupil_udp(p, q);
    struct packet answer;

    assert_true(got->dropped);
    assert_int_equal(got->verdict.out_count, 1);
    assert_false(got->verdict.marks);
    answer = sent(p, 0);
    assert_endpoints(&answer, &p->server, &p->me);
    assert_refusal(answer.payload, q);
    assert_int_equal(counted(p)->dns_refused, 1);
}

static void engine_dns_udp__open__passes_without_a_mark(void **state)
{
    struct pupil *p = *state;
    static const char *const names[] = {"www.example.org",     "netinstagram.com",
                                        "facebook.com",        "instagram.com.example.org",
                                        "school.magister.net", ""};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        assert_passed(pupil_udp(p, ask(names[i], false, 0)));
        assert_true(p->last.queued);
        assert_false(p->last.verdict.marks);
    }
    assert_int_equal(counted(p)->dns_questions, ARRAY_SIZE(names));
    assert_int_equal(counted(p)->dns_refused, 0);
}

static void engine_dns_udp__the_bell__decides(void **state)
{
    struct pupil *p = *state;
    static const struct {
        const char *clock;
        bool closed;
    } cases[] = {{"08:29", false}, {"08:30", true},  {"09:14", true}, {"09:15", false},
                 {"09:20", true},  {"10:05", false}, {"08:45", true}};

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        pupil_clock(p, cases[i].clock);
        pupil_udp(p, ask("www.youtube.com", false, 0));
        assert_int_equal(p->last.dropped, cases[i].closed);
    }
}

static void engine_dns_udp__malformed__dropped_where_closed(void **state)
{
    struct pupil *p = *state;
    struct bytes q = ask("www.example.org", false, 0);

    question_bytes[5] = 2; /* two questions */
    assert_true(pupil_udp(p, q)->dropped);
    assert_int_equal(p->last.verdict.out_count, 0);
    assert_true(pupil_udp(p, BYTES("junk"))->dropped);
    assert_int_equal(counted(p)->dns_bad, 2);
    pupil_clock(p, "08:00");
    assert_passed(pupil_udp(p, BYTES("junk")));
    assert_int_equal(counted(p)->dns_bad, 2);
}

static void engine_dns_udp__not_a_query__passes(void **state)
{
    struct pupil *p = *state;
    struct bytes q = ask("www.instagram.com", false, 0);

    question_bytes[2] |= 0x80; /* an answer */
    assert_passed(pupil_udp(p, q));
    question_bytes[2] = 0x28; /* UPDATE */
    assert_passed(pupil_udp(p, q));
}

static void engine_dns_udp__ipv6__answered(void **state)
{
    struct pupil *p = *state;
    struct packet answer;

    p->me = at("2001:db8:306::20", 5353);
    p->server = at("2001:db8::53", 53);
    assert_true(pupil_udp(p, ask("youtube.com", false, 0))->dropped);
    answer = sent(p, 0);
    assert_endpoints(&answer, &p->server, &p->me);
}

static void assert_finished(struct pupil *p, uint32_t seq, size_t len)
{
    struct packet answer = sent(p, 0), reset = sent(p, 1);

    assert_true(p->last.dropped);
    assert_mark(&p->last, MARK_CONDEMNED, LABEL_NONE);
    assert_endpoints(&answer, &p->server, &p->me);
    assert_int_equal(answer.flags, TCP_PSH | TCP_ACK | TCP_FIN);
    assert_int_equal(answer.seq, 9001);
    assert_int_equal(answer.ack, seq + len);
    assert_endpoints(&reset, &p->me, &p->server);
    assert_int_equal(reset.flags, TCP_RST);
    assert_int_equal(reset.seq, seq);
    assert_int_equal(reset.payload.len, 0);
}

static void engine_dns_tcp__closed_cut_anywhere__finished(void **state)
{
    struct pupil *p = *state;
    struct bytes q = ask("www.instagram.com", true, 0);

    for (size_t cut = 1; cut < q.len; cut++) {
        p->me.port++;
        assert_passed(pupil_tcp(p, FIRST, (struct bytes){q.ptr, cut}));
        assert_false(p->last.verdict.marks);
        pupil_tcp(p, FIRST + (uint32_t)cut, (struct bytes){q.ptr + cut, q.len - cut});
        assert_finished(p, FIRST + (uint32_t)cut, q.len - cut);
        struct packet answer = sent(p, 0);
        assert_int_equal(answer.payload.ptr[0] << 8 | answer.payload.ptr[1],
                         answer.payload.len - 2);
        assert_refusal((struct bytes){answer.payload.ptr + 2, answer.payload.len - 2},
                       (struct bytes){q.ptr + 2, q.len - 2});
    }
}

static void engine_dns_tcp__several_in_one_segment__the_closed_one_found(void **state)
{
    struct pupil *p = *state;
    struct bytes q = ask("www.example.org", true, 0);

    q = ask("www.example.net", true, q.len);
    assert_passed(pupil_tcp(p, FIRST, q));
    assert_int_equal(counted(p)->dns_questions, 2);
    q = ask("www.example.org", true, 0);
    q = ask("www.youtube.com", true, q.len);
    p->me.port++;
    pupil_tcp(p, FIRST, q);
    assert_finished(p, FIRST, q.len);
}

static void engine_dns_tcp__overtaken_segments__still_found(void **state)
{
    struct pupil *p = *state;
    struct bytes first = ask("www.youtube.com", true, 0), both;

    both = ask("www.example.org", true, first.len);
    assert_passed(pupil_tcp(p, FIRST + (uint32_t)first.len,
                            (struct bytes){both.ptr + first.len, both.len - first.len}));
    pupil_tcp(p, FIRST, first);
    assert_finished(p, FIRST, first.len);
}

static void engine_dns_tcp__other_bytes_for_an_allowed_question__finished(void **state)
{
    struct pupil *p = *state;
    struct bytes q = ask("www.exampleab.com", true, 0);

    assert_passed(pupil_tcp(p, FIRST, q));
    q = ask("www.instagram.com", true, 0);
    pupil_tcp(p, FIRST, q);
    assert_finished(p, FIRST, q.len);
    assert_int_equal(sent(p, 0).payload.len, 0);
    assert_int_equal(counted(p)->conflicts, 1);
    assert_true(pupil_tcp(p, FIRST, q)->dropped);
    assert_int_equal(p->last.verdict.out_count, 0);
}

static void engine_dns_tcp__a_thousand_questions__each_read(void **state)
{
    struct pupil *p = *state;
    struct bytes q = ask("www.example.org", true, 0);
    uint32_t seq = FIRST;

    for (int i = 0; i < 1000; i++, seq += (uint32_t)q.len)
        assert_passed(pupil_tcp(p, seq, q));
    assert_int_equal(counted(p)->dns_questions, 1000);
    assert_passed(pupil_tcp(p, seq - (uint32_t)q.len, q)); /* once more */
    assert_passed(pupil_tcp(p, FIRST, q));                 /* forgotten meanwhile */
    q = ask("www.youtube.com", true, 0);
    pupil_tcp(p, seq, q);
    assert_finished(p, seq, q.len);
}

static void engine_dns_tcp__no_dns_at_all__finished_where_closed(void **state)
{
    struct pupil *p = *state;
    struct bytes junk = BYTES("\x00\x01junk");
    const struct passage *got;

    pupil_tcp(p, FIRST, junk);
    assert_finished(p, FIRST, junk.len);
    assert_int_equal(counted(p)->dns_bad, 1);
    pupil_clock(p, "08:00");
    p->me.port++;
    got = pupil_tcp(p, FIRST, junk);
    assert_passed(got);
    assert_false(got->verdict.marks);
}

static void engine_dns_tcp__message_larger_than_the_stream__finished(void **state)
{
    struct pupil *p = *state;
    static uint8_t big[25000] = {0xf0};

    assert_passed(pupil_tcp(p, FIRST, (struct bytes){big, 12000}));
    pupil_tcp(p, FIRST + 12000, (struct bytes){big + 12000, 12000});
    assert_finished(p, FIRST + 12000, 12000);
}

#define PUPIL(test) cmocka_unit_test_setup_teardown(test, setup, pupil_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PUPIL(engine_dns_udp__closed__answered_from_the_address_asked),
        PUPIL(engine_dns_udp__open__passes_without_a_mark),
        PUPIL(engine_dns_udp__the_bell__decides),
        PUPIL(engine_dns_udp__malformed__dropped_where_closed),
        PUPIL(engine_dns_udp__not_a_query__passes),
        PUPIL(engine_dns_udp__ipv6__answered),
        PUPIL(engine_dns_tcp__closed_cut_anywhere__finished),
        PUPIL(engine_dns_tcp__several_in_one_segment__the_closed_one_found),
        PUPIL(engine_dns_tcp__overtaken_segments__still_found),
        PUPIL(engine_dns_tcp__other_bytes_for_an_allowed_question__finished),
        PUPIL(engine_dns_tcp__a_thousand_questions__each_read),
        PUPIL(engine_dns_tcp__no_dns_at_all__finished_where_closed),
        PUPIL(engine_dns_tcp__message_larger_than_the_stream__finished),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
