/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The supervisor's connection to lespoortd: kept up, whoever starts first and whoever dies. */
#ifndef LESPOORT_APP_LINK_H
#define LESPOORT_APP_LINK_H

#include <event2/event.h>

#include "app/channel.h"
#include "app/world.h"

#define LINK_RETRY_MS 500

struct link;

/* The world becomes the callee's. */
typedef void link_callback(void *arg, struct world *w);

struct link *link_new(struct event_base *base, const char *path, link_callback *callback,
                      void *arg);
void link_free(struct link *l);

/* What is in force now; sent at once, and again after a reconnect. */
void link_report(struct link *l, const struct channel_message *state);

#endif
