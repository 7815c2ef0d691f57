/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The control socket: accepts people, reads requests, asks the desk. libevent, non-blocking,
 * bounded in connections, line length and silence. */
#ifndef LESPOORT_CONTROL_SERVER_H
#define LESPOORT_CONTROL_SERVER_H

#include <event2/event.h>

#include "control/desk.h"

#define CONTROL_CONNECTIONS        64
#define CONTROL_CONNECTIONS_OF_ONE 32 /* of one user; root excepted */
#ifndef CONTROL_IDLE_S
#define CONTROL_IDLE_S 30 /* without a complete request */
#endif

struct control_server;

/* Listens at path (mode 0666: every verb checks who asks; a stale socket is replaced, a living
 * one is not). NULL and a logged reason. */
struct control_server *control_server_new(struct event_base *base, const char *path,
                                          struct desk *desk);
void control_server_free(struct control_server *s); /* removes the socket */

#endif
