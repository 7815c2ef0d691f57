/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control/server.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/listener.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "control/identity.h"

#define BACKLOG        64
#define ACCEPT_PAUSE_S 1
#define OUTPUT_MAX     (1 << 20) /* unread answers; then no more requests are taken */

struct connection {
    struct control_server *server;
    struct connection *next, **at;
    struct bufferevent *stream;
    struct event *silence;
    struct line_buffer lines;
    struct caller who;
    bool closing; /* when all is sent */
    bool waits;   /* for the answer to its last request; later ones stay unread */
};

struct control_server {
    struct event_base *base;
    struct desk *desk;
    struct evconnlistener *listener;
    struct event *resume;
    struct connection *connections;
    unsigned count;
    char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
    dev_t dev; /* of the socket we made: another lespoortd may have replaced it since */
    ino_t ino;
};

static void connection_free(struct connection *c)
{
    if (!c)
        return;
    if (c->at) {
        *c->at = c->next;
        if (c->next)
            c->next->at = c->at;
        c->server->count--;
    }
    desk_forget(c->server->desk, c);
    if (c->silence)
        event_free(c->silence);
    if (c->stream)
        bufferevent_free(c->stream);
    line_buffer_done(&c->lines);
    identity_done(&c->who);
    free(c);
}

/* Takes over the object. False when the connection is no use any more. */
static bool say(struct connection *c, json_t *object)
{
    char *line = proto_print(object);
    bool sent = line && !bufferevent_write(c->stream, line, strlen(line));

    free(line);
    return sent;
}

/* Sends what is still to be sent, then closes. */
static void finish(struct connection *c)
{
    c->closing = true;
    bufferevent_disable(c->stream, EV_READ);
    if (!evbuffer_get_length(bufferevent_get_output(c->stream)))
        connection_free(c);
}

static void listen_for_request(struct connection *c)
{
    event_add(c->silence, &(struct timeval){.tv_sec = CONTROL_IDLE_S});
}

static void on_answer(void *arg, json_t *answer);

static bool answer_line(struct connection *c, struct span line)
{
    const struct desk_later later = {on_answer, c};
    const char *why = NULL;
    json_t *request = proto_parse(line, &why);
    json_t *answer = request
                         ? desk_handle(c->server->desk, &c->who, request, clock_now().wall, &later)
                         : proto_refusal(NULL, PROTO_BAD_REQUEST, why, "One JSON object per line.");

    json_decref(request);
    c->waits = !answer;
    if (c->waits)
        return true;
    return json_is_object(answer) ? say(c, answer) : false;
}

/* Whole lines are answered until too much is unread, or one has to wait for its answer. False
 * when the connection is done for. */
static bool answer_lines(struct connection *c)
{
    struct evbuffer *output = bufferevent_get_output(c->stream);
    struct span line;

    while (evbuffer_get_length(output) < OUTPUT_MAX) {
        if (!line_buffer_next(&c->lines, &line))
            return true;
        if (!answer_line(c, line))
            return false;
        if (c->waits) {
            event_del(c->silence);
            return true;
        }
        listen_for_request(c);
    }
    bufferevent_disable(c->stream, EV_READ);
    return true;
}

static void take_input(struct connection *c)
{
    struct evbuffer *input = bufferevent_get_input(c->stream);

    while (answer_lines(c)) {
        size_t room;
        char *at;
        int got;

        if (c->waits || !(bufferevent_get_enabled(c->stream) & EV_READ) ||
            !evbuffer_get_length(input))
            return;
        at = line_buffer_room(&c->lines, &room);
        if (!at) {
            say(c, proto_refusal(NULL, PROTO_BAD_REQUEST, "The line is too long.", NULL));
            finish(c);
            return;
        }
        got = evbuffer_remove(input, at, room);
        if (got <= 0)
            return;
        line_buffer_added(&c->lines, (size_t)got);
    }
    connection_free(c);
}

