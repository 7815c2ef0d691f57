/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a system administration program: no shell, no search path but the system's, a time limit. */
#ifndef LESPOORT_NET_TOOL_H
#define LESPOORT_NET_TOOL_H

#include <stdbool.h>

#include "base/span.h"

#define TOOL_OUTPUT_MAX (1u << 20) /* what is read of a tool's output */

struct tool {
    const char *const *argv; /* argv[0] is a plain name */
    struct span input;       /* its standard input */
    int limit_ms;
};

bool tool_exists(const char *name);

/* Its exit status; -1 when it could not run, was killed, or took too long (then it is killed).
 * *ret_output: what it wrote, both streams, terminated; the caller frees it. NULL: not wanted. */
int tool_run(const struct tool *t, char **ret_output);

#endif
