/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "support/test.h"

#include "config/pool.h"

static void pool_get__some_room__is_zeroed_and_aligned(void **state)
{
    struct pool pool = {0};

    (void)state;
    for (size_t size = 0; size < 100; size++) {
        unsigned char *room = pool_get(&pool, size, 3);

        assert_non_null(room);
        assert_int_equal((uintptr_t)room % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size * 3; i++)
            assert_int_equal(room[i], 0);
        memset(room, 0xff, size * 3);
    }
    pool_done(&pool);
    assert_null(pool.blocks);
}

static void pool_get__overflow__is_refused(void **state)
{
    struct pool pool = {0};

    (void)state;
    assert_null(pool_get(&pool, SIZE_MAX / 2, 3));
    assert_null(pool_get(&pool, SIZE_MAX, 1));
    assert_null(pool.blocks);
}

static void pool_text__part_of_a_text__is_terminated(void **state)
{
    struct pool pool = {0};

    (void)state;
    assert_string_equal(pool_text(&pool, "lesson", 3), "les");
    assert_string_equal(pool_text(&pool, "lesson", 0), "");
    pool_done(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pool_get__some_room__is_zeroed_and_aligned),
        cmocka_unit_test(pool_get__overflow__is_refused),
        cmocka_unit_test(pool_text__part_of_a_text__is_terminated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
