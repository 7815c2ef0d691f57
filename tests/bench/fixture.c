/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wall.h"
#include "bench/bench.h"
#include "school/compile.h"

#define ZONES_MAX   256
#define PER_ZONE    2 /* prefixes */
#define HOUR        60
#define LESSON_FROM (9 * HOUR)
#define LESSON_TO   (10 * HOUR)

static const struct date day = {2026, 11, 20};

static struct hostname name_of(const char *word, unsigned number, const char *suffix)
{
    struct hostname name;
    char text[64];
    int len = snprintf(text, sizeof(text), "%s%u%s", word, number, suffix);

    bench_require(hostname_set(&name, (struct span){text, (size_t)len}), text);
    return name;
}

static const char cannot[] = "the catalogue cannot be built";

static void add_name(struct catalogue_builder *b, int service, struct hostname name)
{
    bench_require(service >= 0, cannot);
    bench_require(catalogue_add_name(b, (unsigned)service, &name, MATCH_SUFFIX) == CATALOGUE_OK,
                  cannot);
}

static void make_catalogue(struct catalogue *ret, const struct fixture_size *size)
{
    static const uint64_t inputs[2] = {1, 1};
    const struct service list = {.id = "list", .category = "list", .list = 1};
    struct catalogue_builder *b = catalogue_builder_new();
    struct bytes map;
    struct hostname name;
    unsigned service;
    const char *why;

    bench_require(b != NULL, "no memory");
    for (unsigned i = 1; i < size->labels; i++) {
        struct service s = {.category = "bench"};

        snprintf(s.id, sizeof(s.id), "service%u", i);
        snprintf(s.title, sizeof(s.title), "Service %u", i);
        add_name(b, catalogue_add_service(b, &s), name_of("service", i, ".example"));
    }
    int number = catalogue_add_service(b, &list);

    for (unsigned i = 0; i < size->names; i++)
        add_name(b, number, name_of("name", i, ".example.org"));
    bench_require(catalogue_build(b, inputs, &map, &name, &service) == CATALOGUE_OK, cannot);
    catalogue_builder_free(b);
    bench_require(catalogue_open(ret, map, &why), why);
}

static void make_zone(struct zone *ret, struct prefix *prefixes, unsigned number)
{
    char text[ADDR_TEXT];
    const char *why = "prefix";

    *ret = (struct zone){.kind = ZONE_CLASSROOM,
                         .quic = QUIC_REJECT,
                         .prefixes = prefixes,
                         .prefix_count = PER_ZONE};
    snprintf(ret->name, sizeof(ret->name), "room%u", number);
    snprintf(text, sizeof(text), "10.%u.0.0/16", number);
    bench_require(prefix_parse(text, &prefixes[0], &why), why);
    snprintf(text, sizeof(text), "fd00:%x::/32", number);
    bench_require(prefix_parse(text, &prefixes[1], &why), why);
}

static void make_snapshot(struct fixture *f, const struct fixture_size *size)
{
    static const struct bell bell = {
        .name = "1", .days = 0x7f, .start = LESSON_FROM, .end = LESSON_TO};
    static const struct stream stream = {.name = "all", .bells = &bell, .bell_count = 1};
    static const struct gate_settings gate = {
        .lan = {"lan0"}, .lan_count = 1, .fail_open = 1, .gates = 1, .queue = 40, .mark_shift = 16};
    static struct zone zones[ZONES_MAX];
    static struct prefix prefixes[ZONES_MAX][PER_ZONE];
    struct school school = {.name = "bench",
                            .zones = zones,
                            .zone_count = size->zones,
                            .streams = &stream,
                            .stream_count = 1};
    const struct facts facts = {.school = &school};
    struct bytes map;
    const char *why = "no memory";

    for (unsigned i = 0; i < size->zones; i++)
        make_zone(&zones[i], prefixes[i], i);
    for (unsigned i = 0; i + 1 < size->labels; i++)
        set256_add(&school.lesson_closed, (uint8_t)i);
    bench_require(compile_snapshot(&facts, &f->catalogue, &gate, 1, f->before, &map), why);
    bench_require(snapshot_open(&f->snapshot, map, &why), why);
}

void fixture_make(struct fixture *ret, const struct fixture_size *size)
{
    *ret = (struct fixture){0};
    bench_require(wall_set_zone("UTC"), "no time zone UTC");
    bench_require(size->zones <= ZONES_MAX && size->labels >= 1,
                  "a school of that size cannot be made");
    ret->before = wall_to_utc(day, LESSON_FROM - HOUR);
    ret->during = wall_to_utc(day, LESSON_FROM + 1);
    ret->after = wall_to_utc(day, LESSON_TO + 1);
    make_catalogue(&ret->catalogue, size);
    make_snapshot(ret, size);
    bench_require(set256_count(&snapshot_state(&ret->snapshot, 0, ret->during)->closed) ==
                      size->labels,
                  "the lesson closes something else");
    bench_require(set256_empty(&snapshot_state(&ret->snapshot, 0, ret->after)->closed),
                  "something is closed without a lesson");
}
