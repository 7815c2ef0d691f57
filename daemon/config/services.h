/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The catalogue file: checked, and made into a plan together with the lists and the never-block
 * names of the config. */
#ifndef LESPOORT_CONFIG_SERVICES_H
#define LESPOORT_CONFIG_SERVICES_H

#include "config/walk.h"
#include "names/plan.h"

struct services {
    struct plan plan;
    const struct service_word *words;
    size_t word_count;
    const struct service_note *notes; /* by service */
    const struct category *categories;
    size_t category_count;
    const struct plan_name *shared;
    size_t shared_count;
    const struct conflict *conflicts;
    size_t conflict_count, conflicts_dropped;
};

/*
 * config: the file whose key `catalogue` names the path. What is returned lives in keep. False
 * when there is nothing that words could be looked up in; faults go to the report of config.
 */
bool services_load(const struct load *config, const struct config_model *model, const char *path,
                   struct pool *keep, struct services *ret);

int services_word(const struct service_word *words, size_t count, const char *word);

/* The services of a category; false when it has none. */
bool services_category(const struct service *services, size_t count, const char *category,
                       struct set256 *ret);

#endif
