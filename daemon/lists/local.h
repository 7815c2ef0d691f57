/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What ICT adds to and takes from the catalogue by lespoortctl, in the state folder, so that
 * updates of catalogue and lists leave it alone: the file `names`, one line each:
 *
 *     add instagrm.nl instagram 2026-11-20T10:15:00Z jan
 *     except help.instagram.com instagram 2026-11-20T10:16:00Z jan
 *     add intranet.example.nl never-block 2026-11-20T10:17:00Z jan
 *
 * Rewritten whole beside and renamed.
 */
#ifndef LESPOORT_LISTS_LOCAL_H
#define LESPOORT_LISTS_LOCAL_H

#include "names/catalogue.h"

#define LOCAL_MAX   16384 /* lines */
#define LOCAL_NEVER "never-block"
#define LOCAL_WHO   64
#define LOCAL_WHY   160

struct local_name {
    bool except; /* else added */
    struct hostname name;
    char service[SERVICE_ID_MAX]; /* an id, or LOCAL_NEVER */
    int64_t at;                   /* UTC */
    char who[LOCAL_WHO];
};

struct local_names {
    struct local_name *items;
    size_t count, room;
};

/* Zeroed when there is no such file. False: it cannot be read or a line is bad; why has file,
 * line and reason. */
bool local_read(const char *state, struct local_names *ret, char why[static LOCAL_WHY]);
bool local_write(const char *state, const struct local_names *l, char why[static LOCAL_WHY]);
void local_done(struct local_names *l);

/* The item of that name and service; NULL without one. */
struct local_name *local_find(const struct local_names *l, const struct hostname *name,
                              const char *service);

/* Replaces what was said of that name and service. False: LOCAL_MAX, or no memory. */
bool local_put(struct local_names *l, const struct local_name *item);
bool local_drop(struct local_names *l, const struct hostname *name, const char *service);

#endif
