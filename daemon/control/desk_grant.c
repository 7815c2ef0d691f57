/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verb grant: from what a person asks to a grant that policy allows. */
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/parse.h"
#include "base/wall.h"
#include "control/desk_parts.h"
#include "control/roles.h"

#define WEEK        (7 * 86400)
#define COMMAND_MAX 512

/* What is asked for, as far as it is known. */
struct wish {
    struct set256 services, not_closed;
    unsigned zone;
    struct lesson lesson;
    int64_t asked; /* end, 0: until the lesson ends */
    int64_t until;
    const char *bound; /* what decided the end: "lesson", "request", "limit" */
};

/* The first lesson after now, of that zone or (-1) of any, and a zone that has it. */
static bool next_lesson(const struct ask *a, int only, struct lesson *ret, unsigned *ret_zone)
{
    const struct school *school = a->desk->config->school;
    bool seen[STREAM_MAX] = {false}, found = false;
    struct lesson lesson;

    for (unsigned zone = 0; zone < school->zone_count; zone++) {
        unsigned stream = school_zone_stream(school, zone);

        if (stream >= STREAM_MAX || seen[stream] || (only >= 0 && zone != (unsigned)only))
            continue;
        seen[stream] = true;
        if (!school_lesson_next(school, stream, a->now, a->now + WEEK, &lesson) ||
            (found && lesson.start >= ret->start))
            continue;
        *ret = lesson;
        *ret_zone = zone;
        found = true;
    }
    return found;
}

/* zone -1: no zone at all has one. */
static bool refuse_no_lesson(struct ask *a, int zone)
{
    const struct school *school = a->desk->config->school;
    struct lesson lesson = {.bell = NULL};
    unsigned at = 0;
    char text[WALL_TEXT];

    hint(a, "A grant is bound to a running lesson. What is closed now: lespoortctl status");
    if (!next_lesson(a, zone, &lesson, &at)) {
        refuse(a, PROTO_NO_LESSON, "There is no lesson in %s now, and none begins within a week.",
               zone < 0 ? "any zone" : school->zones[zone].name);
        return false;
    }
    wall_clock_text(lesson.start, a->now, text, sizeof(text));
    if (zone < 0)
        refuse(a, PROTO_NO_LESSON,
               "There is no lesson in any zone now. The next one begins at %s in %s (period %s).",
               text, school->zones[at].name, lesson.bell->name);
    else
        refuse(a, PROTO_NO_LESSON,
               "There is no lesson in %s now. The next one begins at %s (period %s).",
               school->zones[at].name, text, lesson.bell->name);
    return false;
}

/* "until 09:00" at 09:05 is an error and never tomorrow, except in a lesson over midnight. */
static bool asked_until(struct ask *a, struct wish *w, const char *text)
{
    struct date today = wall_from_utc(a->now).date;
    char clock[WALL_TEXT], end[WALL_TEXT];
    int minute;

    if (!parse_clock(text, &minute)) {
        refuse(a, PROTO_BAD_REQUEST, "'%s' is not a time of day such as 11:15.", text);
        return false;
    }
    w->asked = wall_to_utc(today, minute);
    if (w->asked > a->now)
        return true;
    w->asked = wall_to_utc(date_add(today, 1), minute);
    if (w->asked <= w->lesson.end)
        return true;
    hint(a, "Without --until the grant ends with the lesson, at %s.",
         wall_clock_text(w->lesson.end, a->now, end, sizeof(end)));
    refuse(a, PROTO_BAD_REQUEST, "%s has passed: it is %s.", text,
           wall_clock_text(a->now, a->now, clock, sizeof(clock)));
    return false;
}

static bool decide_end(struct ask *a, struct wish *w)
{
    struct facts facts = desk_facts(a->desk);
    int64_t limit = a->now + a->desk->config->grant_max;
    const char *until = arg_text(a, "until");
    int64_t seconds = arg_seconds(a, "for");

    if (until && seconds) {
        refuse(a, PROTO_BAD_REQUEST, "Give either an end or a duration, not both.");
        return false;
    }
    if (until && !asked_until(a, w, until))
        return false;
    if (seconds)
        w->asked = a->now + seconds;
    w->until = policy_lesson_end(&facts, w->zone, a->now);
    w->bound = "lesson";
    if (limit < w->until) {
        w->until = limit;
        w->bound = "limit";
    }
    if (w->asked && w->asked < w->until) {
        w->until = w->asked;
        w->bound = "request";
    }
    return true;
}

