/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verb why: the decision of the datapath's own function, with the rule that won. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wall.h"
#include "control/desk_parts.h"
#include "control/moment.h"

/* What is asked about: a service, or a name with its label. */
struct subject {
    int service; /* -1: a name */
    struct hostname name;
    uint8_t label;
    struct set256 services; /* whose it is */
    size_t suffix_at;       /* where the entry of the catalogue starts in the name */
};

static bool find_name(struct ask *a, const char *what, struct subject *s)
{
    const struct catalogue *c = &a->desk->catalogue;
    char host[HOST_TEXT];
    const char *why;

    host_part(what, host);
    if (!config_hostname(host, &s->name, &why)) {
        refuse(a, PROTO_BAD_REQUEST, "'%s' %s.", host, why);
        return false;
    }
    s->service = -1;
    s->label = catalogue_label(c, &s->name, &s->suffix_at);
    if (s->label && s->label < c->label_count)
        s->services = c->labels[s->label];
    return true;
}

static void refuse_category(struct ask *a, const char *what, const struct set256 *services)
{
    const struct catalogue *c = &a->desk->catalogue;
    const char *before = "";
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    if (!out)
        return;
    for (unsigned i = 0; i < c->service_count; i++) {
        if (!set256_has(services, (uint8_t)i))
            continue;
        fputs(before, out);
        command_again(out, a, c->services[i].id, NULL);
        before = "\n";
    }
    if (!fclose(out))
        hint(a, "%s", text);
    free(text);
    refuse(a, PROTO_AMBIGUOUS, "'%s' is a category of %u services: ask about one.", what,
           set256_count(services));
}

/* Of a category with one service that one is meant. */
static int only_service(const struct set256 *services)
{
    int service = 0;

    if (set256_count(services) != 1)
        return -1;
    while (!set256_has(services, (uint8_t)service))
        service++;
    return service;
}

static bool find_subject(struct ask *a, struct subject *s)
{
    const char *what = arg_text(a, "what");
    struct set256 category = {0};

    *s = (struct subject){.service = config_service(a->desk->config, what)};
    if (s->service < 0 && config_category(a->desk->config, what, &category))
        s->service = only_service(&category);
    if (s->service >= 0) {
        set256_add(&s->services, (uint8_t)s->service);
        return true;
    }
    if (!set256_empty(&category)) {
        refuse_category(a, what, &category);
        return false;
    }
    if (strpbrk(what, ".:"))
        return find_name(a, what, s);
    return ask_services(a, what, &s->services);
}

/* The list of precedence, first wins. The reasons stand in that order in policy.h. */
static json_t *json_rules(enum reason winner)
{
    json_t *list = json_array();

    for (int reason = REASON_COUNT - 1; reason >= 0; reason--)
        json_array_append_new(list, json_pack("{s:s,s:b}", "rule", reason_name((enum reason)reason),
                                              "decides", reason == (int)winner));
    return list;
}

static json_t *json_subject(const struct ask *a, const struct subject *s)
{
    const char *reserved = s->service < 0 ? label_reserved_name(s->label) : NULL;
    bool matched = s->service < 0 && s->label != LABEL_OTHER;

    return json_pack("{s:s,s:o*,s:o*,s:o*,s:o,s:o}", "kind", s->service < 0 ? "name" : "service",
                     "name", s->service < 0 ? json_string(s->name.text) : NULL, "matches",
                     matched ? json_string(s->name.text + s->suffix_at) : NULL, "label",
                     reserved ? json_string(reserved) : NULL, "services",
                     json_services(a->desk, &s->services), "titles",
                     json_titles(a->desk, &s->services));
}

/* The grant was followed by another one at the moment it ended: changed or taken over. */
static bool goes_on(const struct desk *d, const struct grant *old, const struct set256 *services)
{
    for (size_t i = 0; i < d->grants.count; i++) {
        const struct grant *next = &d->grants.all[i];
        struct set256 both = set256_both(&next->services, services);

        if (next != old && next->zone == old->zone && next->from == old->revoked &&
            !set256_empty(&both))
            return true;
    }
    return false;
}

/* The grant that would open the subject if nobody had withdrawn it. */
static const struct grant *find_withdrawn(const struct desk *d, const struct subject *s,
                                          unsigned zone, int64_t at)
{
    const struct grant *last = NULL;

    for (size_t i = 0; i < d->grants.count; i++) {
        const struct grant *grant = &d->grants.all[i];
        struct set256 both = set256_both(&grant->services, &s->services);

        if (grant->zone == zone && grant->revoked && grant->revoked <= at && at < grant->until &&
            !set256_empty(&both) && !goes_on(d, grant, &both))
            last = grant;
    }
    return last;
}

static json_t *json_withdrawn(const struct ask *a, const struct grant *grant)
{
    json_t *json = json_grant(a, grant);

    json_object_set_new(json, "withdrawn", json_time(a, grant->revoked));
    return json;
}

static json_t *json_decision(struct ask *a, const struct subject *s, unsigned zone, int64_t at)
{
    const struct school *school = a->desk->config->school;
    struct facts facts = desk_facts(a->desk);
    struct decision d = s->service < 0
                            ? policy_label(&facts, &a->desk->catalogue, zone, s->label, at)
                            : policy_service(&facts, zone, (unsigned)s->service, at);
    struct lesson lesson;
    bool in_lesson = zone_lesson(a->desk, zone, at, &lesson);
    const char *day_off = school_day_off(school, wall_from_utc(at).date);
    const struct grant *withdrawn = d.closed ? find_withdrawn(a->desk, s, zone, at) : NULL;

    return json_pack(
        "{s:o,s:o,s:o,s:s,s:s,s:o,s:o,s:o*,s:o*,s:o*,s:o}", "subject", json_subject(a, s), "zone",
        proto_text(school->zones[zone].name), "at", json_time(a, at), "verdict",
        d.closed ? "closed" : "open", "rule", reason_name(d.reason), "rules", json_rules(d.reason),
        "lesson", in_lesson ? json_lesson(a, &lesson) : json_null(), "day_off",
        day_off ? proto_text(day_off) : NULL, "grant",
        d.reason == REASON_GRANT && d.grant ? json_grant(a, d.grant) : NULL, "withdrawn",
        withdrawn ? json_withdrawn(a, withdrawn) : NULL, "policy", proto_text(school->version));
}

json_t *verb_why(struct ask *a)
{
    const char *when = arg_text(a, "at");
    struct subject subject;
    int64_t at = a->now;
    int zone;

    if (when && !moment_parse(when, a->now, &at)) {
        hint(a, "Such as 10:15, \"thu 10:15\" or 2026-11-19T10:15.");
        return refuse(a, PROTO_BAD_REQUEST, "'%s' is not a moment.", when);
    }
    if (!find_subject(a, &subject))
        return NULL;
    zone = ask_zone(a, at);
    return zone < 0 ? NULL : json_decision(a, &subject, (unsigned)zone, at);
}
