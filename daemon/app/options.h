/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Command-line options from one table: parsing, help and the man page's check read the same. */
#ifndef LESPOORT_APP_OPTIONS_H
#define LESPOORT_APP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#define OPTIONS_MAX 16

/* Exit codes of the programs, in every man page. */
enum exit_code { EXIT_FINE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_CONFIG = 3 };

struct app_option {
    const char *name;  /* "config": --config */
    const char *value; /* "FILE"; NULL: a switch */
    const char *help;
    const char **ret_text; /* with a value */
    bool *ret_switch;      /* without */
};

struct app_usage {
    const char *program, *summary;
    const struct app_option *options;
    size_t count;
};

/* --help and --version are added to every program. True: go on. False: *ret_code is the
 * program's exit code. */
bool options_parse(const struct app_usage *u, int argc, char **argv, int *ret_code);

#endif