/* root and ICT open nothing by their own authority. */
static bool check_authority(struct ask *a)
{
    if (a->roles & ~ROLE_BIT(ROLE_ADMIN) || arg_text(a, "on_behalf_of"))
        return true;
    hint(a, "Add --on-behalf-of NAME, or ask a teacher or leader to type it.");
    refuse(a, PROTO_DENIED, "An administrator grants only on behalf of somebody, by name.");
    return false;
}

static bool check_exceptions(struct ask *a)
{
    const struct school *school = a->desk->config->school;

    if (school->exceptions == EXCEPTIONS_NONE) {
        hint(a, "Whoever adopts the policy of the school can change that.");
        refuse(a, PROTO_POLICY, "The policy of %s (version %s) knows no exceptions.", school->name,
               school->version);
        return false;
    }
    if (school->exceptions == EXCEPTIONS_LEADER &&
        !(a->roles & (ROLE_BIT(ROLE_LEADER) | ROLE_BIT(ROLE_DIRECTOR)))) {
        hint(a, "Ask a leader or the director to grant it.");
        refuse(a, PROTO_POLICY,
               "By the policy of %s (version %s) only a leader or director makes exceptions.",
               school->name, school->version);
        return false;
    }
    return true;
}

static bool check_locked(struct ask *a, const struct wish *w)
{
    const struct school *school = a->desk->config->school;
    struct set256 locked, rest;
    char *names, *ids;

    for (unsigned i = 0; i < 4; i++) {
        locked.w[i] = w->services.w[i] & school->locked.w[i];
        rest.w[i] = w->services.w[i] & ~school->locked.w[i];
    }
    if (set256_empty(&locked))
        return true;
    names = services_text(a->desk, &locked);
    ids = services_ids(a->desk, &rest, " ");
    if (ids && ids[0])
        hint(a, "The others: lespoortctl grant %s --zone %s", ids, school->zones[w->zone].name);
    if (names)
        refuse(a, PROTO_POLICY, "%s: locked, no grant opens that (policy version %s).", names,
               school->version);
    free(names);
    free(ids);
    return false;
}

/* Moves what would be open anyway, without any grant, out of the way. */
static void sort_out_open(struct ask *a, struct wish *w)
{
    struct facts bare = {.school = a->desk->config->school};

    for (unsigned i = 0; i < a->desk->catalogue.service_count; i++) {
        uint8_t service = (uint8_t)i;

        if (!set256_has(&w->services, service) ||
            policy_service(&bare, w->zone, service, a->now).closed)
            continue;
        set256_remove(&w->services, service);
        set256_add(&w->not_closed, service);
    }
}

static bool find_lesson(struct ask *a, struct wish *w)
{
    char *ids = services_ids(a->desk, &w->services, " ");
    char command[COMMAND_MAX];
    int zone;

    snprintf(command, sizeof(command), "grant %s", ids ? ids : "SERVICE");
    free(ids);
    if (!arg_text(a, "zone") && !zones_in_lesson(a->desk, a->now))
        return refuse_no_lesson(a, -1);
    zone = ask_zone(a, a->now, command);
    if (zone < 0)
        return false;
    w->zone = (unsigned)zone;
    return zone_lesson(a->desk, w->zone, a->now, &w->lesson) || refuse_no_lesson(a, zone);
}

/* The last word about a service in a zone counts: other running grants lose these services. */
static void take_over(struct ask *a, const struct wish *w, const struct grant *keep)
{
    struct grants *grants = &a->desk->grants;
    size_t count = grants->count;

    for (size_t i = 0; i < count; i++) {
        struct grant *other = &grants->all[i];

        if (other != keep && other->zone == w->zone && grant_running(other, a->now))
            grants_withdraw(grants, other, &w->services, a->now);
    }
}

