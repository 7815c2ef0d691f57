/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "base/set256.h"

static const uint8_t edges[] = {0, 1, 63, 64, 127, 128, 191, 192, 255};

static struct set256 of(const uint8_t *members, size_t count)
{
    struct set256 s = {{0}};

    for (size_t i = 0; i < count; i++)
        set256_add(&s, members[i]);
    return s;
}

static void set256__members_at_the_edges__there_and_no_others(void **state)
{
    struct set256 s = of(edges, sizeof(edges));
    unsigned found = 0;

    (void)state;
    for (unsigned n = 0; n < 256; n++)
        found += set256_has(&s, (uint8_t)n);
    assert_int_equal(found, sizeof(edges));
    assert_int_equal(set256_count(&s), sizeof(edges));
    for (size_t i = 0; i < sizeof(edges); i++) {
        assert_true(set256_has(&s, edges[i]));
        set256_remove(&s, edges[i]);
        assert_false(set256_has(&s, edges[i]));
    }
    assert_true(set256_empty(&s));
}

static void set256__union_both_without__member_by_member(void **state)
{
    static const uint8_t left[] = {0, 63, 64, 200}, right[] = {63, 128, 200, 255};
    struct set256 a = of(left, sizeof(left)), b = of(right, sizeof(right));
    struct set256 any = set256_union(&a, &b), both = set256_both(&a, &b),
                  only = set256_without(&a, &b);

    (void)state;
    for (unsigned i = 0; i < 256; i++) {
        uint8_t n = (uint8_t)i;
        bool in_a = set256_has(&a, n), in_b = set256_has(&b, n);

        assert_int_equal(set256_has(&any, n), in_a || in_b);
        assert_int_equal(set256_has(&both, n), in_a && in_b);
        assert_int_equal(set256_has(&only, n), in_a && !in_b);
    }
}

static void set256__within_and_equal__by_every_word(void **state)
{
    struct set256 all = of(edges, sizeof(edges));

    (void)state;
    for (size_t i = 0; i < sizeof(edges); i++) {
        struct set256 less = all;

        set256_remove(&less, edges[i]);
        assert_true(set256_within(&less, &all));
        assert_false(set256_within(&all, &less));
        assert_false(set256_equal(&all, &less));
    }
    assert_true(set256_within(&all, &all));
    assert_true(set256_equal(&all, &all));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(set256__members_at_the_edges__there_and_no_others),
        cmocka_unit_test(set256__union_both_without__member_by_member),
        cmocka_unit_test(set256__within_and_equal__by_every_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
