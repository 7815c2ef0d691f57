/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "school/policy.h"

static const struct decision allow = {.reason = REASON_ALLOW};

int64_t grant_end(const struct grant *g)
{
    return g->revoked && g->revoked < g->until ? g->revoked : g->until;
}

/* Of several grants for the same, the one that ends last speaks. */
static const struct grant *find_grant(const struct facts *f, unsigned zone, unsigned service,
                                      int64_t at)
{
    const struct grant *best = NULL;

    for (size_t i = 0; i < f->grant_count; i++) {
        const struct grant *g = &f->grants[i];

        if (g->zone != zone || at < g->from || at >= grant_end(g) ||
            !set256_has(&g->services, (uint8_t)service))
            continue;
        if (!best || grant_end(g) > grant_end(best))
            best = g;
    }
    return best;
}

struct decision policy_service_in(const struct facts *f, unsigned zone, unsigned service,
                                  int64_t at, const struct lesson *lesson)
{
    const struct school *s = f->school;
    struct decision d = {.closed = true};

    if (!lesson || service >= SERVICE_MAX || !set256_has(&s->lesson_closed, (uint8_t)service))
        return allow;
    d.lesson = *lesson;
    d.reason = REASON_LOCKED;
    if (set256_has(&s->locked, (uint8_t)service))
        return d;
    d.grant = find_grant(f, zone, service, at);
    d.closed = !d.grant;
    d.reason = d.grant ? REASON_GRANT : REASON_LESSON;
    return d;
}

/* The first member at or after `from`; SERVICE_MAX without one. */
static unsigned next_member(const struct set256 *set, unsigned from)
{
    while (from < SERVICE_MAX) {
        uint64_t rest = set->w[from >> 6] >> (from & 63);

        if (rest)
            return from + (unsigned)__builtin_ctzll(rest);
        from = (from | 63) + 1;
    }
    return SERVICE_MAX;
}

/* Among equals the plainest reason speaks: open by itself before open by a grant, closed by a
 * lesson before closed whatever anybody grants. */
static bool speaks_for_services(const struct decision *d, const struct decision *other)
{
    return d->closed != other->closed ? !d->closed : d->reason < other->reason;
}

/* Any list closes, and a locked one tells most: no grant opens that label. */
static bool speaks_for_lists(const struct decision *d, const struct decision *other)
{
    if (d->closed != other->closed)
        return d->closed;
    return d->closed ? d->reason > other->reason : d->reason < other->reason;
}

/* What the members of a label's set say. */
struct hearing {
    bool has_services, has_lists;
    struct decision services, lists; /* who speaks for each sort */
    struct decision granted;         /* of a service that a grant opens; else its grant is NULL */
};

static void hear(struct hearing *h, const struct decision *d, bool list)
{
    if (list) {
        if (!h->has_lists || speaks_for_lists(d, &h->lists))
            h->lists = *d;
        h->has_lists = true;
        return;
    }
    if (!h->has_services || speaks_for_services(d, &h->services))
        h->services = *d;
    h->has_services = true;
    if (d->reason == REASON_GRANT && !h->granted.grant)
        h->granted = *d;
}

/* The rule of policy.h. */
static struct decision weigh(const struct hearing *h)
{
    if (!h->has_lists)
        return h->has_services ? h->services : allow;
    if (!h->has_services || h->lists.reason == REASON_LOCKED)
        return h->lists;
    if (h->services.closed)
        return h->services;
    if (h->lists.closed)
        return h->granted.grant ? h->granted : h->lists;
    return speaks_for_services(&h->lists, &h->services) ? h->lists : h->services;
}

static struct decision decide_set(const struct facts *f, const struct catalogue *c, unsigned zone,
                                  uint8_t label, int64_t at, const struct lesson *lesson)
{
    const struct set256 *set = &c->labels[label];
    struct hearing h = {.has_services = false};

    for (unsigned n = next_member(set, 0); n < SERVICE_MAX; n = next_member(set, n + 1)) {
        struct decision d = policy_service_in(f, zone, n, at, lesson);

        hear(&h, &d, set256_has(&c->lists, (uint8_t)n));
    }
    return weigh(&h);
}

