/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "names/probe.h"
#include "names/safe.h"
#include "sample.h"

static struct catalogue catalogue;

static struct snapshot compile(const struct facts *f, int64_t now)
{
    struct bytes map = {0};
    struct snapshot s;
    const char *why = NULL;

    assert_true(compile_snapshot(f, &catalogue, &sample_settings, 1, now, &map));
    if (!snapshot_open(&s, map, &why))
        fail_msg("%s", why);
    return s;
}

static unsigned states_of(const struct snapshot *s, unsigned zone, const int64_t *from,
                          unsigned max)
{
    const struct snap_zone *z = &s->zones[zone];

    assert_true(z->count <= max);
    for (unsigned i = 0; i < z->count; i++)
        assert_int_equal(s->states[z->first + i].from, from[i]);
    return z->count;
}

static void compile__a_friday__transitions_only_where_something_changes(void **state)
{
    struct facts f = {&sample_school, NULL, 0};
    int64_t now = sample_time("2026-11-20 08:45");
    struct snapshot s = compile(&f, now);
    /* the double lesson has no transition in its middle; tomorrow is Saturday */
    const int64_t day[] = {now, sample_time("2026-11-20 10:10"), sample_time("2026-11-20 10:30"),
                           sample_time("2026-11-20 11:20")};
    const int64_t night[] = {now, sample_time("2026-11-20 22:00"), sample_time("2026-11-21 06:00")};

    (void)state;
    assert_int_equal(states_of(&s, Z_306, day, 4), 4);
    assert_int_equal(states_of(&s, Z_307, day, 4), 4);
    assert_int_equal(states_of(&s, Z_DORM, night, 3), 3);
    assert_int_equal(states_of(&s, Z_HALL, day, 1), 1);
    assert_int_equal(states_of(&s, Z_DNS, day, 1), 1);
    assert_int_equal(s.zones[Z_306].closes, 1);
    assert_int_equal(s.zones[Z_HALL].closes, 0);
    assert_int_equal(s.zones[Z_DNS].closes, 0);
    assert_true(set256_has(&s.states[s.zones[Z_306].first].closed, LABEL_QUIC));
    assert_false(set256_has(&s.states[s.zones[Z_307].first].closed, LABEL_QUIC));
    sample_free(s.map);
}

static void compile__grant_and_revoke__transitions_of_that_zone_only(void **state)
{
    struct grant g = {.zone = Z_306,
                      .services = {{1u << YOUTUBE}},
                      .from = sample_time("2026-11-20 08:40"),
                      .until = sample_time("2026-11-20 12:00")};
    struct facts f = {&sample_school, &g, 1};
    int64_t now = sample_time("2026-11-20 08:35");
    /* open until the grant's end: the break and the third lesson change the others' labels */
    const int64_t from[] = {now, g.from, sample_time("2026-11-20 10:10"),
                            sample_time("2026-11-20 10:30"), sample_time("2026-11-20 11:20")};
    struct snapshot s = compile(&f, now);

    (void)state;
    assert_int_equal(states_of(&s, Z_306, from, 5), 5);
    assert_int_equal(s.zones[Z_307].count, 4);
    assert_int_equal(snapshot_state(&s, Z_306, g.from)->reason[L_YOUTUBE], REASON_GRANT);
    assert_int_equal(snapshot_closed_until(&s, Z_306, L_INSTAGRAM, now),
                     sample_time("2026-11-20 10:10"));
    assert_int_equal(snapshot_closed_until(&s, Z_306, L_YOUTUBE, now), g.from);
    sample_free(s.map);
    g.revoked = sample_time("2026-11-20 09:00");
    s = compile(&f, now);
    assert_true(set256_has(&snapshot_state(&s, Z_306, g.revoked)->closed, L_YOUTUBE));
    assert_false(set256_has(&snapshot_state(&s, Z_306, g.revoked - 1)->closed, L_YOUTUBE));
    sample_free(s.map);
    s = compile(&f, g.revoked - 1); /* its last second */
    assert_int_equal(snapshot_closed_until(&s, Z_306, L_YOUTUBE, s.made), s.made);
    assert_true(set256_has(&snapshot_state(&s, Z_306, g.revoked)->closed, L_YOUTUBE));
    sample_free(s.map);
}

