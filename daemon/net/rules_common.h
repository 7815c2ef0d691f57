/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What only the back ends see: their state, and the pieces both make their texts of. */
#ifndef LESPOORT_NET_RULES_COMMON_H
#define LESPOORT_NET_RULES_COMMON_H

#include "net/rules.h"

struct nft_ctx;

struct rules {
    const struct rules_backend *backend;
    bool installed;
    struct nft_ctx *nft;   /* nftables: kept, since making one reads files */
    char generation;       /* iptables: which sets the rules look into, 'a' or 'b' */
    struct set256 *loaded; /* iptables: what was put into the sets, by zone */
};

/* Clients are spread over gates by a hash of their address; every rule must use the same. */
#define RULES_HASH_SEED 0x1e590047u

/* Bits of engine/mark.h at their place in the mark. */
static inline uint32_t plan_bits(const struct rules_plan *plan, uint32_t bits)
{
    return bits << plan->snapshot->settings->mark_shift;
}

/* A resolver asks for everybody: its packets are not read, and nothing is closed for it. */
bool plan_rules_zone(const struct rules_plan *plan, unsigned zone);

/* Labels that can be closed at all: those of services, and the reserved ones but "never". */
bool plan_closable(const struct rules_plan *plan, unsigned label);

/* For how many seconds the label stays closed in that zone, and a little longer so that its
 * successor is there in time; 0 when it is open. */
unsigned plan_closed_seconds(const struct rules_plan *plan, unsigned zone, unsigned label);

/* The prefix as text, in two halves when it is a whole family: ipset cannot hold that. */
unsigned plan_prefix_text(const struct prefix *p, char out[2][ADDR_TEXT]);

/* A text under construction. On no memory: false, and it is logged. */
struct text {
    FILE *out;
    char *ptr;
    size_t len;
};

bool text_open(struct text *t);
bool text_close(struct text *t);
void text_free(struct text *t);

#endif
