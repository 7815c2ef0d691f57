/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "net/rules.h"

#include "support/test.h"
#include "unit/net/example.h"

/* --- a back end that only counts -------------------------------------------------------- */

static unsigned installs, updates, removals;
static bool works;

static bool count_install(struct rules *r, const struct rules_plan *plan)
{
    (void)r;
    (void)plan;
    installs++;
    return works;
}

static bool count_update(struct rules *r, const struct rules_plan *plan, const uint8_t *zones)
{
    (void)r;
    (void)plan;
    (void)zones;
    updates++;
    return works;
}

static void count_remove(struct rules *r)
{
    (void)r;
    removals++;
}

static const struct rules_backend counting = {
    .name = "counting",
    .install = count_install,
    .update = count_update,
    .remove = count_remove,
};

static void update__nothing_installed__installs(void **state)
{
    const uint8_t zones[EXAMPLE_ZONES] = {1};
    struct rules *r = rules_new(&counting);
    struct example e;
    struct rules_plan plan;

    (void)state;
    example_init(&e);
    plan = example_plan(&e, true);
    installs = updates = removals = 0;
    works = false;
    assert_false(rules_update(r, &plan, zones));
    works = true;
    assert_true(rules_update(r, &plan, zones));
    assert_int_equal(installs, 2);
    assert_int_equal(updates, 0);
    assert_true(rules_update(r, &plan, zones));
    assert_int_equal(updates, 1);
    rules_remove(r);
    assert_int_equal(removals, 1);
    assert_true(rules_update(r, &plan, zones));
    assert_int_equal(installs, 3);
    rules_free(r);
}

static enum rules_state find_broken(const struct rules *r, const struct rules_plan *plan,
                                    uint32_t *stamp)
{
    (void)r;
    (void)plan;
    *stamp = 5;
    return RULES_BROKEN;
}

static void check__nothing_installed__unknown(void **state)
{
    struct rules_backend looking = counting;
    struct rules_plan plan;
    uint32_t stamp = 0;
    struct example e;
    struct rules *r;

    (void)state;
    example_init(&e);
    plan = example_plan(&e, true);
    looking.check = find_broken;
    r = rules_new(&looking);
    assert_int_equal(rules_check(r, &plan, &stamp), RULES_UNKNOWN);
    works = true;
    assert_true(rules_install(r, &plan));
    assert_int_equal(rules_check(r, &plan, &stamp), RULES_BROKEN);
    assert_int_equal(stamp, 5);
    rules_free(r);
}

/* --- layout ----------------------------------------------------------------------------- */

static void change_nothing(struct example *e)
{
    (void)e;
}

static void change_state(struct example *e)
{
    set256_add(&e->states[0].closed, 5);
}

static void change_generation(struct example *e)
{
    e->snapshot.generation++;
}

static void change_lan(struct example *e)
{
    e->settings.lan[0][3] = '1';
}

static void change_lan_count(struct example *e)
{
    e->settings.lan_count = 0;
}

static void change_gates(struct example *e)
{
    e->settings.gates = 2;
}

static void change_queue(struct example *e)
{
    e->settings.queue = 11;
}

static void change_shift(struct example *e)
{
    e->settings.mark_shift = 8;
}

static void change_fail(struct example *e)
{
    e->settings.fail_open = 0;
}

static void change_normalise(struct example *e)
{
    e->settings.normalise &= (uint8_t)~NORMALISE_URGENT;
}

static void change_ttl(struct example *e)
{
    e->settings.ttl = 64;
}

static void change_zone_closes(struct example *e)
{
    e->zones[3].closes = 1;
}

static void change_zone_name(struct example *e)
{
    e->zones[1].name[0] = 'M';
}

static void change_zone_kind(struct example *e)
{
    e->zones[2].kind = ZONE_STAFF;
}

static void change_zone_count(struct example *e)
{
    e->snapshot.zone_count--;
}

static void change_prefix(struct example *e)
{
    e->prefixes[3].prefix.base.b[15] = 1;
}

static void change_prefix_length(struct example *e)
{
    e->prefixes[3].prefix.bits++;
}

static void change_prefix_zone(struct example *e)
{
    e->prefixes[3].zone = 1;
}

static void change_labels(struct example *e)
{
    e->snapshot.label_count++;
}

static void same_layout__each_change__told_from_a_change_of_sets(void **state)
{
    static const struct {
        void (*change)(struct example *e);
        bool same;
    } cases[] = {
        {change_nothing, true},      {change_state, true},          {change_generation, true},
        {change_lan, false},         {change_lan_count, false},     {change_gates, false},
        {change_queue, false},       {change_shift, false},         {change_fail, false},
        {change_zone_name, false},   {change_zone_kind, false},     {change_zone_count, false},
        {change_prefix, false},      {change_prefix_length, false}, {change_prefix_zone, false},
        {change_labels, false},      {change_normalise, false},     {change_ttl, false},
        {change_zone_closes, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct example a, b;

        example_init(&a);
        example_init(&b);
        cases[i].change(&b);
        assert_int_equal(rules_same_layout(&a.snapshot, &b.snapshot), cases[i].same);
    }
}

static void choose__unknown_backend__none_and_why(void **state)
{
    const char *why = NULL;

    (void)state;
    assert_null(rules_choose((enum backend)99, &why));
    assert_non_null(why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(update__nothing_installed__installs),
        cmocka_unit_test(check__nothing_installed__unknown),
        cmocka_unit_test(same_layout__each_change__told_from_a_change_of_sets),
        cmocka_unit_test(choose__unknown_backend__none_and_why),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
