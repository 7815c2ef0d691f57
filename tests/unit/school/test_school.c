/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "sample.h"

static void zone__by_name__index_or_minus_one(void **state)
{
    (void)state;
    assert_int_equal(school_zone(&sample_school, "306"), Z_306);
    assert_int_equal(school_zone(&sample_school, "gym"), Z_GYM);
    assert_int_equal(school_zone(&sample_school, "30"), -1);
    assert_int_equal(school_zone(&sample_school, ""), -1);
}

static void zone_stream__hall_resolver_and_unknown__none(void **state)
{
    (void)state;
    assert_int_equal(school_zone_stream(&sample_school, Z_306), DAYTIME);
    assert_int_equal(school_zone_stream(&sample_school, Z_DORM), NIGHT);
    assert_int_equal(school_zone_stream(&sample_school, Z_HALL), NO_STREAM);
    assert_int_equal(school_zone_stream(&sample_school, Z_DNS), NO_STREAM);
    assert_int_equal(school_zone_stream(&sample_school, SAMPLE_ZONES), NO_STREAM);
}

static void day_off__edges__inclusive(void **state)
{
    static const struct {
        struct date date;
        const char *name;
    } cases[] = {
        {{2026, 11, 26}, NULL},      {{2026, 11, 27}, "study day"}, {{2026, 11, 28}, NULL},
        {{2026, 12, 20}, NULL},      {{2026, 12, 21}, "Christmas"}, {{2027, 1, 1}, "Christmas"},
        {{2027, 1, 3}, "Christmas"}, {{2027, 1, 4}, NULL},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        const char *name = school_day_off(&sample_school, cases[i].date);

        assert_int_equal(name != NULL, cases[i].name != NULL);
        if (name)
            assert_string_equal(name, cases[i].name);
    }
}

/* 2026-11-20 is a Friday. In spring 02:00 becomes 03:00 on 2026-03-29, in autumn 03:00 becomes
 * 02:00 on 2026-10-25. */
static const struct {
    unsigned stream;
    int plus; /* seconds */
    const char *at, *bell, *start, *end;
} lessons[] = {
    {DAYTIME, -1, "2026-11-20 08:30", NULL, "", ""},
    {DAYTIME, 0, "2026-11-20 08:30", "1", "2026-11-20 08:30", "2026-11-20 09:20"},
    {DAYTIME, -1, "2026-11-20 09:20", "1", "2026-11-20 08:30", "2026-11-20 09:20"},
    {DAYTIME, 0, "2026-11-20 09:20", "2", "2026-11-20 09:20", "2026-11-20 10:10"},
    {DAYTIME, 0, "2026-11-20 10:10", NULL, "", ""},
    {DAYTIME, -1, "2026-11-20 11:20", "3", "2026-11-20 10:30", "2026-11-20 11:20"},
    {DAYTIME, 0, "2026-11-20 11:20", NULL, "", ""},
    /* weekend, day off, holiday */
    {DAYTIME, 0, "2026-11-21 08:45", NULL, "", ""},
    {DAYTIME, 0, "2026-11-27 08:45", NULL, "", ""},
    {DAYTIME, 0, "2027-01-01 08:45", NULL, "", ""},
    {DAYTIME, 0, "2027-01-04 08:45", "1", "2027-01-04 08:30", "2027-01-04 09:20"},
    /* over midnight: the day it starts decides */
    {NIGHT, -1, "2026-11-20 22:00", NULL, "", ""},
    {NIGHT, 0, "2026-11-20 22:00", "night", "2026-11-20 22:00", "2026-11-21 06:00"},
    {NIGHT, 0, "2026-11-21 00:00", "night", "2026-11-20 22:00", "2026-11-21 06:00"},
    {NIGHT, -1, "2026-11-21 06:00", "night", "2026-11-20 22:00", "2026-11-21 06:00"},
    {NIGHT, 0, "2026-11-21 06:00", NULL, "", ""},
    {NIGHT, 0, "2026-11-23 03:00", NULL, "", ""}, /* Monday: Sunday has no night */
    {NIGHT, 0, "2026-11-27 05:59", "night", "2026-11-26 22:00", "2026-11-27 06:00"},
    {NIGHT, 0, "2026-11-27 23:00", NULL, "", ""},
    {NIGHT, 0, "2026-11-28 03:00", NULL, "", ""},
    /* 00:00 and 24:00 */
    {EARLY, 0, "2026-11-20 00:00", "a", "2026-11-20 00:00", "2026-11-20 02:15"},
    {EARLY, -1, "2026-11-20 00:00", "c", "2026-11-19 12:00", "2026-11-20 00:00"},
    /* daylight saving: 08:30 stays 08:30 */
    {DAYTIME, 0, "2026-03-27 08:30", "1", "2026-03-27 08:30", "2026-03-27 09:20"},
    {DAYTIME, 0, "2026-03-30 08:30", "1", "2026-03-30 08:30", "2026-03-30 09:20"},
    {DAYTIME, -1, "2026-03-30 08:30", NULL, "", ""},
    {DAYTIME, 0, "2026-10-26 08:30", "1", "2026-10-26 08:30", "2026-10-26 09:20"},
    {DAYTIME, -1, "2026-10-26 08:30", NULL, "", ""},
    /* spring: 00:00-02:15 ends at the change, 02:30-02:45 does not happen */
    {EARLY, 59, "2026-03-29 01:59", "a", "2026-03-29 00:00", "2026-03-29 03:00"},
    {EARLY, 0, "2026-03-29 03:00", NULL, "", ""},
};

