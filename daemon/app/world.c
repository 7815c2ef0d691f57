/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "app/world.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/memfile.h"

static bool open_both(struct world *w, const char **ret_why)
{
    struct bytes map;

    *ret_why = "the snapshot is not sealed memory";
    if (!memfile_map(w->fds[0], SNAPSHOT_MAX, &map))
        return false;
    w->snapshot.map = map;
    if (!snapshot_open(&w->snapshot, map, ret_why)) {
        w->snapshot.map = map;
        return false;
    }
    *ret_why = "the catalogue is not sealed memory";
    if (!memfile_map(w->fds[1], CATALOGUE_MAX, &map))
        return false;
    w->catalogue.map = map;
    if (!catalogue_open(&w->catalogue, map, ret_why)) {
        w->catalogue.map = map;
        return false;
    }
    *ret_why = "the snapshot was made for another catalogue";
    return w->snapshot.catalogue == w->catalogue.id &&
           w->snapshot.label_count == w->catalogue.label_count;
}

struct world *world_new(const int fds[static 2], const char **ret_why)
{
    struct world *w = calloc(1, sizeof(*w));

    if (!w) {
        *ret_why = "out of memory";
        close(fds[0]);
        close(fds[1]);
        return NULL;
    }
    w->fds[0] = fds[0];
    w->fds[1] = fds[1];
    if (open_both(w, ret_why))
        return w;
    world_free(w);
    return NULL;
}

void world_free(struct world *w)
{
    if (!w)
        return;
    memfile_unmap(w->snapshot.map);
    memfile_unmap(w->catalogue.map);
    for (unsigned i = 0; i < 2; i++)
        if (w->fds[i] >= 0)
            close(w->fds[i]);
    free(w);
}
