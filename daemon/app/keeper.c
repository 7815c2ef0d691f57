/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "app/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "net/surroundings.h"
#include "net/tool.h"

#define UNKNOWN_LOOKS 3 /* in a row: a tool may be busy, or another one may hold its lock */

/* What a look found; goes through a pipe in one piece. */
struct look {
    enum rules_state state;
    uint32_t stamp;
    struct troubles troubles;
};

struct keeper {
    struct event_base *base;
    struct keeper_hooks hooks;
    struct event *tick, *answer;
    const struct rules *rules; /* NULL: nothing is in place */
    struct rules_plan plan;
    struct upkeep upkeep;
    pid_t pid; /* of the look under way; 0: none */
    int pipe;
    uint32_t stamp;
    unsigned loads, looked; /* by us: the number of the last, and the one that this look is of */
    unsigned unknown;
    bool broken;        /* found so, and not put back yet */
    int64_t complained; /* mono; 0: never */
};

/* --- the fork --------------------------------------------------------------------------- */

/* Nothing of the supervisor's may stay open here: a queue that is closed there must be free. */
static _Noreturn void look(const struct keeper *k, int to, pid_t parent)
{
    struct look found = {.stamp = k->stamp};
    const int out = STDERR_FILENO + 1;

    prctl(PR_SET_NAME, "lespoort-look");
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent ||
        (to != out && dup2(to, out) < 0))
        _exit(EXIT_FAILURE);
    close_range((unsigned)out + 1, ~0u, 0);
    fcntl(out, F_SETFD, FD_CLOEXEC);
    tool_meanwhile(NULL, NULL);
    found.state = rules_check(k->rules, &k->plan, &found.stamp);
    surroundings_look(k->plan.snapshot->settings, &found.troubles);
    _exit(write(out, &found, sizeof(found)) == (ssize_t)sizeof(found) ? EXIT_SUCCESS
                                                                      : EXIT_FAILURE);
}

/* libevent's handlers would write into the supervisor's own loop from there. */
static pid_t fork_quietly(sigset_t *before)
{
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGCHLD};
    sigset_t all;
    pid_t pid;

    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, before);
    pid = fork();
    for (size_t i = 0; pid == 0 && i < ARRAY_SIZE(numbers); i++)
        signal(numbers[i], SIG_DFL);
    sigprocmask(SIG_SETMASK, before, NULL);
    return pid;
}

static bool start_look(struct keeper *k)
{
    const pid_t parent = getpid();
    sigset_t before;
    int ends[2];

    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return false;
    k->pid = fork_quietly(&before);
    if (k->pid == 0)
        look(k, ends[1], parent);
    close(ends[1]);
    k->pipe = ends[0];
    k->looked = k->loads;
    return k->pid > 0;
}

static void end_look(struct keeper *k)
{
    if (k->answer)
        event_free(k->answer);
    k->answer = NULL;
    if (k->pipe >= 0)
        close(k->pipe);
    k->pipe = -1;
    if (k->pid <= 0)
        return;
    kill(k->pid, SIGKILL); /* it has answered, or never will */
    while (waitpid(k->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    k->pid = 0;
}

/* --- what was found --------------------------------------------------------------------- */

static void repair(struct keeper *k)
{
    int64_t mono = clock_now().mono;

    if (!k->complained || mono - k->complained >= KEEPER_COMPLAIN_MS) {
        log_warning("another program took our kernel rules away, or changed them (a firewall that "
                    "was loaded anew?); they are put back");
        k->complained = mono;
    }
    k->broken = true;
    k->hooks.repair(k->hooks.arg);
}

static void take_troubles(struct keeper *k, const struct troubles *now)
{
    struct troubles *was = &k->upkeep.troubles;
    char text[TROUBLE_TEXT];
    bool news = memcmp(was, now, sizeof(*now)) != 0;

    for (unsigned i = 0; i < TROUBLE_COUNT; i++) {
        const enum trouble t = (enum trouble)i;

        if (troubles_has(now, t) && strcmp(now->what[i], was->what[i]) != 0)
            log_warning("%s", trouble_text(now, t, text));
        else if (troubles_has(was, t) && !troubles_has(now, t))
            log_notice("no longer so: %s", trouble_text(was, t, text));
    }
    *was = *now;
    if (news)
        k->hooks.news(k->hooks.arg);
}

/* A look at rules that were loaded anew meanwhile says nothing about them. */
static void take(struct keeper *k, struct look *found)
{
    bool current = k->rules && k->looked == k->loads;

    if (current) {
        k->unknown = found->state == RULES_UNKNOWN ? k->unknown + 1 : 0;
        k->stamp = found->state == RULES_WHOLE ? found->stamp : 0;
    }
    if (k->unknown >= UNKNOWN_LOOKS)
        troubles_add(&found->troubles, TROUBLE_UNCHECKED, "the tools of the back end fail");
    take_troubles(k, &found->troubles);
    if (current && found->state == RULES_BROKEN)
        repair(k);
}

static void on_answer(evutil_socket_t fd, short what, void *arg)
{
    struct keeper *k = arg;
    struct look found;
    ssize_t n = what & EV_READ ? read((int)fd, &found, sizeof(found)) : 0;

    end_look(k);
    if (n != (ssize_t)sizeof(found))
        found = (struct look){.state = RULES_UNKNOWN, .troubles = k->upkeep.troubles};
    take(k, &found);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
    const struct timeval patience = {KEEPER_PATIENCE_S, 0};
    struct keeper *k = arg;

    (void)fd;
    (void)what;
    if (!k->rules || k->pid > 0)
        return;
    if (start_look(k))
        k->answer = event_new(k->base, k->pipe, EV_READ, on_answer, k);
    if (!k->answer || event_add(k->answer, &patience) != 0)
        end_look(k);
}

/* --- interface -------------------------------------------------------------------------- */

struct keeper *keeper_new(struct event_base *base, const struct keeper_hooks *hooks)
{
    const struct timeval every = {KEEPER_LOOK_MS / 1000, KEEPER_LOOK_MS % 1000 * 1000};
    struct keeper *k = calloc(1, sizeof(*k));

    if (!k)
        return NULL;
    *k = (struct keeper){.base = base, .hooks = *hooks, .pipe = -1};
    k->tick = event_new(base, -1, EV_PERSIST, on_tick, k);
    if (k->tick && event_add(k->tick, &every) == 0)
        return k;
    keeper_free(k);
    return NULL;
}

void keeper_free(struct keeper *k)
{
    if (!k)
        return;
    end_look(k);
    if (k->tick)
        event_free(k->tick);
    free(k);
}

void keeper_watch(struct keeper *k, const struct rules *rules, const struct rules_plan *plan)
{
    k->rules = rules;
    k->loads++;
    k->stamp = 0;
    if (!rules)
        return;
    k->plan = *plan;
    if (!k->broken)
        return;
    k->broken = false;
    k->upkeep.repairs++;
    k->upkeep.repaired = plan->now;
}

const struct upkeep *keeper_upkeep(const struct keeper *k)
{
    return &k->upkeep;
}
