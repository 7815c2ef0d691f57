/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "sample.h"
#include "school/snapshot_format.h"

struct fixture {
    struct catalogue catalogue;
    struct bytes map; /* made on Friday 2026-11-20 at 08:00 */
    struct snapshot s;
};

static struct snapshot open_map(struct bytes map)
{
    struct snapshot s;
    const char *why = NULL;

    if (!snapshot_open(&s, map, &why))
        fail_msg("%s", why);
    return s;
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    struct facts facts = {&sample_school, NULL, 0};

    assert_non_null(f);
    sample_zone(state);
    f->catalogue = sample_catalogue();
    assert_true(compile_snapshot(&facts, &f->catalogue, &sample_settings, 42,
                                 sample_time("2026-11-20 08:00"), &f->map));
    f->s = open_map(f->map);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    sample_free(f->map);
    sample_free(f->catalogue.map);
    free(f);
    return 0;
}

static void open__what_was_compiled__is_there(void **state)
{
    const struct fixture *f = *state;
    const struct snapshot *s = &f->s;

    assert_int_equal(s->zone_count, SAMPLE_ZONES);
    assert_string_equal(s->zones[Z_307].name, "307");
    assert_int_equal(s->zones[Z_307].quic, QUIC_PASS);
    assert_int_equal(s->zones[Z_DNS].kind, ZONE_RESOLVER);
    assert_int_equal(s->label_count, SAMPLE_LABELS);
    assert_int_equal(s->generation, 42);
    assert_true(s->catalogue == f->catalogue.id);
    assert_int_equal(s->made, sample_time("2026-11-20 08:00"));
    assert_int_equal(s->horizon, s->made + SNAPSHOT_HORIZON);
    assert_memory_equal(s->settings, &sample_settings, sizeof(sample_settings));
}

static void zone__by_address__longest_prefix(void **state)
{
    static const struct {
        const char *address;
        int zone;
    } cases[] = {
        {"10.3.6.0", Z_306},
        {"10.3.6.255", Z_306},
        {"10.3.7.1", Z_307},
        {"10.3.0.0", Z_HALL},
        {"10.3.5.255", Z_HALL},
        {"10.3.8.0", Z_HALL},
        {"10.3.255.255", Z_HALL},
        {"10.3.0.53", Z_DNS},
        {"10.3.0.52", Z_HALL},
        {"10.2.255.255", -1},
        {"10.4.0.0", -1},
        {"0.0.0.0", -1},
        {"255.255.255.255", -1},
        {"2001:db8:306::1", Z_306},
        {"2001:db8:306:ffff::", Z_306},
        {"2001:db8:307::", -1},
        {"2001:db8:305:ffff::", -1},
        {"::", -1},
        {"ffff::", -1},
    };
    const struct fixture *f = *state;

    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        struct addr a;

        assert_true(addr_parse(cases[i].address, &a));
        assert_int_equal(snapshot_zone(&f->s, &a), cases[i].zone);
    }
}

static bool closed(const struct fixture *f, unsigned zone, uint8_t label, const char *at, int plus)
{
    return set256_has(&snapshot_state(&f->s, zone, sample_time(at) + plus)->closed, label);
}

static void state__moments__the_last_not_later(void **state)
{
    const struct fixture *f = *state;

    assert_false(closed(f, Z_306, L_YOUTUBE, "2026-11-19 08:45", 0)); /* before the first */
    assert_false(closed(f, Z_306, L_YOUTUBE, "2026-11-20 08:30", -1));
    assert_true(closed(f, Z_306, L_YOUTUBE, "2026-11-20 08:30", 0));
    assert_true(closed(f, Z_306, L_YOUTUBE, "2026-11-20 10:10", -1));
    assert_false(closed(f, Z_306, L_YOUTUBE, "2026-11-20 10:10", 0));
    assert_true(closed(f, Z_DORM, L_YOUTUBE, "2026-11-21 05:59", 0));
    assert_false(closed(f, Z_DORM, L_YOUTUBE, "2026-11-21 06:00", 0));
    assert_true(closed(f, Z_GYM, L_YOUTUBE, "2030-01-01 11:00", 0)); /* the last one stays */
}

static void next__from_transition_to_transition__any_zone(void **state)
{
    static const char *const moments[] = {
        "2026-11-20 08:30", "2026-11-20 10:10", "2026-11-20 10:30",
        "2026-11-20 11:20", "2026-11-20 12:00", /* gym; open at midnight only for no time at all */
        "2026-11-20 22:00", "2026-11-21 02:15", "2026-11-21 02:30",
        "2026-11-21 02:45", "2026-11-21 06:00", "2026-11-21 12:00"};
    const struct fixture *f = *state;
    int64_t at = sample_time("2026-11-19 00:00");

    for (unsigned i = 0; i < ARRAY_SIZE(moments); i++) {
        at = snapshot_next(&f->s, at);
        assert_int_equal(at, sample_time(moments[i]));
    }
    assert_true(snapshot_next(&f->s, at) == INT64_MAX);
}

