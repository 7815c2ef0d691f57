/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "maker.h"

static const char *owners_of(const struct catalogue *c, const char *address)
{
    struct addr addr;

    assert_true(addr_parse(address, &addr));
    return maker_label(c, catalogue_address(c, &addr));
}

static void address__nested_prefixes__the_longest_has_it(void **state)
{
    static const char *const lines[] = {
        "a 10.0.0.0/8",     "b 10.1.0.0/16",        "c 10.1.2.3/32",   "a 10.1.2.4/32",
        "b 10.255.0.0/16",  "a 91.108.4.0/22",      "b 91.108.4.0/22", "a 91.108.8.0/22",
        "+l 91.108.4.0/24", "c 255.255.255.255/32", "a 2001:db8::/32", "b 2001:db8:0:1::/64",
        "c ffff::/16",      "b ffff:ffff::/32",     "a 0.0.0.0/32",    "a 10.1.2.4/32",
    };
    static const struct {
        const char *address, *owners;
    } cases[] = {
        {"9.255.255.255", "none"},
        {"10.0.0.0", "a"},
        {"10.0.255.255", "a"},
        {"10.1.0.0", "b"},
        {"10.1.2.2", "b"},
        {"10.1.2.3", "c"},
        {"10.1.2.4", "a"},
        {"10.1.2.5", "b"},
        {"10.1.255.255", "b"},
        {"10.2.0.0", "a"},
        {"10.254.255.255", "a"},
        {"10.255.255.255", "b"},
        {"11.0.0.0", "none"},
        {"91.108.4.1", "+l"},
        {"91.108.5.0", "a b"},
        {"91.108.7.255", "a b"},
        {"91.108.8.0", "a"},
        {"91.108.12.0", "none"},
        {"255.255.255.254", "none"},
        {"255.255.255.255", "c"},
        {"0.0.0.0", "a"},
        {"0.0.0.1", "none"},
        {"2001:db7:ffff::", "none"},
        {"2001:db8::", "a"},
        {"2001:db8:0:1::5", "b"},
        {"2001:db8:0:2::", "a"},
        {"2001:db9::", "none"},
        {"fffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "none"},
        {"ffff::1", "c"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "b"},
        {"::", "none"},
    };
    struct catalogue c = maker_catalogue("a b c +l", lines, ARRAY_SIZE(lines));

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++)
        if (strcmp(owners_of(&c, cases[i].address), cases[i].owners) != 0)
            fail_msg("%s: %s", cases[i].address, owners_of(&c, cases[i].address));
    bytes_free(c.map);
}

static void address__all_of_ipv6__is_nothing_of_ipv4(void **state)
{
    static const char *const lines[] = {"a ::/0", "b 10.0.0.0/8", "b ::/96"};
    struct catalogue c = maker_catalogue("a b", lines, ARRAY_SIZE(lines));

    (void)state;
    assert_string_equal(owners_of(&c, "192.0.2.1"), "none");
    assert_string_equal(owners_of(&c, "10.0.0.1"), "b");
    assert_string_equal(owners_of(&c, "::1"), "b");
    assert_string_equal(owners_of(&c, "::1:0:0:1"), "a");
    assert_string_equal(owners_of(&c, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), "a");
    bytes_free(c.map);
}

static void address__no_prefix__none(void **state)
{
    struct catalogue c = maker_catalogue("a", NULL, 0);

    (void)state;
    assert_string_equal(owners_of(&c, "10.0.0.1"), "none");
    bytes_free(c.map);
}

static uint64_t seed = 88172645463325252u;

static unsigned pick(unsigned below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 33) % below;
}

/* Longest prefix by looking at all of them. */
static struct set256 slow(const struct prefix *prefixes, const uint8_t *whose, unsigned count,
                          const struct addr *addr)
{
    struct set256 set = {0};
    unsigned longest = 0;

    for (unsigned i = 0; i < count; i++) {
        if (!prefix_contains(&prefixes[i], addr) || prefixes[i].bits < longest)
            continue;
        if (prefixes[i].bits > longest)
            set = (struct set256){0};
        longest = prefixes[i].bits;
        set256_add(&set, whose[i]);
    }
    return set;
}

/* All in one /24, so that most of them nest. */
static struct prefix random_prefix(void)
{
    struct prefix p = {.base = {{[10] = 0xff, 0xff, 192, 0, 2}}, .bits = 120};
    unsigned more = pick(9);

    p.bits = (uint8_t)(p.bits + more);
    p.base.b[15] = (uint8_t)(pick(256) & (0xff00u >> more));
    return p;
}

static void address__random_prefixes__as_a_slow_search_says(void **state)
{
    enum { ROUNDS = 300, PREFIXES = 24, SERVICES = 5 };

    (void)state;
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct prefix prefixes[PREFIXES];
        uint8_t whose[PREFIXES];
        struct catalogue c;
        struct maker m;

        maker_start(&m, "a b c d e");
        for (unsigned i = 0; i < PREFIXES; i++) {
            prefixes[i] = random_prefix();
            whose[i] = (uint8_t)pick(SERVICES);
            assert_int_equal(catalogue_add_prefix(m.b, whose[i], &prefixes[i]), CATALOGUE_OK);
        }
        c = maker_build(&m);
        for (unsigned i = 0; i < 256; i++) {
            struct addr addr = {{[10] = 0xff, 0xff, 192, 0, 2, (uint8_t)i}};
            struct set256 want = slow(prefixes, whose, PREFIXES, &addr);

            assert_true(set256_equal(&want, &c.labels[catalogue_address(&c, &addr)]));
        }
        bytes_free(c.map);
        maker_done(&m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(address__nested_prefixes__the_longest_has_it),
        cmocka_unit_test(address__all_of_ipv6__is_nothing_of_ipv4),
        cmocka_unit_test(address__no_prefix__none),
        cmocka_unit_test(address__random_prefixes__as_a_slow_search_says),
    };

    return cmocka_run_group_tests_name("catalogue_ranges", tests, NULL, NULL);
}
