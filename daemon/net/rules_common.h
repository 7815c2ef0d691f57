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
    uint64_t digest;       /* of what the tool listed when rules had gone in; 0: it did not */
};

/* Clients are spread over gates by a hash of their address; every rule must use the same. */
#define RULES_HASH_SEED 0x1e590047u

/*
 * What looks like a QUIC Initial is read again when its flow has a name: a connection may begin
 * behind other datagrams. The first bit is set in RTP, too, so the version decides: 1, 2
 * (RFC 9369), drafts, and those of mvfst. Its datagrams are at least this long (RFC 9000 section
 * 14.1), with the UDP header.
 */
#define RULES_QUIC_LENGTH 1208
#define RULES_QUIC_V1     0x00000001u
#define RULES_QUIC_V2     0x6b3343cfu
#define RULES_QUIC_DRAFTS 0xff000000u /* and 255 more */
#define RULES_QUIC_MVFST  0xfaceb000u /* and 255 more */

/* Bits of engine/mark.h at their place in the mark. */
static inline uint32_t plan_bits(const struct rules_plan *plan, uint32_t bits)
{
    return bits << plan->snapshot->settings->mark_shift;
}

/* A resolver asks for everybody: its packets are not read, and nothing is closed for it. */
bool plan_rules_zone(const struct rules_plan *plan, unsigned zone);

/* A zone that lessons close at times: only there are packets tidied up, and only there does
 * traffic stop while no gate runs and it is to fail closed. */
bool plan_closes_zone(const struct rules_plan *plan, unsigned zone);

/* What the settings say of one way to tidy up packets. */
static inline bool plan_normalise(const struct rules_plan *plan, enum normalise bit)
{
    return plan->snapshot->settings->normalise & bit;
}

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
