/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "sample.h"

static struct catalogue catalogue;

#define SERVICES(bits)                                                                             \
    {                                                                                              \
        {                                                                                          \
            (bits)                                                                                 \
        }                                                                                          \
    }

/* A grant of YouTube in room 306. */
static struct grant grant_of(const char *from, const char *until)
{
    return (struct grant){.id = "g",
                          .zone = Z_306,
                          .services = SERVICES(1u << YOUTUBE),
                          .from = sample_time(from),
                          .until = sample_time(until)};
}

static struct decision ask(const struct grant *grants, size_t count, unsigned zone,
                           unsigned service, const char *at)
{
    struct facts f = {&sample_school, grants, count};

    return policy_service(&f, zone, service, sample_time(at));
}

static void service__no_grants__closed_in_lessons_only(void **state)
{
    static const struct {
        unsigned zone, service;
        const char *at;
        enum reason reason;
    } cases[] = {
        {Z_306, YOUTUBE, "2026-11-20 08:29", REASON_ALLOW},
        {Z_306, YOUTUBE, "2026-11-20 08:30", REASON_LESSON},
        {Z_306, YOUTUBE, "2026-11-20 09:20", REASON_LESSON},
        {Z_306, YOUTUBE, "2026-11-20 10:10", REASON_ALLOW},
        {Z_306, YOUTUBE, "2026-11-21 08:45", REASON_ALLOW},
        {Z_306, YOUTUBE, "2026-11-27 08:45", REASON_ALLOW},
        {Z_306, MAGISTER, "2026-11-20 08:45", REASON_ALLOW},
        {Z_306, TIKTOK, "2026-11-20 08:45", REASON_LOCKED},
        {Z_306, TIKTOK, "2026-11-20 08:15", REASON_ALLOW},
        {Z_HALL, YOUTUBE, "2026-11-20 08:45", REASON_ALLOW},
        {Z_DNS, TIKTOK, "2026-11-20 08:45", REASON_ALLOW},
        {Z_DORM, YOUTUBE, "2026-11-21 05:59", REASON_LESSON},
        {Z_DORM, YOUTUBE, "2026-11-21 06:00", REASON_ALLOW},
        {Z_GYM, YOUTUBE, "2026-11-20 00:00", REASON_LESSON},
        {Z_306, SERVICE_MAX, "2026-11-20 08:45", REASON_ALLOW},
        {SAMPLE_ZONES, YOUTUBE, "2026-11-20 08:45", REASON_ALLOW},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        struct decision d = ask(NULL, 0, cases[i].zone, cases[i].service, cases[i].at);

        assert_int_equal(d.reason, cases[i].reason);
        assert_int_equal(d.closed, cases[i].reason != REASON_ALLOW);
        assert_null(d.grant);
    }
}

static void service__closed_by_a_lesson__says_which(void **state)
{
    struct decision d = ask(NULL, 0, Z_306, YOUTUBE, "2026-11-20 09:30");

    (void)state;
    assert_string_equal(d.lesson.bell->name, "2");
    assert_int_equal(d.lesson.end, sample_time("2026-11-20 10:10"));
}

static void service__one_grant__open_from_its_start_until_its_end(void **state)
{
    struct grant g = grant_of("2026-11-20 08:40", "2026-11-20 09:00");
    struct facts f = {&sample_school, &g, 1};
    const struct {
        int64_t at;
        bool closed;
    } cases[] = {{g.from - 1, true}, {g.from, false}, {g.until - 1, false}, {g.until, true}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        struct decision d = policy_service(&f, Z_306, YOUTUBE, cases[i].at);

        assert_int_equal(d.closed, cases[i].closed);
        assert_int_equal(d.reason, cases[i].closed ? REASON_LESSON : REASON_GRANT);
        assert_ptr_equal(d.grant, cases[i].closed ? NULL : &g);
        assert_string_equal(d.lesson.bell->name, "1");
    }
}

