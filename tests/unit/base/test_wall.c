/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "base/span.h"
#include "base/wall.h"

#define UTC(y, m, d, h, min) utc_of(y, m, d, (h)*60 + (min))

static int64_t utc_of(int16_t year, uint8_t month, uint8_t day, int minute)
{
    int64_t t;

    assert_true(wall_set_zone("Etc/UTC"));
    t = wall_to_utc((struct date){year, month, day}, minute);
    assert_true(wall_set_zone("Europe/Amsterdam"));
    return t;
}

static void wall__known_instants__both_ways(void **state)
{
    struct wall w;

    (void)state;
    assert_true(utc_of(1970, 1, 1, 0) == 0);
    assert_true(utc_of(2026, 11, 20, 0) == 1795132800);
    assert_true(wall_to_utc((struct date){2026, 11, 20}, 510) == UTC(2026, 11, 20, 7, 30));
    assert_true(wall_to_utc((struct date){2026, 6, 1}, 510) == UTC(2026, 6, 1, 6, 30));
    w = wall_from_utc(UTC(2026, 11, 20, 7, 30));
    assert_int_equal(w.minute, 510);
    assert_int_equal(w.weekday, 4);
    assert_int_equal(date_compare(w.date, (struct date){2026, 11, 20}), 0);
}

static void wall__spring_gap__the_moment_of_the_change(void **state)
{
    struct date day = {2026, 3, 29};
    int64_t change = UTC(2026, 3, 29, 1, 0);

    (void)state;
    assert_true(wall_to_utc(day, 119) == change - 60);
    assert_true(wall_to_utc(day, 120) == change);
    assert_true(wall_to_utc(day, 150) == change);
    assert_true(wall_to_utc(day, 180) == change);
    assert_true(wall_to_utc(day, 181) == change + 60);
}

static void wall__autumn_repeat__the_first_of_the_two(void **state)
{
    struct date day = {2026, 10, 25};
    int64_t summer = UTC(2026, 10, 25, 0, 30);

    (void)state;
    assert_true(wall_to_utc(day, 150) == summer);
    assert_true(wall_to_utc(day, 180) == UTC(2026, 10, 25, 2, 0));
    assert_true(wall_to_utc(day, 1440) == UTC(2026, 10, 25, 23, 0));
}

static void wall__midnight_1440__next_day(void **state)
{
    (void)state;
    assert_true(wall_to_utc((struct date){2026, 12, 31}, 1440) ==
                wall_to_utc((struct date){2027, 1, 1}, 0));
    assert_true(wall_to_utc((struct date){2026, 12, 31}, 1440 + 61) ==
                wall_to_utc((struct date){2027, 1, 1}, 61));
}

static void wall__zone_unknown__refused_and_unchanged(void **state)
{
    static const char *const cases[] = {"",     "Europe", "Europe/Amsterdm", "/etc/passwd",
                                        "../x", "."};

    (void)state;
    assert_true(wall_set_zone("Europe/Amsterdam"));
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_false(wall_set_zone(cases[i]));
    assert_string_equal(getenv("TZ"), "Europe/Amsterdam");
}

static void date__arithmetic__over_month_and_leap_day(void **state)
{
    struct date d = {2028, 2, 28};

    (void)state;
    assert_int_equal(date_compare(date_add(d, 1), (struct date){2028, 2, 29}), 0);
    assert_int_equal(date_compare(date_add(d, 2), (struct date){2028, 3, 1}), 0);
    assert_int_equal(date_compare(date_add(d, 366), (struct date){2029, 2, 28}), 0);
    assert_int_equal(
        date_compare(date_add((struct date){2026, 1, 1}, -1), (struct date){2025, 12, 31}), 0);
    assert_int_equal(date_weekday((struct date){2026, 11, 20}), 4);
    assert_int_equal(date_weekday((struct date){2000, 2, 29}), 1);
}

static void date__text__existing_days_only(void **state)
{
    static const char *const bad[] = {"2026-02-29", "2026-13-01", "2026-1-1",   "20261120",
                                      "2026-00-10", "2026-11-31", "2026/11/20", "1969-12-31"};
    struct date d;

    (void)state;
    assert_true(date_parse("2028-02-29", &d));
    assert_int_equal(date_compare(d, (struct date){2028, 2, 29}), 0);
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        assert_false(date_parse(bad[i], &d));
}

static void wall__text__as_people_say_it(void **state)
{
    char out[WALL_TEXT];
    int64_t t = UTC(2026, 11, 20, 10, 15);

    (void)state;
    assert_string_equal(wall_clock_text(t, t + 3600, out, sizeof(out)), "11:15");
    assert_string_equal(wall_clock_text(t, t + 86400, out, sizeof(out)), "Fri 11:15");
    assert_string_equal(wall_iso_text(t, out, sizeof(out)), "2026-11-20T11:15:00+01:00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wall__known_instants__both_ways),
        cmocka_unit_test(wall__spring_gap__the_moment_of_the_change),
        cmocka_unit_test(wall__autumn_repeat__the_first_of_the_two),
        cmocka_unit_test(wall__midnight_1440__next_day),
        cmocka_unit_test(wall__zone_unknown__refused_and_unchanged),
        cmocka_unit_test(date__arithmetic__over_month_and_leap_day),
        cmocka_unit_test(date__text__existing_days_only),
        cmocka_unit_test(wall__text__as_people_say_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
