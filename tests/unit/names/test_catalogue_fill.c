/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "maker.h"
#include "names/catalogue_format.h"

static uint64_t id_of(const char *services, const char *const *lines, size_t count)
{
    struct catalogue c = maker_catalogue(services, lines, count);
    uint64_t id = c.id;

    bytes_free(c.map);
    return id;
}

static const char *const all_kinds[] = {
    "a a.example",    "b b.example",      "never n.example", "+l =l.example",
    "b !x.b.example", "hidden h.example", "a 10.0.0.0/8",    "safe www.a.example safe.a.example",
};

static void id__same_content__same_in_another_build(void **state)
{
    (void)state;
    assert_true(id_of("a b +l", all_kinds, ARRAY_SIZE(all_kinds)) ==
                id_of("a b +l", all_kinds, ARRAY_SIZE(all_kinds)));
}

static void id__one_part_is_other__differs(void **state)
{
    static const char *const others[ARRAY_SIZE(all_kinds)] = {
        "a a2.example",    "a b.example",     "b n.example",  "+l l.example",
        "b !x2.b.example", "never h.example", "a 10.0.0.0/9", "safe www.a.example other.example",
    };
    uint64_t id = id_of("a b +l", all_kinds, ARRAY_SIZE(all_kinds));

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(others); i++) {
        const char *lines[ARRAY_SIZE(all_kinds)];

        memcpy(lines, all_kinds, sizeof(lines));
        lines[i] = others[i];
        assert_false(id_of("a b +l", lines, ARRAY_SIZE(lines)) == id);
    }
    assert_false(id_of("a b +l", all_kinds, ARRAY_SIZE(all_kinds) - 1) == id);
    assert_false(id_of("a b +l c", all_kinds, ARRAY_SIZE(all_kinds)) == id);
    assert_false(id_of("b a +l", all_kinds, ARRAY_SIZE(all_kinds)) == id);
}

static void id__names_change_hands__differs(void **state)
{
    static const char *const one[] = {"a a.example", "b b.example"};
    static const char *const other[] = {"a b.example", "b a.example"};

    (void)state;
    assert_false(id_of("a b", one, 2) == id_of("a b", other, 2));
}

static void build__exact_names__cost_a_look_up_only_where_there_are_some(void **state)
{
    static const char *const lines[] = {"a a.example", "a =www.a.example", "a =www.b.example"};
    struct catalogue without = maker_catalogue("a", lines, 2);
    struct catalogue with = maker_catalogue("a", lines, 3);

    (void)state;
    assert_int_equal(catalogue_head(&without)->exact, 0);
    assert_int_equal(catalogue_head(&with)->exact, 1);
    bytes_free(without.map);
    bytes_free(with.map);
}

static void build__inputs__are_told_and_change_no_id(void **state)
{
    static const uint64_t others[2] = {1, 2};
    struct catalogue c, other;
    struct hostname which;
    struct bytes map;
    struct maker m;
    const char *why;
    unsigned whose;

    (void)state;
    maker_start(&m, "a b +l");
    maker_add(&m, all_kinds, ARRAY_SIZE(all_kinds));
    c = maker_build(&m);
    assert_int_equal(catalogue_build(m.b, others, &map, &which, &whose), CATALOGUE_OK);
    assert_true(catalogue_open(&other, map, &why));
    assert_true(c.inputs[0] == 11 && c.inputs[1] == 22);
    assert_true(other.inputs[0] == 1 && other.inputs[1] == 2);
    assert_true(c.id == other.id);
    bytes_free(c.map);
    bytes_free(map);
    maker_done(&m);
}

static void build__names_that_say_nothing_new__take_no_room(void **state)
{
    static const char *const lines[] = {
        "a a.example",       "a cdn.a.example", "a =cdn.a.example",
        "+l l.example",      "+l x.l.example",  "never n.example",
        "never x.n.example", "a !y.n.example",  "b !a.example",
    };
    struct catalogue c = maker_catalogue("a b +l", lines, ARRAY_SIZE(lines));

    (void)state;
    assert_int_equal(c.name_count, 3);
    bytes_free(c.map);
}

/* Enough to make every table grow several times. */
static void build__many_names__all_found_in_little_room_and_no_other(void **state)
{
    enum { MANY = 60000, SERVICES = 7 };
    struct catalogue c;
    struct maker m;
    char text[64];

    (void)state;
    maker_start(&m, "s0 s1 s2 s3 s4 s5 s6");
    for (unsigned i = 0; i < MANY; i++) {
        snprintf(text, sizeof(text), "s%u n%u.many.example", i % SERVICES, i);
        assert_int_equal(maker_try(&m, text), CATALOGUE_OK);
    }
    c = maker_build(&m);
    assert_true(c.map.len < (size_t)MANY * 13 + 4096);
    for (unsigned i = 0; i < MANY; i++) {
        snprintf(text, sizeof(text), "www.n%u.many.example", i);
        assert_int_equal(maker_match(&c, text)[1], '0' + i % SERVICES);
        snprintf(text, sizeof(text), "n%u.many.example", MANY + i);
        assert_string_equal(maker_match(&c, text), "other");
    }
    bytes_free(c.map);
    maker_done(&m);
}

/* Whatever key was drawn: names never blocked, and what a list says below them. */
static void build__many_never_block_names__each_is_read_as_one(void **state)
{
    enum { MANY = 3000 };
    struct catalogue c;
    struct maker m;
    char text[64];

    (void)state;
    maker_start(&m, "+l");
    for (unsigned i = 0; i < MANY; i++) {
        snprintf(text, sizeof(text), "never n%u.example", i);
        assert_int_equal(maker_try(&m, text), CATALOGUE_OK);
        snprintf(text, sizeof(text), "+l x.n%u.example", i);
        assert_int_equal(maker_try(&m, text), CATALOGUE_OK);
        snprintf(text, sizeof(text), "+l n%u.other.example", i);
        assert_int_equal(maker_try(&m, text), CATALOGUE_OK);
    }
    c = maker_build(&m);
    assert_int_equal(c.counts[0].left_out, MANY);
    for (unsigned i = 0; i < MANY; i++) {
        snprintf(text, sizeof(text), "x.n%u.example", i);
        assert_string_equal(maker_match(&c, text), "never");
        assert_string_equal(maker_match(&c, text + 2), "never");
    }
    bytes_free(c.map);
    maker_done(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(id__same_content__same_in_another_build),
        cmocka_unit_test(id__one_part_is_other__differs),
        cmocka_unit_test(id__names_change_hands__differs),
        cmocka_unit_test(build__exact_names__cost_a_look_up_only_where_there_are_some),
        cmocka_unit_test(build__inputs__are_told_and_change_no_id),
        cmocka_unit_test(build__names_that_say_nothing_new__take_no_room),
        cmocka_unit_test(build__many_names__all_found_in_little_room_and_no_other),
        cmocka_unit_test(build__many_never_block_names__each_is_read_as_one),
    };

    return cmocka_run_group_tests_name("catalogue_fill", tests, NULL, NULL);
}
