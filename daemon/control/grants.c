/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control/grants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "base/wall.h"

#define ID_PREFIX_LEN 11 /* "g-20261120-" */
#define GRANT_ROOM    256

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

/* One above the highest of that day: right after a restart of the day's count, too. */
static void new_id(const struct grants *g, int64_t now, char out[static GRANT_ID_LEN])
{
    struct date day = wall_from_utc(now).date;
    char prefix[GRANT_ID_LEN];
    int64_t highest = 0, number;

    snprintf(prefix, sizeof(prefix), "g-%04u%02u%02u-", (unsigned)day.year % 10000,
             day.month % 100u, day.day % 100u);
    for (size_t i = 0; i < g->count; i++) {
        const char *id = g->all[i].id;

        if (strncmp(id, prefix, ID_PREFIX_LEN) != 0)
            continue;
        id += ID_PREFIX_LEN + strspn(id + ID_PREFIX_LEN, "0");
        if (parse_int(id, 0, INT32_MAX, &number) && number > highest)
            highest = number;
    }
    snprintf(out, GRANT_ID_LEN, "%.*s%04d", ID_PREFIX_LEN, prefix, (int)highest + 1);
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

    for (unsigned i = 0; i < 4; i++)
        rest.services.w[i] &= ~services->w[i];
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
