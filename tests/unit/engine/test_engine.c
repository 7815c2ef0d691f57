/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "flow/flow.h"
#include "pupil.h"

static struct bytes hello(const char *sni)
{
    static uint8_t buf[1024];

    return (struct bytes){buf, hello_make(buf, sizeof(buf), sni, NULL)};
}

static void assert_untouched(const struct passage *got)
{
    assert_true(got->queued);
    assert_passed(got);
    assert_false(got->verdict.marks);
    assert_int_equal(got->verdict.out_count, 0);
}

static void engine_handle__no_snapshot__accepts_everything(void **state)
{
    struct pupil *p = *state;

    engine_use(p->engine, NULL, NULL);
    assert_untouched(pupil_tcp(p, FIRST, hello("www.instagram.com")));
    engine_use(p->engine, &p->room.snapshot, NULL);
    assert_untouched(pupil_tcp(p, FIRST, hello("www.instagram.com")));
    p->server.port = 53;
    assert_untouched(pupil_udp(p, BYTES("junk")));
    assert_int_equal(counted(p)->packets, 3);
}

static void engine_handle__client_in_no_zone__accepted_and_counted(void **state)
{
    struct pupil *p = *state;

    p->me = at("10.200.0.1", 40001);
    assert_untouched(pupil_tcp(p, FIRST, hello("www.instagram.com")));
    assert_untouched(pupil_udp(p, BYTES("\xc0")));
    p->server.port = 53;
    assert_untouched(pupil_udp(p, BYTES("junk")));
    assert_int_equal(counted(p)->no_zone, 3);
}

static void engine_handle__resolver__accepted(void **state)
{
    struct pupil *p = *state;

    p->me = at("10.0.0.53", 40001);
    assert_untouched(pupil_tcp(p, FIRST, hello("www.instagram.com")));
    p->server.port = 53;
    assert_untouched(pupil_udp(p, BYTES("junk")));
    assert_int_equal(counted(p)->no_zone, 0);
}

static void engine_handle__zone_without_lessons__named_at_once(void **state)
{
    struct pupil *p = *state;

    p->me = at("10.9.0.7", 40001);
    assert_passed(pupil_tcp(p, FIRST, hello("www.instagram.com")));
    assert_mark(&p->last, MARK_FINAL, classroom_label(&p->room, "instagram.com"));
}

/* Between two zones both ends look like clients: who spoke first is the client. */
static void engine_handle__server_in_a_zone__its_answer_confirms(void **state)
{
    struct pupil *p = *state;
    struct bytes h = hello("intranet.example.org");

    p->server = at("10.9.0.7", 443);
    pupil_tcp(p, FIRST, h);
    assert_mark(&p->last, MARK_TENTATIVE, LABEL_OTHER);
    server_tcp(p, FIRST + (uint32_t)h.len);
    assert_mark(&p->last, MARK_TENTATIVE | MARK_FINAL, LABEL_OTHER);
}

static void engine_handle__unreadable__accepted_and_counted(void **state)
{
    struct pupil *p = *state;
    struct verdict verdict;
    static const char *const packets[] = {"", "\x45", "\x45\x00\x00\x14 too short for this", "?"};

    for (size_t i = 0; i < ARRAY_SIZE(packets); i++) {
        const struct engine_packet packet = {.ip = bytes_of(packets[i]), .hook = HOOK_FORWARD};

        engine_handle(p->engine, &packet, p->gate.now, &verdict);
        assert_false(verdict.drop || verdict.marks);
    }
    assert_int_equal(counted(p)->unparsed, ARRAY_SIZE(packets));
}

static void engine_use__another_snapshot__takes_effect_at_once(void **state)
{
    struct pupil *p = *state;
    struct classroom other;

    assert_true(classroom_make(&other));
    assert_refused(pupil_tcp(p, FIRST, hello("www.instagram.com")));
    engine_use(p->engine, &other.snapshot, &other.catalogue);
    p->gate.snapshot = &other.snapshot;
    p->me.port++;
    assert_refused(pupil_tcp(p, FIRST, hello("www.instagram.com")));
    engine_use(p->engine, NULL, NULL);
    classroom_done(&other);
    p->gate.snapshot = &p->room.snapshot;
    p->me.port++;
    assert_untouched(pupil_tcp(p, FIRST, hello("www.instagram.com")));
}

static void engine_handle__clock_set_back__state_of_that_time(void **state)
{
    struct pupil *p = *state;

    pupil_clock(p, "09:17");
    assert_passed(pupil_tcp(p, FIRST, hello("www.instagram.com")));
    assert_mark(&p->last, MARK_FINAL, classroom_label(&p->room, "instagram.com"));
    pupil_clock(p, "08:40");
    p->me.port++;
    assert_refused(pupil_tcp(p, FIRST, hello("www.instagram.com")));
    assert_mark(&p->last, MARK_TENTATIVE, classroom_label(&p->room, "instagram.com"));
}

/* A flood of half hellos: the oldest go, and fail like the half read flows of a gate that died. */
static void engine_handle__more_flows_than_the_limit__oldest_condemned(void **state)
{
    struct pupil *p = *state;
    struct bytes h = hello("www.example.org");
    const uint16_t first = p->me.port;

    for (uint16_t i = 0; i <= 16; i++) {
        p->me.port = (uint16_t)(first + i);
        assert_passed(pupil_tcp(p, FIRST, (struct bytes){h.ptr, 40}));
    }
    p->me.port = first + 16;
    assert_passed(pupil_tcp(p, FIRST + 40, (struct bytes){h.ptr + 40, h.len - 40}));
    p->me.port = first;
    assert_refused(pupil_tcp(p, FIRST + 40, (struct bytes){h.ptr + 40, h.len - 40}));
    assert_int_equal(counted(p)->orphans, 1);
}

static void engine_handle__silent_flow__forgotten(void **state)
{
    struct pupil *p = *state;
    struct bytes h = hello("www.example.org");

    assert_passed(pupil_tcp(p, FIRST, (struct bytes){h.ptr, 40}));
    p->gate.now.mono += FLOW_IDLE_MS;
    assert_refused(pupil_tcp(p, FIRST + 40, (struct bytes){h.ptr + 40, h.len - 40}));
    assert_int_equal(counted(p)->orphans, 1);
}

#define PUPIL(test) cmocka_unit_test_setup_teardown(test, pupil_setup, pupil_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PUPIL(engine_handle__no_snapshot__accepts_everything),
        PUPIL(engine_handle__client_in_no_zone__accepted_and_counted),
        PUPIL(engine_handle__resolver__accepted),
        PUPIL(engine_handle__zone_without_lessons__named_at_once),
        PUPIL(engine_handle__server_in_a_zone__its_answer_confirms),
        PUPIL(engine_handle__unreadable__accepted_and_counted),
        PUPIL(engine_use__another_snapshot__takes_effect_at_once),
        PUPIL(engine_handle__clock_set_back__state_of_that_time),
        PUPIL(engine_handle__more_flows_than_the_limit__oldest_condemned),
        PUPIL(engine_handle__silent_flow__forgotten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
