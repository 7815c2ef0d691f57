/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The self-probe of the gate: the device, the rounds, and what is known by them. */
#ifndef LESPOORT_APP_PROBER_H
#define LESPOORT_APP_PROBER_H

#include <event2/event.h>

#include "names/probe.h"
#include "school/snapshot.h"

#define PROBE_EVERY_MS   10000 /* between two rounds that pass … */
#define PROBE_AGAIN_MS   2000  /* … and after one that does not */
#define PROBE_TIMEOUT_MS 1000  /* a round ends at the latest after that */
#define PROBE_FAILURES   2     /* in a row, before it is said: one may meet a gate's restart */

struct prober;

/* After each round. */
typedef void prober_callback(void *arg);

struct prober *prober_new(struct event_base *base, prober_callback *callback, void *arg);
void prober_free(struct prober *p);

/* Rules are in force: probes at once, and from then on. The settings are copied. */
void prober_use(struct prober *p, const struct gate_settings *settings);

/* There is nothing to probe. */
void prober_rest(struct prober *p);

const struct probe_report *prober_report(const struct prober *p);

#endif
