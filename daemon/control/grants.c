/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control/grants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wall.h"

#define NUMBER_MAX 99999 /* what GRANT_ID_LEN has room for */
#define GRANT_ROOM 256

bool grants_init(struct grants *g)
{
    *g = (struct grants){.all = calloc(GRANT_MAX, sizeof(struct grant))};
    return g->all != NULL;
}

void grants_done(struct grants *g)
{
    free(g->all);
    *g = (struct grants){.all = NULL};
}

bool grant_running(const struct grant *grant, int64_t now)
{
    return grant->from <= now && now < grant_end(grant);
}

struct grant *grants_find(struct grants *g, unsigned zone, const struct set256 *services,
                          int64_t now)
{
    for (size_t i = 0; i < g->count; i++) {
        struct grant *grant = &g->all[i];

        if (grant->zone == zone && set256_equal(&grant->services, services) &&
            grant_running(grant, now))
            return grant;
    }
    return NULL;
}

static void forget(struct grants *g, size_t at)
{
    g->count--;
    memmove(&g->all[at], &g->all[at + 1], (g->count - at) * sizeof(g->all[0]));
}

/* The table is in the order of `from`, so the first ended one is the oldest. */
static bool evict(struct grants *g, int64_t now)
{
    for (size_t i = 0; i < g->count; i++) {
        if (grant_running(&g->all[i], now))
            continue;
        forget(g, i);
        g->evicted++;
        return true;
    }
    return false;
}

bool grants_make_room(struct grants *g, int64_t now)
{
    while (g->count + GRANT_ROOM > GRANT_MAX && evict(g, now))
        ;
    return g->count < GRANT_MAX;
}

/*
 * "g-20261120-105200-7": the second in which this lespoortd gave its first grant of the day, and a
 * number. The table cannot tell which ids were given: it forgets, and begins empty.
 */
static void new_id(struct grants *g, int64_t now, char out[static GRANT_ID_LEN])
{
    struct date today = wall_from_utc(now).date;

    if (!g->last || g->last == NUMBER_MAX ||
        date_compare(today, wall_from_utc(g->series).date) > 0) {
        g->series = now > g->series ? now : g->series + 1;
        g->last = 0;
    }
    struct wall first = wall_from_utc(g->series);

    snprintf(out, GRANT_ID_LEN, "g-%04u%02u%02u-%02u%02u%02u-%u", (unsigned)first.date.year % 10000,
             first.date.month % 100u, first.date.day % 100u, (unsigned)first.minute / 60 % 24,
             (unsigned)first.minute % 60, (unsigned)(g->series % 60), ++g->last);
}

struct grant *grants_add(struct grants *g, const struct grant *grant, int64_t now)
{
    struct grant *added = &g->all[g->count];

    *added = *grant;
    added->from = now;
    added->revoked = 0;
    new_id(g, now, added->id);
    g->count++;
    return added;
}

struct grant *grants_change(struct grants *g, struct grant *old, const struct grant *next,
                            int64_t now)
{
    struct grant *current = old;

    /* One that began this very second never had an effect of its own. In a table full of running
     * grants the past is given up: a withdrawal must always succeed. */
    if (old->from != now && g->count < GRANT_MAX) {
        old->revoked = now;
        current = &g->all[g->count++];
    }
    struct grant changed = *next;

    memcpy(changed.id, old->id, sizeof(changed.id));
    changed.zone = old->zone;
    changed.from = now;
    changed.revoked = 0;
    *current = changed;
    return current;
}

void grants_withdraw(struct grants *g, struct grant *grant, const struct set256 *services,
                     int64_t now)
{
    struct grant rest = *grant;

    rest.services = set256_without(&grant->services, services);
    if (set256_empty(&rest.services))
        grant->revoked = now;
    else if (!set256_equal(&rest.services, &grant->services))
        grants_change(g, grant, &rest, now);
}

void grants_filter(struct grants *g, bool (*keep)(struct grant *grant, void *arg), void *arg)
{
    size_t kept = 0;

    for (size_t i = 0; i < g->count; i++)
        if (keep(&g->all[i], arg))
            g->all[kept++] = g->all[i];
    g->count = kept;
}
