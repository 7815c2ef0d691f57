/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/span.h"
#include "base/wall.h"
#include "control/moment.h"

#define NOW INT64_C(1795168320) /* Friday 20 November 2026, 10:52 in Amsterdam */

static int set_up(void **state)
{
    (void)state;
    return wall_set_zone("Europe/Amsterdam") ? 0 : -1;
}

static void moment__what_people_type__is_understood(void **state)
{
    static const struct {
        const char *text, *iso;
    } cases[] = {
        {"now", "2026-11-20T10:52:00+01:00"},
        {"10:15", "2026-11-20T10:15:00+01:00"},
        {"9:15", "2026-11-20T09:15:00+01:00"},
        {"thu 9:15", "2026-11-26T09:15:00+01:00"},
        {"fri 10:15", "2026-11-20T10:15:00+01:00"},
        {"Thu 10:15", "2026-11-26T10:15:00+01:00"},
        {"sat 00:00", "2026-11-21T00:00:00+01:00"},
        {"2026-11-19 10:15", "2026-11-19T10:15:00+01:00"},
        {"2026-07-01T10:15", "2026-07-01T10:15:00+02:00"},
        {"2026-07-01T10:15:30", "2026-07-01T10:15:30+02:00"},
        {"2026-07-01T08:15Z", "2026-07-01T10:15:00+02:00"},
        {"2026-07-01T08:15:09Z", "2026-07-01T10:15:09+02:00"},
        {"2026-02-28T23:30-05:00", "2026-03-01T05:30:00+01:00"},
        {"2024-02-29T12:00+01:00", "2024-02-29T12:00:00+01:00"},
        {"1970-01-01T00:00Z", "1970-01-01T01:00:00+01:00"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        char iso[WALL_TEXT];
        int64_t at = 0;

        assert_true(moment_parse(cases[i].text, NOW, &at));
        assert_string_equal(wall_iso_text(at, iso, sizeof(iso)), cases[i].iso);
    }
}

static void moment__anything_else__is_refused(void **state)
{
    static const char *const cases[] = {
        "",
        "soon",
        "10",
        "25:00",
        "9:1",
        "9:60",
        ":915",
        "thu  9:15",
        "thu",
        "thu10:15",
        "thu 10:15 ",
        "thx 10:15",
        "2026-11-20",
        "2026-11-31 10:15",
        "2026-11-20T",
        "2026-11-20x10:15",
        "2026-11-20T10:15:",
        "2026-11-20T10:15:60",
        "2026-11-20T10:15+1",
        "2026-11-20T10:15ZZ",
        "2026-11-20T10:15+01:00x",
        "1969-12-31T10:15",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        int64_t at = 7;

        assert_false(moment_parse(cases[i], NOW, &at));
        assert_int_equal(at, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moment__what_people_type__is_understood),
        cmocka_unit_test(moment__anything_else__is_refused),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
