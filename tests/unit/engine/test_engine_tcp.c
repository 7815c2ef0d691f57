/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "flow/stream.h"
#include "pupil.h"

static uint8_t hello_bytes[40000];

static struct bytes hello_with(const char *sni, const struct hello_options *o)
{
    size_t len = hello_make(hello_bytes, sizeof(hello_bytes), sni, o);

    assert_int_not_equal(len, 0);
    return (struct bytes){hello_bytes, len};
}

static struct bytes hello(const char *sni)
{
    return hello_with(sni, NULL);
}

static struct bytes part(struct bytes b, size_t from, size_t to)
{
    return (struct bytes){b.ptr + from, to - from};
}

static void engine_tcp__open_name_in_lesson__final_when_server_answers(void **state)
{
    struct pupil *p = *state;
    struct bytes h = hello("www.example.org");
    const struct passage *got = pupil_tcp(p, FIRST, h);
    uint32_t end = FIRST + (uint32_t)h.len;

    assert_passed(got);
    assert_mark(got, MARK_TENTATIVE, LABEL_OTHER);
    got = server_tcp(p, end - 1);
    assert_mark(got, MARK_TENTATIVE, LABEL_OTHER);
    got = server_tcp(p, end);
    assert_mark(got, MARK_TENTATIVE | MARK_FINAL, LABEL_OTHER);
    assert_int_equal(counted(p)->hellos, 1);
    assert_int_equal(counted(p)->confirmed, 1);
    got = pupil_tcp(p, end, BYTES("application data"));
    assert_false(got->queued);
    assert_passed(got);
}

static void engine_tcp__closed_name_cut_anywhere__last_part_refused(void **state)
{
    struct pupil *p = *state;
    struct bytes h = hello("www.instagram.com");

    for (size_t cut = 1; cut < h.len; cut++) {
        p->me.port++;
        assert_passed(pupil_tcp(p, FIRST, part(h, 0, cut)));
        assert_mark(&p->last, MARK_TENTATIVE, LABEL_NONE);
        assert_refused(pupil_tcp(p, FIRST + (uint32_t)cut, part(h, cut, h.len)));
    }
}

static void engine_tcp__closed_name_reversed__first_part_refused(void **state)
{
    struct pupil *p = *state;
    struct bytes h = hello("www.instagram.com");

    for (size_t cut = 1; cut < h.len; cut++) {
        p->me.port++;
        assert_passed(pupil_tcp(p, FIRST + (uint32_t)cut, part(h, cut, h.len)));
        assert_refused(pupil_tcp(p, FIRST, part(h, 0, cut)));
        assert_mark(&p->last, MARK_TENTATIVE, classroom_label(&p->room, "instagram.com"));
    }
    assert_int_equal(counted(p)->malformed, 0);
}

static void engine_tcp__one_byte_segments__refused_at_the_last(void **state)
{
    struct pupil *p = *state;
    struct bytes h = hello("www.instagram.com");

    for (size_t i = 0; i + 1 < h.len; i++)
        assert_passed(pupil_tcp(p, FIRST + (uint32_t)i, part(h, i, i + 1)));
    assert_refused(pupil_tcp(p, FIRST + (uint32_t)h.len - 1, part(h, h.len - 1, h.len)));
}

static void engine_tcp__name_open_until_the_bell__labelled_at_once(void **state)
{
    struct pupil *p = *state;
    struct bytes h = hello("www.instagram.com");

    pupil_clock(p, "08:29");
    assert_passed(pupil_tcp(p, FIRST, h));
    assert_mark(&p->last, MARK_FINAL, classroom_label(&p->room, "instagram.com"));
    assert_passed(pupil_tcp(p, FIRST + (uint32_t)h.len, BYTES("data")));
    pupil_clock(p, "08:30");
    assert_refused(pupil_tcp(p, FIRST + (uint32_t)h.len + 4, BYTES("data")));
    assert_false(p->last.queued);
    pupil_clock(p, "09:15");
    assert_passed(pupil_tcp(p, FIRST + (uint32_t)h.len + 4, BYTES("data")));
}

static void engine_tcp__hello_begun_before_the_bell__refused_after(void **state)
{
    struct pupil *p = *state;
    struct bytes h = hello("www.instagram.com");

    pupil_clock(p, "08:29");
    assert_passed(pupil_tcp(p, FIRST, part(h, 0, 60)));
    pupil_clock(p, "08:30");
    p->gate.now.mono = classroom_time("08:29").mono + 10;
    assert_refused(pupil_tcp(p, FIRST + 60, part(h, 60, h.len)));
}