static struct grant describe(const struct ask *a, const struct wish *w)
{
    const char *behalf = arg_text(a, "on_behalf_of"), *code = arg_text(a, "reason");
    struct grant grant = {
        .zone = (uint16_t)w->zone, .services = w->services, .from = a->now, .until = w->until};

    snprintf(grant.who, sizeof(grant.who), "%s", a->who->login);
    snprintf(grant.behalf, sizeof(grant.behalf), "%s", behalf ? behalf : "");
    snprintf(grant.code, sizeof(grant.code), "%s", code ? code : "");
    return grant;
}

static void log_grant(const struct ask *a, const struct grant *grant, const char *change)
{
    char *ids = services_ids(a->desk, &grant->services, ",");
    char until[WALL_TEXT];

    log_notice("Grant \"%s\" (%s): \"%s\" in zone \"%s\" until %s, by \"%s\"%s%s%s.", grant->id,
               change, ids ? ids : "?", a->desk->config->school->zones[grant->zone].name,
               wall_iso_text(grant->until, until, sizeof(until)), grant->who,
               grant->behalf[0] ? " on behalf of \"" : "", grant->behalf,
               grant->behalf[0] ? "\"" : "");
    free(ids);
}

/* Same services and zone again: the end moves, nothing stacks. *ret_before: the end it had, or
 * 0. NULL when the table is full of running grants. */
static struct grant *apply(struct ask *a, const struct wish *w, int64_t *ret_before)
{
    struct grants *grants = &a->desk->grants;
    struct grant next = describe(a, w);
    struct grant *old, *current;

    if (!grants_make_room(grants, a->now))
        return NULL;
    old = grants_find(grants, w->zone, &w->services, a->now);
    *ret_before = old ? old->until : 0;
    if (old && old->until == w->until)
        return old;
    take_over(a, w, old);
    current = old ? grants_change(grants, old, &next, a->now) : grants_add(grants, &next, a->now);
    return current;
}

static const char *change_name(int64_t before, int64_t until)
{
    if (!before)
        return "new";
    if (before == until)
        return "unchanged";
    return before < until ? "extended" : "shortened";
}

static json_t *answer_open(struct ask *a, const struct wish *w)
{
    return json_pack("{s:o,s:o,s:o,s:n}", "zone",
                     proto_text(a->desk->config->school->zones[w->zone].name), "not_closed",
                     json_services(a->desk, &w->not_closed), "not_closed_titles",
                     json_titles(a->desk, &w->not_closed), "grant");
}

static json_t *answer_grant(struct ask *a, const struct wish *w, const struct grant *grant,
                            int64_t before)
{
    bool clipped = w->asked > grant->until;
    json_t *answer = answer_open(a, w);
    json_t *more = json_pack(
        "{s:o,s:o,s:s,s:s,s:b,s:o*,s:o*}", "grant", json_grant(a, grant), "lesson",
        json_lesson(a, &w->lesson), "change", change_name(before, grant->until), "ends_with",
        w->bound, "gate", a->desk->gate.connected, "before", before ? json_time(a, before) : NULL,
        "asked", clipped ? json_time(a, w->asked) : NULL);

    json_object_update(answer, more);
    json_decref(more);
    return answer;
}

json_t *verb_grant(struct ask *a)
{
    struct wish w = {.bound = "lesson"};
    const struct grant *grant;
    int64_t before;

    if (!ask_service_list(a, "services", &w.services) || !check_authority(a) ||
        !check_exceptions(a) || !find_lesson(a, &w) || !check_locked(a, &w) || !decide_end(a, &w))
        return NULL;
    sort_out_open(a, &w);
    if (set256_empty(&w.services))
        return answer_open(a, &w);
    grant = apply(a, &w, &before);
    if (!grant)
        return refuse(a, PROTO_UNAVAILABLE, "%d grants are running, and no more can.", GRANT_MAX);
    if (before != grant->until) {
        log_grant(a, grant, change_name(before, grant->until));
        desk_changed(a->desk);
    }
    return answer_grant(a, &w, grant, before);
}
