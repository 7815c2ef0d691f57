/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/wall.h"
#include "control/grants.h"

#define NOW INT64_C(1795168320) /* Friday 20 November 2026 */
#define END (NOW + 1380)

static int set_up(void **state)
{
    static struct grants grants;

    *state = &grants;
    return wall_set_zone("Europe/Amsterdam") && grants_init(&grants) ? 0 : -1;
}

static int tear_down(void **state)
{
    grants_done(*state);
    return 0;
}

static struct set256 services(unsigned first, unsigned last)
{
    struct set256 set = {0};

    for (unsigned i = first; i <= last; i++)
        set256_add(&set, (uint8_t)i);
    return set;
}

static struct grant wish(uint16_t zone, struct set256 set, int64_t until)
{
    return (struct grant){.who = "jan", .zone = zone, .services = set, .until = until};
}

static struct grant *add(struct grants *g, uint16_t zone, struct set256 set, int64_t now,
                         int64_t until)
{
    struct grant grant = wish(zone, set, until);

    assert_true(grants_make_room(g, now));
    return grants_add(g, &grant, now);
}

static void add__several_a_day__ids_count_from_one_each_day(void **state)
{
    struct grants *g = *state;

    assert_string_equal(add(g, 0, services(1, 1), NOW, END)->id, "g-20261120-105200-1");
    assert_string_equal(add(g, 0, services(2, 2), NOW + 65, END)->id, "g-20261120-105200-2");
    assert_string_equal(add(g, 0, services(3, 3), NOW + 86401, END)->id, "g-20261121-105201-1");
    assert_string_equal(add(g, 0, services(4, 4), NOW, END)->id, "g-20261121-105201-2");
}

static bool keep_none(struct grant *grant, void *arg)
{
    (void)grant;
    (void)arg;
    return false;
}

static void add__after_all_are_forgotten__gives_no_id_again(void **state)
{
    struct grants *g = *state;

    add(g, 0, services(1, 1), NOW, END);
    grants_filter(g, keep_none, NULL);
    assert_int_equal(g->count, 0);
    assert_string_equal(add(g, 0, services(1, 1), NOW, END)->id, "g-20261120-105200-2");
}

static void add__in_another_run__gives_no_id_again(void **state)
{
    struct grants *g = *state, other;

    add(g, 0, services(1, 1), NOW, END);
    assert_true(grants_init(&other));
    assert_string_equal(add(&other, 0, services(1, 1), NOW + 1, END)->id, "g-20261120-105201-1");
    grants_done(&other);
}

static void add__numbers_run_out__another_series_begins(void **state)
{
    struct grants *g = *state;

    add(g, 0, services(1, 1), NOW, END);
    g->last = 99998;
    assert_string_equal(add(g, 0, services(1, 1), NOW, END)->id, "g-20261120-105200-99999");
    assert_string_equal(add(g, 0, services(1, 1), NOW, END)->id, "g-20261120-105201-1");
}

static void find__same_services_and_zone__only_while_it_runs(void **state)
{
    struct grants *g = *state;
    struct set256 set = services(1, 2), part = services(1, 1);
    struct grant *grant = add(g, 3, set, NOW, END);

    assert_ptr_equal(grants_find(g, 3, &set, NOW), grant);
    assert_ptr_equal(grants_find(g, 3, &set, END - 1), grant);
    assert_null(grants_find(g, 3, &set, END));
    assert_null(grants_find(g, 3, &set, NOW - 1));
    assert_null(grants_find(g, 4, &set, NOW));
    assert_null(grants_find(g, 3, &part, NOW));
    grant->revoked = NOW + 5;
    assert_ptr_equal(grants_find(g, 3, &set, NOW + 4), grant);
    assert_null(grants_find(g, 3, &set, NOW + 5));
}

