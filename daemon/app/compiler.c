/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "app/compiler.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memfile.h"

#define NICENESS 10
#define NAME     "lespoort-names" /* of the helper, for ps */

#if defined(__SANITIZE_ADDRESS__)
#define SHADOWED 1 /* its shadow memory takes terabytes of address space */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SHADOWED 1
#endif
#endif
#ifndef SHADOWED
#define SHADOWED 0
#endif

/* One run. */
struct helper {
    pid_t pid; /* 0: none */
    int ended; /* a pidfd: readable when it has ended */
    int memory;
    struct compile_report *shared; /* it writes there */
    bool seeded;                   /* it may say that nothing has changed */
    bool overdue;                  /* and killed for that */
};

struct compiler {
    struct event_base *base;
    struct helper helper;
    struct event *ended, *patience;
    struct compile_report *report;
    const struct plan *plan;
    compiler_callback *done;
    void *arg;
};

/* In the helper. */

static void set_limit(__rlimit_resource_t resource, rlim_t wanted)
{
    struct rlimit limit;

    if (getrlimit(resource, &limit) != 0)
        return;
    if (wanted < limit.rlim_max)
        limit.rlim_max = wanted;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(resource, &limit);
}

static void limit_self(void)
{
    setpriority(PRIO_PROCESS, 0, NICENESS);
    set_limit(RLIMIT_CPU, COMPILER_PATIENCE_S);
    set_limit(RLIMIT_CORE, 0);
    set_limit(RLIMIT_NPROC, 0);
    if (!SHADOWED)
        set_limit(RLIMIT_AS, COMPILE_MEMORY);
}

/* libevent's handlers would write into the loop of lespoortd. */
static void forget_signals(void)
{
    for (int i = 1; i < SIGRTMIN; i++)
        signal(i, SIG_DFL);
}

static void keep_only(int fd)
{
    close_range(STDERR_FILENO + 1, (unsigned)fd - 1, 0);
    close_range((unsigned)fd + 1, ~0u, 0);
}

static bool hand_over(const struct helper *h, const struct plan *p, struct bytes map)
{
    struct compile_report *report = h->shared;

    if (!memfile_fill(h->memory, map.ptr, map.len)) {
        snprintf(report->why, sizeof(report->why), "the names cannot be handed over: %s",
                 strerror(errno));
        return false;
    }
    if (p->state && !report->cached)
        compile_store(p->state, map, report->not_stored);
    return true;
}

/* What it holds goes with the process. */
static _Noreturn void become_helper(const struct helper *h, const struct plan *p,
                                    const struct compile_job *job)
{
    struct bytes map;

    keep_only(h->memory);
    prctl(PR_SET_NAME, NAME);
    limit_self();
    if (!compile_catalogue(p, job, &map, h->shared) || (map.ptr && !hand_over(h, p, map)))
        _exit(EXIT_FAILURE);
    _exit(EXIT_SUCCESS);
}

/* In lespoortd. */

static void release(struct helper *h)
{
    if (h->ended >= 0)
        close(h->ended);
    if (h->memory >= 0)
        close(h->memory);
    if (h->shared)
        munmap(h->shared, sizeof(*h->shared));
    *h = (struct helper){.ended = -1, .memory = -1};
}

