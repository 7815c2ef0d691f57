/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The gates: one process per queue. The queue sockets stay open here, so that a gate that dies
 * takes no waiting packet with it; a new one goes on where it stopped. One that hangs is noticed
 * by its queue within a few tenths of a second, and replaced.
 */
#ifndef LESPOORT_APP_CREW_H
#define LESPOORT_APP_CREW_H

#include <event2/event.h>

#include "app/handover.h"
#include "app/world.h"

#define CREW_FAILURES  5     /* deaths of one gate … */
#define CREW_WINDOW_MS 10000 /* … within this time: its queue is closed … */
#define CREW_REST_MS   10000 /* … and tried again after this */
#define CREW_SAY_MS    60000 /* between two lines about a queue that is full */

struct crew;

struct crew *crew_new(struct event_base *base); /* NULL without memory */
void crew_free(struct crew *c);                 /* stops it, too */

/* Opens the queues and starts a gate for each. False, with the reason logged and nothing left
 * open, when a queue cannot be had. */
bool crew_start(struct crew *c, const struct gate_settings *settings);

/* Closes the gates' control sockets, waits for them to drain their queues (bounded), closes the
 * queues. The rules must be gone already. */
void crew_stop(struct crew *c);

/* For another program that goes on with the queues: stops the gates, and keeps what waits. Fills in
 * the queues of *ret, which remain open until that program or crew_take() has them. */
void crew_keep(struct crew *c, struct handover *ret);

/* The next crew_start() goes on with these queues, and opens only others. */
void crew_take(struct crew *c, const struct handover *h);

/* Whether it runs with the queues that these settings want. */
bool crew_runs(const struct crew *c, const struct gate_settings *settings);

/* The kernel writes conntrack marks from verdicts. */
bool crew_ct(const struct crew *c);

/* Hands a world to every gate, and to those that start later. The world is borrowed until the
 * next call. */
void crew_give(struct crew *c, struct world *w);

/* Every gate logs its counters; how often its queue was full is logged beside them. */
void crew_report(const struct crew *c);

#endif
