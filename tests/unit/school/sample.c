/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sample.h"

#include "support/test.h"

#include "base/parse.h"

#define WEEK                0x1f
#define ALWAYS              0x7f
#define CLOCK(hour, minute) ((hour)*60 + (minute))

static const struct bell daytime[] = {
    /* Not in order: nothing may depend on it. */
    {"3", WEEK, CLOCK(10, 30), CLOCK(11, 20)},
    {"1", WEEK, CLOCK(8, 30), CLOCK(9, 20)},
    {"2", WEEK, CLOCK(9, 20), CLOCK(10, 10)},
};

static const struct bell night[] = {
    {"night", WEEK, CLOCK(22, 0), CLOCK(30, 0)},
};

static const struct bell early[] = {
    {"a", ALWAYS, CLOCK(0, 0), CLOCK(2, 15)},
    {"b", ALWAYS, CLOCK(2, 30), CLOCK(2, 45)},
    {"c", ALWAYS, CLOCK(12, 0), CLOCK(24, 0)},
};

static const struct stream streams[SAMPLE_STREAMS] = {
    [DAYTIME] = {"daytime", daytime, ARRAY_SIZE(daytime)},
    [NIGHT] = {"night", night, ARRAY_SIZE(night)},
    [EARLY] = {"early", early, ARRAY_SIZE(early)},
};

#define V4(a, b, c, d, length)                                                                     \
    {                                                                                              \
        .base = {{[10] = 0xff, 0xff, (a), (b), (c), (d)}}, .bits = ADDR_V4_BITS + (length)         \
    }

static const struct prefix room_306[] = {
    V4(10, 3, 6, 0, 24),
    {.base = {{0x20, 0x01, 0x0d, 0xb8, 0x03, 0x06}}, .bits = 48},
};
static const struct prefix room_307[] = {V4(10, 3, 7, 0, 24)};
static const struct prefix hall[] = {V4(10, 3, 0, 0, 16)};
static const struct prefix dns[] = {V4(10, 3, 0, 53, 32)};

static const struct zone zones[SAMPLE_ZONES] = {
    [Z_306] = {.name = "306",
               .kind = ZONE_CLASSROOM,
               .quic = QUIC_REJECT,
               .stream = DAYTIME,
               .prefixes = room_306,
               .prefix_count = 2},
    [Z_307] = {.name = "307",
               .kind = ZONE_CLASSROOM,
               .quic = QUIC_PASS,
               .stream = DAYTIME,
               .prefixes = room_307,
               .prefix_count = 1},
    [Z_HALL] = {.name = "hall",
                .kind = ZONE_PUBLIC,
                .quic = QUIC_REJECT,
                .stream = NO_STREAM,
                .prefixes = hall,
                .prefix_count = 1},
    [Z_DNS] = {.name = "dns",
               .kind = ZONE_RESOLVER,
               .quic = QUIC_REJECT,
               .stream = DAYTIME,
               .prefixes = dns,
               .prefix_count = 1},
    [Z_DORM] = {.name = "dorm", .kind = ZONE_SUPERVISED, .quic = QUIC_REJECT, .stream = NIGHT},
    [Z_GYM] = {.name = "gym", .kind = ZONE_CLASSROOM, .quic = QUIC_REJECT, .stream = EARLY},
};

static const struct day_off days_off[] = {
    {{2026, 11, 27}, {2026, 11, 27}, "study day"},
    {{2026, 12, 21}, {2027, 1, 3}, "Christmas"},
};

const struct school sample_school = {
    .name = "sample",
    .version = "1",
    .zones = zones,
    .zone_count = SAMPLE_ZONES,
    .streams = streams,
    .stream_count = SAMPLE_STREAMS,
    .days_off = days_off,
    .day_off_count = ARRAY_SIZE(days_off),
    .lesson_closed = {{1u << YOUTUBE | 1u << INSTAGRAM | 1u << FACEBOOK | 1u << TIKTOK}},
    .locked = {{1u << TIKTOK}},
    .exceptions = EXCEPTIONS_TEACHER,
};

const struct gate_settings sample_settings = {.lan = {"lan0", "lan1"},
                                              .lan_count = 2,
                                              .fail_open = 1,
                                              .gates = 2,
                                              .queue = 7,
                                              .mark_shift = 8,
                                              .normalise = NORMALISE_ALL,
                                              .ttl = 64};

int64_t sample_time(const char *text)
{
    char date_text[11] = "";
    struct date date;
    int minute;

    assert_int_equal(strlen(text), 16);
    memcpy(date_text, text, 10);
    assert_true(date_parse(date_text, &date));
    assert_true(parse_clock(text + 11, &minute));
    return wall_to_utc(date, minute);
}

struct prefix sample_prefix(const char *text)
{
    struct prefix p;
    const char *why;

    assert_true(prefix_parse(text, &p, &why));
    return p;
}

/* YouTube's alone. */
static void add_safe(struct catalogue_builder *b)
{
    struct hostname name, host;

    assert_true(hostname_set(&name, (struct span){"www.youtube.com", 15}));
    assert_true(hostname_set(&host, (struct span){"restrict.youtube.com", 20}));
    assert_int_equal(catalogue_add_safe(b, &name, &host), CATALOGUE_OK);
}

struct catalogue sample_catalogue(void)
{
    static const char *const ids[SAMPLE_SERVICES] = {"youtube", "instagram", "facebook", "magister",
                                                     "tiktok"};
    static const struct {
        unsigned service;
        const char *name;
    } names[] = {
        {YOUTUBE, "youtube.com"},   {INSTAGRAM, "instagram.com"}, {INSTAGRAM, "fbcdn.net"},
        {FACEBOOK, "fbcdn.net"},    {YOUTUBE, "both.example"},    {MAGISTER, "both.example"},
        {TIKTOK, "tiktok.com"},     {YOUTUBE, "video.example"},   {TIKTOK, "video.example"},
        {MAGISTER, "magister.net"},
    };
    struct catalogue_builder *b = catalogue_builder_new();
    struct hostname name;
    struct catalogue c;
    struct bytes map;
    const char *why;
    unsigned whose;

    assert_non_null(b);
    for (unsigned i = 0; i < SAMPLE_SERVICES; i++) {
        struct service s = {0};

        snprintf(s.id, sizeof(s.id), "%s", ids[i]);
        assert_int_equal(catalogue_add_service(b, &s), i);
    }
    for (unsigned i = 0; i < ARRAY_SIZE(names); i++) {
        assert_true(hostname_set(&name, (struct span){names[i].name, strlen(names[i].name)}));
        assert_int_equal(catalogue_add_name(b, names[i].service, &name, MATCH_SUFFIX),
                         CATALOGUE_OK);
    }
    add_safe(b);
    assert_int_equal(catalogue_build(b, (const uint64_t[2]){0}, &map, &name, &whose), CATALOGUE_OK);
    catalogue_builder_free(b);
    assert_true(catalogue_open(&c, map, &why));
    assert_int_equal(c.label_count, SAMPLE_LABELS);
    return c;
}

int sample_zone(void **state)
{
    (void)state;
    assert_true(wall_set_zone("Europe/Amsterdam"));
    return 0;
}

void sample_free(struct bytes map)
{
    bytes_free(map);
}
