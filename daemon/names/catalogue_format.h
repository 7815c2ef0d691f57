/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a compiled catalogue lies in memory: the header and its sections, each right behind the
 * other in the order of struct catalogue_sections, so that there are no offsets to be wrong.
 * Numbers are the machine's: the memory never leaves it.
 */
#ifndef LESPOORT_NAMES_CATALOGUE_FORMAT_H
#define LESPOORT_NAMES_CATALOGUE_FORMAT_H

#include <string.h>

#include "names/catalogue.h"

#define CATALOGUE_MAGIC   UINT64_C(0x4c53434154414c47)
#define CATALOGUE_VERSION 2u

/* How far from its home a name may lie; ends every look-up, also in a table without a gap. */
#define CATALOGUE_PROBES 512u

#define CATALOGUE_PREFIXES (1u << 16)

/* In front of a name that counts alone; no host name begins with it. */
#define EXACT_MARK '='

struct catalogue_header {
    uint64_t magic;
    uint64_t check[2]; /* XXH3 of 128 bits over all that follows, to the end */
    uint32_t version;
    uint32_t shallow, depth; /* labels of the shortest and of the longest name */
    uint32_t exact;          /* 1: there are names that count alone */
    uint64_t size;           /* of everything */
    uint64_t id;
    uint64_t inputs[2];
    struct hash_key key;
    uint32_t slot_count, name_count;
    uint32_t service_count, label_count;
    uint32_t range_count, safe_count;
    uint32_t never_count, never_bytes;
    uint64_t spare;
};

/*
 * Open addressing, linear probing. One half of the name's hash says where its home is, the other
 * one leaves all but its low byte here, which makes room for the label; a free slot is all zero.
 */
struct catalogue_slot {
    uint64_t bits;
};

/* Addresses from `first` to `last`. Sorted, disjoint. */
struct catalogue_range {
    struct addr first, last;
    uint8_t label, spare[7];
};

/* Sorted by name. */
struct catalogue_safe {
    char name[SAFE_TEXT_MAX], host[SAFE_TEXT_MAX];
};

struct catalogue_sections {
    const struct catalogue_slot *slots; /* first: eight of them are one line of the cache */
    const struct service *services;
    const struct service_count *counts;
    const struct set256 *labels;
    const struct catalogue_range *ranges;
    const struct catalogue_safe *safe;
    const uint32_t *never_ends; /* of each text in never_text: sorted, without gaps */
    const char *never_text;
};

_Static_assert(sizeof(struct catalogue_header) == 128, "slots begin with a line of the cache");
_Static_assert(sizeof(struct service) % 8 == 0 && sizeof(struct service_count) % 8 == 0 &&
                   sizeof(struct catalogue_range) % 8 == 0 &&
                   sizeof(struct catalogue_safe) % 8 == 0,
               "sections behind them stay aligned");

static inline const struct catalogue_header *catalogue_head(const struct catalogue *c)
{
    return (const void *)c->map.ptr;
}

static inline struct catalogue_sections catalogue_sections(const struct catalogue_header *h)
{
    struct catalogue_sections s = {.slots = (const void *)(h + 1)};

    s.services = (const void *)(s.slots + h->slot_count);
    s.counts = (const void *)(s.services + h->service_count);
    s.labels = (const void *)(s.counts + h->service_count);
    s.ranges = (const void *)(s.labels + h->label_count);
    s.safe = (const void *)(s.ranges + h->range_count);
    s.never_ends = (const void *)(s.safe + h->safe_count);
    s.never_text = (const void *)(s.never_ends + h->never_count);
    return s;
}

static inline uint64_t catalogue_size(const struct catalogue_header *h)
{
    return sizeof(*h) + (uint64_t)h->slot_count * sizeof(struct catalogue_slot) +
           (uint64_t)h->service_count * (sizeof(struct service) + sizeof(struct service_count)) +
           (uint64_t)h->label_count * sizeof(struct set256) +
           (uint64_t)h->range_count * sizeof(struct catalogue_range) +
           (uint64_t)h->safe_count * sizeof(struct catalogue_safe) +
           (uint64_t)h->never_count * sizeof(uint32_t) + h->never_bytes;
}

/* What is compared of a hash; the low byte is the label's. */
static inline uint64_t slot_print(struct hash128 hash)
{
    return hash.hi & ~UINT64_C(0xff);
}

/* Any number of slots will do, so that a table is never half empty. */
static inline uint32_t slot_home(struct hash128 hash, uint32_t slot_count)
{
    return (uint32_t)((hash.lo >> 32) * slot_count >> 32);
}

/* The order of never-block names. */
static inline int text_compare(struct span a, struct span b)
{
    int order = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);

    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static inline unsigned label_depth(struct span name)
{
    unsigned count = 1;

    for (size_t i = 0; i < name.len; i++)
        count += name.ptr[i] == '.';
    return count;
}

/* Of everything behind header.check. */
struct hash128 catalogue_checksum(const struct catalogue_header *h);

#endif
