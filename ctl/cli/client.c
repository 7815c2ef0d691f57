/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "proto/proto.h"

#define REQUEST_ID 1

struct client {
    const char *path;
    int fd, timeout_s;
    struct line_buffer lines;
};

static json_t *unavailable(const char *path, const char *what)
{
    char message[512];

    snprintf(message, sizeof(message), "lespoortd does not answer at %s: %s.", path, what);
    return proto_refusal(NULL, PROTO_UNAVAILABLE, message,
                         "Is it running? systemctl status lespoortd");
}

static const char *connect_to(struct client *c)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct timeval patience = {.tv_sec = c->timeout_s};

    if (strlen(c->path) >= sizeof(address.sun_path))
        return "the path is too long for a socket";
    memcpy(address.sun_path, c->path, strlen(c->path));
    c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0 ||
        setsockopt(c->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) < 0 ||
        connect(c->fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
        return strerror(errno);
    return NULL;
}

/* The next object; NULL and the reason. */
static json_t *receive(struct client *c, const char **ret_why)
{
    struct span line;

    while (!line_buffer_next(&c->lines, &line)) {
        size_t room;
        char *at = line_buffer_room(&c->lines, &room);
        ssize_t got = at ? recv(c->fd, at, room, 0) : -1;

        if (got > 0) {
            line_buffer_added(&c->lines, (size_t)got);
            continue;
        }
        *ret_why = !at               ? "its answer is too long"
                   : !got            ? "it closed the connection"
                   : errno == EAGAIN ? "it is silent"
                                     : strerror(errno);
        return NULL;
    }
    return proto_parse(line, ret_why);
}

/* Whatever fails here shows in the answer that does not come. */
static void send_all(int fd, const char *line)
{
    size_t len = strlen(line);

    while (len) {
        ssize_t sent = send(fd, line, len, MSG_NOSIGNAL);

        if (sent <= 0)
            return;
        line += sent;
        len -= (size_t)sent;
    }
}

static json_t *converse(struct client *c, const char *verb, json_t *args, const char **ret_why)
{
    json_t *hello = receive(c, ret_why);
    json_int_t version = json_integer_value(json_object_get(hello, "lespoort"));
    char *request;

    if (!hello)
        return NULL;
    /* Turned away at the door: the first line is an answer already. */
    if (json_object_get(hello, "error"))
        return hello;
    json_decref(hello);
    if (version != PROTO_VERSION) {
        *ret_why = "it speaks another version of the protocol";
        return NULL;
    }
    request = proto_print(proto_request(REQUEST_ID, verb, json_incref(args)));
    *ret_why = "no memory";
    if (!request)
        return NULL;
    send_all(c->fd, request);
    free(request);
    return receive(c, ret_why);
}

json_t *client_ask(const char *path, const char *verb, json_t *args, int timeout_s)
{
    struct client c = {.path = path, .fd = -1, .timeout_s = timeout_s};
    const char *why = "no memory";
    json_t *answer = NULL;

    if (line_buffer_init(&c.lines, PROTO_ANSWER_MAX)) {
        why = connect_to(&c);
        if (!why)
            answer = converse(&c, verb, args, &why);
    }
    if (!answer)
        answer = unavailable(path, why);
    json_decref(args);
    line_buffer_done(&c.lines);
    if (c.fd >= 0)
        close(c.fd);
    return answer;
}