static void lesson_at__edges_nights_and_changed_clocks__as_the_bells_say(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(lessons); i++) {
        int64_t at = sample_time(lessons[i].at) + lessons[i].plus;
        struct lesson l;

        if (school_lesson_at(&sample_school, lessons[i].stream, at, &l) != !!lessons[i].bell)
            fail_msg("%s%+d", lessons[i].at, lessons[i].plus);
        if (!lessons[i].bell)
            continue;
        assert_string_equal(l.bell->name, lessons[i].bell);
        assert_int_equal(l.start, sample_time(lessons[i].start));
        assert_int_equal(l.end, sample_time(lessons[i].end));
    }
}

/* The clock shows 02:30 twice; the bell rings at the first. */
static void lesson_at__repeated_hour__rings_once(void **state)
{
    int64_t two = sample_time("2026-10-25 02:00");
    struct lesson l;

    (void)state;
    assert_true(school_lesson_at(&sample_school, EARLY, two + 30 * 60, &l));
    assert_int_equal(l.end - l.start, 15 * 60);
    assert_false(school_lesson_at(&sample_school, EARLY, two + 45 * 60, &l));
    assert_false(school_lesson_at(&sample_school, EARLY, two + 90 * 60, &l));
    assert_false(school_lesson_at(&sample_school, EARLY, two + 104 * 60, &l));
}

static void lesson_at__night_of_the_change__an_hour_less_or_more(void **state)
{
    static const struct bell bells[] = {{"n", 0x7f, 22 * 60, 30 * 60}};
    static const struct stream stream = {"n", bells, 1};
    static const struct school school = {.streams = &stream, .stream_count = 1};
    static const struct {
        const char *at;
        int hours;
    } cases[] = {
        {"2026-03-27 23:00", 8}, {"2026-03-28 23:00", 7}, {"2026-03-29 23:00", 8},
        {"2026-10-24 23:00", 9}, {"2026-10-25 23:00", 8},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        struct lesson l;

        assert_true(school_lesson_at(&school, 0, sample_time(cases[i].at), &l));
        assert_int_equal(l.end - l.start, cases[i].hours * 3600);
    }
}

static void lesson_at__overlapping_bells__the_earlier_one(void **state)
{
    static const struct bell bells[] = {{"late", 0x7f, 560, 700}, {"early", 0x7f, 540, 600}};
    static const struct stream stream = {"s", bells, 2};
    static const struct school school = {.streams = &stream, .stream_count = 1};
    struct lesson l;

    (void)state;
    assert_true(school_lesson_at(&school, 0, sample_time("2026-11-20 09:30"), &l));
    assert_string_equal(l.bell->name, "early");
    assert_true(school_lesson_at(&school, 0, sample_time("2026-11-20 10:00"), &l));
    assert_string_equal(l.bell->name, "late");
}

