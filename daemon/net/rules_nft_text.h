/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules as nft text. */
#ifndef LESPOORT_NET_RULES_NFT_TEXT_H
#define LESPOORT_NET_RULES_NFT_TEXT_H

#include "net/rules_common.h"

/* The whole table, in place of the one that may be there. */
void nft_put_table(FILE *out, const struct rules_plan *plan);

/*
 * The same rules and sets in the table that is there: its chains stay at their hooks, and so do
 * the packets that wait in a queue, which the kernel drops when a chain leaves its hook. Only for
 * a table with the same zones (count, kinds) and the same plan->ct; nft refuses it, and changes
 * nothing, where a set is missing.
 */
void nft_put_refill(FILE *out, const struct rules_plan *plan);

/* What is closed in the zones whose byte is set, in place of what was. */
void nft_put_update(FILE *out, const struct rules_plan *plan, const uint8_t *zones);

/* Nothing of ours; no error when there is nothing. */
void nft_put_removal(FILE *out);

#endif
