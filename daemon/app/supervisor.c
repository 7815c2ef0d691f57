/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "app/supervisor.h"

#include <errno.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/alarm.h"
#include "app/crew.h"
#include "app/handover.h"
#include "app/keeper.h"
#include "app/link.h"
#include "app/prober.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/notify.h"
#include "net/rules.h"

#define RETRY_S     1  /* after rules could not be loaded; doubled each time … */
#define RETRY_MAX_S 30 /* … up to this */
#define STEP_S      1  /* by how much the wall clock may differ before all elements are renewed */

struct supervisor {
    struct event_base *base;
    struct event *signals[4], *retry;
    struct link *link;
    struct alarm *bell;
    struct crew *crew;
    struct keeper *keeper;
    struct prober *prober;
    const struct rules_backend *backend;
    struct rules *rules;
    struct world *world;
    int64_t applied; /* the sets show the world as of this moment */
    int retry_s;
    int64_t epoch; /* wall minus mono then: elements run out by the kernel's clock, not ours */
    bool installed;
    bool upgrading;
    bool owner; /* had the queues: what is in the kernel is ours, not another supervisor's */
};

static void report(struct supervisor *s)
{
    struct channel_message state = {0};

    if (s->installed) {
        state.generation = s->world->snapshot.generation;
        snprintf(state.backend, sizeof(state.backend), "%s", s->backend->name);
    }
    state.probe = *prober_report(s->prober);
    state.upkeep = *keeper_upkeep(s->keeper);
    link_report(s->link, &state);
}

static struct rules_plan plan_at(const struct supervisor *s, int64_t now)
{
    return (struct rules_plan){&s->world->snapshot, crew_ct(s->crew), now};
}

/* Whether zone z needs other elements, or the same ones for longer. */
static bool zone_differs(const struct snapshot *a, int64_t a_time, const struct snapshot *b,
                         int64_t b_time, unsigned z)
{
    const struct snap_state *was = snapshot_state(a, z, a_time), *is = snapshot_state(b, z, b_time);

    if (!set256_equal(&was->closed, &is->closed))
        return true;
    for (unsigned label = 1; label < LABEL_COUNT; label++)
        if (set256_has(&is->closed, (uint8_t)label) &&
            snapshot_closed_until(a, z, (uint8_t)label, a_time) !=
                snapshot_closed_until(b, z, (uint8_t)label, b_time))
            return true;
    return false;
}

/* One update for all zones that changed between the world as applied and this world now. */
static bool update_sets(struct supervisor *s, const struct snapshot *was, int64_t now)
{
    const struct snapshot *is = &s->world->snapshot;
    const struct rules_plan plan = plan_at(s, now);
    uint8_t *zones = calloc(is->zone_count ? is->zone_count : 1, 1);
    unsigned count = 0;
    bool done;

    if (!zones)
        return false;
    for (unsigned z = 0; z < is->zone_count; z++) {
        zones[z] = zone_differs(was, s->applied, is, now, z);
        count += zones[z];
    }
    done = count == 0 || rules_update(s->rules, &plan, zones);
    if (done && count)
        log_debug("%u zones updated", count);
    free(zones);
    return done;
}

static void ring_later(struct supervisor *s)
{
    alarm_at(s->bell, snapshot_next(&s->world->snapshot, s->applied));
}

static void try_again(struct supervisor *s)
{
    if (!s->retry_s)
        log_error("the kernel's rules are not as they should be; trying again until they are");
    s->retry_s = s->retry_s ? 2 * s->retry_s : RETRY_S;
    if (s->retry_s > RETRY_MAX_S)
        s->retry_s = RETRY_MAX_S;
    const struct timeval wait = {s->retry_s, 0};

    keeper_watch(s->keeper, NULL, NULL);
    prober_rest(s->prober);
    report(s);
    event_add(s->retry, &wait);
}

