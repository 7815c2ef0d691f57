/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "sample.h"
#include "school/flatten.h"

#define LINES_MAX 40

/* A prefix and its zone's number. */
struct line {
    const char *prefix;
    unsigned zone;
};

/* A school of four zones with those prefixes. */
struct world {
    struct school school;
    struct zone zones[4];
    struct prefix prefixes[4][LINES_MAX];
};

static void world_add(struct world *w, unsigned zone, struct prefix prefix)
{
    w->prefixes[zone][w->zones[zone].prefix_count++] = prefix;
}

static struct world *world_new(void)
{
    struct world *w = calloc(1, sizeof(*w));

    assert_non_null(w);
    for (unsigned i = 0; i < 4; i++)
        w->zones[i].prefixes = w->prefixes[i];
    w->school = (struct school){.zones = w->zones, .zone_count = 4};
    return w;
}

static void check(const struct line *in, const struct line *out)
{
    struct world *w = world_new();
    struct snap_prefix *flat;
    size_t count, i;
    char text[ADDR_TEXT];

    for (i = 0; in[i].prefix; i++)
        world_add(w, in[i].zone, sample_prefix(in[i].prefix));
    assert_true(flatten_prefixes(&w->school, &flat, &count));
    for (i = 0; i < count && out[i].prefix; i++) {
        assert_string_equal(prefix_text(&flat[i].prefix, text), out[i].prefix);
        assert_int_equal(flat[i].zone, out[i].zone);
    }
    assert_int_equal(i, count);
    assert_null(out[i].prefix);
    free(flat);
    free(w);
}

static void flatten__small_schools__disjoint_and_sorted(void **state)
{
    static const struct {
        struct line in[6], out[12];
    } cases[] = {
        {{{NULL, 0}}, {{NULL, 0}}},
        {{{"10.0.0.0/8", 1}}, {{"10.0.0.0/8", 1}}},
        {{{"10.2.0.0/16", 1}, {"10.1.0.0/16", 2}}, {{"10.1.0.0/16", 2}, {"10.2.0.0/16", 1}}},
        /* a room inside a building */
        {{{"10.0.0.0/30", 0}, {"10.0.0.1/32", 1}},
         {{"10.0.0.0/32", 0}, {"10.0.0.1/32", 1}, {"10.0.0.2/31", 0}}},
        /* three deep; the order of zones does not matter */
        {{{"10.0.0.4/32", 0}, {"10.0.0.4/31", 1}, {"10.0.0.0/29", 2}},
         {{"10.0.0.0/30", 2}, {"10.0.0.4/32", 0}, {"10.0.0.5/32", 1}, {"10.0.0.6/31", 2}}},
        /* wholly covered by its parts */
        {{{"10.0.0.0/31", 0}, {"10.0.0.0/32", 1}, {"10.0.0.1/32", 2}},
         {{"10.0.0.0/32", 1}, {"10.0.0.1/32", 2}}},
        /* the same prefix twice: the first zone has it */
        {{{"10.0.0.0/24", 3}, {"10.0.0.0/24", 1}, {"10.0.0.0/24", 2}}, {{"10.0.0.0/24", 1}}},
        /* inside its own zone: still cut, never twice */
        {{{"10.0.0.0/31", 0}, {"10.0.0.0/32", 0}}, {{"10.0.0.0/32", 0}, {"10.0.0.1/32", 0}}},
        /* both families */
        {{{"2001:db8::/32", 1}, {"10.0.0.0/8", 0}, {"2001:db8:8000::/33", 2}},
         {{"10.0.0.0/8", 0}, {"2001:db8::/33", 1}, {"2001:db8:8000::/33", 2}}},
        /* all of IPv4 */
        {{{"0.0.0.0/0", 0}, {"128.0.0.0/1", 1}}, {{"0.0.0.0/1", 0}, {"128.0.0.0/1", 1}}},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++)
        check(cases[i].in, cases[i].out);
}

