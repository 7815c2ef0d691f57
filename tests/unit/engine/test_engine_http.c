/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "pupil.h"

#define OPEN      "GET / HTTP/1.1\r\nHost: www.example.org\r\n\r\n"
#define CLOSED    "GET / HTTP/1.1\r\nHost: www.instagram.com\r\n\r\n"
#define LENGTH(s) ((uint32_t)sizeof(s) - 1)

#define REQUESTS (MARK_FINAL | MARK_REQUESTS)

static int setup(void **state)
{
    int result = pupil_setup(state);
    struct pupil *p = *state;

    p->server.port = 80;
    return result;
}

static struct bytes part(const char *text, size_t from, size_t len)
{
    return (struct bytes){(const uint8_t *)text + from, len};
}

static void engine_http__one_request__named_and_read_on(void **state)
{
    struct pupil *p = *state;

    assert_passed(pupil_tcp(p, FIRST, BYTES(OPEN)));
    assert_mark(&p->last, REQUESTS, LABEL_OTHER);
    server_tcp(p, FIRST + LENGTH(OPEN));
    assert_false(p->last.queued);
    p->me.port++;
    assert_refused(pupil_tcp(p, FIRST, BYTES(CLOSED)));
    assert_mark(&p->last, REQUESTS, classroom_label(&p->room, "instagram.com"));
    assert_int_equal(counted(p)->requests, 2);
}

static void engine_http__closed_host_cut_anywhere__last_part_refused(void **state)
{
    struct pupil *p = *state;

    for (uint32_t cut = 1; cut < LENGTH(CLOSED); cut++) {
        p->me.port++;
        assert_passed(pupil_tcp(p, FIRST, part(CLOSED, 0, cut)));
        assert_refused(pupil_tcp(p, FIRST + cut, part(CLOSED, cut, LENGTH(CLOSED) - cut)));
    }
}

static void engine_http__later_requests__each_read(void **state)
{
    struct pupil *p = *state;
    uint32_t seq = FIRST;

    for (int i = 0; i < 1000; i++, seq += LENGTH(OPEN))
        assert_passed(pupil_tcp(p, seq, BYTES(OPEN)));
    assert_int_equal(counted(p)->requests, 1000);
    assert_refused(pupil_tcp(p, seq, BYTES(CLOSED)));
}

static void engine_http__second_head_cut_anywhere__refused(void **state)
{
    struct pupil *p = *state;
    uint32_t next = FIRST + LENGTH(OPEN);

    for (uint32_t cut = 1; cut < LENGTH(CLOSED); cut++) {
        p->me.port++;
        assert_passed(pupil_tcp(p, FIRST, BYTES(OPEN)));
        assert_passed(pupil_tcp(p, next, part(CLOSED, 0, cut)));
        assert_mark(&p->last, REQUESTS, LABEL_OTHER);
        assert_refused(pupil_tcp(p, next + cut, part(CLOSED, cut, LENGTH(CLOSED) - cut)));
    }
}

static void engine_http__second_head_reversed__refused(void **state)
{
    struct pupil *p = *state;
    uint32_t next = FIRST + LENGTH(OPEN);

    assert_passed(pupil_tcp(p, FIRST, BYTES(OPEN)));
    assert_passed(pupil_tcp(p, next + 20, part(CLOSED, 20, LENGTH(CLOSED) - 20)));
    assert_refused(pupil_tcp(p, next, part(CLOSED, 0, 20)));
}

static void engine_http__several_in_one_segment__the_closed_one_counts(void **state)
{
    struct pupil *p = *state;

    assert_refused(pupil_tcp(p, FIRST, BYTES(OPEN CLOSED OPEN)));
    assert_mark(&p->last, REQUESTS, classroom_label(&p->room, "instagram.com"));
}

static void engine_http__body__passes_with_the_label(void **state)
{
    struct pupil *p = *state;
    static const uint8_t body[60000];
    uint32_t seq = FIRST + LENGTH(OPEN);

    assert_passed(pupil_tcp(p, FIRST, BYTES(OPEN)));
    for (int i = 0; i < 3; i++, seq += sizeof(body)) {
        assert_passed(pupil_tcp(p, seq, (struct bytes){body, sizeof(body)}));
        assert_mark(&p->last, REQUESTS, LABEL_OTHER);
    }
    assert_refused(pupil_tcp(p, seq, BYTES(CLOSED)));
    assert_int_equal(counted(p)->malformed, 0);
}

static void engine_http__other_bytes_for_a_head__condemned(void **state)
{
    struct pupil *p = *state;

    assert_passed(pupil_tcp(p, FIRST, BYTES(OPEN)));
    assert_refused(pupil_tcp(p, FIRST + 22, BYTES("www.instagram.com\r\n\r\n")));
    assert_mark(&p->last, REQUESTS | MARK_CONDEMNED, LABEL_OTHER);
    assert_int_equal(counted(p)->conflicts, 1);
}