static void engine_tcp__other_bytes_for_the_same_range__condemned(void **state)
{
    struct pupil *p = *state;
    struct bytes real = hello("www.instagram.com");
    size_t len = real.len;
    uint8_t copy[512];

    memcpy(copy, real.ptr, len);
    real.ptr = copy;
    struct bytes shown = hello("www.exampleab.com");
    assert_int_equal(shown.len, len);
    /* An open name that never arrives, then the real one in its place; and the other way round. */
    assert_passed(pupil_tcp(p, FIRST, shown));
    assert_refused(pupil_tcp(p, FIRST, real));
    assert_mark(&p->last, MARK_TENTATIVE | MARK_CONDEMNED, LABEL_OTHER);
    assert_int_equal(counted(p)->conflicts, 1);
    p->me.port++;
    assert_passed(pupil_tcp(p, FIRST, part(real, 0, len - 4)));
    assert_refused(pupil_tcp(p, FIRST, shown));
    assert_int_equal(counted(p)->conflicts, 2);
    pupil_clock(p, "10:30"); /* for ever */
    assert_refused(pupil_tcp(p, FIRST + 1, BYTES("x")));
}

static void engine_tcp__same_bytes_again__no_effect(void **state)
{
    struct pupil *p = *state;
    struct bytes h = hello("www.example.org");

    assert_passed(pupil_tcp(p, FIRST, part(h, 0, 50)));
    assert_passed(pupil_tcp(p, FIRST, part(h, 0, 50)));
    assert_passed(pupil_tcp(p, FIRST + 20, part(h, 20, h.len)));
    assert_passed(pupil_tcp(p, FIRST, h));
    assert_mark(&p->last, MARK_TENTATIVE, LABEL_OTHER);
    assert_int_equal(counted(p)->hellos, 1);
    server_tcp(p, FIRST + (uint32_t)h.len);
    assert_mark(&p->last, MARK_TENTATIVE | MARK_FINAL, LABEL_OTHER);
}

static void engine_tcp__much_data_before_the_answer__confirmed(void **state)
{
    struct pupil *p = *state;
    struct bytes h = hello("www.example.org");
    static const uint8_t data[30000];
    uint32_t seq = FIRST + (uint32_t)h.len;

    assert_passed(pupil_tcp(p, FIRST, h));
    for (int i = 0; i < 3; i++, seq += sizeof(data))
        assert_passed(pupil_tcp(p, seq, (struct bytes){data, sizeof(data)}));
    server_tcp(p, seq);
    assert_mark(&p->last, MARK_TENTATIVE | MARK_FINAL, LABEL_OTHER);
    assert_int_equal(counted(p)->malformed, 0);
}

/* A name ahead of where the server reads: it never acknowledges it alone. */
static void engine_tcp__server_has_bytes_we_have_not_seen__condemned(void **state)
{
    struct pupil *p = *state;
    uint8_t fake[512];
    struct bytes h = hello("www.example.org");

    memcpy(fake, h.ptr, h.len);
    assert_passed(pupil_tcp(p, FIRST - 10000, (struct bytes){fake, h.len}));
    assert_passed(pupil_tcp(p, FIRST, hello("www.instagram.com")));
    server_tcp(p, FIRST + 200);
    assert_mark(&p->last, MARK_TENTATIVE | MARK_CONDEMNED, LABEL_OTHER);
    assert_refused(pupil_tcp(p, FIRST + 200, BYTES("data")));
}

static void engine_tcp__fin_behind_the_hello__confirmed(void **state)
{
    struct pupil *p = *state;
    struct bytes h = hello("www.example.org");

    pupil_tcp(p, FIRST, h);
    server_tcp(p, FIRST + (uint32_t)h.len + 1);
    assert_mark(&p->last, MARK_TENTATIVE | MARK_FINAL, LABEL_OTHER);
}

static void engine_tcp__second_hello_before_the_answer__condemned(void **state)
{
    struct pupil *p = *state;
    struct bytes h = hello("www.example.org");
    uint32_t end = FIRST + (uint32_t)h.len;

    assert_passed(pupil_tcp(p, FIRST, h));
    assert_refused(pupil_tcp(p, end, hello("www.instagram.com")));
    assert_int_equal(counted(p)->malformed, 1);
}

