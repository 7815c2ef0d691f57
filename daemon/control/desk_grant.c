/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verb grant: from what a person asks to a grant that policy allows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wall.h"
#include "control/desk_parts.h"
#include "control/moment.h"
#include "control/roles.h"
#include "names/safe.h"

/* What is asked for, as far as it is known. */
struct wish {
    struct set256 services, not_closed;
    unsigned zone;
    bool restricted;
    struct lesson lesson;
    int64_t asked; /* end, 0: until the lesson ends */
    int64_t until;
    const char *bound; /* what decided the end: "lesson", "request", "limit" */
};

/* "until 09:00" at 09:05 is an error and never tomorrow, except in a lesson over midnight. */
static bool asked_until(struct ask *a, struct wish *w, const char *text)
{
    struct date today = wall_from_utc(a->now).date;
    char clock[WALL_TEXT], end[WALL_TEXT];
    int minute;

    if (!moment_clock(text, &minute)) {
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

/* What of the request could be granted. */
static void hint_others(struct ask *a, const struct wish *w, const struct set256 *rest)
{
    char *ids = services_ids(a->desk, rest, " "), *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    if (out && ids && ids[0])
        command_again(out, a, ids, a->desk->config->school->zones[w->zone].name);
    if (out && !fclose(out) && text[0])
        hint(a, "The others: %s", text);
    free(text);
    free(ids);
}

static bool check_locked(struct ask *a, const struct wish *w)
{
    const struct school *school = a->desk->config->school;
    struct set256 locked = set256_both(&w->services, &school->locked);
    struct set256 rest = set256_without(&w->services, &locked);
    char *names;

    if (set256_empty(&locked))
        return true;
    hint_others(a, w, &rest);
    names = services_text(a->desk, &locked);
    if (names)
        refuse(a, PROTO_POLICY, "%s: locked, no grant opens that (policy version %s).", names,
               school->version);
    free(names);
    return false;
}

/* Whether it may be restricted at all: there are safe names only for some services. */
static bool can_restrict(const struct ask *a, const struct wish *w)
{
    struct set256 safe = safe_services(&a->desk->catalogue);

    safe = set256_both(&safe, &w->services);
    return !set256_empty(&safe);
}

static bool check_restricted(struct ask *a, struct wish *w)
{
    struct set256 safe;
    char *names;

    w->restricted = arg_flag(a, "restricted");
    if (!w->restricted || can_restrict(a, w))
        return true;
    safe = safe_services(&a->desk->catalogue);
    if (set256_empty(&safe)) {
        refuse(a, PROTO_POLICY, "The catalogue has no safe names, so that no grant is restricted.");
        return false;
    }
    names = services_text(a->desk, &safe);
    if (names)
        refuse(a, PROTO_BAD_REQUEST, "Only %s can be granted restricted.", names);
    free(names);
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
    w->restricted = w->restricted && can_restrict(a, w);
}

static bool find_zone(struct ask *a, struct wish *w)
{
    int zone;

    if (!arg_text(a, "zone") && !zones_in_lesson(a->desk, a->now))
        return refuse_no_lesson(a, -1, &w->services);
    zone = ask_zone(a, a->now);
    w->zone = (unsigned)zone;
    return zone >= 0;
}

/* Nothing is closed there by a lesson, ever. */
static bool never_closed(const struct ask *a, struct wish *w)
{
    if (school_zone_stream(a->desk->config->school, w->zone) != NO_STREAM)
        return false;
    w->not_closed = w->services;
    return true;
}

static bool find_lesson(struct ask *a, struct wish *w)
{
    return zone_lesson(a->desk, w->zone, a->now, &w->lesson) ||
           refuse_no_lesson(a, (int)w->zone, &w->services);
}

/* The services of the wish that another running grant of the zone has. */
static struct set256 in_common(const struct ask *a, const struct wish *w, const struct grant *other)
{
    if (other->zone != w->zone || !grant_running(other, a->now))
        return (struct set256){0};
    return set256_both(&other->services, &w->services);
}

/* A teacher does not end what a colleague granted, neither by withdrawing nor by a short grant. */
static bool check_others(struct ask *a, const struct wish *w)
{
    char roles[ROLES_TEXT], until[WALL_TEXT];

    for (size_t i = 0; i < a->desk->grants.count && !(a->roles & WITHDRAWERS); i++) {
        const struct grant *other = &a->desk->grants.all[i];
        struct set256 both = in_common(a, w, other);
        char *names;

        if (set256_empty(&both) || grant_is_own(a, other) || other->until <= w->until)
            continue;
        names = services_text(a->desk, &both);
        hint(a, "Ask %s, or somebody with the role %s.", other->who,
             roles_text(WITHDRAWERS, roles));
        refuse(a, PROTO_DENIED, "%s granted %s until %s, and %s may not shorten that.", other->who,
               names ? names : "it", wall_clock_text(other->until, a->now, until, sizeof(until)),
               a->who->login);
        free(names);
        return false;
    }
    return true;
}

/* The last word about a service in a zone counts: other running grants lose these services. */
static void take_over(struct ask *a, const struct wish *w, const struct grant *keep)
{
    struct grants *grants = &a->desk->grants;
    size_t count = grants->count;

    for (size_t i = 0; i < count; i++) {
        struct grant *other = &grants->all[i], part = *other;

        part.services = in_common(a, w, other);
        if (other == keep || set256_empty(&part.services))
            continue;
        log_taken_over(a, &part);
        grants_withdraw(grants, other, &part.services, a->now);
    }
}

static struct grant describe(const struct ask *a, const struct wish *w)
{
    const char *behalf = arg_text(a, "on_behalf_of"), *code = arg_text(a, "reason");
    struct grant grant = {.zone = (uint16_t)w->zone,
                          .services = w->services,
                          .from = a->now,
                          .until = w->until,
                          .restricted = w->restricted};

    snprintf(grant.who, sizeof(grant.who), "%s", a->who->login);
    snprintf(grant.behalf, sizeof(grant.behalf), "%s", behalf ? behalf : "");
    snprintf(grant.code, sizeof(grant.code), "%s", code ? code : "");
    return grant;
}

static bool same_giver(const struct grant *a, const struct grant *b)
{
    return !strcmp(a->who, b->who) && !strcmp(a->behalf, b->behalf) && !strcmp(a->code, b->code);
}

/* Same services and zone again: it is given anew, nothing stacks. *ret_before: as it was, without
 * an id when it was not. NULL when the table is full of running grants. */
static struct grant *apply(struct ask *a, const struct wish *w, struct grant *ret_before)
{
    struct grants *grants = &a->desk->grants;
    struct grant next = describe(a, w);
    struct grant *old;

    if (!grants_make_room(grants, a->now))
        return NULL;
    old = grants_find(grants, w->zone, &w->services, a->now);
    *ret_before = old ? *old : (struct grant){.until = 0};
    if (old && old->until == next.until && old->restricted == next.restricted &&
        same_giver(old, &next))
        return old;
    take_over(a, w, old);
    /* What was taken over may have used the last room; it ended something that makes room again. */
    if (!old && !grants_make_room(grants, a->now))
        return NULL;
    return old ? grants_change(grants, old, &next, a->now) : grants_add(grants, &next, a->now);
}

static const char *change_name(const struct grant *before, const struct grant *grant)
{
    if (!before->id[0])
        return "new";
    if (before->until != grant->until)
        return before->until < grant->until ? "extended" : "shortened";
    if (before->restricted != grant->restricted)
        return grant->restricted ? "restricted" : "unrestricted";
    return same_giver(before, grant) ? "unchanged" : "repeated";
}

static json_t *answer_open(struct ask *a, const struct wish *w)
{
    return json_pack("{s:o,s:o,s:o,s:n}", "zone",
                     proto_text(a->desk->config->school->zones[w->zone].name), "not_closed",
                     json_services(a->desk, &w->not_closed), "not_closed_titles",
                     json_titles(a->desk, &w->not_closed), "grant");
}

/* More than one zone can have a grant of that service. */
static bool several_zones_have_lessons(const struct school *school)
{
    unsigned count = 0;

    for (unsigned zone = 0; zone < school->zone_count; zone++)
        count += school_zone_stream(school, zone) != NO_STREAM;
    return count > 1;
}

/* The command that withdraws this grant and no other: by its service, or by its id. */
static json_t *withdrawal(const struct ask *a, const struct grant *grant)
{
    const struct school *school = a->desk->config->school;
    bool one = set256_count(&grant->services) == 1;
    char *id = one ? services_ids(a->desk, &grant->services, " ") : NULL, *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    json_t *json = NULL;

    if (out) {
        fprintf(out, "lespoortctl revoke %s", id ? id : grant->id);
        if (id && several_zones_have_lessons(school)) {
            fputs(" --zone ", out);
            command_word(out, school->zones[grant->zone].name);
        }
        json = fclose(out) ? NULL : proto_text(text);
    }
    free(text);
    free(id);
    return json;
}

static json_t *answer_grant(struct ask *a, const struct wish *w, const struct grant *grant,
                            const struct grant *before)
{
    bool clipped = w->asked > grant->until, lifted = before->restricted && !grant->restricted;
    json_t *answer = answer_open(a, w);
    json_t *more = json_pack(
        "{s:o,s:o,s:s,s:s,s:o*,s:b,s:o*,s:o*,s:o*}", "grant", json_grant(a, grant), "lesson",
        json_lesson(a, &w->lesson), "change", change_name(before, grant), "ends_with", w->bound,
        "withdraw", withdrawal(a, grant), "gate_connected", a->desk->gate.connected, "before",
        before->id[0] ? json_time(a, before->until) : NULL, "asked",
        clipped ? json_time(a, w->asked) : NULL, "lifted", lifted ? json_true() : NULL);

    json_object_update(answer, more);
    json_decref(more);
    return answer;
}

json_t *verb_grant(struct ask *a)
{
    struct wish w = {.bound = "lesson"};
    const struct grant *grant;
    struct grant before;
    const char *change;

    if (!ask_service_list(a, "services", &w.services) || !check_authority(a) ||
        !check_exceptions(a) || !check_restricted(a, &w) || !find_zone(a, &w))
        return NULL;
    if (never_closed(a, &w))
        return answer_open(a, &w);
    if (!find_lesson(a, &w) || !check_locked(a, &w) || !decide_end(a, &w))
        return NULL;
    sort_out_open(a, &w);
    if (set256_empty(&w.services))
        return answer_open(a, &w);
    if (!check_others(a, &w))
        return NULL;
    grant = apply(a, &w, &before);
    if (!grant)
        return refuse(a, PROTO_UNAVAILABLE, "%d grants are running, and no more can.", GRANT_MAX);
    change = change_name(&before, grant);
    if (strcmp(change, "unchanged") != 0) {
        log_given(a, grant, change, &before);
        if (!desk_changed(a->desk))
            return refuse_untold(a);
    }
    return answer_grant(a, &w, grant, &before);
}
