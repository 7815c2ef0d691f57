/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proto/proto.h"

#include <stdlib.h>
#include <string.h>

/* Codes and exit codes are promises to scripts: a new class gets a new row, none changes. */
static const struct {
    const char *code;
    int exit;
} classes[PROTO_ERROR_COUNT] = {
    [PROTO_BAD_REQUEST] = {"bad-request", 2}, [PROTO_DENIED] = {"denied", 3},
    [PROTO_POLICY] = {"policy", 4},           [PROTO_NOT_FOUND] = {"not-found", 5},
    [PROTO_AMBIGUOUS] = {"ambiguous", 5},     [PROTO_NO_LESSON] = {"no-lesson", 6},
    [PROTO_UNAVAILABLE] = {"unavailable", 7}, [PROTO_CONFIG] = {"config", 8},
};

const char *proto_error_code(enum proto_error e)
{
    return classes[e].code;
}

int proto_error_exit(enum proto_error e)
{
    return classes[e].exit;
}

enum proto_error proto_error_from(const char *code)
{
    for (unsigned e = 0; e < PROTO_ERROR_COUNT; e++)
        if (!strcmp(classes[e].code, code))
            return (enum proto_error)e;
    return PROTO_BAD_REQUEST;
}

bool line_buffer_init(struct line_buffer *b, size_t max)
{
    *b = (struct line_buffer){.cap = max + 1, .bytes = malloc(max + 1)};
    return b->bytes != NULL;
}

void line_buffer_done(struct line_buffer *b)
{
    free(b->bytes);
    *b = (struct line_buffer){.bytes = NULL};
}

char *line_buffer_room(struct line_buffer *b, size_t *ret_room)
{
    if (b->start) {
        memmove(b->bytes, b->bytes + b->start, b->len - b->start);
        b->len -= b->start;
        b->start = 0;
    }
    *ret_room = b->cap - b->len;
    return *ret_room ? b->bytes + b->len : NULL;
}

void line_buffer_added(struct line_buffer *b, size_t len)
{
    b->len += len;
}

bool line_buffer_next(struct line_buffer *b, struct span *ret)
{
    const char *line = b->bytes + b->start;
    const char *end = b->len > b->start ? memchr(line, '\n', b->len - b->start) : NULL;

    if (!end)
        return false;
    *ret = (struct span){line, (size_t)(end - line)};
    b->start += ret->len + 1;
    return true;
}

static const char *why_not(const json_error_t *error)
{
    switch (json_error_code(error)) {
    case json_error_duplicate_key:
        return "a key occurs twice";
    case json_error_stack_overflow:
        return "nested too deeply";
    case json_error_invalid_utf8:
        return "not UTF-8";
    case json_error_null_character:
        return "a null character in a text";
    case json_error_out_of_memory:
        return "out of memory";
    default:
        return "not JSON";
    }
}

json_t *proto_parse(struct span line, const char **ret_why)
{
    json_error_t error;
    json_t *object = json_loadb(line.ptr, line.len, JSON_REJECT_DUPLICATES, &error);

    if (json_is_object(object))
        return object;
    *ret_why = object ? "not a JSON object" : why_not(&error);
    json_decref(object);
    return NULL;
}

char *proto_print(json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT);
    size_t len = text ? strlen(text) : 0;
    char *line = text ? realloc(text, len + 2) : NULL;

    json_decref(object);
    if (!line) {
        free(text);
        return NULL;
    }
    memcpy(line + len, "\n", 2);
    return line;
}

json_t *proto_text(const char *text)
{
    json_t *json = json_string(text);
    char *plain = json ? NULL : strdup(text);

    if (!plain)
        return json;
    for (char *c = plain; *c; c++)
        if ((unsigned char)*c >= 0x80)
            *c = '?';
    json = json_string(plain);
    free(plain);
    return json;
}

json_t *proto_request(int id, const char *verb, json_t *args)
{
    return json_pack("{s:i,s:s,s:o}", "id", id, "verb", verb, "args", args ? args : json_object());
}

json_t *proto_answer(json_t *id, json_t *result)
{
    return json_pack("{s:O?,s:b,s:o}", "id", id, "ok", 1, "result", result);
}

json_t *proto_refusal(json_t *id, enum proto_error e, const char *message, const char *hint)
{
    json_t *error = json_pack("{s:s,s:o,s:o*}", "code", proto_error_code(e), "message",
                              proto_text(message), "hint", hint ? proto_text(hint) : NULL);

    return json_pack("{s:O?,s:b,s:o}", "id", id, "ok", 0, "error", error);
}
