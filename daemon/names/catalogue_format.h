/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a compiled catalogue lies in memory: the header, the services, the labels, the slots, each
 * right behind the other, so that there are no offsets to be wrong. Numbers are the machine's:
 * the memory never leaves it.
 */
#ifndef LESPOORT_NAMES_CATALOGUE_FORMAT_H
#define LESPOORT_NAMES_CATALOGUE_FORMAT_H

#include "names/catalogue.h"

#define CATALOGUE_MAGIC   UINT64_C(0x4c53434154414c47)
#define CATALOGUE_VERSION 1u

/* How far from its home a name may lie; ends every look-up, also in a table without a gap. */
#define CATALOGUE_PROBES 512u

struct catalogue_header {
    uint64_t magic;
    uint32_t version, depth; /* depth: labels of the longest name */
    uint64_t size;           /* of everything */
    uint64_t id;
    struct hash_key key;
    uint32_t service_count, label_count;
    uint32_t slot_count, name_count; /* slot_count: a power of two */
};

/*
 * Open addressing, linear probing. The home of a name is its hash modulo slot_count. The low
 * byte, which mostly repeats the home, makes room for the label; a free slot is all zero.
 */
struct catalogue_slot {
    uint64_t bits;
};

_Static_assert(sizeof(struct catalogue_header) == 64, "sections behind it stay aligned");
_Static_assert(sizeof(struct service) % 8 == 0, "sections behind them stay aligned");

static inline uint64_t slot_print(uint64_t hash)
{
    return hash & ~UINT64_C(0xff);
}

static inline uint64_t catalogue_size(const struct catalogue_header *h)
{
    return sizeof(*h) + (uint64_t)h->service_count * sizeof(struct service) +
           (uint64_t)h->label_count * sizeof(struct set256) +
           (uint64_t)h->slot_count * sizeof(struct catalogue_slot);
}

#endif
