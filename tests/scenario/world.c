/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The school of a scenario: config, clock, grants, and the gate that serves it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "base/wall.h"
#include "scenario.h"

#define GRANT_USAGE "usage: grant SERVICE[,SERVICE] zone ZONE until HH:MM [restricted]"
#define BOOT_MS     1000000

static void compile_names(struct world *w, const struct line *l)
{
    static struct compile_report report;
    const struct compile_job job = {.now = 0};
    struct plan plan = w->config->plan;

    plan.state = NULL;
    w->sealed = sealed_compile(&plan, &job, &report);
    if (!w->sealed)
        bad_line(l, "names: %s", report.why);
    w->catalogue = w->sealed->catalogue;
}

void do_config(struct world *w, const struct line *l)
{
    const char *slash = strrchr(l->path, '/');
    char path[512];

    if (!l->words[1] || l->words[2])
        bad_line(l, "usage: config FILE");
    if (w->config)
        bad_line(l, "a second config");
    snprintf(path, sizeof(path), "%.*s%s", slash ? (int)(slash - l->path + 1) : 0, l->path,
             l->words[1]);
    w->config = config_load(path, stderr);
    if (!w->config)
        bad_line(l, "the config has errors");
    compile_names(w, l);
}

static void start_gate(struct world *w, const struct line *l)
{
    const struct engine_limits limits = {.flows = 256, .flows_per_client = 64};

    w->speaker = NULL; /* what it was answered went with the old gate */
    engine_free(w->gateway.engine);
    w->gateway.engine = engine_new(&limits, (struct hash_key){1, 2});
    if (!w->gateway.engine)
        bad_line(l, "no memory");
    engine_use(w->gateway.engine, &w->snapshot, &w->catalogue);
}

/* As lespoortd does after every change. */
static void compile(struct world *w, const struct line *l)
{
    const struct facts facts = {w->config->school, w->grants, w->grant_count};
    struct bytes old = w->snapshot_map;
    const char *why = "no memory";

    if (!compile_snapshot(&facts, &w->catalogue, &w->config->gate, ++w->generation,
                          w->gateway.now.wall, &w->snapshot_map) ||
        !snapshot_open(&w->snapshot, w->snapshot_map, &why))
        bad_line(l, "snapshot: %s", why);
    w->gateway.snapshot = &w->snapshot;
    if (w->gateway.engine)
        engine_use(w->gateway.engine, &w->snapshot, &w->catalogue);
    else
        start_gate(w, l);
    bytes_free(old);
}

void do_clock(struct world *w, const struct line *l)
{
    struct date date;
    int minute;
    char *clock = l->words[1] ? strchr(l->words[1], 'T') : NULL;

    if (!w->config)
        bad_line(l, "'clock' before 'config'");
    if (!clock || l->words[2])
        bad_line(l, "usage: clock YYYY-MM-DDTHH:MM");
    *clock = '\0';
    if (!date_parse(l->words[1], &date) || !parse_clock(clock + 1, &minute))
        bad_line(l, "no such date or time");
    w->gateway.now =
        (struct now){.wall = wall_to_utc(date, minute), .mono = w->gateway.now.mono + BOOT_MS};
    compile(w, l);
}

/* Compiles nothing: bells ring from the snapshot that is there. */
void do_advance(struct world *w, const struct line *l)
{
    int64_t seconds;

    if (!l->words[1] || l->words[2] || !parse_duration(l->words[1], &seconds))
        bad_line(l, "usage: advance 45m");
    w->gateway.now.wall += seconds;
    w->gateway.now.mono += seconds * 1000;
}

static void add_services(const struct world *w, const struct line *l, struct set256 *ret)
{
    char *rest = NULL;

    for (char *id = strtok_r(l->words[1], ",", &rest); id; id = strtok_r(NULL, ",", &rest)) {
        int service = catalogue_service(&w->catalogue, id);

        if (service < 0)
            bad_line(l, "no service '%s'", id);
        set256_add(ret, (uint8_t)service);
    }
}

void do_grant(struct world *w, const struct line *l)
{
    char *const *word = l->words;
    struct grant g = {.from = w->gateway.now.wall};
    int zone, minute;

    for (int i = 1; i <= 5; i++)
        if (!word[i])
            bad_line(l, GRANT_USAGE);
    g.restricted = word[6] && strcmp(word[6], "restricted") == 0;
    if (word[6 + g.restricted] || strcmp(word[2], "zone") != 0 || strcmp(word[4], "until") != 0)
        bad_line(l, GRANT_USAGE);
    zone = school_zone(w->config->school, word[3]);
    if (zone < 0 || !parse_clock(word[5], &minute))
        bad_line(l, "no such zone or time");
    if (w->grant_count == GRANTS_MAX)
        bad_line(l, "more than %d grants", GRANTS_MAX);
    add_services(w, l, &g.services);
    g.zone = (uint16_t)zone;
    g.until = wall_to_utc(wall_from_utc(g.from).date, minute);
    w->grants[w->grant_count++] = g;
    compile(w, l);
}

void do_revoke(struct world *w, const struct line *l)
{
    if (l->words[1] || !w->grant_count)
        bad_line(l, "usage: revoke, after a grant");
    w->grants[w->grant_count - 1].revoked = w->gateway.now.wall;
    compile(w, l);
}

void do_replace_gate(struct world *w, const struct line *l)
{
    if (l->words[1])
        bad_line(l, "usage: replace-gate");
    start_gate(w, l);
}

void world_done(struct world *w)
{
    engine_free(w->gateway.engine);
    bytes_free(w->snapshot_map);
    sealed_free(w->sealed);
    config_free(w->config);
}
