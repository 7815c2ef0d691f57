/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of services and names when another catalogue file is taken into use. */
#ifndef LESPOORT_NAMES_PLAN_DIFF_H
#define LESPOORT_NAMES_PLAN_DIFF_H

#include "names/plan.h"

/* In the order in which changes are told. */
enum plan_part {
    PART_SERVICE,
    PART_RETIRED,  /* added: it is retired now, removed: it is in use again */
    PART_CATEGORY, /* of a service that stays */
    PART_NAME,
    PART_PREFIX,
    PART_NEVER,
    PART_HIDDEN,
    PART_SAFE, /* text is the name, more the host that it is rewritten to */
    PART_COUNT
};

struct plan_change {
    enum plan_part part;
    bool added;              /* else removed */
    const char *service;     /* id; empty for never-block, hidden and rewritten names */
    const char *text, *more; /* empty where the part has none */
};

/* What it is given lasts as long as the call. */
typedef void plan_diff_take(void *arg, const struct plan_change *change);

/*
 * Every difference, by part, then by service, then by text. Services are told apart by id. Lists
 * are left out: they belong to the config. Of a service that comes or goes its names are told,
 * too. False without memory: nothing was told.
 */
bool plan_diff(const struct plan *before, const struct plan *after, plan_diff_take *take,
               void *arg);

#endif
