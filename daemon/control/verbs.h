/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command table of lespoortd: verb, who may, arguments, handler. */
#ifndef LESPOORT_CONTROL_VERBS_H
#define LESPOORT_CONTROL_VERBS_H

#include <jansson.h>
#include <stdbool.h>

struct ask;

enum arg_type { ARG_TEXT, ARG_LIST, ARG_SECONDS, ARG_FLAG, ARG_TYPE_COUNT };

#define VERB_ARGS       7
#define ARG_TEXT_MAX    300 /* bytes: a host name of full length and what people paste around it */
#define ARG_LIST_MAX    256
#define ARG_SECONDS_MAX (7 * 86400)

struct verb_arg {
    const char *name;
    enum arg_type type;
    size_t max; /* bytes of a text, seconds; 0: the largest of the type */
    bool required;
};

struct verb {
    const char *name;
    unsigned roles; /* bits; 0: everyone who can connect */
    json_t *(*handle)(struct ask *a);
    struct verb_arg args[VERB_ARGS];
};

extern const struct verb verbs[];
extern const size_t verb_count;

/* Also in a->verb. NULL and a refusal in `a` for an unknown verb, a caller without the role, or
 * arguments that are not those of the verb. */
const struct verb *verb_of(struct ask *a, const json_t *request);

#endif
