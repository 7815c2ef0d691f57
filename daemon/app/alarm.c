/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "app/alarm.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define FAR_AWAY (INT64_C(1) << 40) /* a time that timerfd takes and nobody lives to see */

struct alarm {
    int fd;
    int64_t wall;
    struct event *event;
    alarm_callback *callback;
    void *arg;
};

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
    struct alarm *a = arg;
    uint64_t count;
    ssize_t n = read((int)fd, &count, sizeof(count));
    bool clock_set = n < 0 && errno == ECANCELED;

    (void)what;
    if (n < 0 && !clock_set)
        return;
    if (clock_set)
        alarm_at(a, a->wall); /* a cancelled timer has to be armed again */
    a->callback(a->arg, clock_set);
}

struct alarm *alarm_new(struct event_base *base, alarm_callback *callback, void *arg)
{
    struct alarm *a = calloc(1, sizeof(*a));

    if (!a)
        return NULL;
    a->callback = callback;
    a->arg = arg;
    a->fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (a->fd >= 0)
        a->event = event_new(base, a->fd, EV_READ | EV_PERSIST, on_timer, a);
    if (!a->event || event_add(a->event, NULL) != 0) {
        alarm_free(a);
        return NULL;
    }
    alarm_at(a, INT64_MAX);
    return a;
}

void alarm_free(struct alarm *a)
{
    if (!a)
        return;
    if (a->event)
        event_free(a->event);
    if (a->fd >= 0)
        close(a->fd);
    free(a);
}

void alarm_at(struct alarm *a, int64_t wall)
{
    struct itimerspec when = {.it_value.tv_sec = wall < FAR_AWAY ? wall : FAR_AWAY};

    a->wall = wall;
    if (when.it_value.tv_sec < 1)
        when.it_value.tv_sec = 1; /* 0 would disarm it */
    timerfd_settime(a->fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &when, NULL);
}