static int kill_and_reap(struct helper *h)
{
    int status = 0;

    kill(h->pid, SIGKILL);
    while (waitpid(h->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    h->pid = 0;
    return status;
}

static bool share(struct helper *h)
{
    void *shared;

    *h = (struct helper){.ended = -1, .memory = memfile_new("lespoort-catalogue")};
    shared =
        mmap(NULL, sizeof(*h->shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared != MAP_FAILED)
        h->shared = shared;
    return h->memory >= 0 && h->shared;
}

static void spawn(struct helper *h, const struct plan *p, const struct compile_job *job)
{
    const pid_t parent = getpid();
    sigset_t all, before;

    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    h->pid = fork();
    if (h->pid == 0)
        forget_signals();
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (h->pid != 0)
        return;
    /* What it makes is of no use to anybody else. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        _exit(EXIT_FAILURE);
    become_helper(h, p, job);
}

static bool start(struct helper *h, const struct plan *p, const struct compile_job *job)
{
    int error;

    if (share(h))
        spawn(h, p, job);
    h->seeded = job->seed != NULL;
    if (h->pid > 0)
        h->ended = pidfd_open(h->pid, 0);
    if (h->ended >= 0)
        return true;
    error = errno;
    if (h->pid > 0)
        kill_and_reap(h);
    release(h);
    errno = error;
    return false;
}

/* It comes from the helper: ended anywhere, and nothing that steers a terminal. */
static void clean_text(char *text, size_t size)
{
    text[size - 1] = '\0';
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = '?';
}

static void clean_report(struct compile_report *r)
{
    clean_text(r->why, sizeof(r->why));
    clean_text(r->not_stored, sizeof(r->not_stored));
    clean_text(r->local_first, sizeof(r->local_first));
    for (unsigned i = 0; i < SERVICE_MAX; i++) {
        struct compile_list *l = &r->lists[i];

        if (l->result > SHELF_SUSPICIOUS)
            l->result = SHELF_REFUSED;
        clean_text(l->why, sizeof(l->why));
        for (unsigned k = 0; k < LIST_FAULTS; k++)
            clean_text(l->fault[k].text, sizeof(l->fault[k].text));
    }
}

/* Why there is nothing to take, in report->why. */
static void explain(const struct helper *h, int status, struct compile_report *report)
{
    if (h->overdue)
        snprintf(report->why, sizeof(report->why),
                 "the helper that compiles names took more than %d s and was stopped",
                 COMPILER_PATIENCE_S);
    else if (WIFSIGNALED(status))
        snprintf(report->why, sizeof(report->why),
                 "the helper that compiles names was killed (signal %d)", WTERMSIG(status));
    else if (!*report->why)
        snprintf(report->why, sizeof(report->why),
                 "the helper that compiles names failed (exit code %d)", WEXITSTATUS(status));
}

/* The helper cannot be trusted with numbers of services that we work by. */
static struct sealed *take_catalogue(struct helper *h, const struct plan *p,
                                     struct compile_report *report)
{
    const char *why;
    struct sealed *s = sealed_open(h->memory, &why);

    h->memory = -1;
    if (s && !sealed_fits(s, p)) {
        sealed_free(s);
        s = NULL;
        why = "it has other services";
    }
    if (!s)
        snprintf(report->why, sizeof(report->why), "the compiled catalogue cannot be used: %s",
                 why);
    return s;
}

/* Of a helper that has ended. */
static bool collect(struct helper *h, const struct plan *p, struct sealed **ret,
                    struct compile_report *report)
{
    int status = kill_and_reap(h);
    bool ok = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;

    *ret = NULL;
    memcpy(report, h->shared, sizeof(*report));
    clean_report(report);
    if (!ok)
        explain(h, status, report);
    else if (!report->unchanged || !h->seeded)
        ok = (*ret = take_catalogue(h, p, report)) != NULL;
    release(h);
    return ok;
}

static void forget_events(struct compiler *c)
{
    if (c->ended)
        event_free(c->ended);
    c->ended = NULL;
    if (c->patience)
        event_del(c->patience);
}

static void on_ended(evutil_socket_t fd, short what, void *arg)
{
    struct compiler *c = arg;
    struct compile_report *report = c->report;
    struct compiled result = {.report = report};

    (void)fd;
    (void)what;
    forget_events(c);
    result.ok = collect(&c->helper, c->plan, &result.catalogue, report);
    c->report = NULL; /* the callback may start the next one */
    c->done(c->arg, &result);
    free(report);
}

/* What follows is that it has ended. */
static void on_overdue(evutil_socket_t fd, short what, void *arg)
{
    struct compiler *c = arg;

    (void)fd;
    (void)what;
    c->helper.overdue = true;
    kill(c->helper.pid, SIGKILL);
}

struct compiler *compiler_new(struct event_base *base)
{
    struct compiler *c = calloc(1, sizeof(*c));

    if (!c)
        return NULL;
    c->base = base;
    c->helper = (struct helper){.ended = -1, .memory = -1};
    c->patience = evtimer_new(base, on_overdue, c);
    if (c->patience)
        return c;
    free(c);
    return NULL;
}

static void stop(struct compiler *c)
{
    forget_events(c);
    if (c->helper.pid > 0)
        kill_and_reap(&c->helper);
    release(&c->helper);
    free(c->report);
    c->report = NULL;
}

void compiler_free(struct compiler *c)
{
    if (!c)
        return;
    stop(c);
    event_free(c->patience);
    free(c);
}

bool compiler_busy(const struct compiler *c)
{
    return c->helper.pid > 0;
}

static bool watch(struct compiler *c)
{
    const struct timeval patience = {.tv_sec = COMPILER_PATIENCE_S};

    c->ended = event_new(c->base, c->helper.ended, EV_READ, on_ended, c);
    return c->ended && event_add(c->ended, NULL) == 0 && event_add(c->patience, &patience) == 0;
}

bool compiler_start(struct compiler *c, const struct plan *p, const struct compile_job *job,
                    compiler_callback *done, void *arg)
{
    if (compiler_busy(c)) {
        errno = EBUSY;
        return false;
    }
    c->report = calloc(1, sizeof(*c->report));
    c->plan = p;
    c->done = done;
    c->arg = arg;
    if (c->report && start(&c->helper, p, job)) {
        if (watch(c))
            return true;
        errno = ENOMEM;
    }
    int error = errno;

    stop(c);
    errno = error;
    return false;
}

static bool wait_for(const struct helper *h)
{
    int64_t end = clock_now().mono + COMPILER_PATIENCE_S * INT64_C(1000), left;
    struct pollfd ended = {.fd = h->ended, .events = POLLIN};

    while ((left = end - clock_now().mono) > 0)
        if (poll(&ended, 1, (int)left) > 0)
            return true;
    return false;
}

bool compiler_wait(const struct plan *p, const struct compile_job *job, struct sealed **ret,
                   struct compile_report *ret_report)
{
    struct helper h;

    *ret = NULL;
    memset(ret_report, 0, sizeof(*ret_report));
    if (!start(&h, p, job)) {
        snprintf(ret_report->why, sizeof(ret_report->why),
                 "the helper that compiles names cannot be started: %s", strerror(errno));
        return false;
    }
    h.overdue = !wait_for(&h);
    return collect(&h, p, ret, ret_report);
}
