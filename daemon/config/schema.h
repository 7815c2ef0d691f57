/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of keys, from which files are read, checked and documented. */
#ifndef LESPOORT_CONFIG_SCHEMA_H
#define LESPOORT_CONFIG_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"

enum shape {
    SHAPE_TEXT,
    SHAPE_NUMBER,
    SHAPE_FLAG,  /* true or false */
    SHAPE_TEXTS, /* a list of texts */
    SHAPE_GROUP,
    SHAPE_GROUPS, /* a list of groups */
    SHAPE_COUNT,
};

struct key_rule {
    enum shape shape;
    /* Turns the text into a value; NULL, or what the text is instead (a static text). */
    const char *(*parse)(const char *text, const struct key_rule *rule, void *ret);
    size_t offset;            /* of the value in the structure of the group */
    size_t size;              /* of the value, or of one element of a list */
    int64_t min, max;         /* of a number; of the count of elements */
    const char *const *words; /* the ones allowed, up to NULL */
    bool implied;             /* the fallback describes a default that is worked out later */
};

struct schema {
    const struct config_key *keys;
    size_t count;
};

extern const struct schema config_schema, catalogue_schema;

/* By its full path, "zones[].prefixes"; NULL when there is none. */
const struct config_key *schema_find(const struct schema *s, const char *path);

/* The key's own name when it stands directly in that group ("" is the file itself), or NULL. */
const char *schema_child(const struct config_key *key, const char *group);

#endif
