/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of the builder share: catalogue_build.c collects, catalogue_resolve.c finds the
 * set of each name, catalogue_ranges.c of each address, catalogue_labels.c numbers the sets,
 * catalogue_fill.c writes. Nothing outside of them includes this.
 *
 * Memory, of 5 million names of 20 bytes: 16 bytes of entry, 20 of text, 13 of index (8 bytes per
 * place, at most three quarters taken), 13 of slots in the result: some 310 MB, at most 100 MB
 * more for room to grow. A claim beyond a name's first one costs 8 bytes, a set that no other name
 * has 56.
 */
#ifndef LESPOORT_NAMES_CATALOGUE_BUILDER_H
#define LESPOORT_NAMES_CATALOGUE_BUILDER_H

#include "names/catalogue_format.h"

#define NOTHING UINT32_MAX

enum claim_kind { CLAIM_OWNED, CLAIM_EXCEPTED, CLAIM_NEVER, CLAIM_HIDDEN };

/* What is said of a name. */
struct claim {
    uint32_t next;
    uint8_t kind, owner; /* owner: a service */
};

/* What a name is where no service owns it, from its longest match. */
enum entry_base { BASE_OTHER, BASE_NEVER, BASE_HIDDEN };

/* What is known of a name once what is said of it and of all above it is joined. */
struct state {
    uint32_t set;      /* in builder.sets */
    uint8_t base;      /* enum entry_base */
    uint8_t sheltered; /* 1: a never-block name is at or above it */
};

/* A name; one that counts alone begins with EXACT_MARK and is an entry of its own. */
struct entry {
    uint32_t text; /* offset */
    uint32_t more; /* claims after the first one */
    uint32_t set;  /* of its state, once it is known */
    uint8_t len;
    uint8_t kind, owner; /* the first claim */
    uint8_t marks;
};

#define MARK_BASE      0x03u /* enum entry_base */
#define MARK_SHELTERED 0x04u
#define MARK_KNOWN     0x08u
#define MARK_STORED    0x10u /* it differs from what stands above it */

struct owned_set {
    struct set256 services;
    uint32_t names; /* entries stored with it, and prefixes */
    uint8_t chosen; /* it has a number of its own */
    uint8_t label;  /* of the services that count; LABEL_NONE: none do */
};

struct claimed_prefix {
    struct prefix prefix;
    uint8_t service;
};

struct owned_range {
    struct addr first, last;
    uint32_t set;
};

/* The sets that had numbers, by the ids of services. */
struct label_seed {
    char ids[SERVICE_MAX][SERVICE_ID_MAX];
    unsigned id_count;
    struct set256 labels[LABEL_SERVICE_MAX + 1];
    unsigned label_count;
};

struct catalogue_builder {
    struct hash_key key; /* of the index and of the sets */
    struct service services[SERVICE_MAX];
    struct service_count counts[SERVICE_MAX];
    unsigned service_count;
    struct set256 lists;
    struct label_seed seed;

    struct entry *entries;
    size_t entry_count, entry_cap;
    struct claim *claims;
    size_t claim_count, claim_cap;
    char *text;
    size_t text_len, text_cap;
    unsigned shallow; /* labels of the shortest name */

    /* Entries by name, open addressing: the name's hash in the high half, the entry's number and
     * one in the low one; 0 is free. */
    uint64_t *index;
    size_t index_size;

    struct owned_set *sets; /* sets[0] is empty */
    size_t set_count, set_cap;
    uint32_t *set_index; /* open addressing; NOTHING is free */
    size_t set_index_size;

    struct claimed_prefix *prefixes;
    size_t prefix_count, prefix_cap;
    struct owned_range *ranges;
    size_t range_count, range_cap;
    struct catalogue_safe *safe;
    size_t safe_count, safe_cap;

    struct set256 labels[LABEL_SERVICE_MAX + 1];
    unsigned label_count;
};

/* The array with room for `need` elements; NULL without memory: the old one is as it was. */
void *builder_grown(void *array, size_t *cap, size_t need, size_t size);

struct span entry_name(const struct catalogue_builder *b, const struct entry *e);

/* NULL without one. */
struct entry *builder_find(const struct catalogue_builder *b, struct span name);

/* What a name's own claims say. */
struct saying {
    struct set256 owners, excepted;
    bool never, hidden;
};

void builder_saying(const struct catalogue_builder *b, const struct entry *e, struct saying *ret);

/* The number of a set, a new one when it is the first of its kind; NOTHING without memory. */
uint32_t set_number(struct catalogue_builder *b, const struct set256 *services);
void sets_clear(struct catalogue_builder *b);

/* Fills in each entry's set and marks and counts them; sets[].names. */
enum catalogue_error builder_resolve(struct catalogue_builder *b, struct hostname *ret_name,
                                     unsigned *ret_service);

/* Once lists had to give way: what no longer counts moves to service_count.weakened. */
void builder_recount(struct catalogue_builder *b);

/* The nearest entry above that one; NULL without one. */
struct entry *builder_above(const struct catalogue_builder *b, const struct entry *e);

/* What a query of exactly that name is to be answered, if no entry is more exact. */
uint8_t entry_label(const struct catalogue_builder *b, const struct entry *e);

/* Flattens the prefixes, and counts them in sets[].names. False: no memory. */
bool builder_ranges(struct catalogue_builder *b);

/* Gives numbers to the sets that are in use. */
enum catalogue_error builder_labels(struct catalogue_builder *b);

/* The compiled memory. */
enum catalogue_error builder_fill(struct catalogue_builder *b, const uint64_t inputs[2],
                                  struct bytes *ret_map);

#endif
