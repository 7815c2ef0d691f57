/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "base/addr.h"

static void prefix__valid_text__parsed_and_printed_back(void **state)
{
    static const struct {
        const char *in, *out;
        unsigned bits;
    } cases[] = {
        {"10.0.0.0/8", "10.0.0.0/8", 104},
        {"10.1.2.3", "10.1.2.3/32", 128},
        {"0.0.0.0/0", "0.0.0.0/0", 96},
        {"2001:db8::/32", "2001:db8::/32", 32},
        {"::/0", "::/0", 0},
        {"::1", "::1/128", 128},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        char text[ADDR_TEXT];
        struct prefix p;
        const char *why;

        assert_true(prefix_parse(cases[i].in, &p, &why));
        assert_int_equal(p.bits, cases[i].bits);
        assert_string_equal(prefix_text(&p, text), cases[i].out);
    }
}

static void prefix__wrong_text__refused_with_reason(void **state)
{
    static const struct {
        const char *in, *why;
    } cases[] = {
        {"", "not an address"},
        {"10.0.0", "not an address"},
        {"10.0.0.0.0/8", "not an address"},
        {"ten/8", "not an address"},
        {"::ffff:10.0.0.1", "not an address"},
        {"10.0.0.0/33", "prefix length out of range"},
        {"10.0.0.0/", "prefix length out of range"},
        {"10.0.0.0/-1", "prefix length out of range"},
        {"::/129", "prefix length out of range"},
        {"10.0.0.1/24", "bits behind the prefix length are set"},
        {"2001:db8::1/64", "bits behind the prefix length are set"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct prefix p;
        const char *why;

        assert_false(prefix_parse(cases[i].in, &p, &why));
        assert_string_equal(why, cases[i].why);
    }
}

static void prefix__contains_and_covers__by_whole_bits(void **state)
{
    struct prefix net, half, six;
    struct addr inside, outside, v6;
    const char *why;

    (void)state;
    assert_true(prefix_parse("10.1.0.0/17", &net, &why));
    assert_true(prefix_parse("10.1.64.0/18", &half, &why));
    assert_true(prefix_parse("::/0", &six, &why));
    assert_true(addr_parse("10.1.127.255", &inside));
    assert_true(addr_parse("10.1.128.0", &outside));
    assert_true(addr_parse("2001:db8::1", &v6));
    assert_true(prefix_contains(&net, &inside));
    assert_false(prefix_contains(&net, &outside));
    assert_false(prefix_contains(&net, &v6));
    assert_true(prefix_contains(&six, &v6));
    assert_true(prefix_covers(&net, &half));
    assert_false(prefix_covers(&half, &net));
    assert_true(prefix_is4(&net));
    assert_false(prefix_is4(&six));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prefix__valid_text__parsed_and_printed_back),
        cmocka_unit_test(prefix__wrong_text__refused_with_reason),
        cmocka_unit_test(prefix__contains_and_covers__by_whole_bits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
