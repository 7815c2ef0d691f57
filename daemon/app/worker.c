/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "app/worker.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/channel.h"
#include "app/world.h"
#include "base/log.h"
#include "flow/flow.h"

#define TROUBLE_MS 60000 /* between two looks at what was lost */

struct worker {
    struct engine *engine;
    struct queue *queue;
    struct world *world;
    struct now now; /* taken once per batch */
    int control;
    bool stopping;
    int64_t looked; /* mono: when trouble was looked for */
    struct queue_counters known;
};

static volatile sig_atomic_t counters_wanted;

static void on_usr1(int number)
{
    (void)number;
    counters_wanted = 1;
}

static void catch_usr1(void)
{
    struct sigaction action = {.sa_handler = on_usr1};

    sigemptyset(&action.sa_mask);
    sigaction(SIGUSR1, &action, NULL);
}

static void log_counters(struct worker *w)
{
    const struct counters *c = engine_counters(w->engine);
    const struct queue_counters *q = queue_counters(w->queue);

    counters_wanted = 0;
    for (size_t i = 0; i < counter_count; i++)
        log_notice("%s: %" PRIu64 " (%s)", counter_info[i].name, counter_value(c, i),
                   counter_info[i].help);
    log_notice("lost: %" PRIu64 " (packets the kernel could not hand over)", q->lost);
    log_notice("errors: %" PRIu64 " (verdicts the kernel refused)", q->errors);
    log_notice("unsent: %" PRIu64 " (answers of our own that could not be sent)", q->unsent);
}

/* Says once in a while what an administrator should know of. */
static void look_for_trouble(struct worker *w)
{
    const struct queue_counters *q;

    if (w->now.mono - w->looked < TROUBLE_MS)
        return;
    w->looked = w->now.mono;
    q = queue_counters(w->queue);
    if (q->lost != w->known.lost || q->errors != w->known.errors || q->unsent != w->known.unsent)
        log_warning("since the last such line: %" PRIu64 " packets lost, %" PRIu64
                    " verdicts refused, %" PRIu64 " answers not sent",
                    q->lost - w->known.lost, q->errors - w->known.errors,
                    q->unsent - w->known.unsent);
    w->known = *q;
}

static void handle(void *arg, const struct engine_packet *p, struct verdict *ret)
{
    struct worker *w = arg;

    engine_handle(w->engine, p, w->now, ret);
}

static void use_world(struct worker *w, const int fds[static 2])
{
    const char *why;
    struct world *fresh = world_new(fds, &why);

    if (!fresh) {
        log_error("a snapshot was not taken over: %s", why);
        return;
    }
    engine_use(w->engine, &fresh->snapshot, &fresh->catalogue);
    world_free(w->world);
    w->world = fresh;
}

static void read_control(struct worker *w)
{
    struct channel_message message;
    int fds[CHANNEL_FDS];

    for (;;) {
        switch (channel_receive(w->control, &message, fds)) {
        case CHANNEL_OK:
            use_world(w, fds);
            break;
        case CHANNEL_AGAIN:
            return;
        case CHANNEL_CLOSED:
        case CHANNEL_BROKEN:
            w->stopping = true;
            return;
        }
    }
}

/* All that waits, looking at the control socket between batches: a full queue must not keep
 * a new world waiting. */
static bool read_queue(struct worker *w)
{
    int count;

    do {
        w->now = clock_now();
        count = queue_run(w->queue, handle, w);
        if (count > 0 && !w->stopping)
            read_control(w);
    } while (count > 0);
    return count == 0;
}

static int loop(struct worker *w, int queue_fd)
{
    struct pollfd fds[] = {{.fd = w->control, .events = POLLIN},
                           {.fd = queue_fd, .events = POLLIN}};

    while (!w->stopping) {
        if (poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno != EINTR)
            return EXIT_FAILURE;
        if (counters_wanted)
            log_counters(w);
        if (fds[0].revents)
            read_control(w);
        if (fds[1].revents && !read_queue(w)) {
            log_error("the packet queue is gone");
            return EXIT_FAILURE;
        }
        look_for_trouble(w);
    }
    /* The supervisor has taken the rules away: what waits is the last. */
    return read_queue(w) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int worker_run(const struct worker_options *o)
{
    const struct engine_limits limits = {FLOW_LIMIT, FLOW_CLIENT_LIMIT};
    struct worker w = {.control = o->control};
    int code = EXIT_FAILURE;

    catch_usr1();
    w.engine = engine_new(&limits, hash_key_random());
    w.queue = queue_new(&o->queue);
    if (w.engine && w.queue)
        code = loop(&w, o->queue.fd);
    else
        log_error("out of memory");
    queue_free(w.queue);
    engine_free(w.engine);
    world_free(w.world);
    return code;
}
