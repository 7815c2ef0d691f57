/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules as text for ipset, iptables-restore and ip6tables-restore. Sets come in two
 * generations, "a" and "b": new rules get new sets, so that no moment has half-filled ones.
 */
#ifndef LESPOORT_NET_RULES_IPT_TEXT_H
#define LESPOORT_NET_RULES_IPT_TEXT_H

#include "net/rules_common.h"

#define IPT_SET_PREFIX RULES_NAME "-"
#define IPT_JUMPS      7
#define IPT_TABLES     3

/* Our only rules in chains of others. */
struct ipt_jump {
    const char *table, *from, *to;
};

extern const struct ipt_jump ipt_jumps[IPT_JUMPS];

/* Our chains, by table. */
struct ipt_table {
    const char *name;
    const char *const *chains; /* ends with NULL */
};

extern const struct ipt_table ipt_tables[IPT_TABLES];

void ipt_put_sets(FILE *out, const struct rules_plan *plan, char generation);

/* jumps: which of ipt_jumps are there already (bit n for the n-th); they move to the front. */
void ipt_put_rules(FILE *out, const struct rules_plan *plan, char generation, bool v4,
                   unsigned jumps);

/* What is closed in the zones whose byte is set; loaded: what the sets hold, by zone. */
void ipt_put_update(FILE *out, const struct rules_plan *plan, char generation, const uint8_t *zones,
                    const struct set256 *loaded);

/* tables: in which of ipt_tables our chains are. */
void ipt_put_removal(FILE *out, unsigned tables, unsigned jumps);

/* All three texts, for people. */
void ipt_put_all(FILE *out, const struct rules_plan *plan);

#endif
