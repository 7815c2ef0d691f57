/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Zone prefixes, nested as people write them, cut into disjoint ones. */
#ifndef LESPOORT_SCHOOL_FLATTEN_H
#define LESPOORT_SCHOOL_FLATTEN_H

#include "school/snapshot.h"

/*
 * Each address belongs to the longest prefix that holds it; of equal ones to the zone that comes
 * first. The result is sorted and as short as it can be without merging zones' own prefixes. An
 * IPv6 prefix never holds IPv4 addresses. The caller frees *ret. False only without memory.
 */
bool flatten_prefixes(const struct school *s, struct snap_prefix **ret, size_t *ret_count);

#endif
