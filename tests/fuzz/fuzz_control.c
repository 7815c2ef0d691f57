/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines from anybody into the desk. The first byte of each line says who asks, and whether names
 * that are being compiled are done before; the second how much later; the rest goes through the
 * codec as a client's bytes do.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "support/desk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const logins[] = {"root", "jan", "els", "mia", "dir", "ict", "pupil"};

static struct {
    struct desk *desk;
    unsigned asked, answered; /* of what takes time */
    bool busy;
} host;

static bool reload(void *arg, char **ret_errors)
{
    (void)arg;
    *ret_errors = NULL;
    host.busy = true;
    return true;
}

/* Every second time it has failed. */
static void finish_compiling(int64_t now)
{
    static const struct compile_report report = {.why = "there is no memory left"};
    bool ok = host.asked & 1;

    if (!host.busy)
        return;
    host.busy = false;
    if (ok)
        desk_test_use(host.desk, EXCEPTIONS_TEACHER, now);
    desk_done(host.desk, ok, &report, now);
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

static void take_late(void *arg, json_t *answer)
{
    (void)arg;
    host.answered++;
    check_answer(answer);
}

static void handle_line(struct span line, int64_t *now)
{
    const struct desk_later later = {take_late, &host};
    const char *why = NULL;
    json_t *request, *answer;

    if (line.len < 2)
        return;
    *now += (uint8_t)line.ptr[1] * INT64_C(60);
    request = proto_parse((struct span){line.ptr + 2, line.len - 2}, &why);
    if (!request)
        return;
    if (line.ptr[0] & 0x20)
        finish_compiling(*now);
    answer =
        desk_handle(host.desk, desk_test_person(logins[(uint8_t)line.ptr[0] % ARRAY_SIZE(logins)]),
                    request, *now, &later);
    json_decref(request);
    if (answer)
        check_answer(answer);
    else
        host.asked++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct desk_hooks hooks = {.reload = reload};
    struct line_buffer lines;
    struct span line;
    int64_t now;
    size_t room;
    char *at;

    log_init("fuzz", LOG_LEVEL_ERROR, quiet);
    memset(&host, 0, sizeof(host));
    host.desk = desk_new(&hooks);
    if (!host.desk || !line_buffer_init(&lines, PROTO_LINE_MAX))
        abort();
    desk_test_use(host.desk, EXCEPTIONS_TEACHER, 0);
    now = desk_test_time("2026-11-20 10:30");
    while (size && (at = line_buffer_room(&lines, &room))) {
        size_t part = size < room ? size : room;

        memcpy(at, data, part);
        line_buffer_added(&lines, part);
        data += part;
        size -= part;
        while (line_buffer_next(&lines, &line))
            handle_line(line, &now);
    }
    line_buffer_done(&lines);
    finish_compiling(now);
    if (host.asked != host.answered)
        abort();
    desk_free(host.desk);
    return 0;
}
