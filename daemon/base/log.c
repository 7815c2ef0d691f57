/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define LINE_MAX_LEN 1024

static struct {
    const char *tag;
    enum log_level level;
    log_sink *sink;
} state = {.tag = "lespoort", .level = LOG_LEVEL_NOTICE};

static void to_stderr(enum log_level level, const char *line)
{
    /* sd-daemon(3): the journal reads the syslog priority from the start of the line. */
    static const char *const priority[] = {"<3>", "<4>", "<5>", "<7>"};

    if (getenv("JOURNAL_STREAM"))
        fprintf(stderr, "%s%s\n", priority[level], line);
    else
        fprintf(stderr, "%s: %s\n", state.tag, line);
}

void log_init(const char *tag, enum log_level level, log_sink *sink)
{
    state.tag = tag;
    state.level = level;
    state.sink = sink;
}

static __attribute__((format(printf, 2, 0))) void emit(enum log_level level, const char *format,
                                                       va_list args)
{
    char line[LINE_MAX_LEN];
    int saved = errno;

    if (level > state.level)
        return;
    vsnprintf(line, sizeof(line), format, args);
    if (state.sink)
        state.sink(level, line);
    else
        to_stderr(level, line);
    errno = saved;
}

#define DEFINE(name, level)                                                                        \
    void name(const char *format, ...)                                                             \
    {                                                                                              \
        va_list args;                                                                              \
                                                                                                   \
        va_start(args, format);                                                                    \
        emit(level, format, args);                                                                 \
        va_end(args);                                                                              \
    }

DEFINE(log_error, LOG_LEVEL_ERROR)
DEFINE(log_warning, LOG_LEVEL_WARNING)
DEFINE(log_notice, LOG_LEVEL_NOTICE)
DEFINE(log_debug, LOG_LEVEL_DEBUG)
