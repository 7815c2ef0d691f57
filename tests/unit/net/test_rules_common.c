/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "net/rules_common.h"

#include "support/test.h"
#include "unit/net/example.h"

static void closed_seconds__by_zone_label_and_time__end_of_closing_and_two(void **state)
{
    static const struct {
        unsigned zone, label;
        int64_t after;
        unsigned seconds;
    } cases[] = {
        {0, 1, 0, 3002},  {0, 3, 0, 0}, {0, LABEL_QUIC, 10, 2992}, {0, 1, 3000, 0},
        {1, 2, 0, 36002}, {1, 1, 0, 0}, {1, 2, 40000, 1}, /* behind the horizon */
        {2, 2, 0, 0},                                     /* a resolver */
        {3, 2, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct example e;
        struct rules_plan plan;

        example_init(&e);
        plan = example_plan(&e, true);
        plan.now += cases[i].after;
        assert_int_equal(plan_closed_seconds(&plan, cases[i].zone, cases[i].label),
                         cases[i].seconds);
    }
}

static void closes_zone__lessons_or_not__never_a_resolver(void **state)
{
    const bool closes[EXAMPLE_ZONES] = {true, true, false, false};
    struct example e;
    struct rules_plan plan;

    (void)state;
    example_init(&e);
    e.zones[2].closes = 1;
    plan = example_plan(&e, true);
    for (unsigned i = 0; i < EXAMPLE_ZONES; i++)
        assert_int_equal(plan_closes_zone(&plan, i), closes[i]);
}

static void closable__services_and_reserved__not_none_not_never(void **state)
{
    struct example e;
    struct rules_plan plan;

    (void)state;
    example_init(&e);
    plan = example_plan(&e, true);
    for (unsigned label = 0; label < LABEL_COUNT; label++)
        assert_int_equal(plan_closable(&plan, label),
                         (label >= 1 && label < 18) ||
                             (label >= LABEL_PROBE && label < LABEL_NEVER));
}

static void prefix_text__whole_families__in_halves(void **state)
{
    static const struct {
        const char *prefix, *first, *second;
    } cases[] = {
        {"10.0.0.0/8", "10.0.0.0/8", NULL},        {"10.1.2.3", "10.1.2.3/32", NULL},
        {"0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1"}, {"::/0", "::/1", "8000::/1"},
        {"2001:db8::/32", "2001:db8::/32", NULL},
    };
    char text[2][ADDR_TEXT];
    struct prefix p;
    const char *why;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_true(prefix_parse(cases[i].prefix, &p, &why));
        assert_int_equal(plan_prefix_text(&p, text), cases[i].second ? 2 : 1);
        assert_string_equal(text[0], cases[i].first);
        if (cases[i].second)
            assert_string_equal(text[1], cases[i].second);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closed_seconds__by_zone_label_and_time__end_of_closing_and_two),
        cmocka_unit_test(closes_zone__lessons_or_not__never_a_resolver),
        cmocka_unit_test(closable__services_and_reserved__not_none_not_never),
        cmocka_unit_test(prefix_text__whole_families__in_halves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
