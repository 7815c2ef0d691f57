/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether rules are still what they were, by what the tools list. Pure: texts in, answers out.
 * Rules are compared by a digest of their listing; what changes by itself (counters, elements of
 * closed sets, which run out) is left out of it. Those elements are counted instead.
 */
#ifndef LESPOORT_NET_RULES_CHECK_H
#define LESPOORT_NET_RULES_CHECK_H

#include "net/rules_common.h"

/* Of `iptables-save`: our chains, rule by rule, and the jumps into them, wherever in their chain
 * those stand. 0: there is nothing of ours. */
uint64_t check_ipt_rules(const char *save);

/* Of `ipset list -t`: every set of that generation is there, and holds no fewer elements than
 * what is loaded (by zone) has put into it. */
bool check_ipt_sets(const char *list, const struct rules_plan *plan, char generation,
                    const struct set256 *loaded);

/* Of `nft -s list table` of our table. 0: it has no rule. */
uint64_t check_nft_table(const char *listing);

/* The same listing: the closed sets hold no fewer elements than were loaded at plan->now. */
bool check_nft_closed(const char *listing, const struct rules_plan *plan);

/* Flows that nothing will ever close (if they are TCP), as nft says it: "ct mark & MASK == VALUE".
 */
#define CHECK_MATCH_TEXT 48
const char *check_offload_match(unsigned mark_shift, char out[static CHECK_MATCH_TEXT]);

/* Of `nft -s list table` of a table that has a flowtable: every rule that adds to that one matches
 * such flows only. */
bool check_offload(const char *listing, const char *flowtable, unsigned mark_shift);

#endif
