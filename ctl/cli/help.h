/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Help, all of it from the command table. */
#ifndef LESPOORT_CLI_HELP_H
#define LESPOORT_CLI_HELP_H

#include <stdio.h>

#include "cli/commands.h"

/* command NULL: the list of all. */
void help_print(FILE *out, const struct command *command);

/* The same as data. The caller owns it. */
json_t *help_json(const struct command *command);

#endif