static void engine_http__same_head_again__passes(void **state)
{
    struct pupil *p = *state;

    assert_passed(pupil_tcp(p, FIRST, BYTES(OPEN)));
    assert_passed(pupil_tcp(p, FIRST, BYTES(OPEN)));
    assert_passed(pupil_tcp(p, FIRST + 9, part(OPEN, 9, LENGTH(OPEN) - 9)));
    assert_int_equal(counted(p)->requests, 1);
}

static void engine_http__fake_far_in_front__real_one_read(void **state)
{
    struct pupil *p = *state;

    assert_passed(pupil_tcp(p, FIRST - 10000, BYTES(OPEN)));
    assert_refused(pupil_tcp(p, FIRST, BYTES(CLOSED)));
    p->me.port++;
    assert_passed(pupil_tcp(p, FIRST + 10000, BYTES(OPEN)));
    assert_refused(pupil_tcp(p, FIRST, BYTES(CLOSED)));
}

static void engine_http__another_gate__reads_on(void **state)
{
    struct pupil *p = *state;
    const struct engine_limits limits = {.flows = 8, .flows_per_client = 8};
    struct engine *next = engine_new(&limits, (struct hash_key){5, 6});
    uint32_t seq = FIRST + LENGTH(OPEN);

    assert_non_null(next);
    engine_use(next, &p->room.snapshot, &p->room.catalogue);
    assert_passed(pupil_tcp(p, FIRST, BYTES(OPEN)));
    p->gate.engine = next;
    assert_passed(pupil_tcp(p, seq, BYTES("the rest of a body")));
    assert_mark(&p->last, REQUESTS, LABEL_OTHER);
    assert_passed(pupil_tcp(p, seq + 18, part(CLOSED, 0, 20)));
    assert_refused(pupil_tcp(p, seq + 38, part(CLOSED, 20, LENGTH(CLOSED) - 20)));
    engine_free(next);
}

static void engine_http__malformed__condemned_only_where_closed(void **state)
{
    struct pupil *p = *state;

    assert_refused(
        pupil_tcp(p, FIRST, BYTES("GET / HTTP/1.1\r\nHost: a.org\r\nHost: b.org\r\n\r\n")));
    assert_int_equal(counted(p)->malformed, 1);
    p->me.port++;
    assert_passed(pupil_tcp(p, FIRST, BYTES(OPEN)));
    assert_refused(
        pupil_tcp(p, FIRST + LENGTH(OPEN), BYTES("GET / HTTP/1.1\r\nHost: a b\r\n\r\n")));
    assert_mark(&p->last, REQUESTS | MARK_CONDEMNED, LABEL_OTHER);
    pupil_clock(p, "08:00");
    p->me.port++;
    assert_passed(pupil_tcp(p, FIRST, BYTES("GET / HTTP/1.1\r\nHost: a b\r\n\r\n")));
    assert_mark(&p->last, MARK_FINAL, LABEL_OPAQUE);
}

static void engine_http__no_host__own_label(void **state)
{
    struct pupil *p = *state;

    assert_passed(pupil_tcp(p, FIRST, BYTES("GET / HTTP/1.0\r\n\r\n")));
    assert_mark(&p->last, REQUESTS, LABEL_NO_NAME);
}

static void engine_http__in_break__closed_by_the_bell(void **state)
{
    struct pupil *p = *state;

    pupil_clock(p, "09:17");
    assert_passed(pupil_tcp(p, FIRST, BYTES(CLOSED)));
    pupil_clock(p, "09:20");
    assert_refused(pupil_tcp(p, FIRST + LENGTH(CLOSED), BYTES("body")));
}

#define PUPIL(test) cmocka_unit_test_setup_teardown(test, setup, pupil_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PUPIL(engine_http__one_request__named_and_read_on),
        PUPIL(engine_http__closed_host_cut_anywhere__last_part_refused),
        PUPIL(engine_http__later_requests__each_read),
        PUPIL(engine_http__second_head_cut_anywhere__refused),
        PUPIL(engine_http__second_head_reversed__refused),
        PUPIL(engine_http__several_in_one_segment__the_closed_one_counts),
        PUPIL(engine_http__body__passes_with_the_label),
        PUPIL(engine_http__other_bytes_for_a_head__condemned),
        PUPIL(engine_http__same_head_again__passes),
        PUPIL(engine_http__fake_far_in_front__real_one_read),
        PUPIL(engine_http__another_gate__reads_on),
        PUPIL(engine_http__malformed__condemned_only_where_closed),
        PUPIL(engine_http__no_host__own_label),
        PUPIL(engine_http__in_break__closed_by_the_bell),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
