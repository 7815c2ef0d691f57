/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control protocol: one JSON object per line, over a unix stream socket. Shared by lespoortd
 * and lespoortctl; described in docs/control-protocol.md.
 *
 * The server greets:  {"lespoort":1,"version":"0.1.0"}
 * A request:          {"id":1,"verb":"grant","args":{…}}
 * Its answer:         {"id":1,"ok":true,"result":{…}}
 *                or:  {"id":1,"ok":false,"error":{"code":"no-lesson","message":"…","hint":"…"}}
 */
#ifndef LESPOORT_PROTO_PROTO_H
#define LESPOORT_PROTO_PROTO_H

#include <jansson.h>
#include <stdbool.h>

#include "base/span.h"

#define PROTO_VERSION    1
#define PROTO_LINE_MAX   65536     /* a request */
#define PROTO_ANSWER_MAX (4 << 20) /* an answer: the status of every zone of a large school */

/* Why a request was refused; each class has an exit code of lespoortctl. */
enum proto_error {
    PROTO_BAD_REQUEST, /* not JSON, unknown verb, missing or wrong argument */
    PROTO_DENIED,      /* your role may not */
    PROTO_POLICY,      /* the school's policy does not allow it, for anybody of that role */
    PROTO_NOT_FOUND,   /* no such service, zone, grant */
    PROTO_AMBIGUOUS,   /* several fit: the hint lists the choices */
    PROTO_NO_LESSON,   /* there is no lesson to bind a grant to */
    PROTO_UNAVAILABLE, /* cannot be done now */
    PROTO_CONFIG,      /* the new config has errors; the old one runs on */
    PROTO_ERROR_COUNT,
};

const char *proto_error_code(enum proto_error e); /* "no-lesson" */
int proto_error_exit(enum proto_error e);         /* exit code of lespoortctl */

/* By code text; PROTO_BAD_REQUEST for an unknown one. */
enum proto_error proto_error_from(const char *code);

/* Collects bytes into lines. */
struct line_buffer {
    char *bytes;
    size_t start, len, cap; /* [start, len) is not handed out yet */
};

/* For lines of at most max bytes. False without memory. */
bool line_buffer_init(struct line_buffer *b, size_t max);
void line_buffer_done(struct line_buffer *b);

/* Room to read into; NULL and 0 when a line is longer than max. */
char *line_buffer_room(struct line_buffer *b, size_t *ret_room);
void line_buffer_added(struct line_buffer *b, size_t len);

/* The next whole line without its newline, valid until the next call; false when there is none.
 * Call until false: one read may hold many. */
bool line_buffer_next(struct line_buffer *b, struct span *ret);

/* Parses one line as a JSON object (duplicates refused, depth bounded). NULL and a static reason.
 */
json_t *proto_parse(struct span line, const char **ret_why);

/* One line with its newline, malloc'ed; takes over (frees) the object. NULL without memory. */
char *proto_print(json_t *object);

/* Any text of the system as JSON: bytes that are not UTF-8 become '?'. */
json_t *proto_text(const char *text);

/* These take over args and result; id is borrowed and may be NULL, as may args and hint. */
json_t *proto_request(int id, const char *verb, json_t *args);
json_t *proto_answer(json_t *id, json_t *result);
json_t *proto_refusal(json_t *id, enum proto_error e, const char *message, const char *hint);

#endif
