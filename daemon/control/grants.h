/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grants of this lespoortd. A grant that is changed is ended and followed by another one
 * with the same id, so that the past can still be explained. At most GRANT_MAX are kept; the
 * oldest ended one makes room.
 */
#ifndef LESPOORT_CONTROL_GRANTS_H
#define LESPOORT_CONTROL_GRANTS_H

#include "school/policy.h"

struct grants {
    struct grant *all;
    size_t count;
    uint64_t evicted; /* ended ones that were forgotten for room */
    int64_t series;   /* the moment in the ids: that of the day's first grant; only grows */
    unsigned last;    /* number in that series */
};

bool grants_init(struct grants *g); /* false without memory */
void grants_done(struct grants *g);

bool grant_running(const struct grant *grant, int64_t now);

/* The running grant of that zone with exactly these services, or NULL. */
struct grant *grants_find(struct grants *g, unsigned zone, const struct set256 *services,
                          int64_t now);

/* Forgets ended ones until there is room for a change of many at once. False when not even one
 * more fits. Pointers into the table move. */
bool grants_make_room(struct grants *g, int64_t now);

/* A copy of grant under an id that was never given before, by no earlier lespoortd either; room
 * must have been made. */
struct grant *grants_add(struct grants *g, const struct grant *grant, int64_t now);

/* From now on the grant is as `next` says (its services, giver, end and restriction; id and
 * zone stay). */
struct grant *grants_change(struct grants *g, struct grant *old, const struct grant *next,
                            int64_t now);

/* Takes services away from a running grant; without any left it is withdrawn. */
void grants_withdraw(struct grants *g, struct grant *grant, const struct set256 *services,
                     int64_t now);

/* Forgets those for which keep() is false; keep may edit what it keeps. */
void grants_filter(struct grants *g, bool (*keep)(struct grant *grant, void *arg), void *arg);

#endif
