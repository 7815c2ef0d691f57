/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts -> snapshot. */
#ifndef LESPOORT_SCHOOL_COMPILE_H
#define LESPOORT_SCHOOL_COMPILE_H

#include "school/policy.h"
#include "school/snapshot.h"

/*
 * The snapshot for [now, now + SNAPSHOT_HORIZON]. Each zone's states are those moments at which
 * its closed labels or their reasons change, each asked of policy_label(). With g->probe, which
 * has at most LAN_MAX interfaces, the self-probe gets a zone and its interface. The caller frees
 * *ret_map.ptr. False only without memory.
 */
bool compile_snapshot(const struct facts *f, const struct catalogue *c,
                      const struct gate_settings *g, uint64_t generation, int64_t now,
                      struct bytes *ret_map);

#endif
