/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose a name would be, by what the catalogue and people here say of it: before it is compiled,
 * and without lists. Pure; walks all names. */
#ifndef LESPOORT_CONTROL_OWNERS_H
#define LESPOORT_CONTROL_OWNERS_H

#include "lists/local.h"
#include "names/plan.h"

struct owners {
    size_t len;             /* of the longest entry that matches; 0: none does */
    struct set256 services; /* that own it, exceptions taken away */
    struct set256 exact;    /* of the catalogue alone: those that own exactly that name */
};

/* local: may lack what is about to change. */
struct owners owners_of(const struct plan *p, const struct local_names *local,
                        const struct hostname *name);

/* entry is the name, or stands above it. */
bool owners_covers(const struct hostname *entry, const struct hostname *name);

#endif
