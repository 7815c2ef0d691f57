/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The catalogue: which names belong to which services, compiled into one flat, relocatable piece
 * of memory that processes map read-only.
 *
 * A name that several services own gets a label for that very set of services. Matching is by
 * whole labels from the right, the longest suffix wins; at the same length never-block wins.
 */
#ifndef LESPOORT_NAMES_CATALOGUE_H
#define LESPOORT_NAMES_CATALOGUE_H

#include <stdbool.h>

#include "base/hash.h"
#include "base/hostname.h"
#include "base/set256.h"
#include "base/span.h"
#include "names/label.h"

#define SERVICE_MAX      256
#define SERVICE_ID_MAX   32
#define SERVICE_TEXT_MAX 48
#define CATALOGUE_MAX    (1u << 30)

struct service {
    char id[SERVICE_ID_MAX];       /* "youtube" */
    char title[SERVICE_TEXT_MAX];  /* "YouTube" */
    char category[SERVICE_ID_MAX]; /* "video" */
};

/* Reading. The memory stays the caller's and must outlive the view. */
struct catalogue {
    struct bytes map;
    const struct service *services;
    unsigned service_count;
    const struct set256 *labels; /* by label; labels[0] is empty */
    unsigned label_count;        /* labels 1..label_count-1 are in use */
    const struct catalogue_slot *slots;
    uint32_t slot_mask;
    uint32_t depth; /* labels of the longest name */
    struct hash_key key;
    uint64_t id; /* differs whenever the content does */
};

/* Checks every offset and length; on false *ret_why is a static text. */
bool catalogue_open(struct catalogue *ret, struct bytes map, const char **ret_why);

/* The label of the longest matching suffix, LABEL_OTHER without one. *ret_suffix_at (may be
 * NULL): where that suffix starts in name->text; untouched without one. */
uint8_t catalogue_label(const struct catalogue *c, const struct hostname *name,
                        size_t *ret_suffix_at);

/* By id; -1 when there is none. */
int catalogue_service(const struct catalogue *c, const char *id);

/* Building. */
struct catalogue_builder;

enum catalogue_error { CATALOGUE_OK, CATALOGUE_FULL, CATALOGUE_NEVER_BLOCKED, CATALOGUE_NO_MEMORY };

struct catalogue_builder *catalogue_builder_new(void);
void catalogue_builder_free(struct catalogue_builder *b);

/* The new service's number, or -1: SERVICE_MAX reached, or the id exists. */
int catalogue_add_service(struct catalogue_builder *b, const struct service *s);

/* suffix belongs to that service, too. */
enum catalogue_error catalogue_add_name(struct catalogue_builder *b, unsigned service,
                                        const struct hostname *suffix);
enum catalogue_error catalogue_add_never(struct catalogue_builder *b,
                                         const struct hostname *suffix);

/*
 * The compiled catalogue; the caller frees *ret_map.ptr. NEVER_BLOCKED: a service owns a name
 * that is never blocked (*ret_name says which, *ret_service whose); FULL: more than
 * LABEL_SERVICE_MAX distinct sets of services.
 */
enum catalogue_error catalogue_build(struct catalogue_builder *b, struct bytes *ret_map,
                                     struct hostname *ret_name, unsigned *ret_service);

#endif
