/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "school/compile.h"

#include <stdlib.h>
#include <string.h>

#include "names/probe.h"
#include "names/safe.h"
#include "school/flatten.h"
#include "school/snapshot_format.h"

/* A day and a half touches four dates at most, yesterday's bells included. */
#define LESSONS_MAX ((size_t)BELL_MAX * 4)

/* What one run collects. Zones are taken stream by stream: their lessons are the same. */
struct run {
    const struct facts *facts;
    struct probe_zone {
        struct facts facts;
        struct school school;
        struct zone *zones;
        struct prefix client;
    } probe; /* what the facts are with the zone of the self-probe as the last one */
    const struct catalogue *catalogue;
    struct set256 safe; /* services that a grant can restrict */
    int64_t now, horizon;
    struct grant *grants; /* those that may matter, by zone */
    size_t grant_count;
    struct lesson *lessons; /* of the stream at hand, by start */
    size_t lesson_count;
    int64_t *moments; /* room for those of one zone */
    struct snap_zone *zones;
    struct snap_state *states;
    size_t state_count, state_cap;
    struct snap_prefix *prefixes;
    size_t prefix_count;
};

static int by_zone(const void *left, const void *right)
{
    const struct grant *a = left, *b = right;

    return a->zone - b->zone;
}

static bool matters(const struct grant *g, int64_t from, int64_t to)
{
    return g->from <= to && grant_end(g) > from && g->from < grant_end(g);
}

/* Nobody sees that zone but the gate: it is no zone of the school's. */
static bool add_probe(struct run *r)
{
    struct probe_zone *p = &r->probe;
    const struct school *s = r->facts->school;

    p->zones = malloc((s->zone_count + 1) * sizeof(*p->zones));
    if (!p->zones)
        return false;
    if (s->zone_count)
        memcpy(p->zones, s->zones, s->zone_count * sizeof(*p->zones));
    p->client = (struct prefix){.base = probe_client(), .bits = 128};
    p->zones[s->zone_count] = (struct zone){.name = "(probe)",
                                            .kind = ZONE_PROBE,
                                            .stream = NO_STREAM,
                                            .prefixes = &p->client,
                                            .prefix_count = 1};
    p->school = *s;
    p->school.zones = p->zones;
    p->school.zone_count++;
    p->facts = *r->facts;
    p->facts.school = &p->school;
    r->facts = &p->facts;
    return true;
}

static bool start(struct run *r)
{
    const struct facts *f = r->facts;

    r->grants = malloc((f->grant_count + 1) * sizeof(*r->grants));
    r->lessons = malloc(LESSONS_MAX * sizeof(*r->lessons));
    r->moments = malloc((2 * (LESSONS_MAX + f->grant_count) + 1) * sizeof(*r->moments));
    r->zones = calloc(f->school->zone_count + 1, sizeof(*r->zones));
    if (!r->grants || !r->lessons || !r->moments || !r->zones)
        return false;
    for (size_t i = 0; i < f->grant_count; i++)
        if (matters(&f->grants[i], r->now, r->horizon))
            r->grants[r->grant_count++] = f->grants[i];
    qsort(r->grants, r->grant_count, sizeof(*r->grants), by_zone);
    return flatten_prefixes(f->school, &r->prefixes, &r->prefix_count);
}

static void finish(struct run *r)
{
    free(r->grants);
    free(r->lessons);
    free(r->moments);
    free(r->zones);
    free(r->states);
    free(r->prefixes);
    free(r->probe.zones);
}

/* The facts with that zone's grants only. */
static struct facts facts_of(const struct run *r, unsigned zone)
{
    size_t first = 0, end;

    while (first < r->grant_count && r->grants[first].zone < zone)
        first++;
    for (end = first; end < r->grant_count && r->grants[end].zone == zone; end++)
        ;
    return (struct facts){
        .school = r->facts->school, .grants = r->grants + first, .grant_count = end - first};
}

