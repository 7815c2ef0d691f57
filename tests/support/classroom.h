/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small school for tests of what lies behind a snapshot:
 *
 *   zone 306    10.3.6.0/24, 2001:db8:306::/64   a classroom, lessons 08:30-09:15 and 09:20-10:05
 *   zone staff  10.9.0.0/24                      never closed
 *   zone dns    10.0.0.53                        a resolver
 *
 *   instagram (instagram.com), youtube (youtube.com), meta (facebook.com): fbcdn.net belongs to
 *   instagram and meta. telegram (149.154.160.0/20, 2001:67c:4e8::/48). Closed in lessons:
 *   instagram, youtube, telegram. Never blocked: magister.net.
 *
 *   Safe names: www.youtube.com (restrict.youtube.com), www.google.com
 * (forcesafesearch.google.com), restrict.youtube.com (itself). From 09:30 to 09:50 a restricted
 * grant of youtube runs in 306.
 *
 * The day is Friday 20 November 2026, times are UTC.
 */
#ifndef LESPOORT_TESTS_SUPPORT_CLASSROOM_H
#define LESPOORT_TESTS_SUPPORT_CLASSROOM_H

#include "base/clock.h"
#include "names/catalogue.h"
#include "school/snapshot.h"

struct classroom {
    struct snapshot snapshot;
    struct catalogue catalogue;
    struct bytes snapshot_map, catalogue_map; /* on the heap */
};

/* False when anything in it fails. */
bool classroom_make(struct classroom *ret);
void classroom_done(struct classroom *c);

/* "08:31" of that day. */
struct now classroom_time(const char *clock);

/* The label of a name; the test's way to say what it expects. */
uint8_t classroom_label(const struct classroom *c, const char *name);

#endif
