/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "app/options.h"

#include <getopt.h>
#include <stdio.h>

static void print_help(const struct app_usage *u)
{
    printf("usage: %s [option...]\n%s\n\n", u->program, u->summary);
    for (size_t i = 0; i < u->count; i++) {
        const struct app_option *o = &u->options[i];
        char left[32];

        snprintf(left, sizeof(left), "--%s%s%s", o->name, o->value ? " " : "",
                 o->value ? o->value : "");
        printf("  %-22s %s\n", left, o->help);
    }
    printf("  %-22s %s\n  %-22s %s\n", "--help", "print this", "--version", "print the version");
}

/* What getopt_long() found at index: an option of the table, or one of the two common ones. */
static bool take(const struct app_usage *u, int index, int *ret_code)
{
    *ret_code = EXIT_FINE;
    if ((size_t)index == u->count) {
        print_help(u);
        return false;
    }
    if ((size_t)index == u->count + 1) {
        printf("%s %s\n", u->program, LESPOORT_VERSION);
        return false;
    }
    if (u->options[index].value)
        *u->options[index].ret_text = optarg;
    else
        *u->options[index].ret_switch = true;
    return true;
}

bool options_parse(const struct app_usage *u, int argc, char **argv, int *ret_code)
{
    struct option known[OPTIONS_MAX + 3] = {{0}};
    int found, index = 0;

    for (size_t i = 0; i < u->count && i < OPTIONS_MAX; i++)
        known[i] = (struct option){u->options[i].name, u->options[i].value != NULL, NULL, 1};
    known[u->count] = (struct option){"help", 0, NULL, 1};
    known[u->count + 1] = (struct option){"version", 0, NULL, 1};
    while ((found = getopt_long(argc, argv, "", known, &index)) != -1) {
        if (found == '?') {
            fprintf(stderr, "Try \"%s --help\".\n", u->program);
            *ret_code = EXIT_USAGE;
            return false;
        }
        if (!take(u, index, ret_code))
            return false;
    }
    if (optind < argc) {
        fprintf(stderr, "%s: unexpected argument \"%s\"\nTry \"%s --help\".\n", u->program,
                argv[optind], u->program);
        *ret_code = EXIT_USAGE;
        return false;
    }
    return true;
}