/* Queues first, so that nothing is sent to a queue that nobody reads. */
static bool ready_crew(struct supervisor *s)
{
    const struct gate_settings *g = s->world->snapshot.settings;
    const char *why;

    if (!s->rules) {
        s->backend = rules_choose((enum backend)g->backend, &why);
        s->rules = s->backend ? rules_new(s->backend) : NULL;
        if (!s->rules) {
            log_error("no way to load rules: %s", s->backend ? "out of memory" : why);
            return false;
        }
    }
    if (crew_runs(s->crew, g))
        return true;
    if (s->owner)
        rules_remove(s->rules);
    s->installed = false;
    crew_stop(s->crew);
    if (!crew_start(s->crew, g))
        return false;
    s->owner = true;
    return true;
}

static bool install(struct supervisor *s, int64_t now)
{
    const struct rules_plan plan = plan_at(s, now);

    s->installed = rules_install(s->rules, &plan);
    if (!s->installed)
        return false;
    log_notice("rules are in place (%s; zones: %u, queues: %u)", s->backend->name,
               plan.snapshot->zone_count - plan.snapshot->settings->probe,
               plan.snapshot->settings->gates);
    return true;
}

/* Brings the kernel in line with the world; old is what it was in line with, or NULL. */
static void apply(struct supervisor *s, const struct world *old)
{
    const struct now clock = clock_now();
    int64_t now = clock.wall, epoch = now - clock.mono / 1000;
    bool stepped = epoch < s->epoch - STEP_S || epoch > s->epoch + STEP_S, done;

    if (!ready_crew(s)) {
        try_again(s);
        return;
    }
    if (s->installed && old && !stepped && rules_same_layout(&old->snapshot, &s->world->snapshot)) {
        /* Where the sets are gone, another program took them: no bell waits for the keeper. */
        done = update_sets(s, &old->snapshot, now) || install(s, now);
    } else {
        done = install(s, now);
        s->epoch = epoch;
    }
    if (!done) {
        s->installed = false;
        try_again(s);
        return;
    }
    s->retry_s = 0;
    s->applied = now;
    ring_later(s);
    const struct rules_plan plan = plan_at(s, now);

    keeper_watch(s->keeper, s->rules, &plan);
    prober_use(s->prober, s->world->snapshot.settings);
    report(s);
}

static void on_retry(evutil_socket_t fd, short what, void *arg)
{
    struct supervisor *s = arg;

    (void)fd;
    (void)what;
    if (s->world)
        apply(s, NULL);
}

static void on_world(void *arg, struct world *w)
{
    struct supervisor *s = arg;
    struct world *old = s->world;
    const struct gate_settings *g = w->snapshot.settings;

    if (old && old->snapshot.settings->backend != g->backend)
        log_notice("another rule back end is used after a restart");
    s->world = w;
    crew_give(s->crew, w); /* before the rules: a gate must know the names of what it is sent */
    apply(s, old);
    world_free(old);
}

/* A bell, the end of a grant, or somebody set the clock. */
static void on_bell(void *arg, bool clock_set)
{
    struct supervisor *s = arg;

    if (!s->world)
        return;
    if (clock_set)
        log_notice("the clock was set: looking again at what is closed");
    apply(s, s->world);
}

static void on_stop(evutil_socket_t fd, short what, void *arg)
{
    struct supervisor *s = arg;

    (void)fd;
    (void)what;
    event_base_loopbreak(s->base);
}

static void on_report(evutil_socket_t fd, short what, void *arg)
{
    struct supervisor *s = arg;

    (void)fd;
    (void)what;
    crew_report(s->crew);
}

/* Another program took the rules away. */
static void on_repair(void *arg)
{
    apply(arg, NULL);
}

static void on_upkeep(void *arg)
{
    report(arg);
}

static void on_probe(void *arg)
{
    report(arg);
}

static void on_upgrade(evutil_socket_t fd, short what, void *arg)
{
    struct supervisor *s = arg;

    s->upgrading = true;
    on_stop(fd, what, arg);
}

