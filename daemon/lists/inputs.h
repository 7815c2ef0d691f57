/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From what a catalogue is compiled, in one number: equal inputs need no second compiling. */
#ifndef LESPOORT_LISTS_INPUTS_H
#define LESPOORT_LISTS_INPUTS_H

#include "lists/local.h"
#include "names/plan.h"

struct inputs {
    uint64_t digest[2]; /* XXH3, 128 bits */
};

/* The plan, the lists as they stand on the shelf (by their digests), and the local names. */
void inputs_of(const struct plan *p, const struct local_names *local, struct inputs *ret);

bool inputs_made(const struct inputs *inputs, const struct catalogue *c);

#endif