static void service__grant_for_something_else__changes_nothing(void **state)
{
    struct grant g = grant_of("2026-11-20 08:00", "2026-11-20 12:00");

    (void)state;
    set256_add(&g.services, TIKTOK);
    assert_int_equal(ask(&g, 1, Z_306, INSTAGRAM, "2026-11-20 08:45").reason, REASON_LESSON);
    assert_int_equal(ask(&g, 1, Z_307, YOUTUBE, "2026-11-20 08:45").reason, REASON_LESSON);
    assert_int_equal(ask(&g, 1, Z_306, TIKTOK, "2026-11-20 08:45").reason, REASON_LOCKED);
    assert_int_equal(ask(&g, 1, Z_306, YOUTUBE, "2026-11-20 08:15").reason, REASON_ALLOW);
    assert_int_equal(ask(&g, 1, Z_306, YOUTUBE, "2026-11-20 10:20").reason, REASON_ALLOW);
}

static void service__revoked_grant__counts_until_the_withdrawal(void **state)
{
    struct grant g = grant_of("2026-11-20 08:40", "2026-11-20 09:20");
    struct facts f = {&sample_school, &g, 1};

    (void)state;
    g.revoked = sample_time("2026-11-20 08:50");
    assert_false(policy_service(&f, Z_306, YOUTUBE, g.revoked - 1).closed);
    assert_true(policy_service(&f, Z_306, YOUTUBE, g.revoked).closed);
    g.revoked = g.from; /* at once */
    assert_true(policy_service(&f, Z_306, YOUTUBE, g.from).closed);
    g.revoked = g.from - 60; /* before it began */
    assert_true(policy_service(&f, Z_306, YOUTUBE, g.from).closed);
    g.revoked = g.until + 60; /* too late to matter */
    assert_false(policy_service(&f, Z_306, YOUTUBE, g.until - 1).closed);
    assert_true(policy_service(&f, Z_306, YOUTUBE, g.until).closed);
}

static void service__granted_again_after_revoke__the_old_end_is_dead(void **state)
{
    struct grant g[] = {grant_of("2026-11-20 08:35", "2026-11-20 08:45"),
                        grant_of("2026-11-20 08:41", "2026-11-20 09:10")};

    (void)state;
    g[0].revoked = sample_time("2026-11-20 08:40");
    assert_true(ask(g, 2, Z_306, YOUTUBE, "2026-11-20 08:40").closed);
    assert_ptr_equal(ask(g, 2, Z_306, YOUTUBE, "2026-11-20 08:41").grant, &g[1]);
    assert_false(ask(g, 2, Z_306, YOUTUBE, "2026-11-20 08:45").closed);
    assert_true(ask(g, 2, Z_306, YOUTUBE, "2026-11-20 09:10").closed);
}

static void service__two_grants_at_once__the_longer_speaks(void **state)
{
    struct grant g[] = {grant_of("2026-11-20 08:35", "2026-11-20 09:15"),
                        grant_of("2026-11-20 08:40", "2026-11-20 09:00")};

    (void)state;
    assert_ptr_equal(ask(g, 2, Z_306, YOUTUBE, "2026-11-20 08:50").grant, &g[0]);
    g[0].revoked = sample_time("2026-11-20 08:55");
    assert_ptr_equal(ask(g, 2, Z_306, YOUTUBE, "2026-11-20 08:50").grant, &g[1]);
}

static void restricted__grants__by_zone_time_and_service(void **state)
{
    struct set256 safe = SERVICES(1u << YOUTUBE), none = SERVICES(0);
    struct grant g[] = {grant_of("2026-11-20 08:40", "2026-11-20 09:20"),
                        grant_of("2026-11-20 09:00", "2026-11-20 10:10")};
    struct facts f = {&sample_school, g, ARRAY_SIZE(g)};
    static const struct {
        const char *at;
        unsigned zone;
        bool want;
    } cases[] = {
        {"2026-11-20 08:39", Z_306, false}, {"2026-11-20 08:40", Z_306, true},
        {"2026-11-20 09:19", Z_306, true},  {"2026-11-20 09:20", Z_306, false},
        {"2026-11-20 08:50", Z_307, false},
    };

    (void)state;
    assert_false(policy_restricted(&f, &safe, Z_306, sample_time("2026-11-20 08:50")));
    g[0].restricted = true;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        int64_t at = sample_time(cases[i].at);

        assert_int_equal(policy_restricted(&f, &safe, cases[i].zone, at), cases[i].want);
        assert_false(policy_restricted(&f, &none, cases[i].zone, at));
    }
    g[0].services = (struct set256)SERVICES(1u << INSTAGRAM | 1u << YOUTUBE);
    assert_true(policy_restricted(&f, &safe, Z_306, sample_time("2026-11-20 09:00")));
    g[0].services = (struct set256)SERVICES(1u << INSTAGRAM); /* what another grant left */
    assert_false(policy_restricted(&f, &safe, Z_306, sample_time("2026-11-20 09:00")));
    g[0] = g[1];
    g[0].restricted = true;
    g[0].revoked = sample_time("2026-11-20 09:10");
    assert_true(policy_restricted(&f, &safe, Z_306, g[0].revoked - 1));
    assert_false(policy_restricted(&f, &safe, Z_306, g[0].revoked));
}

