/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs that show the state: status, zones, version. */
#include <stdio.h>
#include <stdlib.h>

#include "base/wall.h"
#include "control/desk_parts.h"

#define NEXT_STEPS 16 /* moments looked at for the next change of a zone */

static const char *const kinds[] = {
    [ZONE_CLASSROOM] = "classroom", [ZONE_SUPERVISED] = "supervised", [ZONE_PUBLIC] = "public",
    [ZONE_STAFF] = "staff",         [ZONE_GUEST] = "guest",           [ZONE_RESOLVER] = "resolver",
};

/* What holds in a zone, and what comes next. */
struct view {
    bool known, in_lesson;
    struct lesson lesson;
    struct set256 closed, then;
    int64_t next; /* when it becomes `then`; 0: not within the horizon */
};

static struct set256 closed_in(const struct ask *a, unsigned zone, int64_t at,
                               const struct lesson *lesson)
{
    struct facts facts = desk_facts(a->desk);
    struct set256 closed = {0};

    for (unsigned i = 0; i < a->desk->catalogue.service_count; i++) {
        if (policy_service_in(&facts, zone, i, at, lesson).closed)
            set256_add(&closed, (uint8_t)i);
    }
    return closed;
}

static void look_ahead(const struct ask *a, unsigned zone, struct view *v)
{
    struct facts facts = desk_facts(a->desk);
    int64_t end = a->now + SNAPSHOT_HORIZON, at = a->now;

    for (int i = 0; i < NEXT_STEPS; i++) {
        struct lesson lesson;

        at = policy_next(&facts, zone, at, end);
        if (at >= end)
            return;
        bool in_lesson = zone_lesson(a->desk, zone, at, &lesson);

        v->then = closed_in(a, zone, at, in_lesson ? &lesson : NULL);
        if (set256_equal(&v->then, &v->closed))
            continue;
        v->next = at;
        return;
    }
}

static void look(const struct ask *a, unsigned zone, struct view *v)
{
    *v = (struct view){.known = true};
    v->in_lesson = zone_lesson(a->desk, zone, a->now, &v->lesson);
    v->closed = closed_in(a, zone, a->now, v->in_lesson ? &v->lesson : NULL);
    look_ahead(a, zone, v);
}

static bool has_grant(const struct ask *a, unsigned zone)
{
    const struct grants *grants = &a->desk->grants;

    for (size_t i = 0; i < grants->count; i++)
        if (grants->all[i].zone == zone && grant_running(&grants->all[i], a->now))
            return true;
    return false;
}

/* Zones of one stream differ in their grants only; without any they share a view. The last of
 * the shared ones is that of zones without a stream. */
static const struct view *view_of(const struct ask *a, unsigned zone,
                                  struct view shared[static STREAM_MAX + 1], struct view *own)
{
    unsigned stream = school_zone_stream(a->desk->config->school, zone);
    struct view *v = has_grant(a, zone) ? own : &shared[stream < STREAM_MAX ? stream : STREAM_MAX];

    if (v == own || !v->known)
        look(a, zone, v);
    return v;
}

static const char *change_of(const struct view *v)
{
    if (set256_within(&v->then, &v->closed))
        return "opens";
    return set256_within(&v->closed, &v->then) ? "closes" : "changes";
}

static json_t *json_next(const struct ask *a, const struct view *v)
{
    if (!v->next)
        return json_null();
    return json_pack("{s:o,s:s,s:o}", "at", json_time(a, v->next), "change", change_of(v), "closed",
                     json_services(a->desk, &v->then));
}

static json_t *json_running(const struct ask *a, unsigned zone)
{
    const struct grants *grants = &a->desk->grants;
    json_t *list = json_array();

    for (size_t i = 0; i < grants->count; i++)
        if (grants->all[i].zone == zone && grant_running(&grants->all[i], a->now))
            json_array_append_new(list, json_grant(a, &grants->all[i]));
    return list;
}

static json_t *json_zone(const struct ask *a, unsigned zone, const struct view *v)
{
    const struct zone *z = &a->desk->config->school->zones[zone];

    return json_pack("{s:o,s:s,s:o,s:o,s:o,s:o}", "zone", proto_text(z->name), "kind",
                     kinds[z->kind], "lesson",
                     v->in_lesson ? json_lesson(a, &v->lesson) : json_null(), "closed",
                     json_services(a->desk, &v->closed), "grants", json_running(a, zone), "next",
                     json_next(a, v));
}