static void closed_until__double_lesson_and_horizon__without_gap(void **state)
{
    static const struct {
        unsigned zone;
        const char *at, *until;
    } cases[] = {
        {Z_306, "2026-11-20 08:45", "2026-11-20 10:10"},
        {Z_306, "2026-11-20 09:20", "2026-11-20 10:10"},
        {Z_306, "2026-11-20 10:30", "2026-11-20 11:20"},
        {Z_306, "2026-11-20 10:20", "2026-11-20 10:20"}, /* open */
        {Z_DORM, "2026-11-20 23:00", "2026-11-21 06:00"},
        {Z_GYM, "2026-11-20 23:00", "2026-11-21 02:15"}, /* two bells meet at midnight */
        {Z_GYM, "2026-11-21 13:00", "2026-11-21 20:00"},
    };
    const struct fixture *f = *state;

    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(
            snapshot_closed_until(&f->s, cases[i].zone, L_YOUTUBE, sample_time(cases[i].at)),
            sample_time(cases[i].until));
}

/* Whatever the bytes: either refused with a reason, or every question has a sane answer. */
static bool survives(struct bytes map)
{
    struct snapshot s;
    const char *why = NULL;
    struct addr a;

    if (!snapshot_open(&s, map, &why)) {
        assert_non_null(why);
        return false;
    }
    assert_true(addr_parse("10.3.6.1", &a));
    assert_in_range(snapshot_zone(&s, &a) + 1, 0, s.zone_count);
    for (unsigned z = 0; z < s.zone_count; z++)
        for (int64_t at = s.made - 1; at <= s.horizon && at < s.made + 90000; at += 30000) {
            const struct snap_state *st = snapshot_state(&s, z, at);

            assert_true(st >= s.states && st < s.states + s.state_count);
            assert_false(set256_has(&st->closed, LABEL_NEVER));
            assert_true(snapshot_closed_until(&s, z, L_YOUTUBE, at) <= s.horizon);
        }
    assert_true(snapshot_next(&s, s.made) > s.made);
    return true;
}

static void open__every_byte_changed__refused_or_sane(void **state)
{
    static const uint8_t flips[] = {0x01, 0x80, 0xff};
    const struct fixture *f = *state;
    uint8_t *copy = malloc(f->map.len);
    unsigned refused = 0;

    assert_non_null(copy);
    memcpy(copy, f->map.ptr, f->map.len);
    for (size_t i = 0; i < f->map.len; i++)
        for (unsigned k = 0; k < ARRAY_SIZE(flips); k++) {
            copy[i] ^= flips[k];
            refused += !survives((struct bytes){copy, f->map.len});
            copy[i] ^= flips[k];
        }
    assert_true(refused > f->map.len); /* of three times that */
    assert_true(survives((struct bytes){copy, f->map.len}));
    free(copy);
}

static void open__every_truncation__refused(void **state)
{
    const struct fixture *f = *state;

    for (size_t len = 0; len < f->map.len; len++) {
        uint8_t *copy =
            malloc(len ? len : 1); /* exact, so that the sanitizer sees a step too far */

        assert_non_null(copy);
        memcpy(copy, f->map.ptr, len);
        assert_false(survives((struct bytes){copy, len}));
        free(copy);
    }
}

static void open__not_aligned__refused(void **state)
{
    const struct fixture *f = *state;
    uint8_t *copy = malloc(f->map.len + 1);

    assert_non_null(copy);
    memcpy(copy + 1, f->map.ptr, f->map.len);
    assert_false(survives((struct bytes){copy + 1, f->map.len}));
    free(copy);
}

/* A copy that may be written to, with its sections. */
struct draft {
    struct snapshot_header *h;
    struct snap_state *states;
    struct snap_zone *zones;
    struct snap_prefix *prefixes;
};

static void no_gate(struct draft *d)
{
    d->h->settings.gates = 0;
}

static void queues_past_the_end(struct draft *d)
{
    d->h->settings.queue = UINT16_MAX;
}

static void mark_elsewhere(struct draft *d)
{
    d->h->settings.mark_shift = 4;
}

static void interface_that_ends_a_rule(struct draft *d)
{
    memcpy(d->h->settings.lan[1], "a\"; drop", 9);
}

static void interface_for_all(struct draft *d)
{
    memcpy(d->h->settings.lan[0], "eth+", 5);
}

static void interface_without_name(struct draft *d)
{
    d->h->settings.lan_count = 3;
}

static void interface_without_end(struct draft *d)
{
    memset(d->h->settings.lan[0], 'a', INTERFACE_MAX);
}

static void ways_to_tidy_up_that_are_none(struct draft *d)
{
    d->h->settings.normalise = NORMALISE_ALL + 1;
}

static void ttl_that_reaches_nobody(struct draft *d)
{
    d->h->settings.ttl = TTL_LOWEST - 1;
}

