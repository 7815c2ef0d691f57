/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files share that write the iptables texts: one for mangle, rules_ipt_text.c for all
 * else. */
#ifndef LESPOORT_NET_RULES_IPT_PARTS_H
#define LESPOORT_NET_RULES_IPT_PARTS_H

#include "net/rules_ipt_text.h"

#define IPT_SET_MAX 32 /* the kernel's limit for the name of a set */

/* What every line of one text depends on. */
struct ipt {
    FILE *out;
    const struct rules_plan *plan;
    char generation;
    bool v4;
};

static inline uint32_t ipt_bits(const struct ipt *i, uint32_t b)
{
    return plan_bits(i->plan, b);
}

/* Whose packets are read, and for whom lessons close something at times. Both return `out`. */
const char *ipt_zones_set(char generation, bool v4, char out[static IPT_SET_MAX]);
const char *ipt_pupils_set(char generation, bool v4, char out[static IPT_SET_MAX]);

/* Takes the mark that a verdict brought over to the connection; nothing where the kernel does. */
void ipt_put_save(const struct ipt *i, const char *chain);

/* "Has a TCP payload", for -m bpf --bytecode; where that is not certain, `sure` says no. */
const char *ipt_payload(bool v4, bool sure);

/* All lines between the chains of mangle and the jumps into them. */
void ipt_put_mangle(const struct ipt *i);

#endif