static void engine_tcp__early_data_behind_the_hello__passes(void **state)
{
    struct pupil *p = *state;
    struct bytes h = hello("www.example.org");

    assert_passed(pupil_tcp(p, FIRST, h));
    assert_passed(pupil_tcp(p, FIRST + (uint32_t)h.len, BYTES("\x17\x03\x03\x00\x01x")));
    assert_mark(&p->last, MARK_TENTATIVE, LABEL_OTHER);
}

static void engine_tcp__no_name__own_label(void **state)
{
    struct pupil *p = *state;
    const struct hello_options o = {.no_sni = true};

    assert_passed(pupil_tcp(p, FIRST, hello_with("", &o)));
    assert_mark(&p->last, MARK_TENTATIVE, LABEL_NO_NAME);
    p->me.port++;
    assert_passed(pupil_tcp(p, FIRST, hello("192.0.2.1")));
    assert_mark(&p->last, MARK_TENTATIVE, LABEL_NO_NAME);
}

static void engine_tcp__shared_and_never_blocked_names__pass(void **state)
{
    struct pupil *p = *state;

    assert_passed(pupil_tcp(p, FIRST, hello("scontent.fbcdn.net")));
    p->me.port++;
    assert_passed(pupil_tcp(p, FIRST, hello("school.magister.net")));
    assert_mark(&p->last, MARK_TENTATIVE, LABEL_NEVER);
}

static void engine_tcp__malformed_hello__condemned_only_where_closed(void **state)
{
    struct pupil *p = *state;
    const struct hello_options two = {.sni_copies = 1};

    assert_refused(pupil_tcp(p, FIRST, hello_with("www.example.org", &two)));
    assert_mark(&p->last, MARK_CONDEMNED, LABEL_NONE);
    assert_int_equal(counted(p)->malformed, 1);
    pupil_clock(p, "08:00");
    p->me.port++;
    assert_passed(pupil_tcp(p, FIRST, hello_with("www.example.org", &two)));
    assert_mark(&p->last, MARK_FINAL, LABEL_OPAQUE);
    assert_int_equal(counted(p)->malformed, 1);
}

static void engine_tcp__oversize_hello__condemned(void **state)
{
    struct pupil *p = *state;
    const struct hello_options large = {.before = 17000};

    assert_refused(pupil_tcp(p, FIRST, hello_with("www.example.org", &large)));
    assert_int_equal(counted(p)->malformed, 1);
}

static void engine_tcp__too_many_pieces__condemned(void **state)
{
    struct pupil *p = *state;
    struct bytes h = hello("www.example.org");
    size_t i;

    assert_passed(pupil_tcp(p, FIRST, part(h, 0, 1)));
    for (i = 2; i < 2 * STREAM_MAX_RANGES; i += 2)
        assert_passed(pupil_tcp(p, FIRST + (uint32_t)i, part(h, i, i + 1)));
    assert_refused(pupil_tcp(p, FIRST + (uint32_t)i, part(h, i, i + 1)));
}

static void engine_tcp__opaque_in_lesson__final_when_server_answers(void **state)
{
    struct pupil *p = *state;

    assert_passed(pupil_tcp(p, FIRST, BYTES("SSH-2.0-client\r\n")));
    assert_mark(&p->last, MARK_TENTATIVE, LABEL_OPAQUE);
    server_tcp(p, FIRST); /* its banner crossed ours */
    assert_mark(&p->last, MARK_TENTATIVE, LABEL_OPAQUE);
    server_tcp(p, FIRST + 16);
    assert_mark(&p->last, MARK_TENTATIVE | MARK_FINAL, LABEL_OPAQUE);
    assert_int_equal(counted(p)->opaque, 1);
}

static void engine_tcp__opaque_upload__final_at_the_limit(void **state)
{
    struct pupil *p = *state;
    static const uint8_t data[21000];

    assert_passed(pupil_tcp(p, FIRST, (struct bytes){data, 10000}));
    assert_mark(&p->last, MARK_TENTATIVE, LABEL_OPAQUE);
    assert_passed(pupil_tcp(p, FIRST + 10000, (struct bytes){data, sizeof(data)}));
    assert_mark(&p->last, MARK_TENTATIVE | MARK_FINAL, LABEL_OPAQUE);
}

