/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "base/hostname.h"

static struct span text(const char *s)
{
    return (struct span){s, strlen(s)};
}

static void hostname__valid__normalised(void **state)
{
    static const char *const cases[][2] = {
        {"WwW.Instagram.COM", "www.instagram.com"},
        {"x.com.", "x.com"},
        {"_dns.resolver.arpa", "_dns.resolver.arpa"},
        {"xn--bcher-kva.example", "xn--bcher-kva.example"},
        {"youtube", "youtube"},
        {"a", "a"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct hostname h;

        assert_true(hostname_set(&h, text(cases[i][0])));
        assert_string_equal(h.text, cases[i][1]);
        assert_int_equal(h.len, strlen(cases[i][1]));
    }
}

static void hostname__invalid__refused_and_empty(void **state)
{
    static const char *const cases[] = {
        "",     ".",    "..",    "a..b", ".a", "a..", "a b", "a/b", "b\xc3\xbc.example",
        "a:80", "a*.b", "a\x01b"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct hostname h;

        assert_false(hostname_set(&h, text(cases[i])));
        assert_int_equal(h.len, 0);
    }
    assert_false(hostname_set(&(struct hostname){0}, (struct span){"a\0b", 3}));
}

static void hostname__limits__at_the_edge(void **state)
{
    char name[300];
    struct hostname h;

    (void)state;
    memset(name, 'a', sizeof(name));
    assert_true(hostname_set(&h, (struct span){name, 63}));
    assert_false(hostname_set(&h, (struct span){name, 64}));
    for (size_t i = 50; i < sizeof(name); i += 51)
        name[i] = '.';
    assert_true(hostname_set(&h, (struct span){name, 253}));
    assert_int_equal(h.len, 253);
    assert_false(hostname_set(&h, (struct span){name, 254}));
}

static void hostname__parent__label_by_label(void **state)
{
    struct span s = text("www.x.com");

    (void)state;
    s = hostname_parent(s);
    assert_int_equal(s.len, 5);
    assert_memory_equal(s.ptr, "x.com", 5);
    s = hostname_parent(hostname_parent(s));
    assert_int_equal(s.len, 0);
    assert_int_equal(hostname_parent(s).len, 0);
}

static void hostname__addresses__recognised(void **state)
{
    (void)state;
    assert_true(hostname_is_address(text("10.0.0.1")));
    assert_true(hostname_is_address(text("2001:db8::1")));
    assert_true(hostname_is_address(text("[2001:db8::1]")));
    assert_false(hostname_is_address(text("10.0.0.1.nl")));
    assert_false(hostname_is_address(text("")));
    assert_false(hostname_is_address(text("[")));
    assert_false(hostname_is_address(text("[::1")));
    assert_false(hostname_is_address(text("[]")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostname__valid__normalised),
        cmocka_unit_test(hostname__invalid__refused_and_empty),
        cmocka_unit_test(hostname__limits__at_the_edge),
        cmocka_unit_test(hostname__parent__label_by_label),
        cmocka_unit_test(hostname__addresses__recognised),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
