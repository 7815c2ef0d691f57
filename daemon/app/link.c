/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "app/link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

#define LINK_SKIP 64 /* snapshots looked at in one go */

struct link {
    struct event_base *base;
    const char *path;
    link_callback *callback;
    void *arg;
    int fd;
    struct event *readable, *retry;
    struct channel_message state;
    bool complained; /* one line until the next snapshot, not one per try */
};

static void again(struct link *l)
{
    const struct timeval wait = {.tv_usec = LINK_RETRY_MS * 1000};

    event_add(l->retry, &wait);
}

static void disconnect(struct link *l)
{
    if (l->readable)
        event_free(l->readable);
    l->readable = NULL;
    if (l->fd >= 0)
        close(l->fd);
    l->fd = -1;
}

static void take_world(struct link *l, const int fds[static 2])
{
    const char *why;
    struct world *w = world_new(fds, &why);

    l->complained = false;
    if (w)
        l->callback(l->arg, w);
    else
        log_error("lespoortd sent a snapshot that cannot be used: %s; the last one stays", why);
}

static void keep(int kept[static CHANNEL_FDS], const int fds[static CHANNEL_FDS])
{
    for (unsigned i = 0; i < CHANNEL_FDS; i++) {
        if (kept[i] >= 0)
            close(kept[i]);
        kept[i] = fds[i];
    }
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
    struct link *l = arg;
    struct channel_message message;
    int fds[CHANNEL_FDS], newest[CHANNEL_FDS] = {-1, -1};
    enum channel_result result = CHANNEL_OK;

    (void)what;
    /* Only the newest counts: applying each of many would keep it waiting for seconds. */
    for (unsigned n = 0; n < LINK_SKIP && result == CHANNEL_OK; n++) {
        result = channel_receive((int)fd, &message, fds);
        if (result == CHANNEL_OK)
            keep(newest, fds);
    }
    if (newest[0] >= 0)
        take_world(l, newest);
    if (result == CHANNEL_OK || result == CHANNEL_AGAIN)
        return;
    if (!l->complained)
        log_warning("lespoortd is gone: bells go on from its last snapshot");
    l->complained = true;
    disconnect(l);
    again(l);
}

static void on_retry(evutil_socket_t fd, short what, void *arg)
{
    struct link *l = arg;

    (void)fd;
    (void)what;
    l->fd = channel_connect(l->path);
    if (l->fd < 0) {
        if (!l->complained)
            log_notice("waiting for lespoortd at %s (control.snapshots in its config): %s", l->path,
                       strerror(errno));
        l->complained = true;
        again(l);
        return;
    }
    l->readable = event_new(l->base, l->fd, EV_READ | EV_PERSIST, on_readable, l);
    if (!l->readable || event_add(l->readable, NULL) != 0) {
        disconnect(l);
        again(l);
        return;
    }
    if (l->state.kind)
        channel_send(l->fd, &l->state, NULL, 0);
}

struct link *link_new(struct event_base *base, const char *path, link_callback *callback, void *arg)
{
    struct link *l = calloc(1, sizeof(*l));

    if (!l)
        return NULL;
    *l = (struct link){.base = base, .path = path, .callback = callback, .arg = arg, .fd = -1};
    l->retry = evtimer_new(base, on_retry, l);
    if (!l->retry) {
        free(l);
        return NULL;
    }
    event_active(l->retry, EV_TIMEOUT, 0);
    return l;
}

void link_free(struct link *l)
{
    if (!l)
        return;
    disconnect(l);
    event_free(l->retry);
    free(l);
}

void link_report(struct link *l, const struct channel_message *state)
{
    l->state = *state;
    l->state.kind = CHANNEL_STATE;
    if (l->fd >= 0)
        channel_send(l->fd, &l->state, NULL, 0);
}