static void engine_tcp__opaque_in_break__final_at_once(void **state)
{
    struct pupil *p = *state;

    pupil_clock(p, "09:17");
    assert_passed(pupil_tcp(p, FIRST, BYTES("hello?")));
    assert_mark(&p->last, MARK_FINAL, LABEL_OPAQUE);
}

/* Bytes in front of the stream that the server ignores. */
static void engine_tcp__garbage_then_hello__refused(void **state)
{
    struct pupil *p = *state;

    assert_passed(pupil_tcp(p, FIRST - 1, BYTES("x")));
    assert_refused(pupil_tcp(p, FIRST, hello("www.instagram.com")));
    p->me.port++;
    assert_passed(pupil_tcp(p, FIRST - 5000, BYTES("garbage")));
    assert_refused(pupil_tcp(p, FIRST, hello("www.instagram.com")));
}

static void engine_tcp__garbage_in_front_of_half_a_hello__condemned(void **state)
{
    struct pupil *p = *state;
    struct bytes h = hello("www.instagram.com");

    assert_passed(pupil_tcp(p, FIRST, part(h, 0, 60)));
    assert_refused(pupil_tcp(p, FIRST - 1, BYTES("x")));
    assert_int_equal(counted(p)->malformed, 1);
}

static void engine_tcp__half_read_by_another_gate__condemned_where_closed(void **state)
{
    struct pupil *p = *state;
    const struct engine_limits limits = {.flows = 8, .flows_per_client = 8};
    struct bytes h = hello("www.instagram.com");
    struct engine *next = engine_new(&limits, (struct hash_key){5, 6});

    assert_non_null(next);
    engine_use(next, &p->room.snapshot, &p->room.catalogue);
    assert_passed(pupil_tcp(p, FIRST, part(h, 0, 60)));
    p->gate.engine = next;
    server_tcp(p, FIRST + 60); /* no flow: left as it is */
    assert_mark(&p->last, MARK_TENTATIVE, LABEL_NONE);
    assert_refused(pupil_tcp(p, FIRST + 60, part(h, 60, h.len)));
    assert_mark(&p->last, MARK_TENTATIVE | MARK_CONDEMNED, LABEL_NONE);
    assert_int_equal(engine_counters(next)->orphans, 1);

    p->me.port++;
    p->gate.engine = p->engine;
    pupil_clock(p, "08:29");
    assert_passed(pupil_tcp(p, FIRST, part(h, 0, 60)));
    p->gate.engine = next;
    assert_passed(pupil_tcp(p, FIRST + 60, part(h, 60, h.len)));
    assert_mark(&p->last, MARK_TENTATIVE | MARK_FINAL, LABEL_OPAQUE);
    engine_free(next);
}

/* Without the kernel's word: these were queued before the first verdict was written. */
static void engine_tcp__queued_before_the_verdict__same_label(void **state)
{
    struct pupil *p = *state;
    struct bytes h = hello("www.instagram.com");
    uint32_t end = FIRST + (uint32_t)h.len;

    pupil_clock(p, "08:29");
    pupil_tcp(p, FIRST, h);
    gateway_forget(&p->gate, &p->me);
    pupil_tcp(p, end, BYTES("more"));
    assert_true(p->last.queued);
    assert_mark(&p->last, MARK_FINAL, classroom_label(&p->room, "instagram.com"));

    pupil_clock(p, "08:31");
    p->me.port++;
    h = hello("www.example.org");
    pupil_tcp(p, FIRST, h);
    server_tcp(p, end = FIRST + (uint32_t)h.len);
    p->gate.connections[1].mark = MARK_TENTATIVE;
    assert_passed(pupil_tcp(p, end, BYTES("more")));
    assert_mark(&p->last, MARK_TENTATIVE | MARK_FINAL, LABEL_OTHER);
}

static void engine_tcp__same_ports_for_a_new_connection__read_again(void **state)
{
    struct pupil *p = *state;

    assert_passed(pupil_tcp(p, FIRST, hello("www.example.org")));
    gateway_forget(&p->gate, &p->me);
    p->gate.now.mono += 1000;
    assert_refused(pupil_tcp(p, FIRST - 900000, hello("www.instagram.com")));

    struct bytes h = hello("www.example.org");
    p->me.port++;
    assert_passed(pupil_tcp(p, FIRST, h));
    server_tcp(p, FIRST + (uint32_t)h.len);
    gateway_forget(&p->gate, &p->me); /* at once: the retired flow is still there */
    assert_refused(pupil_tcp(p, FIRST + 9, hello("www.instagram.com")));
}