/* Which piece holds that address; -1: none. Fails when two do. */
static int zone_of(const struct snap_prefix *flat, size_t count, const struct addr *a)
{
    int zone = -1;

    for (size_t i = 0; i < count; i++)
        if (prefix_contains(&flat[i].prefix, a)) {
            assert_int_equal(zone, -1);
            zone = flat[i].zone;
        }
    return zone;
}

static void flatten__all_of_ipv6__holds_no_ipv4(void **state)
{
    struct world *w = world_new();
    struct snap_prefix *flat;
    struct addr v4, v6;
    size_t count;

    (void)state;
    assert_true(addr_parse("192.0.2.1", &v4) && addr_parse("::1", &v6));
    world_add(w, 0, sample_prefix("::/0"));
    assert_true(flatten_prefixes(&w->school, &flat, &count));
    assert_int_equal(zone_of(flat, count, &v4), -1);
    assert_int_equal(zone_of(flat, count, &v6), 0);
    free(flat);
    world_add(w, 1, sample_prefix("0.0.0.0/0"));
    assert_true(flatten_prefixes(&w->school, &flat, &count));
    assert_int_equal(zone_of(flat, count, &v4), 1);
    assert_int_equal(zone_of(flat, count, &v6), 0);
    free(flat);
    free(w);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

/* A prefix of at least 24 bits in 10.0.0.0/24. */
static struct prefix random_prefix(uint32_t *seed)
{
    unsigned length = next_random(seed) % 9, mask = 0xffu << (8 - length);
    uint8_t v4[4] = {10, 0, 0, (uint8_t)(next_random(seed) & mask)};

    return (struct prefix){.base = addr_from4(v4), .bits = (uint8_t)(ADDR_V4_BITS + 24 + length)};
}

static int longest_match(const struct world *w, const struct addr *a)
{
    int best = -1, zone = -1;

    for (unsigned z = 0; z < 4; z++)
        for (size_t i = 0; i < w->zones[z].prefix_count; i++)
            if (prefix_contains(&w->prefixes[z][i], a) && w->prefixes[z][i].bits > best) {
                best = w->prefixes[z][i].bits;
                zone = (int)z;
            }
    return zone;
}

static void flatten__random_nests__every_address_in_its_longest_prefix(void **state)
{
    uint32_t seed = 20261120;

    (void)state;
    print_message("seed %u\n", seed);
    for (unsigned round = 0; round < 300; round++) {
        struct world *w = world_new();
        struct snap_prefix *flat;
        size_t count;

        for (unsigned i = next_random(&seed) % LINES_MAX; i > 0; i--)
            world_add(w, next_random(&seed) % 4, random_prefix(&seed));
        assert_true(flatten_prefixes(&w->school, &flat, &count));
        for (unsigned last = 0; last < 256; last++) {
            struct addr a = addr_from4((uint8_t[4]){10, 0, 0, (uint8_t)last});

            assert_int_equal(zone_of(flat, count, &a), longest_match(w, &a));
        }
        for (size_t i = 1; i < count; i++)
            assert_true(addr_compare(&flat[i - 1].prefix.base, &flat[i].prefix.base) < 0);
        free(flat);
        free(w);
    }
}

/* A base with bits behind its length breaks the rule of struct prefix; it may not break us. */
static void flatten__host_bits_set__ends(void **state)
{
    struct world *w = world_new();
    struct prefix odd = sample_prefix("10.0.0.5/32");
    struct snap_prefix *flat;
    size_t count;

    (void)state;
    odd.bits = ADDR_V4_BITS + 24;
    world_add(w, 0, odd);
    world_add(w, 1, sample_prefix("10.0.0.1/32"));
    assert_true(flatten_prefixes(&w->school, &flat, &count));
    free(flat);
    free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flatten__small_schools__disjoint_and_sorted),
        cmocka_unit_test(flatten__all_of_ipv6__holds_no_ipv4),
        cmocka_unit_test(flatten__random_nests__every_address_in_its_longest_prefix),
        cmocka_unit_test(flatten__host_bits_set__ends),
    };

    return cmocka_run_group_tests_name("flatten", tests, NULL, NULL);
}
