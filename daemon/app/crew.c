/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "app/crew.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/channel.h"
#include "app/watch.h"
#include "app/worker.h"
#include "base/clock.h"
#include "base/log.h"
#include "net/tool.h"

#define BACKLOG_TEXT 8192 /* the account of more queues than there can be gates */
#define KEPT         4    /* descriptors of a gate beside the standard ones */
#define STOP_TRIES   200  /* of STOP_WAIT_MS each: then a gate is killed */
#define STOP_WAIT_MS 10

struct gate {
    pid_t pid;   /* 0: not running */
    int queue;   /* -1: closed */
    int control; /* our end; -1: none */
    uint16_t number;
    int64_t deaths[CREW_FAILURES]; /* mono ms, oldest overwritten */
    unsigned death;
    struct event *rest;
    struct watch watch;
    unsigned full;     /* looks at which the queue took no more … */
    int64_t said_full; /* … and when that was last told, mono ms */
    struct crew *crew;
};

struct crew {
    struct event_base *base;
    struct event *child, *look;
    struct world *world;
    struct gate_settings settings;
    struct gate gates[GATE_MAX];
    int raw4, raw6;
    int64_t looked;        /* mono */
    struct handover taken; /* queues of an earlier program */
    int refused;           /* why a queue could not be had, as told last; 0: it could */
    bool running, ct;
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static bool send_world(const struct gate *g)
{
    const struct channel_message message = {.kind = CHANNEL_WORLD};

    return channel_send(g->control, &message, g->crew->world->fds, CHANNEL_FDS) == CHANNEL_OK;
}

static void give(struct gate *g)
{
    if (g->control < 0 || !g->crew->world || send_world(g))
        return;
    /* It does not read: it hangs, and an old world must not go on deciding. */
    log_warning("gate %u takes no snapshot and is replaced", g->number);
    kill(g->pid, SIGKILL);
}

/* libevent's handlers would write into the supervisor's own loop from here. */
static void forget_signals(void)
{
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN); /* the supervisor says when */
    signal(SIGHUP, SIG_IGN);
    signal(SIGUSR1, SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
}

static int by_number(const void *left, const void *right)
{
    const int *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

/* Closes every descriptor but the first three and these, some of which may be -1. */
static void keep_only(int fds[static KEPT])
{
    unsigned from = STDERR_FILENO + 1;

    qsort(fds, KEPT, sizeof(fds[0]), by_number);
    for (unsigned i = 0; i < KEPT; i++) {
        if (fds[i] < (int)from)
            continue;
        if (fds[i] > (int)from)
            close_range(from, (unsigned)fds[i] - 1, 0);
        from = (unsigned)fds[i] + 1;
    }
    close_range(from, ~0u, 0);
}

/* In the child: nothing of the supervisor's but what a gate needs. */
static _Noreturn void become_gate(const struct gate *g, int control)
{
    const struct crew *c = g->crew;
    const struct worker_options o = {
        .queue = {.fd = g->queue,
                  .raw4 = c->raw4,
                  .raw6 = c->raw6,
                  .number = g->number,
                  .mark_shift = c->settings.mark_shift,
                  .ct = c->ct},
        .control = control,
    };

    keep_only((int[KEPT]){g->queue, c->raw4, c->raw6, control});
    world_free(c->world); /* our copy of the mapping; the gate gets its own */
    _exit(worker_run(&o));
}

static bool start_gate(struct gate *g)
{
    const pid_t parent = getpid();
    sigset_t all, before;
    int pair[2];

    if (!channel_pair(pair)) {
        log_error("cannot start gate %u: %s", g->number, strerror(errno));
        return false;
    }
    g->control = pair[0];
    /* It is there before the gate is: without a world everything that waits would pass. */
    if (g->crew->world && !send_world(g))
        log_error("gate %u starts without a snapshot: %s", g->number, strerror(errno));
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    g->pid = fork();
    if (g->pid == 0)
        forget_signals();
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (g->pid == 0) {
        close(pair[0]);
        /* One that hangs must not hold its queue when the supervisor is no more. */
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
            _exit(EXIT_FAILURE);
        become_gate(g, pair[1]);
    }
    close(pair[1]);
    if (g->pid < 0) {
        log_error("cannot start gate %u: %s", g->number, strerror(errno));
        close_fd(&g->control);
        g->pid = 0;
        return false;
    }
    return true;
}

static bool take_queue(struct gate *g)
{
    for (unsigned i = 0; i < g->crew->taken.count; i++) {
        struct handed_queue *q = &g->crew->taken.queues[i];

        if (q->fd < 0 || q->number != g->number)
            continue;
        g->queue = q->fd;
        g->crew->ct = q->ct;
        q->fd = -1;
        return true;
    }
    return false;
}

static void close_taken(struct crew *c)
{
    for (unsigned i = 0; i < c->taken.count; i++)
        close_fd(&c->taken.queues[i].fd);
    c->taken.count = 0;
}

static bool open_queue(struct gate *g)
{
    bool ct;

    if (take_queue(g))
        return true;
    g->queue = queue_open(g->number, g->crew->settings.fail_open, &ct);
    if (g->queue < 0) {
        int why = errno;

        if (g->crew->refused != why)
            log_error("cannot have packet queue %u: %s%s", g->number, strerror(why),
                      why == EPERM ? " (does another program hold it?)" : "");
        g->crew->refused = why;
        return false;
    }
    g->crew->refused = 0;
    g->crew->ct = ct;
    return true;
}

static void retry_later(struct gate *g)
{
    const struct timeval rest = {CREW_REST_MS / 1000, 0};

    event_add(g->rest, &rest);
}

static void on_rest(evutil_socket_t fd, short what, void *arg)
{
    struct gate *g = arg;

    (void)fd;
    (void)what;
    if (!g->crew->running)
        return;
    if ((g->queue < 0 && !open_queue(g)) || !start_gate(g))
        retry_later(g);
    else
        log_notice("gate %u works again", g->number);
}

static void release(const struct gate *g)
{
    char text[BACKLOG_TEXT];
    struct backlog b;

    if (backlog_read(text, sizeof(text)) && backlog_find(text, g->number, &b))
        backlog_release(g->queue, g->number, b.last);
}

/* A gate died. Its queue waits for the next one, unless they die one after the other. */
static void replace_gate(struct gate *g, int status)
{
    int64_t now = clock_now().mono;
    int64_t *slot = &g->deaths[g->death++ % CREW_FAILURES];
    bool often = *slot && now - *slot < CREW_WINDOW_MS;

    g->pid = 0;
    close_fd(&g->control);
    *slot = now;
    log_warning("gate %u ended (%s %d)", g->number, WIFSIGNALED(status) ? "signal" : "exit code",
                WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    if (!often && start_gate(g))
        return;
    log_error("gate %u keeps dying: its queue is closed for %d s, traffic %s", g->number,
              CREW_REST_MS / 1000,
              g->crew->settings.fail_open ? "passes unread" : "that needs it is stopped");
    if (g->crew->settings.fail_open)
        release(g); /* what waits would be dropped with the socket */
    close_fd(&g->queue);
    retry_later(g);
}

static void reap(struct crew *c)
{
    for (unsigned i = 0; i < GATE_MAX; i++) {
        struct gate *g = &c->gates[i];
        int status;

        if (g->pid > 0 && waitpid(g->pid, &status, WNOHANG) == g->pid)
            replace_gate(g, status);
    }
}

static void on_child(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    reap(arg);
}

/* What waits stays for the next gate: let go unread, a closed flow would never be named again. */
static void end_hanging(struct gate *g, const struct backlog *b)
{
    log_warning("gate %u hangs with %u packets waiting and is replaced", g->number, b->waiting);
    kill(g->pid, SIGKILL);
}

/* The kernel counts none of the packets that pass then. */
static void note_full(struct gate *g, const struct backlog *b)
{
    int64_t now = clock_now().mono;

    if (b->waiting < QUEUE_LENGTH)
        return;
    g->full++;
    if (g->said_full && now - g->said_full < CREW_SAY_MS)
        return;
    g->said_full = now;
    log_warning("gate %u: its queue is full, more traffic %s", g->number,
                g->crew->settings.fail_open ? "passes unread" : "is dropped");
}

static void look(struct crew *c)
{
    const int64_t now = clock_now().mono;
    char text[BACKLOG_TEXT];

    /* Looks are counted as time: those of the loop and of waiting for a tool must not add up. */
    if (!c->running || now - c->looked < WATCH_TICK_MS / 2 || !backlog_read(text, sizeof(text)))
        return;
    c->looked = now;
    for (unsigned i = 0; i < GATE_MAX; i++) {
        struct gate *g = &c->gates[i];
        struct backlog b;

        if (g->pid <= 0 || !backlog_find(text, g->number, &b))
            continue;
        note_full(g, &b);
        if (watch_hangs(&g->watch, &b))
            end_hanging(g, &b);
    }
}

static void on_look(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    look(arg);
}

/* While rules are loaded by a tool, the loop stands still; gates must not. */
static void on_waiting(void *arg)
{
    reap(arg);
    look(arg);
}

struct crew *crew_new(struct event_base *base)
{
    const struct timeval tick = {.tv_usec = WATCH_TICK_MS * 1000};

    struct crew *c = calloc(1, sizeof(*c));

    if (!c)
        return NULL;
    c->base = base;
    c->raw4 = c->raw6 = -1;
    for (unsigned i = 0; i < GATE_MAX; i++) {
        c->gates[i] = (struct gate){.queue = -1, .control = -1, .crew = c};
        c->gates[i].rest = evtimer_new(base, on_rest, &c->gates[i]);
    }
    c->child = evsignal_new(base, SIGCHLD, on_child, c);
    c->look = event_new(base, -1, EV_PERSIST, on_look, c);
    if (!c->child || event_add(c->child, NULL) != 0 || !c->look || event_add(c->look, &tick) != 0) {
        crew_free(c);
        return NULL;
    }
    tool_meanwhile(on_waiting, c);
    return c;
}

void crew_free(struct crew *c)
{
    if (!c)
        return;
    tool_meanwhile(NULL, NULL);
    crew_stop(c);
    close_taken(c);
    for (unsigned i = 0; i < GATE_MAX; i++)
        if (c->gates[i].rest)
            event_free(c->gates[i].rest);
    if (c->child)
        event_free(c->child);
    if (c->look)
        event_free(c->look);
    free(c);
}

/* A machine may be without IPv6; nothing is asked over it then. */
static bool open_raw(struct crew *c)
{
    c->raw4 = raw_open(false, c->settings.mark_shift);
    c->raw6 = raw_open(true, c->settings.mark_shift);
    if (c->raw4 >= 0 && (c->raw6 >= 0 || errno == EAFNOSUPPORT))
        return true;
    log_error("cannot answer questions: no raw socket: %s", strerror(errno));
    return false;
}

bool crew_start(struct crew *c, const struct gate_settings *settings)
{
    c->settings = *settings;
    c->running = true;
    if (!open_raw(c)) {
        crew_stop(c);
        return false;
    }
    for (unsigned i = 0; i < settings->gates; i++) {
        c->gates[i].number = (uint16_t)(settings->queue + i);
        c->gates[i].death = 0;
        memset(c->gates[i].deaths, 0, sizeof(c->gates[i].deaths));
        if (!open_queue(&c->gates[i]) || !start_gate(&c->gates[i])) {
            crew_stop(c);
            return false;
        }
    }
    close_taken(c); /* of more gates than there are now */
    return true;
}

static void wait_for(struct gate *g)
{
    for (unsigned i = 0; i < STOP_TRIES; i++) {
        if (waitpid(g->pid, NULL, WNOHANG) != 0)
            return;
        poll(NULL, 0, STOP_WAIT_MS);
    }
    kill(g->pid, SIGKILL);
    waitpid(g->pid, NULL, 0);
}

static void stop_gates(struct crew *c)
{
    c->running = false;
    for (unsigned i = 0; i < GATE_MAX; i++)
        close_fd(&c->gates[i].control);
    for (unsigned i = 0; i < GATE_MAX; i++) {
        if (c->gates[i].pid > 0)
            wait_for(&c->gates[i]);
        c->gates[i].pid = 0;
        if (c->gates[i].rest)
            event_del(c->gates[i].rest);
    }
    close_fd(&c->raw4);
    close_fd(&c->raw6);
}

void crew_stop(struct crew *c)
{
    stop_gates(c);
    for (unsigned i = 0; i < GATE_MAX; i++)
        close_fd(&c->gates[i].queue);
}

void crew_keep(struct crew *c, struct handover *ret)
{
    stop_gates(c);
    ret->count = 0;
    for (unsigned i = 0; i < GATE_MAX; i++) {
        struct gate *g = &c->gates[i];

        if (g->queue >= 0)
            ret->queues[ret->count++] = (struct handed_queue){g->number, c->ct, g->queue};
        g->queue = -1;
    }
}

void crew_take(struct crew *c, const struct handover *h)
{
    c->taken = *h;
}

bool crew_runs(const struct crew *c, const struct gate_settings *settings)
{
    return c->running && c->settings.queue == settings->queue &&
           c->settings.gates == settings->gates && c->settings.fail_open == settings->fail_open &&
           c->settings.mark_shift == settings->mark_shift;
}

bool crew_ct(const struct crew *c)
{
    return c->ct;
}

void crew_give(struct crew *c, struct world *w)
{
    c->world = w;
    for (unsigned i = 0; i < GATE_MAX; i++)
        if (c->gates[i].pid > 0)
            give(&c->gates[i]);
}

void crew_report(const struct crew *c)
{
    for (unsigned i = 0; i < GATE_MAX; i++) {
        const struct gate *g = &c->gates[i];

        if (g->pid <= 0)
            continue;
        log_notice("gate %u full: %u (looks, ten a second, at which its queue took no more)",
                   g->number, g->full);
        kill(g->pid, SIGUSR1);
    }
}
