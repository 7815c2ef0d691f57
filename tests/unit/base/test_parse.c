/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "base/parse.h"
#include "base/span.h"

static void parse_int__edges__exact(void **state)
{
    int64_t n;

    (void)state;
    assert_true(parse_int("9223372036854775807", INT64_MIN, INT64_MAX, &n));
    assert_true(n == INT64_MAX);
    assert_true(parse_int("-9223372036854775808", INT64_MIN, INT64_MAX, &n));
    assert_true(n == INT64_MIN);
    assert_false(parse_int("9223372036854775808", INT64_MIN, INT64_MAX, &n));
    assert_true(parse_int("5", 5, 5, &n));
    assert_false(parse_int("4", 5, 5, &n));
    assert_false(parse_int("6", 5, 5, &n));
}

static void parse_int__anything_else__refused(void **state)
{
    static const char *const cases[] = {"", "-", "+1", " 1", "1 ", "1x", "0x10", "--1", "1.0"};
    int64_t n;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_false(parse_int(cases[i], -100, 100, &n));
}

static void parse_clock__table(void **state)
{
    static const struct {
        const char *in;
        int want; /* -1: refused */
    } cases[] = {
        {"00:00", 0},  {"08:30", 510}, {"23:59", 1439}, {"24:00", 1440}, {"24:01", -1},
        {"25:00", -1}, {"8:30", -1},   {"08:60", -1},   {"0830", -1},    {"08:3a", -1},
        {"", -1},      {"08:300", -1}, {"-1:00", -1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        int minutes = -1;

        assert_int_equal(parse_clock(cases[i].in, &minutes), cases[i].want >= 0);
        assert_int_equal(minutes, cases[i].want);
    }
}

static void parse_duration__table(void **state)
{
    static const struct {
        const char *in;
        int64_t want; /* 0: refused */
    } cases[] = {
        {"20m", 1200}, {"1h30m", 5400}, {"90s", 90}, {"2h", 7200}, {"168h", 604800},
        {"169h", 0},   {"0m", 0},       {"20", 0},   {"m", 0},     {"1m1h", 0},
        {"1m1m", 0},   {"-1m", 0},      {"", 0},     {"1 m", 0},   {"99999999999999999999h", 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        int64_t seconds = 0;

        assert_int_equal(parse_duration(cases[i].in, &seconds), cases[i].want > 0);
        assert_true(seconds == cases[i].want);
    }
}

static void parse_weekday__names__from_monday(void **state)
{
    int day;

    (void)state;
    assert_true(parse_weekday("mon", &day));
    assert_int_equal(day, 0);
    assert_true(parse_weekday("Sun", &day));
    assert_int_equal(day, 6);
    assert_false(parse_weekday("monday", &day));
    assert_false(parse_weekday("", &day));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parse_int__edges__exact),
        cmocka_unit_test(parse_int__anything_else__refused),
        cmocka_unit_test(parse_clock__table),
        cmocka_unit_test(parse_duration__table),
        cmocka_unit_test(parse_weekday__names__from_monday),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
