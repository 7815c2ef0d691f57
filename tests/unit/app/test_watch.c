/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "app/watch.h"

static bool looks(struct watch *w, unsigned times, uint32_t waiting, uint32_t last)
{
    const struct backlog b = {waiting, last};
    bool hangs = false;

    for (unsigned i = 0; i < times; i++)
        hangs = watch_hangs(w, &b);
    return hangs;
}

static void watch__nothing_waits__never_hangs(void **state)
{
    struct watch w = {0};

    (void)state;
    assert_false(looks(&w, 100, 0, 0));
    assert_false(looks(&w, 100, 0, 77));
}

static void watch__waits_without_progress__hangs_at_the_third_look(void **state)
{
    struct watch w = {0};

    (void)state;
    assert_false(looks(&w, 1, 0, 10));
    assert_false(looks(&w, WATCH_TICKS - 1, 5, 15));
    assert_true(looks(&w, 1, 9, 19)); /* more arrive, none gets a verdict */
    assert_false(looks(&w, WATCH_TICKS - 1, 9, 19));
}

static void watch__slow_progress__does_not_hang(void **state)
{
    struct watch w = {0};

    (void)state;
    for (uint32_t done = 1; done < 50; done++) {
        assert_false(looks(&w, WATCH_TICKS - 1, 1000, 1000 + done));
    }
}

static void watch__numbers_wrap__no_matter(void **state)
{
    struct watch w = {0};

    (void)state;
    assert_false(looks(&w, 1, 0, UINT32_MAX - 2));
    assert_false(looks(&w, WATCH_TICKS - 1, 6, 3));
    assert_true(looks(&w, 1, 6, 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(watch__nothing_waits__never_hangs),
        cmocka_unit_test(watch__waits_without_progress__hangs_at_the_third_look),
        cmocka_unit_test(watch__slow_progress__does_not_hang),
        cmocka_unit_test(watch__numbers_wrap__no_matter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
