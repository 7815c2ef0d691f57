/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a snapshot lies in memory: the header, the states, the zones, the prefixes, each right
 * behind the other, so that there are no offsets to be wrong. Numbers are the machine's: the
 * memory never leaves it.
 */
#ifndef LESPOORT_SCHOOL_SNAPSHOT_FORMAT_H
#define LESPOORT_SCHOOL_SNAPSHOT_FORMAT_H

#include "school/snapshot.h"

#define SNAPSHOT_MAGIC   UINT64_C(0x4c53534e41505348)
#define SNAPSHOT_VERSION 3u

struct snapshot_header {
    uint64_t magic;
    uint32_t version, label_count;
    uint64_t size; /* of everything */
    uint64_t generation, catalogue;
    int64_t made, horizon;
    uint32_t zone_count, state_count, prefix_count;
    struct gate_settings settings;
};

_Static_assert(sizeof(struct snapshot_header) % 8 == 0, "sections behind it stay aligned");
_Static_assert(sizeof(struct snap_state) % 8 == 0, "sections behind them stay aligned");
_Static_assert(sizeof(struct snap_zone) % 4 == 0, "sections behind them stay aligned");

static inline uint64_t snapshot_size(const struct snapshot_header *h)
{
    return sizeof(*h) + (uint64_t)h->state_count * sizeof(struct snap_state) +
           (uint64_t)h->zone_count * sizeof(struct snap_zone) +
           (uint64_t)h->prefix_count * sizeof(struct snap_prefix);
}

#endif