/* What somebody has to look into, with what to do. */
static json_t *json_troubles(const struct troubles *t)
{
    json_t *list = json_array();
    char text[TROUBLE_TEXT];

    for (unsigned i = 0; i < TROUBLE_COUNT; i++) {
        const enum trouble which = (enum trouble)i;

        if (troubles_has(t, which))
            json_array_append_new(list, json_pack("{s:s,s:o}", "code", trouble_code(which), "text",
                                                  proto_text(trouble_text(t, which, text))));
    }
    return list;
}

static json_t *json_gate(const struct ask *a)
{
    const struct gate_link *gate = &a->desk->gate;

    return json_pack("{s:b,s:o*,s:I,s:o*,s:o*,s:I,s:o*,s:o}", "connected", gate->connected,
                     "backend", gate->backend[0] ? proto_text(gate->backend) : NULL, "generation",
                     (json_int_t)gate->generation, "since",
                     gate->since ? json_time(a, gate->since) : NULL, "probe",
                     gate->connected ? json_probe(a) : NULL, "repairs",
                     (json_int_t)gate->upkeep.repairs, "repaired",
                     gate->upkeep.repaired ? json_time(a, gate->upkeep.repaired) : NULL, "troubles",
                     json_troubles(&gate->upkeep.troubles));
}

/* What names the gate knows, and what about them needs somebody's eye. */
static json_t *json_names(const struct ask *a)
{
    const struct desk *d = a->desk;
    const char *who;
    int64_t since;
    json_t *busy = NULL, *refused = NULL, *held = NULL;

    if (desk_busy(d, &who, &since))
        busy = json_pack("{s:o,s:o}", "for", proto_text(who), "since", json_time(a, since));
    if (!set256_empty(&d->refused))
        refused = json_services(d, &d->refused);
    if (!set256_empty(&d->held))
        held = json_services(d, &d->held);
    return json_pack("{s:I,s:o*,s:o*,s:o*,s:o*}", "count", (json_int_t)d->catalogue.name_count,
                     "old", d->old_names ? json_true() : NULL, "compiling", busy, "lists_refused",
                     refused, "lists_held", held);
}

json_t *verb_status(struct ask *a)
{
    const struct school *school = a->desk->config->school;
    const char *day_off = school_day_off(school, wall_from_utc(a->now).date);
    int only = arg_text(a, "zone") ? ask_zone(a, a->now) : -1;
    struct view shared[STREAM_MAX + 1] = {{.known = false}}, own;
    json_t *zones;

    if (arg_text(a, "zone") && only < 0)
        return NULL;
    zones = json_array();
    for (unsigned zone = 0; zone < school->zone_count; zone++)
        if (only < 0 || zone == (unsigned)only)
            json_array_append_new(zones, json_zone(a, zone, view_of(a, zone, shared, &own)));
    return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o*,s:o}", "school", proto_text(school->name), "policy",
                     proto_text(school->version), "now", json_time(a, a->now), "gate", json_gate(a),
                     "names", json_names(a), "day_off", day_off ? proto_text(day_off) : NULL,
                     "zones", zones);
}

static json_t *json_prefixes(const struct zone *zone)
{
    char text[ADDR_TEXT];
    json_t *list = json_array();

    for (size_t i = 0; i < zone->prefix_count; i++)
        json_array_append_new(list, json_string(prefix_text(&zone->prefixes[i], text)));
    return list;
}

json_t *verb_zones(struct ask *a)
{
    const struct school *school = a->desk->config->school;
    json_t *list = json_array();

    for (size_t i = 0; i < school->zone_count; i++) {
        const struct zone *z = &school->zones[i];

        json_array_append_new(list, json_pack("{s:o,s:s,s:o,s:s,s:o}", "zone", proto_text(z->name),
                                              "kind", kinds[z->kind], "stream",
                                              z->stream == NO_STREAM
                                                  ? json_null()
                                                  : proto_text(school->streams[z->stream].name),
                                              "quic", z->quic == QUIC_PASS ? "pass" : "reject",
                                              "prefixes", json_prefixes(z)));
    }
    return json_pack("{s:o}", "zones", list);
}

json_t *verb_version(struct ask *a)
{
    char catalogue[17];

    snprintf(catalogue, sizeof(catalogue), "%016llx", (unsigned long long)a->desk->catalogue.id);
    return json_pack("{s:s,s:i,s:o,s:s}", "version", LESPOORT_VERSION, "protocol", PROTO_VERSION,
                     "policy", proto_text(a->desk->config->school->version), "catalogue",
                     catalogue);
}
