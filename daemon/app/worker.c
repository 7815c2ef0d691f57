/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "app/worker.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/channel.h"
#include "app/world.h"
#include "base/log.h"
#include "flow/flow.h"

struct worker {
    struct engine *engine;
    struct queue *queue;
    struct world *world;
    struct now now; /* taken once per batch */
    int control;
    bool stopping;
};

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
        if (fds[0].revents)
            read_control(w);
        if (fds[1].revents && !read_queue(w)) {
            log_error("the packet queue is gone");
            return EXIT_FAILURE;
        }
    }
    /* The supervisor has taken the rules away: what waits is the last. */
    return read_queue(w) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int worker_run(const struct worker_options *o)
{
    const struct engine_limits limits = {FLOW_LIMIT, FLOW_CLIENT_LIMIT};
    struct worker w = {.control = o->control};
    int code = EXIT_FAILURE;

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
