/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines from anybody into the desk. The first byte of each line says who asks, the second how
 * much later; the rest goes through the codec as a client's bytes do.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "support/desk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const logins[] = {"root", "jan", "els", "mia", "dir", "ict", "pupil"};

static bool reload(void *arg, char **ret_errors)
{
    desk_use(*(struct desk **)arg, desk_test_config(EXCEPTIONS_TEACHER), 0);
    *ret_errors = NULL;
    return true;
}

static void quiet(enum log_level level, const char *line)
{
    (void)level;
    (void)line;
}

/* Every answer is an object that can be printed and has the form of the protocol. */
static void check_answer(json_t *answer)
{
    bool ok = json_is_true(json_object_get(answer, "ok"));
    char *line;

    if (!json_is_object(answer) || !json_object_get(answer, ok ? "result" : "error"))
        abort();
    line = proto_print(answer);
    if (!line || strchr(line, '\n') != line + strlen(line) - 1)
        abort();
    free(line);
}

static void handle_line(struct desk *desk, struct span line, int64_t *now)
{
    const char *why = NULL;
    json_t *request;

    if (line.len < 2)
        return;
    *now += (uint8_t)line.ptr[1] * INT64_C(60);
    request = proto_parse((struct span){line.ptr + 2, line.len - 2}, &why);
    if (!request)
        return;
    check_answer(desk_handle(
        desk, desk_test_person(logins[(uint8_t)line.ptr[0] % ARRAY_SIZE(logins)]), request, *now));
    json_decref(request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct desk *desk;
    struct desk_hooks hooks = {.reload = reload, .arg = &desk};
    struct line_buffer lines;
    struct span line;
    int64_t now;
    size_t room;
    char *at;

    log_init("fuzz", LOG_LEVEL_ERROR, quiet);
    desk = desk_new(&hooks);
    if (!desk || !line_buffer_init(&lines, PROTO_LINE_MAX))
        abort();
    desk_use(desk, desk_test_config(EXCEPTIONS_TEACHER), 0);
    now = desk_test_time("2026-11-20 10:30");
    while (size && (at = line_buffer_room(&lines, &room))) {
        size_t part = size < room ? size : room;

        memcpy(at, data, part);
        line_buffer_added(&lines, part);
        data += part;
        size -= part;
        while (line_buffer_next(&lines, &line))
            handle_line(desk, line, &now);
    }
    line_buffer_done(&lines);
    desk_free(desk);
    return 0;
}