static void label__in_a_lesson__closed_when_each_service_is(void **state)
{
    static const struct {
        uint64_t granted;
        uint8_t label;
        bool closed;
        enum reason reason;
    } cases[] = {
        {0, L_YOUTUBE, true, REASON_LESSON},
        {0, L_META, true, REASON_LESSON},
        {0, L_YOUTUBE_MAGISTER, false, REASON_ALLOW},
        {0, L_TIKTOK, true, REASON_LOCKED},
        {0, L_YOUTUBE_TIKTOK, true, REASON_LESSON},
        {0, L_MAGISTER, false, REASON_ALLOW},
        {1u << FACEBOOK, L_META, false, REASON_GRANT},
        {1u << FACEBOOK, L_INSTAGRAM, true, REASON_LESSON},
        {1u << YOUTUBE, L_YOUTUBE_TIKTOK, false, REASON_GRANT},
        {1u << YOUTUBE, L_YOUTUBE_MAGISTER, false, REASON_ALLOW},
        {1u << TIKTOK, L_TIKTOK, true, REASON_LOCKED},
        {0, LABEL_NONE, false, REASON_ALLOW},
        {0, SAMPLE_LABELS, false, REASON_ALLOW},
        {0, LABEL_OPAQUE, false, REASON_ALLOW},
        {0, LABEL_NO_NAME, false, REASON_ALLOW},
        {0, LABEL_HIDDEN, false, REASON_ALLOW},
        {0, LABEL_OTHER, false, REASON_ALLOW},
        {0, LABEL_NEVER, false, REASON_NEVER},
        {0, LABEL_QUIC, true, REASON_ZONE},
    };
    struct grant g = grant_of("2026-11-20 08:00", "2026-11-20 12:00");
    struct facts f = {&sample_school, &g, 1};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        g.services = (struct set256)SERVICES(cases[i].granted);
        struct decision d =
            policy_label(&f, &catalogue, Z_306, cases[i].label, sample_time("2026-11-20 08:45"));

        assert_int_equal(d.closed, cases[i].closed);
        assert_int_equal(d.reason, cases[i].reason);
    }
}

/* Lists among services: Instagram, Facebook and the locked TikTok are lists here. */
enum { OPEN_LIST = 10, ADS = INSTAGRAM, GAMES = FACEBOOK, LOCKED = TIKTOK };