static void compile__restricted_grant__a_state_of_its_own(void **state)
{
    /* The second one goes on with what the first one opens, but for the restriction. */
    struct grant g[] = {{.zone = Z_306,
                         .services = {{1u << YOUTUBE}},
                         .restricted = true,
                         .from = sample_time("2026-11-20 08:40"),
                         .until = sample_time("2026-11-20 09:00")},
                        {.zone = Z_306,
                         .services = {{1u << YOUTUBE}},
                         .from = sample_time("2026-11-20 09:00"),
                         .until = sample_time("2026-11-20 10:10")}};
    struct facts f = {&sample_school, g, ARRAY_SIZE(g)};
    struct snapshot s = compile(&f, sample_time("2026-11-20 08:35"));

    (void)state;
    assert_int_equal(snapshot_state(&s, Z_306, g[0].from - 1)->restricted, 0);
    assert_int_equal(snapshot_state(&s, Z_306, g[0].from)->restricted, 1);
    assert_int_equal(snapshot_state(&s, Z_307, g[0].from)->restricted, 0);
    assert_int_equal(snapshot_next(&s, g[0].from), g[0].until);
    assert_int_equal(snapshot_state(&s, Z_306, g[0].until)->restricted, 0);
    assert_false(set256_has(&snapshot_state(&s, Z_306, g[0].until)->closed, L_YOUTUBE));
    sample_free(s.map);
}

static void compile__bell_at_the_horizon__is_in_it(void **state)
{
    struct facts f = {&sample_school, NULL, 0};
    int64_t bell = sample_time("2026-11-20 08:30");
    struct snapshot s = compile(&f, bell - SNAPSHOT_HORIZON);

    (void)state;
    assert_int_equal(s.horizon, bell);
    assert_false(set256_has(&snapshot_state(&s, Z_306, bell - 1)->closed, L_YOUTUBE));
    assert_true(set256_has(&snapshot_state(&s, Z_306, bell)->closed, L_YOUTUBE));
    sample_free(s.map);
}

static void compile__zones_alike__share_their_states(void **state)
{
    struct zone zones[40];
    struct school school = sample_school;
    struct facts f = {&school, NULL, 0};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(zones); i++)
        zones[i] = sample_school.zones[Z_307];
    school.zones = zones;
    school.zone_count = ARRAY_SIZE(zones);
    struct snapshot s = compile(&f, sample_time("2026-11-20 08:00"));

    assert_int_equal(s.state_count, s.zones[0].count);
    sample_free(s.map);
}

static void compile__empty_school__opens(void **state)
{
    struct school school = {0};
    struct facts f = {&school, NULL, 0};
    struct snapshot s = compile(&f, sample_time("2026-11-20 08:00"));

    (void)state;
    assert_int_equal(s.zone_count, 0);
    assert_true(snapshot_next(&s, s.made) == INT64_MAX);
    sample_free(s.map);
}

/* A random school, small but with every kind of trouble: bells that overlap or run over midnight,
 * days off, zones without a stream, grants that begin, end and are withdrawn at any moment. */
#define BELLS  5
#define ZONES  4
#define GRANTS 6

struct random_school {
    uint32_t seed;
    struct school school;
    struct stream streams[2];
    struct bell bells[2][BELLS];
    struct zone zones[ZONES];
    struct day_off off;
    struct grant grants[GRANTS];
    struct facts facts;
};

static unsigned pick(struct random_school *r, unsigned below)
{
    r->seed = r->seed * 1664525 + 1013904223;
    return (r->seed >> 8) % below;
}

static void make_bells(struct random_school *r)
{
    for (unsigned s = 0; s < 2; s++) {
        for (unsigned b = 0; b < BELLS; b++) {
            /* Many at the small hours, where clocks change. */
            unsigned start = pick(r, 3) ? pick(r, 1440) : 90 + pick(r, 120);
            unsigned len = pick(r, 4) ? 1 + pick(r, 100) : 1 + pick(r, 1440);

            r->bells[s][b] = (struct bell){.name = "b",
                                           .days = (uint8_t)(1 + pick(r, 0x7f)),
                                           .start = (int16_t)start,
                                           .end = (int16_t)(start + len)};
        }
        r->streams[s] = (struct stream){"s", r->bells[s], pick(r, BELLS + 1)};
    }
}

static void make_zones(struct random_school *r)
{
    for (unsigned z = 0; z < ZONES; z++) {
        r->zones[z] = (struct zone){.name = "z", .quic = pick(r, 2) ? QUIC_REJECT : QUIC_PASS};
        r->zones[z].stream = (uint16_t)(pick(r, 8) ? pick(r, 2) : NO_STREAM);
        r->zones[z].kind = pick(r, 8) ? ZONE_CLASSROOM : ZONE_RESOLVER;
    }
}

static void make_grants(struct random_school *r, int64_t now)
{
    for (unsigned i = 0; i < GRANTS; i++) {
        struct grant *g = &r->grants[i];

        *g = (struct grant){.zone = (uint16_t)pick(r, ZONES), .restricted = pick(r, 2)};
        g->services.w[0] = 1 + pick(r, (1u << SAMPLE_SERVICES) - 1);
        g->from = now - 7200 + (int64_t)pick(r, SNAPSHOT_HORIZON + 7200);
        if (pick(r, 3) == 0) /* around the beginning */
            g->from = now - 1200 + (int64_t)pick(r, 1200);
        g->until = g->from + 1 + (int64_t)pick(r, pick(r, 2) ? 1800 : 6 * 3600);
        if (pick(r, 2))
            g->revoked = g->from - 600 + (int64_t)pick(r, 6 * 3600);
    }
}

