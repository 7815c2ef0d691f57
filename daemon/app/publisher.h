/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hands snapshots to the gate: compiles, seals, sends to whoever is connected, and again to who
 * connects later. */
#ifndef LESPOORT_APP_PUBLISHER_H
#define LESPOORT_APP_PUBLISHER_H

#include <event2/event.h>

#include "control/desk.h"

#define PUBLISHER_GATES 4 /* connections; one is usual, two while an old supervisor dies */

/* A snapshot reaches 36 hours ahead and is renewed long before it ends. */
#define PUBLISHER_RENEW_S 900

struct publisher;

/* Listens at the config's snapshot socket. NULL and a logged reason. */
struct publisher *publisher_new(struct event_base *base, struct desk *desk);
void publisher_free(struct publisher *p);

/* Compiles what the desk knows now and sends it. On failure, which is logged, the gate keeps
 * what it has. */
bool publisher_publish(struct publisher *p);

#endif