static bool start(struct supervisor *s, const char *socket)
{
    static const struct {
        int number;
        event_callback_fn callback;
    } signals[] = {
        {SIGTERM, on_stop}, {SIGINT, on_stop}, {SIGUSR1, on_report}, {SIGUSR2, on_upgrade}};

    s->base = event_base_new();
    if (!s->base)
        return false;
    for (unsigned i = 0; i < ARRAY_SIZE(signals); i++) {
        s->signals[i] = evsignal_new(s->base, signals[i].number, signals[i].callback, s);
        if (!s->signals[i] || event_add(s->signals[i], NULL) != 0)
            return false;
    }
    s->retry = evtimer_new(s->base, on_retry, s);
    s->bell = alarm_new(s->base, on_bell, s);
    s->crew = crew_new(s->base);
    s->keeper = keeper_new(s->base, &(struct keeper_hooks){on_repair, on_upkeep, s});
    s->prober = prober_new(s->base, on_probe, s);
    s->link = link_new(s->base, socket, on_world, s);
    return s->retry && s->bell && s->crew && s->keeper && s->prober && s->link;
}

/* The rules go first: with nobody to read them, packets must not come to the queues. */
static void stop(struct supervisor *s)
{
    keeper_free(s->keeper);
    if (s->owner)
        rules_remove(s->rules);
    prober_free(s->prober);
    crew_free(s->crew);
    rules_free(s->rules);
    link_free(s->link);
    alarm_free(s->bell);
    for (unsigned i = 0; i < ARRAY_SIZE(s->signals); i++)
        if (s->signals[i])
            event_free(s->signals[i]);
    if (s->retry)
        event_free(s->retry);
    world_free(s->world);
    if (s->base)
        event_base_free(s->base);
}

/* Packets wait in the queues meanwhile, and rules and sets stay. Returns when it cannot be done. */
static void upgrade(struct supervisor *s, char *const argv[])
{
    char text[HANDOVER_TEXT];
    struct handover h = {.world = {s->world->fds[0], s->world->fds[1]}};

    log_notice("going on as %s, with what waits", argv[0]);
    notify_reloading();
    keeper_watch(s->keeper, NULL, NULL);
    crew_keep(s->crew, &h);
    if (handover_write(&h, text, sizeof(text)) && setenv(HANDOVER_VARIABLE, text, 1) == 0) {
        close_range(STDERR_FILENO + 1, ~0u, CLOSE_RANGE_CLOEXEC);
        handover_pass(&h, true);
        execv(argv[0], argv);
        log_error("cannot become %s: %s; going on as before", argv[0], strerror(errno));
        handover_pass(&h, false);
        unsetenv(HANDOVER_VARIABLE);
    }
    crew_take(s->crew, &h);
    s->owner = false; /* as in a new program: what is in the kernel stays until it is replaced */
    apply(s, NULL);
    notify_ready();
}

/* What an earlier program has left to us; with a world that cannot be used, queues are closed and
 * packets pass or not as when nobody is there. */
static void take_over(struct supervisor *s)
{
    const char *text = getenv(HANDOVER_VARIABLE), *why;
    struct handover h;
    struct world *w;

    if (!text)
        return;
    if (!handover_read(text, &h)) {
        log_error("%s makes no sense and is ignored", HANDOVER_VARIABLE);
        return;
    }
    unsetenv(HANDOVER_VARIABLE);
    handover_pass(&h, false);
    w = world_new(h.world, &why);
    if (w) {
        crew_take(s->crew, &h);
        on_world(s, w);
        return;
    }
    log_error("the snapshot of the earlier program cannot be used: %s", why);
    for (unsigned i = 0; i < h.count; i++)
        close(h.queues[i].fd);
}

static void run(struct supervisor *s, char *const argv[])
{
    do {
        s->upgrading = false;
        event_base_dispatch(s->base);
        if (s->upgrading && s->world)
            upgrade(s, argv);
    } while (s->upgrading);
}

int supervisor_run(const char *snapshot_socket, char *const argv[])
{
    struct supervisor s = {0};
    int code = EXIT_FAILURE;

    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_IGN); /* it has no config to read again */
    if (start(&s, snapshot_socket)) {
        take_over(&s);
        notify_ready();
        run(&s, argv);
        notify_stopping();
        log_notice(s.owner ? "ending: rules and sets are taken out of the kernel" : "ending");
        code = EXIT_SUCCESS;
    } else {
        log_error("cannot start: out of memory or descriptors");
    }
    stop(&s);
    return code;
}
