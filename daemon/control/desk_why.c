/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verb why: the decision of the datapath's own function, with the rule that won. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/desk_parts.h"
#include "control/moment.h"
#include "control/verbs.h"

/* What is asked about: a service, or a name with its label. */
struct subject {
    int service; /* -1: a name */
    struct hostname name;
    uint8_t label;
    struct set256 services; /* whose it is */
    size_t suffix_at;       /* where the entry of the catalogue starts in the name */
};

/* People paste addresses of pages: only the host counts. */
static void host_part(const char *text, char out[static ARG_TEXT_MAX + 1])
{
    const char *scheme = strstr(text, "://");
    const char *host = scheme ? scheme + 3 : text;

    snprintf(out, ARG_TEXT_MAX + 1, "%.*s", (int)strcspn(host, "/?#"), host);
}

static bool find_name(struct ask *a, const char *what, struct subject *s)
{
    const struct catalogue *c = &a->desk->catalogue;
    char host[ARG_TEXT_MAX + 1];
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
    char *commands = services_ids(a->desk, services, "\nlespoortctl why ");

    if (commands)
        hint(a, "lespoortctl why %s", commands);
    free(commands);
    refuse(a, PROTO_AMBIGUOUS, "'%s' is a category of %u services: ask about one.", what,
           set256_count(services));
}

static bool find_subject(struct ask *a, struct subject *s)
{
    const char *what = arg_text(a, "what");
    struct set256 category = {0};

    *s = (struct subject){.service = config_service(a->desk->config, what)};
    if (s->service >= 0) {
        set256_add(&s->services, (uint8_t)s->service);
        return true;
    }
    if (config_category(a->desk->config, what, &category)) {
        refuse_category(a, what, &category);
        return false;
    }
    if (strchr(what, '.'))
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

static json_t *json_decision(struct ask *a, const struct subject *s, unsigned zone, int64_t at)
{
    const struct school *school = a->desk->config->school;
    struct facts facts = desk_facts(a->desk);
    struct decision d = s->service < 0
                            ? policy_label(&facts, &a->desk->catalogue, zone, s->label, at)
                            : policy_service(&facts, zone, (unsigned)s->service, at);
    struct lesson lesson;
    bool in_lesson = zone_lesson(a->desk, zone, at, &lesson);

    return json_pack("{s:o,s:o,s:o,s:s,s:s,s:o,s:o,s:o*,s:o}", "subject", json_subject(a, s),
                     "zone", proto_text(school->zones[zone].name), "at", json_time(a, at),
                     "verdict", d.closed ? "closed" : "open", "rule", reason_name(d.reason),
                     "rules", json_rules(d.reason), "lesson",
                     in_lesson ? json_lesson(a, &lesson) : json_null(), "grant",
                     d.reason == REASON_GRANT && d.grant ? json_grant(a, d.grant) : NULL, "policy",
                     proto_text(school->version));
}

json_t *verb_why(struct ask *a)
{
    const char *when = arg_text(a, "at");
    char command[HOSTNAME_MAX + 8];
    struct subject subject;
    int64_t at = a->now;
    int zone;

    if (when && !moment_parse(when, a->now, &at)) {
        hint(a, "Such as 10:15, \"thu 10:15\" or 2026-11-19T10:15.");
        return refuse(a, PROTO_BAD_REQUEST, "'%s' is not a moment.", when);
    }
    if (!find_subject(a, &subject))
        return NULL;
    snprintf(command, sizeof(command), "why %s",
             subject.service < 0 ? subject.name.text
                                 : a->desk->catalogue.services[subject.service].id);
    zone = ask_zone(a, at, command);
    return zone < 0 ? NULL : json_decision(a, &subject, (unsigned)zone, at);
}
