/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is wrong around the gate, in words for the log and for `status`: the same ones in both. */
#ifndef LESPOORT_BASE_TROUBLE_H
#define LESPOORT_BASE_TROUBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TROUBLE_WHAT 96  /* which one: a name or two, cut when longer */
#define TROUBLE_TEXT 384 /* a sentence with that in it */

enum trouble {
    TROUBLE_INTERFACE,      /* what: names from `lan` that do not exist */
    TROUBLE_BRIDGE_PORT,    /* what: the interface */
    TROUBLE_BRIDGE_HOOKS,   /* what: the bridge */
    TROUBLE_BRIDGE_ADDRESS, /* what: the bridge */
    TROUBLE_FLOWTABLE,      /* what: "'f' in table 'inet filter'" */
    TROUBLE_ICMP,           /* what: the setting and its value */
    TROUBLE_UNCHECKED,      /* what: why not */
    TROUBLE_COUNT
};

/* A plain value; crosses the channel between the programs. */
struct troubles {
    uint32_t set;                           /* bit n: enum trouble n */
    char what[TROUBLE_COUNT][TROUBLE_WHAT]; /* zero where there is none */
};

/* How the gate's place in the kernel fares. A plain value, too. */
struct upkeep {
    int64_t repaired; /* UTC seconds: when rules were put back last; 0: never */
    uint32_t repairs; /* how often, since the gate started */
    struct troubles troubles;
};

/* Adds one; a second one of its kind goes behind the first: "a, b". */
void troubles_add(struct troubles *t, enum trouble which, const char *what);

static inline bool troubles_has(const struct troubles *t, enum trouble which)
{
    return t->set >> which & 1;
}

/* A word for programs: "flowtable". */
const char *trouble_code(enum trouble which);

/* What it is and what to do, as one sentence without its full stop. */
const char *trouble_text(const struct troubles *t, enum trouble which,
                         char out[static TROUBLE_TEXT]);

#endif