static void change__later__the_past_stays_and_the_id_goes_on(void **state)
{
    struct grants *g = *state;
    struct grant *old = add(g, 3, services(1, 1), NOW, END), *new;
    struct grant next = wish(3, services(1, 1), END + 60);

    new = grants_change(g, old, &next, NOW + 10);
    assert_ptr_not_equal(new, old);
    assert_int_equal(g->count, 2);
    assert_int_equal(old->revoked, NOW + 10);
    assert_int_equal(old->until, END);
    assert_string_equal(new->id, old->id);
    assert_int_equal(new->from, NOW + 10);
    assert_int_equal(new->until, END + 60);
    assert_int_equal(new->revoked, 0);
}

static void change__in_the_same_second__leaves_one(void **state)
{
    struct grants *g = *state;
    struct grant *old = add(g, 3, services(1, 1), NOW, END);
    struct grant next = wish(3, services(1, 1), END + 60);

    assert_ptr_equal(grants_change(g, old, &next, NOW), old);
    assert_int_equal(g->count, 1);
    assert_int_equal(old->until, END + 60);
    assert_string_equal(old->id, "g-20261120-105200-1");
}

static void withdraw__part_of_the_services__the_rest_runs_on(void **state)
{
    struct grants *g = *state;
    struct grant *grant = add(g, 3, services(1, 3), NOW, END);
    struct set256 some = services(2, 2), all = services(0, 9), rest = services(1, 1);

    grants_withdraw(g, grant, &some, NOW + 10);
    set256_add(&rest, 3);
    assert_false(grant_running(grant, NOW + 10));
    assert_non_null(grants_find(g, 3, &rest, NOW + 10));
    grants_withdraw(g, &g->all[1], &all, NOW + 20);
    assert_int_equal(g->count, 2);
    assert_false(grant_running(&g->all[1], NOW + 20));
}

static void withdraw__services_it_has_not__changes_nothing(void **state)
{
    struct grants *g = *state;
    struct grant *grant = add(g, 3, services(1, 3), NOW, END);
    struct set256 other = services(7, 7);

    grants_withdraw(g, grant, &other, NOW + 10);
    assert_int_equal(g->count, 1);
    assert_true(grant_running(grant, NOW + 10));
}

static void make_room__ended_ones__go_first_and_are_counted(void **state)
{
    struct grants *g = *state;
    struct grant *first = add(g, 0, services(1, 1), NOW, END);
    unsigned added = 1;

    while (g->count < GRANT_MAX && !g->evicted) {
        add(g, 1, services(2, 2), NOW, NOW + (added % 2 ? 1 : 9999));
        added++;
        assert_true(added <= GRANT_MAX + 1);
        if (g->count > GRANT_MAX - 512)
            assert_true(grants_make_room(g, NOW + 1));
    }
    assert_true(g->evicted > 0);
    assert_string_equal(g->all[0].id, first->id);
    assert_true(grant_running(&g->all[0], NOW + 1));
}

static void make_room__all_running__is_false_and_a_withdrawal_still_works(void **state)
{
    struct grants *g = *state;
    struct grant grant = wish(1, services(1, 2), END);
    struct set256 some = services(1, 1);

    for (g->count = 0; g->count < GRANT_MAX; g->count++) {
        g->all[g->count] = grant;
        g->all[g->count].from = NOW;
    }
    assert_false(grants_make_room(g, NOW + 1));
    grants_withdraw(g, &g->all[5], &some, NOW + 1);
    assert_int_equal(g->count, GRANT_MAX);
    assert_false(set256_has(&g->all[5].services, 1));
    assert_true(set256_has(&g->all[5].services, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(add__several_a_day__ids_count_from_one_each_day, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(add__after_all_are_forgotten__gives_no_id_again, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(add__in_another_run__gives_no_id_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(add__numbers_run_out__another_series_begins, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(find__same_services_and_zone__only_while_it_runs, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(change__later__the_past_stays_and_the_id_goes_on, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(change__in_the_same_second__leaves_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(withdraw__part_of_the_services__the_rest_runs_on, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(withdraw__services_it_has_not__changes_nothing, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(make_room__ended_ones__go_first_and_are_counted, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            make_room__all_running__is_false_and_a_withdrawal_still_works, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
