/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the model of a file to the school it describes: what only shows when values are compared
 * with each other is checked here. */
#ifndef LESPOORT_CONFIG_BUILD_H
#define LESPOORT_CONFIG_BUILD_H

#include "config/services.h"
#include "config/walk.h"

/* The file and what is made of it. */
struct build {
    const struct load *load;
    const struct config_model *model;
    const struct services *services; /* NULL: the catalogue could not be read */
    struct pool *keep;               /* for what the config keeps */
};

/* Each part of the school; what has a fault is left out. */
void build_streams(const struct build *b, struct school *s);
void build_days_off(const struct build *b, struct school *s);
void build_zones(const struct build *b, struct school *s);
void build_lessons(const struct build *b, struct school *s);

/* The name of each element, a char[NAME_MAX_LEN] at its beginning, must differ from the others. */
void build_unique(const struct build *b, const struct list *list, size_t size, const char *path);

#endif