/* Of a request that took time. */
static void on_answer(void *arg, json_t *answer)
{
    struct connection *c = arg;

    c->waits = false;
    if (!json_is_object(answer) || !say(c, answer)) {
        connection_free(c);
        return;
    }
    listen_for_request(c);
    bufferevent_enable(c->stream, EV_READ);
    take_input(c);
}

/* While an answer is waited for, what comes stays where it is; reading goes on to see an end,
 * within bounds. */
static void on_input(struct bufferevent *stream, void *arg)
{
    struct connection *c = arg;

    if (!c->waits)
        take_input(c);
    else if (evbuffer_get_length(bufferevent_get_input(stream)) >= PROTO_LINE_MAX)
        bufferevent_disable(stream, EV_READ);
}

/* All has been sent. */
static void on_sent(struct bufferevent *stream, void *arg)
{
    struct connection *c = arg;

    if (c->closing) {
        connection_free(c);
        return;
    }
    if (c->waits || bufferevent_get_enabled(stream) & EV_READ)
        return;
    bufferevent_enable(stream, EV_READ);
    take_input(c);
}

static void on_end(struct bufferevent *stream, short what, void *arg)
{
    (void)stream;
    (void)what;
    connection_free(arg);
}

/* No complete request for too long: drops of bytes do not count, or a few clients could hold
 * every place for ever. */
static void on_silence(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    connection_free(arg);
}

static struct connection *connection_new(struct control_server *s, evutil_socket_t fd,
                                         const struct caller *who)
{
    struct connection *c = calloc(1, sizeof(*c));

    if (!c) {
        close(fd);
        return NULL;
    }
    c->server = s;
    c->stream = bufferevent_socket_new(s->base, fd, BEV_OPT_CLOSE_ON_FREE);
    c->silence = evtimer_new(s->base, on_silence, c);
    if (!c->stream)
        close(fd);
    if (!c->stream || !c->silence || !line_buffer_init(&c->lines, PROTO_LINE_MAX)) {
        connection_free(c);
        return NULL;
    }
    c->who = *who;
    c->at = &s->connections;
    c->next = s->connections;
    if (c->next)
        c->next->at = &c->next;
    s->connections = c;
    s->count++;
    return c;
}

static unsigned count_of(const struct control_server *s, uid_t uid)
{
    unsigned count = 0;

    for (const struct connection *c = s->connections; c; c = c->next)
        count += c->who.uid == uid;
    return count;
}

/* One person may not take every place; root is let in to look. */
static bool is_full(const struct control_server *s, uid_t uid)
{
    return s->count >= CONTROL_CONNECTIONS ||
           (uid != 0 && count_of(s, uid) >= CONTROL_CONNECTIONS_OF_ONE);
}

/* One attempt to say why; a client that does not read is not waited for. */
static void turn_away(evutil_socket_t fd)
{
    char *line =
        proto_print(proto_refusal(NULL, PROTO_UNAVAILABLE, "Too many connections to lespoortd.",
                                  "Close other sessions, or try again."));

    if (line)
        (void)!send(fd, line, strlen(line), MSG_NOSIGNAL | MSG_DONTWAIT);
    free(line);
    close(fd);
}

static void greet(struct connection *c)
{
    json_t *hello = json_pack("{s:i,s:s}", "lespoort", PROTO_VERSION, "version", LESPOORT_VERSION);

    bufferevent_setcb(c->stream, on_input, on_sent, on_end, c);
    listen_for_request(c);
    if (!hello || !say(c, hello) || bufferevent_enable(c->stream, EV_READ | EV_WRITE))
        connection_free(c);
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *peer,
                      int peer_len, void *arg)
{
    struct control_server *s = arg;
    struct caller who = {.gids = NULL};
    struct connection *c;

    (void)listener;
    (void)peer;
    (void)peer_len;
    if (!identity_of(fd, &who) || is_full(s, who.uid)) {
        identity_done(&who);
        turn_away(fd);
        return;
    }
    c = connection_new(s, fd, &who);
    if (c)
        greet(c);
    else
        identity_done(&who);
}

