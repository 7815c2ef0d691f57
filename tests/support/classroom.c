/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/classroom.h"

#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "base/wall.h"
#include "school/compile.h"

enum { INSTAGRAM, YOUTUBE, META, TELEGRAM };

static const struct service services[] = {
    [INSTAGRAM] = {.id = "instagram", .title = "Instagram", .category = "social"},
    [YOUTUBE] = {.id = "youtube", .title = "YouTube", .category = "video"},
    [META] = {.id = "meta", .title = "Facebook", .category = "social"},
    [TELEGRAM] = {.id = "telegram", .title = "Telegram", .category = "chat"},
};

static const struct {
    unsigned service;
    const char *name;
} names[] = {
    {INSTAGRAM, "instagram.com"}, {INSTAGRAM, "fbcdn.net"}, {YOUTUBE, "youtube.com"},
    {META, "facebook.com"},       {META, "fbcdn.net"},
};

static const char *const telegram[] = {"149.154.160.0/20", "2001:67c:4e8::/48"};

static const char *const safe[][2] = {
    {"www.youtube.com", "restrict.youtube.com"},
    {"www.google.com", "forcesafesearch.google.com"},
    {"restrict.youtube.com", "restrict.youtube.com"},
};

static struct hostname host(const char *text)
{
    struct hostname name;

    hostname_set(&name, (struct span){text, strlen(text)});
    return name;
}

static bool fill_addresses(struct catalogue_builder *b)
{
    const char *why;

    for (size_t i = 0; i < ARRAY_SIZE(telegram); i++) {
        struct prefix prefix;

        if (!prefix_parse(telegram[i], &prefix, &why) ||
            catalogue_add_prefix(b, TELEGRAM, &prefix) != CATALOGUE_OK)
            return false;
    }
    for (size_t i = 0; i < ARRAY_SIZE(safe); i++) {
        struct hostname name = host(safe[i][0]), to = host(safe[i][1]);

        if (catalogue_add_safe(b, &name, &to) != CATALOGUE_OK)
            return false;
    }
    return true;
}

static bool fill(struct catalogue_builder *b, struct bytes *ret_map)
{
    struct hostname never = host("magister.net"), culprit;
    unsigned whose;

    for (size_t i = 0; i < ARRAY_SIZE(services); i++)
        if (catalogue_add_service(b, &services[i]) != (int)i)
            return false;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        struct hostname name = host(names[i].name);

        if (catalogue_add_name(b, names[i].service, &name, MATCH_SUFFIX) != CATALOGUE_OK)
            return false;
    }
    return fill_addresses(b) && catalogue_add_never(b, &never) == CATALOGUE_OK &&
           catalogue_build(b, (const uint64_t[2]){0}, ret_map, &culprit, &whose) == CATALOGUE_OK;
}

static bool make_catalogue(struct classroom *c)
{
    struct catalogue_builder *b = catalogue_builder_new();
    const char *why;
    bool ok =
        b && fill(b, &c->catalogue_map) && catalogue_open(&c->catalogue, c->catalogue_map, &why);

    catalogue_builder_free(b);
    return ok;
}

static bool compile(struct classroom *c, const struct school *s)
{
    const struct gate_settings settings = {.lan = {"lan0"}, .lan_count = 1, .gates = 1};
    struct grant grant = {.restricted = true,
                          .from = classroom_time("09:30").wall,
                          .until = classroom_time("09:50").wall};
    const struct facts facts = {s, &grant, 1};
    const char *why;

    set256_add(&grant.services, YOUTUBE);
    return compile_snapshot(&facts, &c->catalogue, &settings, 1, classroom_time("08:00").wall,
                            &c->snapshot_map) &&
           snapshot_open(&c->snapshot, c->snapshot_map, &why);
}

static bool make_snapshot(struct classroom *c)
{
    static const char *const texts[] = {"10.3.6.0/24", "2001:db8:306::/64", "10.9.0.0/24",
                                        "10.0.0.53"};
    struct prefix prefixes[ARRAY_SIZE(texts)];
    const struct bell bells[] = {
        {"1", 0x1f, 8 * 60 + 30, 9 * 60 + 15},
        {"2", 0x1f, 9 * 60 + 20, 10 * 60 + 5},
    };
    const struct stream stream = {"all", bells, ARRAY_SIZE(bells)};
    const struct zone zones[] = {
        {"306", ZONE_CLASSROOM, QUIC_REJECT, 0, &prefixes[0], 2},
        {"staff", ZONE_STAFF, QUIC_REJECT, NO_STREAM, &prefixes[2], 1},
        {"dns", ZONE_RESOLVER, QUIC_REJECT, NO_STREAM, &prefixes[3], 1},
    };
    struct school school = {.name = "test",
                            .version = "1",
                            .zones = zones,
                            .zone_count = ARRAY_SIZE(zones),
                            .streams = &stream,
                            .stream_count = 1};
    const char *why;

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        if (!prefix_parse(texts[i], &prefixes[i], &why))
            return false;
    set256_add(&school.lesson_closed, INSTAGRAM);
    set256_add(&school.lesson_closed, YOUTUBE);
    set256_add(&school.lesson_closed, TELEGRAM);
    return compile(c, &school);
}

bool classroom_make(struct classroom *ret)
{
    *ret = (struct classroom){.catalogue_map = {NULL, 0}};
    if (wall_set_zone("UTC") && make_catalogue(ret) && make_snapshot(ret))
        return true;
    classroom_done(ret);
    return false;
}

static void drop(struct bytes *map)
{
    bytes_free(*map);
    *map = (struct bytes){NULL, 0};
}

void classroom_done(struct classroom *c)
{
    drop(&c->snapshot_map);
    drop(&c->catalogue_map);
}

struct now classroom_time(const char *clock)
{
    const struct date day = {2026, 11, 20};
    int minutes = 0;
    int64_t wall;

    parse_clock(clock, &minutes);
    wall = wall_to_utc(day, minutes);
    return (struct now){.wall = wall, .mono = (int64_t)minutes * 60 * 1000};
}

uint8_t classroom_label(const struct classroom *c, const char *name)
{
    struct hostname h = host(name);

    return catalogue_label(&c->catalogue, &h, NULL);
}