static void zone_that_closes_twice(struct draft *d)
{
    d->zones[1].closes = 2;
}

static void zone_name_without_end(struct draft *d)
{
    memset(d->zones[1].name, 'a', NAME_MAX_LEN);
}

static void zone_name_with_newline(struct draft *d)
{
    d->zones[1].name[1] = '\n';
}

static void zone_of_no_states(struct draft *d)
{
    d->zones[1].count = 0;
}

static void zone_behind_the_states(struct draft *d)
{
    d->zones[1].first = d->h->state_count;
}

static void zone_that_wraps_around(struct draft *d)
{
    d->zones[1].first = 1;
    d->zones[1].count = UINT32_MAX;
}

static void states_at_the_same_time(struct draft *d)
{
    d->states[d->zones[Z_306].first + 1].from = d->states[d->zones[Z_306].first].from;
}

static void state_after_the_horizon(struct draft *d)
{
    d->states[d->zones[Z_306].first + d->zones[Z_306].count - 1].from = d->h->horizon + 1;
}

static void never_blocked_label_closed(struct draft *d)
{
    set256_add(&d->states[0].closed, LABEL_NEVER);
}

static void label_of_no_services_closed(struct draft *d)
{
    set256_add(&d->states[0].closed, SAMPLE_LABELS);
}

static void no_such_reason(struct draft *d)
{
    d->states[0].reason[3] = REASON_COUNT;
}

static void no_such_restriction(struct draft *d)
{
    d->states[0].restricted = 2;
}

static void prefixes_swapped(struct draft *d)
{
    struct snap_prefix p = d->prefixes[0];

    d->prefixes[0] = d->prefixes[1];
    d->prefixes[1] = p;
}

static void prefix_over_the_next(struct draft *d)
{
    d->prefixes[0].prefix.bits = ADDR_V4_BITS + 8;
    memset(d->prefixes[0].prefix.base.b + 13, 0, 3);
}

static void prefix_with_host_bits(struct draft *d)
{
    d->prefixes[d->h->prefix_count - 1].prefix.base.b[15] = 1;
}

static void prefix_too_long(struct draft *d)
{
    d->prefixes[0].prefix.bits = 129;
}

static void prefix_of_no_zone(struct draft *d)
{
    d->prefixes[0].zone = SAMPLE_ZONES;
}

static void horizon_before_it_was_made(struct draft *d)
{
    d->h->horizon = d->h->made - 1;
}

static void far_future(struct draft *d)
{
    d->h->horizon = INT64_MAX;
}

static void open__one_rule_broken__refused(void **state)
{
    static void (*const breaks[])(struct draft *) = {
        no_gate,
        queues_past_the_end,
        mark_elsewhere,
        interface_that_ends_a_rule,
        interface_for_all,
        interface_without_name,
        interface_without_end,
        ways_to_tidy_up_that_are_none,
        ttl_that_reaches_nobody,
        zone_that_closes_twice,
        zone_name_without_end,
        zone_name_with_newline,
        zone_of_no_states,
        zone_behind_the_states,
        zone_that_wraps_around,
        states_at_the_same_time,
        state_after_the_horizon,
        never_blocked_label_closed,
        label_of_no_services_closed,
        no_such_reason,
        no_such_restriction,
        prefixes_swapped,
        prefix_over_the_next,
        prefix_with_host_bits,
        prefix_too_long,
        prefix_of_no_zone,
        horizon_before_it_was_made,
        far_future,
    };
    const struct fixture *f = *state;

    for (unsigned i = 0; i < ARRAY_SIZE(breaks); i++) {
        struct draft d = {.h = malloc(f->map.len)};

        assert_non_null(d.h);
        memcpy(d.h, f->map.ptr, f->map.len);
        d.states = (void *)(d.h + 1);
        d.zones = (void *)(d.states + d.h->state_count);
        d.prefixes = (void *)(d.zones + d.h->zone_count);
        assert_true(survives((struct bytes){(const uint8_t *)d.h, f->map.len}));
        breaks[i](&d);
        if (survives((struct bytes){(const uint8_t *)d.h, f->map.len}))
            fail_msg("break %u was not noticed", i);
        free(d.h);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open__what_was_compiled__is_there),
        cmocka_unit_test(open__every_byte_changed__refused_or_sane),
        cmocka_unit_test(open__every_truncation__refused),
        cmocka_unit_test(open__not_aligned__refused),
        cmocka_unit_test(open__one_rule_broken__refused),
        cmocka_unit_test(zone__by_address__longest_prefix),
        cmocka_unit_test(state__moments__the_last_not_later),
        cmocka_unit_test(next__from_transition_to_transition__any_zone),
        cmocka_unit_test(closed_until__double_lesson_and_horizon__without_gap),
    };

    return cmocka_run_group_tests_name("snapshot", tests, set_up, tear_down);
}
