/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verb health: whether the gateway does its work, for people and for monitoring. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/desk_parts.h"

#define STALE_S 60 /* without a round of the self-probe, and for a snapshot to be taken over */

/* Only a fault makes the gateway unhealthy: with a warning, or where nothing is known, it may
 * well do its work. */
enum health { HEALTH_OK, HEALTH_UNKNOWN, HEALTH_WARNING, HEALTH_FAULT };

#define AGE_TEXT 24

static const char *age_text(int64_t seconds, char out[static AGE_TEXT])
{
    static const struct {
        int64_t seconds;
        const char *unit;
    } units[] = {{86400, "days"}, {3600, "h"}, {60, "min"}, {1, "s"}};
    size_t i = 0;

    while (i + 1 < ARRAY_SIZE(units) && seconds < 2 * units[i].seconds)
        i++;
    snprintf(out, AGE_TEXT, "%lld %s", (long long)(seconds > 0 ? seconds / units[i].seconds : 0),
             units[i].unit);
    return out;
}

__attribute__((format(printf, 4, 5))) static void add(json_t *checks, const char *name,
                                                      enum health health, const char *format, ...)
{
    static const char *const words[] = {"ok", "unknown", "warning", "fault"};
    char *text = NULL;
    va_list ap;

    va_start(ap, format);
    if (vasprintf(&text, format, ap) < 0)
        text = NULL;
    va_end(ap);
    json_array_append_new(checks, json_pack("{s:s,s:s,s:o}", "check", name, "state", words[health],
                                            "text", proto_text(text ? text : "")));
    free(text);
}

/* The gate's own time, in the words of json_time(). */
static void add_gate(const struct ask *a, json_t *checks, enum health health, const char *what,
                     const char *more)
{
    const struct gate_link *gate = &a->desk->gate;
    json_t *time = gate->since ? json_time(a, gate->since) : NULL;
    const char *text = json_string_value(json_object_get(time, "text"));

    add(checks, "gate", health, "%s%s%s%s", what, text ? " since " : "", text ? text : "", more);
    json_decref(time);
}

static void check_gate(const struct ask *a, json_t *checks)
{
    if (a->desk->gate.connected)
        add_gate(a, checks, HEALTH_OK, "connected", "");
    else
        add_gate(a, checks, HEALTH_FAULT, "not connected", "; systemctl status lespoort-gate");
}

static void add_repaired(const struct ask *a, json_t *checks)
{
    const struct gate_link *gate = &a->desk->gate;
    char age[AGE_TEXT];

    add(checks, "rules", HEALTH_OK, "in place (%s); somebody took them away, %u %s, last %s ago",
        gate->backend, gate->upkeep.repairs, gate->upkeep.repairs == 1 ? "time" : "times",
        age_text(a->now - gate->upkeep.repaired, age));
}

static void check_rules(const struct ask *a, json_t *checks)
{
    const struct gate_link *gate = &a->desk->gate;

    if (!gate->connected)
        add(checks, "rules", HEALTH_UNKNOWN, "no gate is connected");
    else if (gate->backend[0] && gate->upkeep.repairs)
        add_repaired(a, checks);
    else if (gate->backend[0])
        add(checks, "rules", HEALTH_OK, "in place (%s)", gate->backend);
    else
        add(checks, "rules", HEALTH_FAULT, "not in place; look into the log of lespoort-gate");
}

static void add_passed(const struct ask *a, json_t *checks)
{
    const struct probe_report *p = &a->desk->gate.probe;
    char age[AGE_TEXT];

    age_text(a->now - p->passed, age);
    add(checks, "probe", HEALTH_OK, "%s (%s ago, in %u.%u ms)", probe_text(p->state), age,
        p->microseconds / 1000, p->microseconds % 1000 / 100);
}

static void check_probe(const struct ask *a, json_t *checks)
{
    static const enum health healths[] = {[PROBE_FINE] = HEALTH_OK,
                                          [PROBE_NOTHING_KNOWN] = HEALTH_UNKNOWN,
                                          [PROBE_FAULT] = HEALTH_FAULT};
    const struct gate_link *gate = &a->desk->gate;
    const struct probe_report *p = &gate->probe;
    char age[AGE_TEXT];

    if (!gate->connected)
        add(checks, "probe", HEALTH_UNKNOWN, "no gate is connected");
    else if (p->state != PROBE_OFF && p->at && a->now - p->at > STALE_S)
        add(checks, "probe", HEALTH_FAULT, "the gate has not probed for %s; it may hang",
            age_text(a->now - p->at, age));
    else if (p->state == PROBE_PASSED)
        add_passed(a, checks);
    else
        add(checks, "probe", healths[probe_grade(p->state)], "%s", probe_text(p->state));
}

