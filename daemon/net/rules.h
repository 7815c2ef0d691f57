/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's part: which packets are queued, and which labels are closed for whom. Two back
 * ends behind one interface: nftables, and iptables with ipset for kernels without nft queue.
 *
 * Everything they need stands in the snapshot. They never touch rules, chains or sets of others.
 */
#ifndef LESPOORT_NET_RULES_H
#define LESPOORT_NET_RULES_H

#include <stdio.h>

#include "school/snapshot.h"

/* One name on everything that is ours in the kernel. */
#define RULES_NAME "lespoort"

struct rules_plan {
    const struct snapshot *snapshot;
    bool ct;     /* verdicts write the conntrack mark; else the save rule does */
    int64_t now; /* wall */
};

struct rules;

enum rules_state {
    RULES_WHOLE,
    RULES_BROKEN,  /* something of ours is gone or was changed, and not by us */
    RULES_UNKNOWN, /* could not be looked at */
};

struct rules_backend {
    const char *name; /* "nftables", "iptables" */

    /* The kernel and the tools can do it; on false *ret_why says what is missing. */
    bool (*usable)(const char **ret_why);

    /* Everything, as text that its own tool loads. */
    void (*print)(FILE *out, const struct rules_plan *plan);

    /* Rules, zones and what is closed now; replaces our own earlier rules without a gap.
     * On failure: false, nothing changed where the tool is atomic, and the reason logged. */
    bool (*install)(struct rules *r, const struct rules_plan *plan);

    /* Only what is closed, in zones whose bit is set in `zones` (zone_count bytes of 0 or 1):
     * one update. Elements end by themselves when nothing renews them. */
    bool (*update)(struct rules *r, const struct rules_plan *plan, const uint8_t *zones);

    /* Whether all that install and update put there is there; the sets are as of plan->now.
     * *stamp: 0, or what the last look that found all whole left there, which may spare this one
     * its work. Takes some tens of milliseconds; changes nothing, so that a fork can do it. */
    enum rules_state (*check)(const struct rules *r, const struct rules_plan *plan,
                              uint32_t *stamp);

    /* Everything that is ours. Harmless when there is nothing. */
    void (*remove)(struct rules *r);
};

extern const struct rules_backend rules_nftables, rules_iptables;

/* The back end the settings ask for; BACKEND_AUTO takes the first usable one. NULL: none is, and
 * *ret_why says why. */
const struct rules_backend *rules_choose(enum backend wanted, const char **ret_why);

/* What a back end keeps between calls (contexts, what is loaded). NULL without memory. */
struct rules *rules_new(const struct rules_backend *backend);
void rules_free(struct rules *r);

bool rules_install(struct rules *r, const struct rules_plan *plan);
bool rules_update(struct rules *r, const struct rules_plan *plan, const uint8_t *zones);
enum rules_state rules_check(const struct rules *r, const struct rules_plan *plan, uint32_t *stamp);
void rules_remove(struct rules *r);

/* Whether two snapshots need different rules (interfaces, zones, prefixes, labels, queues), or
 * only different sets. */
bool rules_same_layout(const struct snapshot *a, const struct snapshot *b);

#endif