#define BIT(n) (1u << (n))
static const struct {
    uint64_t members, granted;
    bool closed;
    enum reason reason;
} mixed[] = {
    {0, 0, false, REASON_ALLOW},
    /* lists alone */
    {BIT(ADS), 0, true, REASON_LESSON},
    {BIT(ADS), BIT(ADS), false, REASON_GRANT},
    {BIT(ADS) | BIT(GAMES), BIT(ADS), true, REASON_LESSON},
    {BIT(ADS) | BIT(GAMES), BIT(ADS) | BIT(GAMES), false, REASON_GRANT},
    {BIT(ADS) | BIT(OPEN_LIST), 0, true, REASON_LESSON},
    {BIT(ADS) | BIT(OPEN_LIST), BIT(ADS), false, REASON_ALLOW},
    {BIT(OPEN_LIST), 0, false, REASON_ALLOW},
    {BIT(ADS) | BIT(LOCKED), BIT(ADS) | BIT(LOCKED), true, REASON_LOCKED},
    {BIT(ADS) | BIT(LOCKED), 0, true, REASON_LOCKED},
    /* a closed service: its grant opens what lists close */
    {BIT(YOUTUBE) | BIT(ADS), 0, true, REASON_LESSON},
    {BIT(YOUTUBE) | BIT(ADS), BIT(YOUTUBE), false, REASON_GRANT},
    {BIT(YOUTUBE) | BIT(ADS) | BIT(GAMES), BIT(YOUTUBE), false, REASON_GRANT},
    {BIT(YOUTUBE) | BIT(ADS), BIT(ADS), true, REASON_LESSON},
    {BIT(YOUTUBE) | BIT(ADS), BIT(ADS) | BIT(YOUTUBE), false, REASON_GRANT},
    {BIT(YOUTUBE) | BIT(OPEN_LIST), 0, true, REASON_LESSON},
    {BIT(YOUTUBE) | BIT(OPEN_LIST), BIT(YOUTUBE), false, REASON_ALLOW},
    /* but a locked list stays closed */
    {BIT(YOUTUBE) | BIT(LOCKED), BIT(YOUTUBE), true, REASON_LOCKED},
    {BIT(YOUTUBE) | BIT(LOCKED), BIT(YOUTUBE) | BIT(LOCKED), true, REASON_LOCKED},
    {BIT(YOUTUBE) | BIT(LOCKED), 0, true, REASON_LOCKED},
    /* an open service keeps its name from other services, not from lists */
    {BIT(MAGISTER) | BIT(ADS), 0, true, REASON_LESSON},
    {BIT(MAGISTER) | BIT(ADS), BIT(ADS), false, REASON_ALLOW},
    {BIT(MAGISTER) | BIT(OPEN_LIST), 0, false, REASON_ALLOW},
    {BIT(MAGISTER) | BIT(LOCKED), 0, true, REASON_LOCKED},
    {BIT(MAGISTER) | BIT(YOUTUBE) | BIT(ADS), 0, true, REASON_LESSON},
    {BIT(MAGISTER) | BIT(YOUTUBE) | BIT(ADS), BIT(YOUTUBE), false, REASON_GRANT},
    {BIT(MAGISTER) | BIT(YOUTUBE), BIT(YOUTUBE), false, REASON_ALLOW},
};
#undef BIT

static void label__services_and_lists__as_the_rule_says(void **state)
{
    struct grant g = grant_of("2026-11-20 08:00", "2026-11-20 12:00");
    struct facts f = {&sample_school, &g, 1};
    struct set256 labels[2] = {0};
    struct catalogue c = {.labels = labels, .label_count = 2};

    (void)state;
    set256_add(&c.lists, ADS);
    set256_add(&c.lists, GAMES);
    set256_add(&c.lists, LOCKED);
    set256_add(&c.lists, OPEN_LIST);
    for (unsigned i = 0; i < ARRAY_SIZE(mixed); i++) {
        labels[1] = (struct set256)SERVICES(mixed[i].members);
        g.services = (struct set256)SERVICES(mixed[i].granted);
        struct decision d = policy_label(&f, &c, Z_306, 1, sample_time("2026-11-20 08:45"));

        if (d.closed != mixed[i].closed || d.reason != mixed[i].reason)
            fail_msg("case %u: %s, %s", i, d.closed ? "closed" : "open", reason_name(d.reason));
        assert_ptr_equal(d.grant, d.reason == REASON_GRANT ? &g : NULL);
        assert_false(policy_label(&f, &c, Z_306, 1, sample_time("2026-11-20 10:15")).closed);
    }
}

static void label__outside_lessons__all_open(void **state)
{
    struct facts f = {&sample_school, NULL, 0};

    (void)state;
    for (unsigned label = 0; label < LABEL_COUNT; label++) {
        struct decision d =
            policy_label(&f, &catalogue, Z_306, (uint8_t)label, sample_time("2026-11-20 10:15"));

        assert_false(d.closed);
        assert_int_equal(d.reason, label == LABEL_NEVER ? REASON_NEVER : REASON_ALLOW);
    }
}

static void label__quic__closed_where_rejected_and_something_is_closed(void **state)
{
    struct grant g = grant_of("2026-11-20 08:00", "2026-11-20 12:00");
    struct school unlocked = sample_school;
    struct facts f = {&unlocked, &g, 1};
    int64_t at = sample_time("2026-11-20 08:45");

    (void)state;
    unlocked.locked = (struct set256){0};
    assert_true(policy_label(&f, &catalogue, Z_306, LABEL_QUIC, at).closed);
    assert_false(policy_label(&f, &catalogue, Z_307, LABEL_QUIC, at).closed);
    assert_false(policy_label(&f, &catalogue, Z_HALL, LABEL_QUIC, at).closed);
    assert_false(
        policy_label(&f, &catalogue, Z_306, LABEL_QUIC, sample_time("2026-11-20 10:15")).closed);
    g.services = unlocked.lesson_closed; /* all granted: nothing to protect */
    assert_false(policy_label(&f, &catalogue, Z_306, LABEL_QUIC, at).closed);
}

