/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One moment on the wall clock to be woken at; also woken when somebody sets the clock. */
#ifndef LESPOORT_APP_ALARM_H
#define LESPOORT_APP_ALARM_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

struct alarm;

/* clock_set: the clock was set, the moment may not have come. */
typedef void alarm_callback(void *arg, bool clock_set);

struct alarm *alarm_new(struct event_base *base, alarm_callback *callback, void *arg);
void alarm_free(struct alarm *a);

/* UTC seconds; INT64_MAX: only when the clock is set. */
void alarm_at(struct alarm *a, int64_t wall);

#endif
