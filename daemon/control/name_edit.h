/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A change of what ICT says of one name: read, edited, written, compiled, and put back as it was
 * when that fails. */
#ifndef LESPOORT_CONTROL_NAME_EDIT_H
#define LESPOORT_CONTROL_NAME_EDIT_H

#include "control/desk_parts.h"
#include "lists/local.h"

/* One request on its way into the file. */
struct edit {
    struct ask *ask;
    struct hostname name;
    struct set256 services; /* asked for */
    bool never;             /* never-block is */
    bool took;              /* names are taken away, not added */
    struct local_names local;
    json_t *old;      /* what was said of the name before */
    json_t *affected; /* ids */
};

/* False with a refusal; edit_end() is due in either case, which returns what it is given. */
bool edit_begin(struct edit *e, struct ask *a);
json_t *edit_end(struct edit *e, json_t *result);

/* The words of argument "services". Where names are taken away, those of services that no longer
 * exist are dropped at once. */
bool edit_services(struct edit *e);

const char *edit_id(const struct edit *e, unsigned service);

/* False with a refusal: there is no room. */
bool edit_put(struct edit *e, const char *id, bool except);
void edit_drop(struct edit *e, const char *id);

/* Writes what has changed, if anything has, and ends the handler. */
json_t *edit_save(struct edit *e);

#endif