/* Out of descriptors a level-triggered listener would spin: it rests for a moment. */
static void on_accept_error(struct evconnlistener *listener, void *arg)
{
    struct control_server *s = arg;

    log_warning("The control socket cannot accept: %s. It rests for %d s.", strerror(errno),
                ACCEPT_PAUSE_S);
    evconnlistener_disable(listener);
    event_add(s->resume, &(struct timeval){.tv_sec = ACCEPT_PAUSE_S});
}

static void on_resume(evutil_socket_t fd, short what, void *arg)
{
    struct control_server *s = arg;

    (void)fd;
    (void)what;
    evconnlistener_enable(s->listener);
}

/* Whether nobody listens at the path of a socket that exists. */
static bool is_stale(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool refused = fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof(*address)) < 0 &&
                   errno == ECONNREFUSED;

    if (fd >= 0)
        close(fd);
    return refused;
}

static bool clear_path(const struct sockaddr_un *address)
{
    struct stat found;

    if (lstat(address->sun_path, &found) < 0)
        return errno == ENOENT;
    errno = EEXIST;
    if (!S_ISSOCK(found.st_mode))
        return false;
    if (is_stale(address))
        return unlink(address->sun_path) == 0;
    errno = EADDRINUSE;
    return false;
}

static int bind_at(struct control_server *s, const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    /* Created with its final mode: there is no moment with another one. */
    mode_t before = umask(0111);
    bool bound = fd >= 0 && !bind(fd, (const struct sockaddr *)address, sizeof(*address));
    int error = errno;
    struct stat made;

    umask(before);
    if (!bound) {
        if (fd >= 0)
            close(fd);
        errno = error;
        return -1;
    }
    if (!lstat(address->sun_path, &made)) {
        s->dev = made.st_dev;
        s->ino = made.st_ino;
    }
    return fd;
}

static int open_socket(struct control_server *s, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = -1;

    if (strlen(path) >= sizeof(address.sun_path))
        errno = ENAMETOOLONG;
    else {
        memcpy(address.sun_path, path, strlen(path));
        memcpy(s->path, path, strlen(path));
        if (clear_path(&address))
            fd = bind_at(s, &address);
    }
    if (fd < 0)
        log_error("Cannot listen at \"%s\": %s.", path,
                  errno == EADDRINUSE ? "another lespoortd answers there" : strerror(errno));
    return fd;
}

struct control_server *control_server_new(struct event_base *base, const char *path,
                                          struct desk *desk)
{
    struct control_server *s = calloc(1, sizeof(*s));
    int fd = s ? open_socket(s, path) : -1;

    if (fd < 0) {
        free(s);
        return NULL;
    }
    /* Bufferevents write without MSG_NOSIGNAL: a client that leaves must not end lespoortd. */
    signal(SIGPIPE, SIG_IGN);
    s->base = base;
    s->desk = desk;
    s->listener = evconnlistener_new(base, on_accept, s,
                                     LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, BACKLOG, fd);
    s->resume = evtimer_new(base, on_resume, s);
    if (!s->listener)
        close(fd);
    if (!s->listener || !s->resume) {
        log_error("Cannot listen at \"%s\": %s.", path, strerror(errno));
        control_server_free(s);
        return NULL;
    }
    evconnlistener_set_error_cb(s->listener, on_accept_error);
    return s;
}

static void remove_socket(const struct control_server *s)
{
    struct stat found;

    if (!lstat(s->path, &found) && found.st_dev == s->dev && found.st_ino == s->ino)
        unlink(s->path);
}

void control_server_free(struct control_server *s)
{
    if (!s)
        return;
    for (struct connection *c = s->connections, *next; c; c = next) {
        next = c->next;
        connection_free(c);
    }
    if (s->listener)
        evconnlistener_free(s->listener);
    if (s->resume)
        event_free(s->resume);
    remove_socket(s);
    free(s);
}