static void lesson_next__from_and_to__first_start_in_between(void **state)
{
    static const struct {
        unsigned stream;
        const char *from, *to, *start; /* start NULL: none */
    } cases[] = {
        {DAYTIME, "2026-11-20 08:00", "2026-11-20 23:00", "2026-11-20 08:30"},
        {DAYTIME, "2026-11-20 08:30", "2026-11-20 23:00", "2026-11-20 08:30"},
        {DAYTIME, "2026-11-20 08:31", "2026-11-20 23:00", "2026-11-20 09:20"},
        {DAYTIME, "2026-11-20 10:31", "2026-11-20 23:00", NULL},
        {DAYTIME, "2026-11-20 08:00", "2026-11-20 08:30", NULL},
        {DAYTIME, "2026-11-20 12:00", "2026-11-27 00:00", "2026-11-23 08:30"},
        {DAYTIME, "2026-11-26 12:00", "2026-12-02 00:00", "2026-11-30 08:30"},
        {DAYTIME, "2026-12-18 12:00", "2027-06-01 00:00", "2027-01-04 08:30"},
        {NIGHT, "2026-11-20 23:00", "2026-11-23 21:00", NULL},
        {EARLY, "2026-11-20 13:00", "2026-11-22 00:00", "2026-11-21 00:00"},
        /* the bell of 02:30 does not ring that night */
        {EARLY, "2026-03-29 03:00", "2026-03-29 23:00", "2026-03-29 12:00"},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        struct lesson l;
        bool found = school_lesson_next(&sample_school, cases[i].stream, sample_time(cases[i].from),
                                        sample_time(cases[i].to), &l);

        assert_int_equal(found, cases[i].start != NULL);
        if (found)
            assert_int_equal(l.start, sample_time(cases[i].start));
    }
}

static void lessons__two_days__in_order(void **state)
{
    static const char *const starts[] = {"2026-11-19 10:30", "2026-11-20 08:30", "2026-11-20 09:20",
                                         "2026-11-20 10:30"};
    struct lesson l[8];
    int64_t from = sample_time("2026-11-19 11:00"), to = sample_time("2026-11-20 10:31");

    (void)state;
    assert_int_equal(school_lessons(&sample_school, DAYTIME, from, to, l, 8), 4);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(l[i].start, sample_time(starts[i]));
    assert_int_equal(school_lessons(&sample_school, DAYTIME, from, to, l, 2), 2);
    assert_int_equal(l[1].start, sample_time(starts[1]));
    assert_int_equal(school_lessons(&sample_school, DAYTIME, from, to, l, 0), 0);
    assert_int_equal(school_lessons(&sample_school, NO_STREAM, from, to, l, 8), 0);
    assert_int_equal(school_lessons(&sample_school, DAYTIME, to, to, l, 8), 0);
}

static void next_edge__a_day__every_bell(void **state)
{
    static const char *const edges[] = {"2026-11-20 08:30", "2026-11-20 09:20", "2026-11-20 10:10",
                                        "2026-11-20 10:30", "2026-11-20 11:20", "2026-11-23 08:30"};
    int64_t at = sample_time("2026-11-20 00:00"), to = sample_time("2026-11-23 08:45");

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(edges); i++) {
        at = school_next_edge(&sample_school, DAYTIME, at, to);
        assert_int_equal(at, sample_time(edges[i]));
    }
    assert_int_equal(school_next_edge(&sample_school, DAYTIME, at, to), to);
    assert_int_equal(school_next_edge(&sample_school, NO_STREAM, at, to), to);
    assert_int_equal(school_next_edge(&sample_school, DAYTIME, to, at), at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zone__by_name__index_or_minus_one),
        cmocka_unit_test(zone_stream__hall_resolver_and_unknown__none),
        cmocka_unit_test(day_off__edges__inclusive),
        cmocka_unit_test(lesson_at__edges_nights_and_changed_clocks__as_the_bells_say),
        cmocka_unit_test(lesson_at__repeated_hour__rings_once),
        cmocka_unit_test(lesson_at__night_of_the_change__an_hour_less_or_more),
        cmocka_unit_test(lesson_at__overlapping_bells__the_earlier_one),
        cmocka_unit_test(lesson_next__from_and_to__first_start_in_between),
        cmocka_unit_test(lessons__two_days__in_order),
        cmocka_unit_test(next_edge__a_day__every_bell),
    };

    return cmocka_run_group_tests_name("school", tests, sample_zone, NULL);
}
