/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command table of lespoortctl: parsing, help and requests all follow it. */
#ifndef LESPOORT_CLI_COMMANDS_H
#define LESPOORT_CLI_COMMANDS_H

#include <jansson.h>
#include <stdbool.h>

#include "cli/show.h"

#define COMMAND_OPTIONS  6
#define EXIT_NOT_HEALTHY 9 /* beside proto_error_exit() */

enum option_type { OPTION_FLAG, OPTION_TEXT, OPTION_DURATION };

struct option_row {
    const char *name;  /* "zone": --zone */
    const char *value; /* as help shows it: "ZONE" */
    enum option_type type;
    const char *arg; /* of the verb */
    const char *help;
};

enum operands { OPERANDS_NONE, OPERANDS_MAYBE, OPERANDS_ONE, OPERANDS_ANY, OPERANDS_MANY };

struct command {
    const char *name;    /* "grant"; of two words: "name add" */
    const char *summary; /* one line */
    const char *details; /* paragraphs for `help NAME`, may be NULL */
    const char *first;   /* an operand before the others, always needed: "NAME"; may be NULL */
    const char *first_arg;
    const char *operand; /* as help shows it: "SERVICE" */
    enum operands operands;
    const char *arg;  /* of the verb, for the operands: a text, or a list for ANY and MANY */
    bool path;        /* the operand is a file's: lespoortd needs it from the root on */
    bool judged;      /* a result whose "healthy" is false ends the tool with EXIT_NOT_HEALTHY */
    bool slow;        /* names are compiled: the answer may take minutes */
    const char *verb; /* NULL: answered here (help) */
    void (*show)(const struct screen *screen, const json_t *result);
    struct option_row options[COMMAND_OPTIONS];
};

extern const struct command commands[];
extern const size_t command_count;

/* Options of every command. */
extern const struct option_row common_options[];
extern const size_t common_option_count;

const struct command *command_find(const char *name);

#endif