static void next__a_morning_with_grants__every_edge_and_midnight(void **state)
{
    static const char *const moments[] = {
        "2026-11-20 08:30", "2026-11-20 08:40", "2026-11-20 08:50", "2026-11-20 09:20",
        "2026-11-20 10:10", "2026-11-20 10:30", "2026-11-20 11:20", "2026-11-21 00:00",
        "2026-11-22 00:00", "2026-11-22 12:00"};
    struct grant g = grant_of("2026-11-20 08:40", "2026-11-20 09:10");
    struct facts f = {&sample_school, &g, 1};
    int64_t at = sample_time("2026-11-20 00:00"), to = sample_time("2026-11-22 12:00");

    (void)state;
    g.revoked = sample_time("2026-11-20 08:50");
    for (unsigned i = 0; i < ARRAY_SIZE(moments); i++) {
        at = policy_next(&f, Z_306, at, to);
        assert_int_equal(at, sample_time(moments[i]));
    }
    assert_int_equal(policy_next(&f, Z_HALL, at - 3600, to), to);
    assert_int_equal(policy_next(&f, Z_306, to + 5, to), to);
}

static void lesson_end__now_soon_or_never__as_the_bells_say(void **state)
{
    static const struct {
        unsigned zone;
        const char *at, *end; /* NULL: none */
    } cases[] = {
        {Z_306, "2026-11-20 08:30", "2026-11-20 09:20"},
        {Z_306, "2026-11-20 09:20", "2026-11-20 10:10"},
        {Z_306, "2026-11-20 07:00", "2026-11-20 09:20"},
        {Z_306, "2026-11-20 10:15", "2026-11-20 11:20"},
        {Z_306, "2026-11-20 11:20", NULL},
        {Z_306, "2026-11-19 23:59", NULL},
        {Z_306, "2026-11-21 08:45", NULL},
        {Z_DORM, "2026-11-20 21:00", "2026-11-21 06:00"},
        {Z_DORM, "2026-11-21 01:00", "2026-11-21 06:00"},
        {Z_HALL, "2026-11-20 08:30", NULL},
        {Z_DNS, "2026-11-20 08:30", NULL},
    };
    struct facts f = {&sample_school, NULL, 0};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(policy_lesson_end(&f, cases[i].zone, sample_time(cases[i].at)),
                         cases[i].end ? sample_time(cases[i].end) : 0);
}

static void reason_name__every_reason__has_one(void **state)
{
    (void)state;
    for (unsigned reason = 0; reason < REASON_COUNT; reason++)
        assert_non_null(reason_name((enum reason)reason));
    assert_string_equal(reason_name(REASON_LESSON), "lesson");
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
        cmocka_unit_test(service__no_grants__closed_in_lessons_only),
        cmocka_unit_test(service__closed_by_a_lesson__says_which),
        cmocka_unit_test(service__one_grant__open_from_its_start_until_its_end),
        cmocka_unit_test(service__grant_for_something_else__changes_nothing),
        cmocka_unit_test(service__revoked_grant__counts_until_the_withdrawal),
        cmocka_unit_test(service__granted_again_after_revoke__the_old_end_is_dead),
        cmocka_unit_test(service__two_grants_at_once__the_longer_speaks),
        cmocka_unit_test(restricted__grants__by_zone_time_and_service),
        cmocka_unit_test(label__in_a_lesson__closed_when_each_service_is),
        cmocka_unit_test(label__services_and_lists__as_the_rule_says),
        cmocka_unit_test(label__outside_lessons__all_open),
        cmocka_unit_test(label__quic__closed_where_rejected_and_something_is_closed),
        cmocka_unit_test(next__a_morning_with_grants__every_edge_and_midnight),
        cmocka_unit_test(lesson_end__now_soon_or_never__as_the_bells_say),
        cmocka_unit_test(reason_name__every_reason__has_one),
    };

    return cmocka_run_group_tests_name("policy", tests, set_up, tear_down);
}
