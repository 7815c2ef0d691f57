/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A snapshot and its catalogue, mapped and checked: what a gate works by. */
#ifndef LESPOORT_APP_WORLD_H
#define LESPOORT_APP_WORLD_H

#include "names/catalogue.h"
#include "school/snapshot.h"

struct world {
    struct snapshot snapshot;
    struct catalogue catalogue;
    int fds[2]; /* snapshot, catalogue: to be handed on */
};

/* Takes over both descriptors, also on failure. NULL and a static reason when they do not hold
 * what they should, or do not belong together. */
struct world *world_new(const int fds[static 2], const char **ret_why);
void world_free(struct world *w);

#endif