/* A service is closed there now. */
static bool anything_closed(const struct facts *f, unsigned zone, int64_t at,
                            const struct lesson *lesson)
{
    const struct set256 *services = &f->school->lesson_closed;
    unsigned service = next_member(services, 0);

    for (; service < SERVICE_MAX; service = next_member(services, service + 1))
        if (policy_service_in(f, zone, service, at, lesson).closed)
            return true;
    return false;
}

static struct decision decide_quic(const struct facts *f, unsigned zone, int64_t at,
                                   const struct lesson *lesson)
{
    if (!lesson || f->school->zones[zone].quic != QUIC_REJECT ||
        !anything_closed(f, zone, at, lesson))
        return allow;
    return (struct decision){.closed = true, .reason = REASON_ZONE, .lesson = *lesson};
}

struct decision policy_label_in(const struct facts *f, const struct catalogue *c, unsigned zone,
                                uint8_t label, int64_t at, const struct lesson *lesson)
{
    if (label == LABEL_NEVER)
        return (struct decision){.reason = REASON_NEVER};
    if (label == LABEL_QUIC)
        return decide_quic(f, zone, at, lesson);
    if (label >= c->label_count || !lesson)
        return allow;
    return decide_set(f, c, zone, label, at, lesson);
}

/* The lesson in that zone; NULL without one. */
static const struct lesson *lesson_in(const struct facts *f, unsigned zone, int64_t at,
                                      struct lesson *room)
{
    unsigned stream = school_zone_stream(f->school, zone);

    return school_lesson_at(f->school, stream, at, room) ? room : NULL;
}

struct decision policy_service(const struct facts *f, unsigned zone, unsigned service, int64_t at)
{
    struct lesson lesson;

    return policy_service_in(f, zone, service, at, lesson_in(f, zone, at, &lesson));
}

struct decision policy_label(const struct facts *f, const struct catalogue *c, unsigned zone,
                             uint8_t label, int64_t at)
{
    struct lesson lesson;

    return policy_label_in(f, c, zone, label, at, lesson_in(f, zone, at, &lesson));
}

bool policy_restricted(const struct facts *f, const struct set256 *safe, unsigned zone, int64_t at)
{
    if (school_zone_stream(f->school, zone) == NO_STREAM)
        return false;
    for (size_t i = 0; i < f->grant_count; i++) {
        const struct grant *g = &f->grants[i];
        struct set256 both = set256_both(&g->services, safe);

        if (g->restricted && g->zone == zone && at >= g->from && at < grant_end(g) &&
            !set256_empty(&both))
            return true;
    }
    return false;
}

static int64_t sooner(int64_t best, int64_t candidate, int64_t after)
{
    return candidate > after && candidate < best ? candidate : best;
}

static int64_t next_midnight(int64_t at)
{
    return wall_to_utc(date_add(wall_from_utc(at).date, 1), 0);
}

int64_t policy_next(const struct facts *f, unsigned zone, int64_t at, int64_t to)
{
    unsigned stream = school_zone_stream(f->school, zone);
    int64_t next = to;

    if (stream == NO_STREAM || at >= to)
        return to;
    next = sooner(next, next_midnight(at), at);
    for (size_t i = 0; i < f->grant_count; i++) {
        if (f->grants[i].zone != zone)
            continue;
        next = sooner(next, f->grants[i].from, at);
        next = sooner(next, grant_end(&f->grants[i]), at);
    }
    return school_next_edge(f->school, stream, at, next);
}

int64_t policy_lesson_end(const struct facts *f, unsigned zone, int64_t at)
{
    unsigned stream = school_zone_stream(f->school, zone);
    struct lesson lesson;

    if (school_lesson_at(f->school, stream, at, &lesson) ||
        school_lesson_next(f->school, stream, at, next_midnight(at), &lesson))
        return lesson.end;
    return 0;
}

const char *reason_name(enum reason reason)
{
    static const char *const names[REASON_COUNT] = {
        [REASON_ALLOW] = "allow", [REASON_ZONE] = "zone",     [REASON_LESSON] = "lesson",
        [REASON_GRANT] = "grant", [REASON_LOCKED] = "locked", [REASON_NEVER] = "never-block",
    };

    return names[reason];
}
