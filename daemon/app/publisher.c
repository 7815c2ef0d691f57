/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "app/publisher.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/alarm.h"
#include "app/channel.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memfile.h"
#include "school/compile.h"

#define COMPLAIN_MS 60000

struct peer {
    struct publisher *publisher;
    struct event *readable; /* NULL: free */
    int fd;
    struct gate_link link;
};

struct publisher {
    struct event_base *base;
    struct desk *desk;
    struct event *accept, *renew;
    struct alarm *clock;
    int listener;
    int64_t complained; /* mono: any account can knock, and must not fill the log */
    dev_t dev;          /* of the socket we made: another lespoortd may have replaced it since */
    ino_t ino;
    char path[sizeof(((struct config *)0)->snapshot_socket)];
    int fds[CHANNEL_FDS]; /* snapshot, catalogue */
    uint64_t generation, catalogue;
    int64_t made; /* wall: the snapshot of that generation */
    struct peer peers[PUBLISHER_GATES];
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* People see the gate that has rules in place; while another one tries, that is not the news. */
static void show_gate(const struct publisher *p)
{
    struct gate_link shown = {.since = clock_now().wall};

    for (unsigned i = 0; i < PUBLISHER_GATES; i++)
        if (p->peers[i].readable && (!shown.connected || p->peers[i].link.backend[0]))
            shown = p->peers[i].link;
    shown.newest = p->generation;
    shown.made = p->made;
    *desk_gate(p->desk) = shown;
}

static void drop(struct peer *peer)
{
    if (!peer->readable)
        return;
    event_free(peer->readable);
    peer->readable = NULL;
    close_fd(&peer->fd);
    show_gate(peer->publisher);
}

static void send_world(struct peer *peer)
{
    const struct publisher *p = peer->publisher;
    const struct channel_message m = {.kind = CHANNEL_WORLD, .generation = p->generation};

    if (p->fds[0] < 0 || channel_send(peer->fd, &m, p->fds, CHANNEL_FDS) == CHANNEL_OK)
        return;
    /* It reads nothing any more; a new connection gets the newest world at once. */
    log_warning("the gate does not take a snapshot and is disconnected");
    drop(peer);
}

static void on_peer(evutil_socket_t fd, short what, void *arg)
{
    struct peer *peer = arg;
    struct channel_message m;
    int fds[CHANNEL_FDS];

    (void)what;
    switch (channel_receive((int)fd, &m, fds)) {
    case CHANNEL_AGAIN:
        return;
    case CHANNEL_OK:
        for (unsigned i = 0; i < CHANNEL_FDS; i++)
            close_fd(&fds[i]);
        peer->link.generation = m.generation;
        peer->link.probe = m.probe;
        peer->link.upkeep = m.upkeep;
        memcpy(peer->link.backend, m.backend, sizeof(peer->link.backend));
        show_gate(peer->publisher);
        return;
    case CHANNEL_CLOSED:
    case CHANNEL_BROKEN:
        log_warning("the gate is gone; it goes on by its last snapshot, or ends");
        drop(peer);
    }
}

/* Root, ourselves, or the user that the config names: a snapshot says when which room has a
 * lesson, and a stranger on this socket could pose as the gate in `status`. */
static bool is_gate(const struct publisher *p, int fd)
{
    struct ucred peer;
    socklen_t len = sizeof(peer);
    const struct passwd *user;

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0)
        return false;
    if (peer.uid == 0 || peer.uid == geteuid())
        return true;
    user = getpwnam(desk_config(p->desk)->gate_user);
    return user && user->pw_uid == peer.uid;
}

static void refuse(struct publisher *p, int fd)
{
    int64_t mono = clock_now().mono;

    close(fd);
    if (p->complained && mono - p->complained < COMPLAIN_MS)
        return;
    p->complained = mono;
    log_warning("a connection to the snapshot socket was refused: it was not by root, by us or by "
                "gate.user, or there were too many");
}