static void engine_tcp__condemned__never_written_again(void **state)
{
    struct pupil *p = *state;
    struct verdict verdict;
    struct engine_packet packet = {.hook = HOOK_FORWARD, .mark = MARK_TENTATIVE | MARK_CONDEMNED};

    pupil_tcp(p, FIRST, hello("www.example.org"));
    packet.ip = (struct bytes){p->packet, 40 + hello("www.example.org").len};
    engine_handle(p->engine, &packet, p->gate.now, &verdict);
    assert_false(verdict.marks || verdict.drop);
}

static void engine_tcp__payload_in_syn_or_rst__ignored(void **state)
{
    struct pupil *p = *state;

    assert_passed(pupil_flags(p, FIRST - 1, hello("www.example.org"), TCP_SYN));
    assert_mark(&p->last, 0, LABEL_NONE);
    assert_passed(pupil_flags(p, FIRST, hello("www.example.org"), TCP_RST));
    assert_mark(&p->last, 0, LABEL_NONE);
    assert_refused(pupil_tcp(p, FIRST, hello("www.instagram.com")));
}

static void engine_tcp__ipv6__the_same(void **state)
{
    struct pupil *p = *state;

    p->me = at("2001:db8:306::20", 40001);
    p->server = at("2001:db8:ffff::1", 443);
    assert_refused(pupil_tcp(p, FIRST, hello("www.instagram.com")));
    p->me.port++;
    struct bytes h = hello("www.example.org");
    assert_passed(pupil_tcp(p, FIRST, h));
    server_tcp(p, FIRST + (uint32_t)h.len);
    assert_mark(&p->last, MARK_TENTATIVE | MARK_FINAL, LABEL_OTHER);
}

#define PUPIL(test) cmocka_unit_test_setup_teardown(test, pupil_setup, pupil_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PUPIL(engine_tcp__open_name_in_lesson__final_when_server_answers),
        PUPIL(engine_tcp__closed_name_cut_anywhere__last_part_refused),
        PUPIL(engine_tcp__closed_name_reversed__first_part_refused),
        PUPIL(engine_tcp__one_byte_segments__refused_at_the_last),
        PUPIL(engine_tcp__name_open_until_the_bell__labelled_at_once),
        PUPIL(engine_tcp__hello_begun_before_the_bell__refused_after),
        PUPIL(engine_tcp__other_bytes_for_the_same_range__condemned),
        PUPIL(engine_tcp__same_bytes_again__no_effect),
        PUPIL(engine_tcp__much_data_before_the_answer__confirmed),
        PUPIL(engine_tcp__server_has_bytes_we_have_not_seen__condemned),
        PUPIL(engine_tcp__fin_behind_the_hello__confirmed),
        PUPIL(engine_tcp__second_hello_before_the_answer__condemned),
        PUPIL(engine_tcp__early_data_behind_the_hello__passes),
        PUPIL(engine_tcp__no_name__own_label),
        PUPIL(engine_tcp__shared_and_never_blocked_names__pass),
        PUPIL(engine_tcp__malformed_hello__condemned_only_where_closed),
        PUPIL(engine_tcp__oversize_hello__condemned),
        PUPIL(engine_tcp__too_many_pieces__condemned),
        PUPIL(engine_tcp__opaque_in_lesson__final_when_server_answers),
        PUPIL(engine_tcp__opaque_upload__final_at_the_limit),
        PUPIL(engine_tcp__opaque_in_break__final_at_once),
        PUPIL(engine_tcp__garbage_then_hello__refused),
        PUPIL(engine_tcp__garbage_in_front_of_half_a_hello__condemned),
        PUPIL(engine_tcp__half_read_by_another_gate__condemned_where_closed),
        PUPIL(engine_tcp__queued_before_the_verdict__same_label),
        PUPIL(engine_tcp__same_ports_for_a_new_connection__read_again),
        PUPIL(engine_tcp__condemned__never_written_again),
        PUPIL(engine_tcp__payload_in_syn_or_rst__ignored),
        PUPIL(engine_tcp__ipv6__the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
