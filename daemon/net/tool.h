/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a system administration program: no shell, no search path but the system's, a time limit. */
#ifndef LESPOORT_NET_TOOL_H
#define LESPOORT_NET_TOOL_H

#include <stdbool.h>

#include "base/span.h"

#define TOOL_OUTPUT_MAX (1u << 24) /* what is read of a tool's output */
#define TOOL_SLICE_MS   100        /* how often whoever waits is woken */

struct tool {
    const char *const *argv; /* argv[0] is a plain name */
    struct span input;       /* its standard input */
    int limit_ms;
};

bool tool_exists(const char *name);

/*
 * What must go on while this process waits for a tool: called every TOOL_SLICE_MS, and not when
 * nothing is waited for. It must not run a tool itself. NULL: nothing.
 */
void tool_meanwhile(void (*callback)(void *arg), void *arg);

/* Waits without a tool, and calls that, too. */
void tool_pause(int ms);

/* Its exit status; -1 when it could not run, was killed, or took too long (then it is killed).
 * *ret_output: what it wrote, both streams, terminated; the caller frees it. NULL: not wanted. */
int tool_run(const struct tool *t, char **ret_output);

#endif
