/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "app/alarm.h"
#include "base/clock.h"

static void rung(void *arg, bool clock_set)
{
    int *count = arg;

    assert_false(clock_set);
    (*count)++;
}

/* Rings for a moment that has come, and only once. */
static void alarm__past_and_present__rings_once(void **state)
{
    struct event_base *base = event_base_new();
    int count = 0;
    struct alarm *a = alarm_new(base, rung, &count);

    (void)state;
    alarm_at(a, clock_now().wall);
    event_base_loop(base, EVLOOP_ONCE);
    assert_int_equal(count, 1);
    event_base_loop(base, EVLOOP_NONBLOCK);
    assert_int_equal(count, 1);
    alarm_at(a, -5); /* long gone: at once, not disarmed */
    event_base_loop(base, EVLOOP_ONCE);
    assert_int_equal(count, 2);
    alarm_free(a);
    event_base_free(base);
}

static void alarm__far_or_never__silent(void **state)
{
    struct event_base *base = event_base_new();
    int count = 0;
    struct alarm *a = alarm_new(base, rung, &count);

    (void)state;
    alarm_at(a, INT64_MAX);
    event_base_loop(base, EVLOOP_NONBLOCK);
    alarm_at(a, clock_now().wall + 3600);
    event_base_loop(base, EVLOOP_NONBLOCK);
    assert_int_equal(count, 0);
    alarm_free(a);
    event_base_free(base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alarm__past_and_present__rings_once),
        cmocka_unit_test(alarm__far_or_never__silent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
