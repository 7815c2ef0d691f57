/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files services*.c share: a catalogue file on its way into a plan. */
#ifndef LESPOORT_CONFIG_SERVICES_PARTS_H
#define LESPOORT_CONFIG_SERVICES_PARTS_H

#include "config/services.h"

/* Whose a name is, where it is not a service's. */
#define CLAIM_NEVER  (-2)
#define CLAIM_HIDDEN (-1)

/* One line that says what a name is. */
struct claim {
    const struct hostname *name;
    int owner;    /* a service, CLAIM_NEVER or CLAIM_HIDDEN */
    bool shared;  /* the service needs the name, and does not own it */
    uint8_t kind; /* enum name_kind, of what it owns */
    const struct load *load;
    const config_setting_t *at;
    const char *path;
};

struct reading {
    struct load load; /* of the catalogue */
    struct catalogue_model model;
    const struct load *config;
    const struct config_model *config_model;
    struct pool *keep; /* for what the config keeps */
    struct services *out;
    struct service_word *words; /* those of out->words, while they grow */
    struct claim *claims;       /* those of one name are neighbours, the smallest owner first */
    size_t claim_count;
};

/* Of the catalogue file, which come before the lists. */
const struct service_entry *services_entry(const struct reading *r, size_t i);

/* Each of these is false without memory. Retired services claim nothing. */
bool services_claim(struct reading *r); /* fills the claims and checks them */
bool services_plan(struct reading *r);  /* fills out->plan, but for its services */
bool services_conflicts(struct reading *r);

/* The end of the claims of the same name as that one's. */
size_t services_claim_end(const struct reading *r, size_t first);

/* The first claim of that name; claim_count without one. */
size_t services_claim_find(const struct reading *r, const char *name);

#endif