static void on_accept(evutil_socket_t listener, short what, void *arg)
{
    struct publisher *p = arg;
    struct peer *peer = p->peers;
    int fd = accept4((int)listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    (void)what;
    if (fd < 0)
        return;
    while (peer < p->peers + PUBLISHER_GATES && peer->readable)
        peer++;
    if (peer == p->peers + PUBLISHER_GATES || !is_gate(p, fd)) {
        refuse(p, fd);
        return;
    }
    *peer = (struct peer){
        .publisher = p, .fd = fd, .link = {.connected = true, .since = clock_now().wall}};
    peer->readable = event_new(p->base, fd, EV_READ | EV_PERSIST, on_peer, peer);
    if (!peer->readable) {
        close_fd(&peer->fd);
        return;
    }
    if (event_add(peer->readable, NULL) != 0) {
        drop(peer);
        return;
    }
    show_gate(p);
    log_notice("the gate is connected");
    send_world(peer);
}

static void on_renew(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    publisher_publish(arg);
}

static void on_clock_set(void *arg, bool clock_set)
{
    if (clock_set)
        publisher_publish(arg);
}

static bool listen_at(struct publisher *p, const char *path)
{
    struct stat made;

    snprintf(p->path, sizeof(p->path), "%s", path);
    p->listener = channel_listen(path);
    if (p->listener < 0) {
        log_error("cannot listen at %s: %s (its folder must exist and belong to the user that "
                  "lespoortd runs as)",
                  path, strerror(errno));
        return false;
    }
    if (lstat(path, &made) == 0) {
        p->dev = made.st_dev;
        p->ino = made.st_ino;
    }
    p->accept = event_new(p->base, p->listener, EV_READ | EV_PERSIST, on_accept, p);
    return p->accept && event_add(p->accept, NULL) == 0;
}

struct publisher *publisher_new(struct event_base *base, struct desk *desk)
{
    const struct timeval every = {PUBLISHER_RENEW_S, 0};
    struct publisher *p = calloc(1, sizeof(*p));

    if (!p)
        return NULL;
    *p = (struct publisher){.base = base, .desk = desk, .listener = -1, .fds = {-1, -1}};
    /* Generations grow over restarts, too: the gate's answers must not look like old ones. */
    p->generation = (uint64_t)clock_now().wall << 16;
    p->renew = event_new(base, -1, EV_PERSIST, on_renew, p);
    p->clock = alarm_new(base, on_clock_set, p);
    if (p->renew && event_add(p->renew, &every) == 0 && p->clock &&
        listen_at(p, desk_config(desk)->snapshot_socket))
        return p;
    publisher_free(p);
    return NULL;
}

static void remove_socket(const struct publisher *p)
{
    struct stat found;

    if (lstat(p->path, &found) == 0 && found.st_dev == p->dev && found.st_ino == p->ino)
        unlink(p->path);
}

void publisher_free(struct publisher *p)
{
    if (!p)
        return;
    for (unsigned i = 0; i < PUBLISHER_GATES; i++)
        drop(&p->peers[i]);
    if (p->accept)
        event_free(p->accept);
    if (p->renew)
        event_free(p->renew);
    alarm_free(p->clock);
    if (p->listener >= 0)
        remove_socket(p);
    close_fd(&p->listener);
    for (unsigned i = 0; i < CHANNEL_FDS; i++)
        close_fd(&p->fds[i]);
    free(p);
}

static int seal_snapshot(struct publisher *p)
{
    const struct facts facts = desk_facts(p->desk);
    struct bytes map;
    int fd;

    if (!compile_snapshot(&facts, desk_catalogue(p->desk), &desk_config(p->desk)->gate,
                          ++p->generation, clock_now().wall, &map)) {
        errno = ENOMEM;
        return -1;
    }
    fd = memfile_seal("lespoort-snapshot", map.ptr, map.len);
    bytes_free(map);
    return fd;
}

/* The catalogue is the desk's own memory, which lives as long as somebody holds it: a gate that
 * connects later gets the one that its snapshot was made for. */
static bool renew(struct publisher *p)
{
    const uint64_t id = desk_catalogue(p->desk)->id;
    bool same = p->fds[1] >= 0 && p->catalogue == id;
    int catalogue = same ? p->fds[1] : fcntl(desk_catalogue_fd(p->desk), F_DUPFD_CLOEXEC, 0);
    int snapshot = catalogue >= 0 ? seal_snapshot(p) : -1;

    if (snapshot < 0) {
        if (!same)
            close_fd(&catalogue);
        return false;
    }
    close_fd(&p->fds[0]);
    if (!same)
        close_fd(&p->fds[1]);
    p->fds[0] = snapshot;
    p->fds[1] = catalogue;
    p->catalogue = id;
    p->made = clock_now().wall;
    desk_gate(p->desk)->newest = p->generation;
    desk_gate(p->desk)->made = p->made;
    return true;
}

bool publisher_publish(struct publisher *p)
{
    if (!renew(p)) {
        log_error("cannot make a snapshot: %s; the gate keeps the last one", strerror(errno));
        return false;
    }
    for (unsigned i = 0; i < PUBLISHER_GATES; i++)
        if (p->peers[i].readable)
            send_world(&p->peers[i]);
    return true;
}