static void make_school(struct random_school *r, int64_t now)
{
    struct date today = wall_from_utc(now).date;

    make_bells(r);
    make_zones(r);
    make_grants(r, now);
    r->off.from = date_add(today, (int)pick(r, 4) - 2);
    r->off.to = date_add(r->off.from, (int)pick(r, 2));
    r->school = (struct school){.zones = r->zones,
                                .zone_count = ZONES,
                                .streams = r->streams,
                                .stream_count = 2,
                                .days_off = &r->off,
                                .day_off_count = pick(r, 2),
                                .lesson_closed = sample_school.lesson_closed,
                                .locked = {{pick(r, 2) ? 1u << TIKTOK : 0}}};
    r->facts = (struct facts){&r->school, r->grants, pick(r, GRANTS + 1)};
}

/* What policy_label() says of every label. The lesson is looked up once; a different label each
 * time is asked in full, to see that it makes no difference. */
static struct snap_state ask(const struct facts *f, unsigned zone, int64_t at)
{
    struct set256 safe = safe_services(&catalogue);
    struct snap_state st = {.from = at, .restricted = policy_restricted(f, &safe, zone, at)};
    struct lesson lesson;
    unsigned stream = school_zone_stream(f->school, zone);
    bool in_lesson = school_lesson_at(f->school, stream, at, &lesson);
    uint8_t full = (uint8_t)(at / 60 % SAMPLE_LABELS);

    for (unsigned label = 0; label < LABEL_COUNT; label++) {
        struct decision d =
            policy_label_in(f, &catalogue, zone, (uint8_t)label, at, in_lesson ? &lesson : NULL);

        if (label == full) {
            struct decision again = policy_label(f, &catalogue, zone, full, at);

            assert_int_equal(again.closed, d.closed);
            assert_int_equal(again.reason, d.reason);
        }
        if (d.closed)
            set256_add(&st.closed, (uint8_t)label);
        st.reason[label] = (uint8_t)d.reason;
    }
    return st;
}

static bool same(const struct snap_state *a, const struct snap_state *b)
{
    return a->restricted == b->restricted && set256_equal(&a->closed, &b->closed) &&
           !memcmp(a->reason, b->reason, LABEL_COUNT);
}

static void check_moment(const struct facts *f, const struct snapshot *s, unsigned zone, int64_t at)
{
    struct snap_state now = ask(f, zone, at);

    if (!same(&now, snapshot_state(s, zone, at)))
        fail_msg("zone %u differs at %lld", zone, (long long)at);
}

/* Nothing changes between a moment and policy_next() of it. */
static void check_steps(const struct facts *f, const struct snapshot *s, unsigned zone)
{
    for (int64_t at = s->made; at < s->horizon;) {
        int64_t next = policy_next(f, zone, at, s->horizon);
        struct snap_state first = ask(f, zone, at), last = ask(f, zone, next - 1);
        struct snap_state middle = ask(f, zone, at + (next - at) / 2);

        assert_true(next > at && next <= s->horizon);
        if (!same(&first, &last) || !same(&first, &middle))
            fail_msg("zone %u changes before %lld", zone, (long long)next);
        check_moment(f, s, zone, next - 1);
        check_moment(f, s, zone, next);
        at = next;
    }
}

/* No state says what the one before it said. */
static void check_merged(const struct snapshot *s, unsigned zone)
{
    const struct snap_zone *z = &s->zones[zone];

    for (unsigned i = 1; i < z->count; i++)
        assert_false(same(&s->states[z->first + i - 1], &s->states[z->first + i]));
}

static void check_school(const struct facts *f, int64_t now)
{
    struct snapshot s = compile(f, now);

    for (unsigned zone = 0; zone < f->school->zone_count; zone++) {
        for (int64_t at = s.made; at <= s.horizon; at += 60)
            check_moment(f, &s, zone, at);
        check_steps(f, &s, zone);
        check_merged(&s, zone);
    }
    sample_free(s.map);
}

static void compile__random_schools__says_what_policy_says_every_minute(void **state)
{
    static const char *const starts[] = {
        "2026-11-20 07:00", "2026-12-31 15:00",
        "2026-03-28 12:30",                     /* the next night skips an hour */
        "2026-03-29 01:59", "2026-10-24 12:30", /* the next night repeats one */
        "2026-10-25 02:59"};
    struct random_school r = {.seed = 20261120};

    (void)state;
    print_message("seed %u\n", r.seed);
    for (unsigned round = 0; round < 3 * ARRAY_SIZE(starts); round++) {
        int64_t now = sample_time(starts[round % ARRAY_SIZE(starts)]) + pick(&r, 60);

        make_school(&r, now);
        check_school(&r.facts, now);
    }
}

