/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a file by its schema into the structures of model.h, and reports what is wrong with any
 * key by itself. */
#ifndef LESPOORT_CONFIG_WALK_H
#define LESPOORT_CONFIG_WALK_H

#include "config/model.h"
#include "config/report.h"
#include "config/schema.h"
#include "config/source.h"

/* One file while it is read. */
struct load {
    const struct schema *schema;
    struct source source;
    struct report *report;
    struct pool *pool; /* for what only the reading needs */
};

/* Fills the zeroed structure. */
void walk(const struct load *l, void *model);

/* At that setting (NULL: the file as a whole). expected may be NULL: what the schema says. */
void load_fault(const struct load *l, const config_setting_t *at, const char *path,
                const char *expected, const char *reason, ...)
    __attribute__((format(printf, 5, 6)));

struct words {
    const char *const *items;
    size_t count;
};

/* The same, of a text that is none of the known words: with the nearest one, and with all of
 * them when they are few. */
void load_unknown(const struct load *l, const config_setting_t *at, const char *path,
                  const char *text, struct words known);

/* "file:line" of a setting. */
#define WHERE_MAX 128
const char *load_where(const struct load *l, const config_setting_t *at,
                       char out[static WHERE_MAX]);

/* The setting of a key in a group, or the group itself where it is not set. */
const config_setting_t *load_at(const config_setting_t *group, const char *key);

/* Zeroed room in one of the pools; NULL with a report. */
void *load_get(const struct load *l, struct pool *pool, size_t count, size_t size);

#endif
