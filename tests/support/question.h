/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes DNS questions and answers. */
#ifndef LESPOORT_TESTS_SUPPORT_QUESTION_H
#define LESPOORT_TESTS_SUPPORT_QUESTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct question_options {
    uint16_t type; /* 0: A */
    bool edns;     /* with an OPT record */
    bool tcp;      /* with the length in front */
};

/* Its id is 0x1234; o may be NULL. The length, or 0 when it does not fit into cap. */
size_t question_make(uint8_t *buf, size_t cap, const char *name, const struct question_options *o);

struct answer_options {
    const char *addresses[4]; /* up to the first NULL */
    uint32_t ttl;
    uint16_t flags; /* besides QR and RA: an RCODE, TC */
};

/* What a resolver answers to that question (without a length in front), its OPT included. The
 * length, or 0 when it does not fit into cap. */
size_t answer_make(uint8_t *buf, size_t cap, struct bytes question, const struct answer_options *o);

#endif