static void compile__sample_school__says_what_policy_says_every_minute(void **state)
{
    struct facts f = {&sample_school, NULL, 0};

    (void)state;
    check_school(&f, sample_time("2026-03-28 20:00"));
    check_school(&f, sample_time("2026-10-24 20:00"));
}

/* It closes its one name at all hours, and changes nothing for anybody else. */
static void compile__self_probe__a_last_zone_with_one_closed_label(void **state)
{
    struct facts f = {&sample_school, NULL, 0};
    int64_t now = sample_time("2026-11-20 08:45");
    struct snapshot without = compile(&f, now), s;
    struct gate_settings settings = sample_settings;
    const struct addr client = probe_client(), other = sample_prefix("10.3.6.7").base;
    struct set256 expected = {0};
    struct bytes map;
    const char *why;

    (void)state;
    settings.probe = 1;
    assert_true(compile_snapshot(&f, &catalogue, &settings, 1, now, &map));
    assert_true(snapshot_open(&s, map, &why));
    assert_int_equal(s.zone_count, SAMPLE_ZONES + 1);
    assert_int_equal(s.zones[SAMPLE_ZONES].kind, ZONE_PROBE);
    assert_int_equal(snapshot_zone(&s, &client), SAMPLE_ZONES);
    assert_int_equal(snapshot_zone(&s, &other), Z_306);
    set256_add(&expected, LABEL_PROBE);
    for (int64_t at = now; at <= s.horizon; at += 3600)
        assert_true(set256_equal(&snapshot_state(&s, SAMPLE_ZONES, at)->closed, &expected));
    assert_int_equal(snapshot_closed_until(&s, SAMPLE_ZONES, LABEL_PROBE, now), s.horizon);
    assert_int_equal(snapshot_next(&s, now), snapshot_next(&without, now));
    for (unsigned z = 0; z < SAMPLE_ZONES; z++)
        assert_true(set256_equal(&snapshot_state(&s, z, now)->closed,
                                 &snapshot_state(&without, z, now)->closed));
    assert_int_equal(s.settings->lan_count, sample_settings.lan_count + 1);
    assert_string_equal(s.settings->lan[sample_settings.lan_count], PROBE_INTERFACE);
    sample_free(map);
    sample_free(without.map);
}

/* As many zones and interfaces as there can be, one of which holds every address. */
static void compile__full_school__has_room_for_the_self_probe(void **state)
{
    static struct zone zones[ZONE_MAX];
    const struct prefix all = sample_prefix("0.0.0.0/0");
    struct school school = {.name = "full", .zones = zones, .zone_count = ZONE_MAX};
    const struct facts f = {.school = &school};
    struct gate_settings settings = {.lan_count = LAN_MAX, .gates = 1, .probe = 1};
    const struct addr client = probe_client(), server = probe_server();
    struct snapshot s;
    struct bytes map;
    const char *why = "";

    (void)state;
    for (unsigned i = 0; i < ZONE_MAX; i++)
        zones[i] = (struct zone){.name = "z", .stream = NO_STREAM};
    zones[7].prefixes = &all;
    zones[7].prefix_count = 1;
    for (unsigned i = 0; i < LAN_MAX; i++)
        settings.lan[i][0] = (char)('a' + i);
    assert_true(compile_snapshot(&f, &catalogue, &settings, 1, 0, &map));
    if (!snapshot_open(&s, map, &why))
        fail_msg("%s", why);
    assert_int_equal(snapshot_zone(&s, &client), ZONE_MAX);
    assert_int_equal(snapshot_zone(&s, &server), 7);
    sample_free(map);
}

static int set_up(void **state)
{
    sample_zone(state);
    catalogue = sample_catalogue();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sample_free(catalogue.map);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compile__a_friday__transitions_only_where_something_changes),
        cmocka_unit_test(compile__grant_and_revoke__transitions_of_that_zone_only),
        cmocka_unit_test(compile__restricted_grant__a_state_of_its_own),
        cmocka_unit_test(compile__bell_at_the_horizon__is_in_it),
        cmocka_unit_test(compile__zones_alike__share_their_states),
        cmocka_unit_test(compile__empty_school__opens),
        cmocka_unit_test(compile__self_probe__a_last_zone_with_one_closed_label),
        cmocka_unit_test(compile__full_school__has_room_for_the_self_probe),
        cmocka_unit_test(compile__sample_school__says_what_policy_says_every_minute),
        cmocka_unit_test(compile__random_schools__says_what_policy_says_every_minute),
    };

    return cmocka_run_group_tests_name("compile", tests, set_up, tear_down);
}
