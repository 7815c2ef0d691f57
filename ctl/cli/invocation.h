/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From argv to a command with its arguments. */
#ifndef LESPOORT_CLI_INVOCATION_H
#define LESPOORT_CLI_INVOCATION_H

#include <jansson.h>
#include <stdbool.h>

#include "cli/commands.h"

struct invocation {
    const struct command *command; /* NULL: none given */
    const struct command *about;   /* what help is asked for; NULL: everything */
    const char *socket;
    bool json, help, version;
    json_t *args;
    char message[256], hint[128]; /* what was wrong */
};

/* False with a message. The caller frees args in any case. */
bool invocation_parse(struct invocation *v, int argc, char **argv);

#endif
