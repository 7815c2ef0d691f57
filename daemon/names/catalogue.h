/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The catalogue: which names and addresses belong to which services, compiled into one flat,
 * relocatable piece of memory that processes map read-only.
 *
 * A name that several services own gets a label for that very set of services. Matching is by
 * whole labels from the right, the longest match wins, an exact name before a suffix, and at the
 * same length never-block wins.
 *
 * Services are of two sorts: those of the catalogue file, and external lists (service.list). What
 * a list says of a name at or below a never-block name is left out. What it says at or below a
 * service's name is added to that service's set. What several lists say of a name and of those
 * above it adds up. How a set is decided: policy_label().
 */
#ifndef LESPOORT_NAMES_CATALOGUE_H
#define LESPOORT_NAMES_CATALOGUE_H

#include <stdbool.h>

#include "base/addr.h"
#include "base/hash.h"
#include "base/hostname.h"
#include "base/set256.h"
#include "base/span.h"
#include "names/label.h"

#define SERVICE_MAX      256
#define SERVICE_ID_MAX   32
#define SERVICE_TEXT_MAX 48
#define CATALOGUE_MAX    (1u << 30)
#define CATALOGUE_NAMES  (40u << 20) /* names in one catalogue */
#define SAFE_MAX         1024        /* names that a restricted grant rewrites */
#define SAFE_TEXT_MAX    64

struct service {
    char id[SERVICE_ID_MAX];         /* "youtube" */
    char title[SERVICE_TEXT_MAX];    /* "YouTube" */
    char title_nl[SERVICE_TEXT_MAX]; /* in Dutch; empty: the same */
    char category[SERVICE_ID_MAX];   /* "video" */
    uint8_t list;                    /* 1: an external list, not a service of the catalogue */
    uint8_t retired;                 /* 1: it no longer exists; it owns no names */
    uint8_t spare[6];
};

/* What an id is made of: it becomes a file's name, and a word of a line. */
bool service_is_id(const char *text);

/* Of one service, as compiled. */
struct service_count {
    uint32_t names;    /* that count for it */
    uint32_t left_out; /* of a list: never-block names and what is below them */
    uint32_t repeated; /* of a list: said already by a name above them */
    uint32_t weakened; /* count for fewer lists than they stand in: see catalogue_build() */
};

/* Reading. The memory stays the caller's and must outlive the view. */
struct catalogue {
    struct bytes map;
    const struct service *services;
    const struct service_count *counts; /* by service */
    unsigned service_count;
    const struct set256 *labels; /* by label; labels[0] is empty, unused ones are, too */
    unsigned label_count;        /* labels 1..label_count-1 may be in use */
    struct set256 lists;         /* the services that are lists */
    uint64_t id;                 /* differs whenever the content does */
    uint32_t name_count;
    uint64_t inputs[2]; /* what it was compiled from, as the compiler was told */
    const struct catalogue_slot *slots;
    uint32_t slot_count;
    uint32_t depth; /* labels of the longest name */
    struct hash_key key;
};

/* Checks every offset and length, in time that does not grow with the names; on false *ret_why is
 * a static text. */
bool catalogue_open(struct catalogue *ret, struct bytes map, const char **ret_why);

/* The checksum over everything (XXH3): for a file that was on a disk. */
bool catalogue_intact(const struct catalogue *c);

/* The label of the longest matching name, LABEL_OTHER without one, LABEL_PROBE for PROBE_CLOSED.
 * *ret_suffix_at (may be NULL): where the match starts in name->text; untouched without one. */
uint8_t catalogue_label(const struct catalogue *c, const struct hostname *name,
                        size_t *ret_suffix_at);

/* The label of the longest prefix with that address; LABEL_NONE without one. For flows that say
 * no name. */
uint8_t catalogue_address(const struct catalogue *c, const struct addr *addr);

/* The host whose addresses a restricted grant answers for exactly that name; NULL without one. */
const char *catalogue_safe(const struct catalogue *c, const struct hostname *name);

/* By id; -1 when there is none. */
int catalogue_service(const struct catalogue *c, const char *id);

/* Building. */
struct catalogue_builder;

enum catalogue_error { CATALOGUE_OK, CATALOGUE_FULL, CATALOGUE_NEVER_BLOCKED, CATALOGUE_NO_MEMORY };

enum catalogue_match { MATCH_SUFFIX, MATCH_EXACT };

struct catalogue_builder *catalogue_builder_new(void);
void catalogue_builder_free(struct catalogue_builder *b);

/*
 * Before the first name: label numbers stay what they were in `old` for sets that still exist, by
 * service id, since open flows carry them in their marks. A number whose set is gone stays empty,
 * and is used again only when no other is left.
 */
void catalogue_seed(struct catalogue_builder *b, const struct catalogue *old);

/* The new service's number, or -1: SERVICE_MAX reached, or the id exists. */
int catalogue_add_service(struct catalogue_builder *b, const struct service *s);

/* The name, with MATCH_SUFFIX also all below it, belongs to that service, too. */
enum catalogue_error catalogue_add_name(struct catalogue_builder *b, unsigned service,
                                        const struct hostname *name, enum catalogue_match match);

/* The name and all below it does not belong to that service, whatever stands above it. */
enum catalogue_error catalogue_add_exception(struct catalogue_builder *b, unsigned service,
                                             const struct hostname *name);

enum catalogue_error catalogue_add_never(struct catalogue_builder *b,
                                         const struct hostname *suffix);

/* Outer names of encrypted ClientHellos: LABEL_HIDDEN. */
enum catalogue_error catalogue_add_hidden(struct catalogue_builder *b,
                                          const struct hostname *suffix);

enum catalogue_error catalogue_add_prefix(struct catalogue_builder *b, unsigned service,
                                          const struct prefix *prefix);

/* At most SAFE_MAX; FULL also for a text of SAFE_TEXT_MAX or more. */
enum catalogue_error catalogue_add_safe(struct catalogue_builder *b, const struct hostname *name,
                                        const struct hostname *host);

/*
 * The compiled catalogue; the caller frees *ret_map.ptr. NEVER_BLOCKED: a service of the
 * catalogue owns a name that is never blocked (*ret_name says which, *ret_service whose).
 *
 * FULL: the services of the catalogue alone have more than LABEL_SERVICE_MAX distinct sets. Where
 * lists make more sets than there are numbers, the sets of the fewest names give way: their names
 * count for their services and, of their lists, for as many as leave a set that has a number;
 * service_count.weakened tells how many.
 */
enum catalogue_error catalogue_build(struct catalogue_builder *b, const uint64_t inputs[2],
                                     struct bytes *ret_map, struct hostname *ret_name,
                                     unsigned *ret_service);

#endif
