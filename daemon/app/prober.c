/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "app/prober.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/probe_round.h"
#include "base/clock.h"
#include "base/log.h"
#include "net/tun.h"

#define READS_MAX 64 /* packets looked at in one go */

struct prober {
    struct event_base *base;
    struct event *timer, *readable;
    prober_callback *callback;
    void *arg;
    int fd; /* the device; -1: not open */
    bool wanted, running;
    struct gate_settings settings;
    struct probe_round round;
    unsigned number;   /* of the round */
    unsigned failures; /* in a row */
    bool complained;   /* a fault was logged, so that its end is news, too */
    struct probe_report report;
};

static int64_t microseconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void after(const struct prober *p, unsigned ms)
{
    const struct timeval wait = {.tv_sec = ms / 1000, .tv_usec = (suseconds_t)(ms % 1000) * 1000};

    event_add(p->timer, &wait);
}

static void send_packet(void *arg, struct bytes ip)
{
    const struct prober *p = arg;

    if (ip.len && write(p->fd, ip.ptr, ip.len) < 0)
        log_debug("the self-probe cannot send: %s", strerror(errno));
}

static void say(struct prober *p, enum probe_state state)
{
    bool bad = probe_grade(state) != PROBE_FINE;

    if (bad)
        log_warning("self-probe: %s", probe_text(state));
    else if (p->complained)
        log_notice("self-probe: %s", probe_text(state));
    p->complained = bad;
}

static void publish(struct prober *p, enum probe_state state)
{
    struct probe_report *r = &p->report;
    bool news = r->state != state;

    r->state = (uint8_t)state;
    r->at = clock_now().wall;
    if (state == PROBE_PASSED) {
        r->passed = r->at;
        r->microseconds = (uint32_t)p->round.slowest;
    }
    if (news)
        say(p, state);
    p->callback(p->arg);
}

static void close_device(struct prober *p)
{
    if (p->readable)
        event_free(p->readable);
    p->readable = NULL;
    if (p->fd >= 0)
        close(p->fd);
    p->fd = -1;
}

/* What stops all packets alike is not the gate's doing. */
static enum probe_state explained(const struct prober *p, enum probe_state state)
{
    const struct gate_settings *g = &p->settings;
    unsigned others = 0;
    char names[LAN_MAX + 1][INTERFACE_MAX];

    for (unsigned i = 0; i < g->lan_count; i++)
        if (strcmp(g->lan[i], PROBE_INTERFACE) != 0)
            memcpy(names[others++], g->lan[i], INTERFACE_MAX);
    if ((state == PROBE_PASSED || state == PROBE_NOT_LET) && !tun_others_forward(names, others))
        return PROBE_NOT_FORWARDING;
    return state;
}

static void conclude(struct prober *p)
{
    enum probe_state state = explained(p, probe_round_end(&p->round));
    bool passed = state == PROBE_PASSED;

    p->running = false;
    p->failures = passed ? 0 : p->failures + 1;
    after(p, passed ? PROBE_EVERY_MS : PROBE_AGAIN_MS);
    if (passed || p->failures >= PROBE_FAILURES)
        publish(p, state);
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
    struct prober *p = arg;
    uint8_t buf[2048];
    ssize_t n = 0;

    (void)what;
    for (unsigned i = 0; i < READS_MAX; i++) {
        n = read((int)fd, buf, sizeof(buf));
        if (n <= 0)
            break;
        if (p->running)
            probe_round_take(&p->round, (struct bytes){buf, (size_t)n}, microseconds());
    }
    if (p->running && probe_round_ended(&p->round)) {
        conclude(p);
    } else if (n < 0 && errno != EAGAIN && errno != EINTR) {
        /* Somebody deleted it; the round that runs goes on to its end, another one makes it anew.
         */
        event_del(p->readable);
    }
}

static bool open_device(struct prober *p)
{
    const struct prefix net = {.base = probe_net(), .bits = ADDR_V4_BITS + PROBE_NET_BITS};

    if (p->fd >= 0 && event_pending(p->readable, EV_READ, NULL))
        return true;
    close_device(p);
    p->fd = tun_open(PROBE_INTERFACE, &net);
    if (p->fd < 0) {
        if (p->report.state != PROBE_NO_DEVICE)
            log_notice("no device for the self-probe: %s", strerror(errno));
        return false;
    }
    p->readable = event_new(p->base, p->fd, EV_READ | EV_PERSIST, on_readable, p);
    if (p->readable && event_add(p->readable, NULL) == 0)
        return true;
    close_device(p);
    return false;
}

static void begin(struct prober *p)
{
    if (!open_device(p)) {
        publish(p, PROBE_NO_DEVICE);
        after(p, PROBE_EVERY_MS);
        return;
    }
    tun_forward(PROBE_INTERFACE);
    p->running = true;
    after(p, PROBE_TIMEOUT_MS);
    probe_round_begin(&p->round, p->number++, microseconds(), send_packet, p);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
    struct prober *p = arg;

    (void)fd;
    (void)what;
    if (p->running)
        conclude(p);
    else
        begin(p);
}

struct prober *prober_new(struct event_base *base, prober_callback *callback, void *arg)
{
    struct prober *p = calloc(1, sizeof(*p));

    if (!p)
        return NULL;
    *p = (struct prober){.base = base, .callback = callback, .arg = arg, .fd = -1};
    p->number = (unsigned)microseconds(); /* not the ports of a supervisor of a moment ago */
    p->timer = evtimer_new(base, on_timer, p);
    if (p->timer)
        return p;
    free(p);
    return NULL;
}

void prober_free(struct prober *p)
{
    if (!p)
        return;
    close_device(p);
    event_free(p->timer);
    free(p);
}

void prober_use(struct prober *p, const struct gate_settings *settings)
{
    p->settings = *settings;
    if (!settings->probe) {
        prober_rest(p);
        close_device(p);
        p->report = (struct probe_report){.state = PROBE_OFF};
        return;
    }
    if (p->report.state == PROBE_OFF)
        p->report.state = PROBE_UNKNOWN;
    if (!p->running)
        event_active(p->timer, EV_TIMEOUT, 0);
}

void prober_rest(struct prober *p)
{
    event_del(p->timer);
    p->running = false;
    p->failures = 0;
    p->report = (struct probe_report){.state = PROBE_UNKNOWN};
}

const struct probe_report *prober_report(const struct prober *p)
{
    return &p->report;
}