static void check_snapshot(const struct ask *a, json_t *checks)
{
    const struct gate_link *gate = &a->desk->gate;
    char age[AGE_TEXT];

    if (!gate->connected || !gate->made)
        add(checks, "snapshot", HEALTH_UNKNOWN, "no gate is connected");
    else if (gate->generation == gate->newest)
        add(checks, "snapshot", HEALTH_OK, "the gate works by the newest, of %s ago",
            age_text(a->now - gate->made, age));
    else
        add(checks, "snapshot", a->now - gate->made > STALE_S ? HEALTH_FAULT : HEALTH_UNKNOWN,
            "the gate does not work by the newest, of %s ago; look into the log of lespoort-gate",
            age_text(a->now - gate->made, age));
}

/* One line for each, and none for none. */
static void check_troubles(const struct ask *a, json_t *checks)
{
    const struct troubles *t = &a->desk->gate.upkeep.troubles;
    char text[TROUBLE_TEXT];

    for (unsigned i = 0; a->desk->gate.connected && i < TROUBLE_COUNT; i++) {
        const enum trouble which = (enum trouble)i;
        bool works = which == TROUBLE_ICMP || which == TROUBLE_UNCHECKED;

        if (troubles_has(t, which))
            add(checks, trouble_code(which), works ? HEALTH_WARNING : HEALTH_FAULT, "%s",
                trouble_text(t, which, text));
    }
}

static void check_names(const struct ask *a, json_t *checks)
{
    const struct desk *d = a->desk;
    const char *who;
    int64_t since;
    char age[AGE_TEXT];

    if (desk_busy(d, &who, &since))
        add(checks, "names", HEALTH_OK, "%u compiled; being compiled again for %s",
            d->catalogue.name_count, age_text(a->now - since, age));
    else
        add(checks, "names", HEALTH_OK, "%u compiled", d->catalogue.name_count);
}

static void check_lists(const struct ask *a, json_t *checks)
{
    const struct desk *d = a->desk;
    char *ids;

    if (set256_empty(&d->refused)) {
        add(checks, "lists", HEALTH_OK, "none was refused");
        return;
    }
    ids = services_ids(d, &d->refused, ", ");
    add(checks, "lists", HEALTH_FAULT, "refused, the one before counts: %s; lespoortctl lists",
        ids ? ids : "?");
    free(ids);
}

static void check_config(const struct ask *a, json_t *checks)
{
    char age[AGE_TEXT];

    add(checks, "config", HEALTH_OK, "policy %s, read %s ago", a->desk->config->school->version,
        age_text(a->now - a->desk->config_at, age));
}

static bool all_well(const json_t *checks)
{
    const json_t *check;
    size_t i;

    json_array_foreach(checks, i, check)
    {
        const char *state = json_string_value(json_object_get(check, "state"));

        if (state && !strcmp(state, "fault"))
            return false;
    }
    return true;
}

json_t *verb_health(struct ask *a)
{
    static void (*const all[])(const struct ask *a, json_t *checks) = {
        check_gate,     check_rules, check_troubles, check_probe,
        check_snapshot, check_names, check_lists,    check_config,
    };
    json_t *checks = json_array();

    for (size_t i = 0; i < ARRAY_SIZE(all); i++)
        all[i](a, checks);
    return json_pack("{s:b,s:o,s:o,s:o}", "healthy", all_well(checks), "now", json_time(a, a->now),
                     "checks", checks, "probe", json_probe(a));
}

json_t *json_probe(const struct ask *a)
{
    const struct probe_report *p = &a->desk->gate.probe;
    bool tell = probe_grade(p->state) != PROBE_FINE && p->state != PROBE_UNKNOWN;
    json_t *json = json_pack("{s:s,s:o*,s:o*,s:o*}", "state", probe_word(p->state), "text",
                             tell ? proto_text(probe_text(p->state)) : NULL, "at",
                             p->at ? json_time(a, p->at) : NULL, "passed",
                             p->passed ? json_time(a, p->passed) : NULL);

    if (p->passed)
        json_object_set_new(json, "microseconds", json_integer(p->microseconds));
    return json;
}