static int by_time(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

static size_t add_moment(const struct run *r, size_t count, int64_t moment)
{
    if (moment <= r->now || moment > r->horizon)
        return count;
    r->moments[count] = moment;
    return count + 1;
}

/* Now, and in order every later moment at which something may change; some stand there twice. */
static size_t collect_moments(const struct run *r, const struct facts *f)
{
    size_t count = 1;

    r->moments[0] = r->now;
    for (size_t i = 0; i < r->lesson_count; i++) {
        count = add_moment(r, count, r->lessons[i].start);
        count = add_moment(r, count, r->lessons[i].end);
    }
    for (size_t i = 0; i < f->grant_count; i++) {
        count = add_moment(r, count, f->grants[i].from);
        count = add_moment(r, count, grant_end(&f->grants[i]));
    }
    qsort(r->moments, count, sizeof(*r->moments), by_time);
    return count;
}

/* As school_lesson_at() says, from the list. *from: where the search may start next time. */
static const struct lesson *lesson_at(const struct run *r, int64_t at, size_t *from)
{
    while (*from < r->lesson_count && r->lessons[*from].end <= at)
        ++*from;
    for (size_t i = *from; i < r->lesson_count && r->lessons[i].start <= at; i++)
        if (at < r->lessons[i].end)
            return &r->lessons[i];
    return NULL;
}

static void fill_state(const struct run *r, const struct facts *f, unsigned zone,
                       const struct lesson *lesson, struct snap_state *state)
{
    state->restricted = policy_restricted(f, &r->safe, zone, state->from);
    for (unsigned label = 1; label < LABEL_COUNT; label++) {
        if (label >= r->catalogue->label_count && label < LABEL_QUIC)
            continue;
        struct decision d =
            policy_label_in(f, r->catalogue, zone, (uint8_t)label, state->from, lesson);

        if (d.closed)
            set256_add(&state->closed, (uint8_t)label);
        state->reason[label] = (uint8_t)d.reason;
    }
}

static bool same(const struct snap_state *a, const struct snap_state *b)
{
    return a->restricted == b->restricted && set256_equal(&a->closed, &b->closed) &&
           memcmp(a->reason, b->reason, sizeof(a->reason)) == 0;
}

static bool append(struct run *r, const struct snap_state *state)
{
    if (r->state_count == r->state_cap) {
        size_t cap = r->state_cap ? r->state_cap * 2 : 256;
        struct snap_state *grown = realloc(r->states, cap * sizeof(*grown));

        if (!grown)
            return false;
        r->states = grown;
        r->state_cap = cap;
    }
    r->states[r->state_count++] = *state;
    return true;
}

static bool add_states(struct run *r, unsigned zone, const struct facts *f)
{
    struct snap_zone *z = &r->zones[zone];
    size_t moments = collect_moments(r, f), from = 0;

    z->first = (uint32_t)r->state_count;
    for (size_t i = 0; i < moments; i++) {
        struct snap_state state = {.from = r->moments[i]};

        if (i > 0 && r->moments[i] == r->moments[i - 1])
            continue;
        fill_state(r, f, zone, lesson_at(r, state.from, &from), &state);
        if (r->state_count > z->first && same(&r->states[r->state_count - 1], &state))
            continue;
        if (!append(r, &state))
            return false;
    }
    z->count = (uint32_t)(r->state_count - z->first);
    return true;
}

/* Without grants, zones of one stream differ only in what they do with QUIC: they share states. */
static bool compile_stream(struct run *r, unsigned stream)
{
    const struct school *s = r->facts->school;
    const struct snap_zone *shared[QUIC_PASS + 1] = {0};

    r->lesson_count = school_lessons(s, stream, r->now, r->horizon + 1, r->lessons, LESSONS_MAX);
    for (unsigned zone = 0; zone < s->zone_count; zone++) {
        if (school_zone_stream(s, zone) != stream || s->zones[zone].kind == ZONE_PROBE)
            continue;
        struct facts f = facts_of(r, zone);
        struct snap_zone *z = &r->zones[zone];
        const struct snap_zone **alike = &shared[s->zones[zone].quic];

        if (f.grant_count == 0 && *alike) {
            z->first = (*alike)->first;
            z->count = (*alike)->count;
            continue;
        }
        if (!add_states(r, zone, &f))
            return false;
        if (f.grant_count == 0)
            *alike = z;
    }
    return true;
}

/* One name is always closed there, and nothing else ever. */
static bool compile_probe(struct run *r)
{
    struct snap_state state = {.from = r->now};
    struct snap_zone *last = &r->zones[r->facts->school->zone_count - 1];

    set256_add(&state.closed, LABEL_PROBE);
    state.reason[LABEL_PROBE] = REASON_ZONE;
    last->first = (uint32_t)r->state_count;
    last->count = 1;
    return append(r, &state);
}

static bool compile_zones(struct run *r)
{
    const struct school *s = r->facts->school;

    for (unsigned zone = 0; zone < s->zone_count; zone++) {
        memcpy(r->zones[zone].name, s->zones[zone].name, sizeof(r->zones[zone].name));
        r->zones[zone].kind = (uint8_t)s->zones[zone].kind;
        r->zones[zone].quic = (uint8_t)s->zones[zone].quic;
        r->zones[zone].closes = school_zone_stream(s, zone) != NO_STREAM;
    }
    for (unsigned stream = 0; stream < s->stream_count; stream++)
        if (!compile_stream(r, stream))
            return false;
    return compile_stream(r, NO_STREAM) && (!r->probe.zones || compile_probe(r));
}

static void *put(void *at, const void *from, size_t len)
{
    if (len)
        memcpy(at, from, len);
    return (uint8_t *)at + len;
}

static bool assemble(const struct run *r, struct snapshot_header *head, struct bytes *ret_map)
{
    void *map, *at;

    head->zone_count = (uint32_t)r->facts->school->zone_count;
    head->state_count = (uint32_t)r->state_count;
    head->prefix_count = (uint32_t)r->prefix_count;
    head->size = snapshot_size(head);
    map = head->size <= SNAPSHOT_MAX ? malloc(head->size) : NULL;
    if (!map)
        return false;
    at = put(map, head, sizeof(*head));
    at = put(at, r->states, r->state_count * sizeof(*r->states));
    at = put(at, r->zones, head->zone_count * sizeof(*r->zones));
    put(at, r->prefixes, r->prefix_count * sizeof(*r->prefixes));
    *ret_map = (struct bytes){map, head->size};
    return true;
}

bool compile_snapshot(const struct facts *f, const struct catalogue *c,
                      const struct gate_settings *g, uint64_t generation, int64_t now,
                      struct bytes *ret_map)
{
    struct run r = {.facts = f,
                    .catalogue = c,
                    .safe = safe_services(c),
                    .now = now,
                    .horizon = now + SNAPSHOT_HORIZON};
    struct snapshot_header head = {
        .magic = SNAPSHOT_MAGIC,
        .version = SNAPSHOT_VERSION,
        .label_count = c->label_count,
        .generation = generation,
        .catalogue = c->id,
        .made = r.now,
        .horizon = r.horizon,
        .settings = *g,
    };
    bool ok;

    if (g->probe)
        memcpy(head.settings.lan[head.settings.lan_count++], PROBE_INTERFACE,
               sizeof(PROBE_INTERFACE));
    ok = (!g->probe || add_probe(&r)) && start(&r) && compile_zones(&r) &&
         assemble(&r, &head, ret_map);

    finish(&r);
    return ok;
}
