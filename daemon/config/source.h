/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A config file with its includes as one libconfig tree. Includes are put in here, not by
 * libconfig: "@include" is relative to the file that says it, and every line keeps its place.
 */
#ifndef LESPOORT_CONFIG_SOURCE_H
#define LESPOORT_CONFIG_SOURCE_H

#include <libconfig.h>

#include "config/pool.h"
#include "config/report.h"

#define SOURCE_MAX        (4u << 20) /* bytes, with everything included */
#define INCLUDE_DEPTH_MAX 10
#define INCLUDE_MAX       256

struct source {
    config_t tree;
    const char *path;
    struct piece *pieces; /* which lines of the whole come from where */
    size_t piece_count;
    unsigned rank; /* faults of a lower rank are shown first */
};

/* Where a relative path in that file leads; NULL without memory. */
char *source_path(struct pool *pool, const char *file, const char *path);

/* False after a fault in r. source_close() is due in either case. */
bool source_open(struct source *s, const char *path, unsigned rank, struct pool *pool,
                 struct report *r);
void source_close(struct source *s);

/* at may be NULL: the file as a whole. */
struct place source_place(const struct source *s, const config_setting_t *at);

#endif
