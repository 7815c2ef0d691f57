/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one form in which names are compared: lower case, A-labels, no final dot (RFC 1034 3.1,
 * RFC 5890). Underscores are kept: service names use them. */
#ifndef LESPOORT_BASE_HOSTNAME_H
#define LESPOORT_BASE_HOSTNAME_H

#include <stdbool.h>

#include "base/span.h"

#define HOSTNAME_MAX 253

struct hostname {
    uint8_t len;
    char text[HOSTNAME_MAX + 1]; /* terminated */
};

/*
 * Normalises ASCII text. False for an empty name, an empty label, a label over 63, a total over
 * 253, or a byte outside letters, digits, '-', '_' and '.'; *ret is then empty.
 */
bool hostname_set(struct hostname *ret, struct span text);

/* An address where a name belongs ("10.0.0.1", "::1"): RFC 6066 forbids it in SNI, clients do
 * it all the same. */
bool hostname_is_address(struct span text);

/* The name without its first label; a span of length 0 after the last one. */
struct span hostname_parent(struct span name);

struct span hostname_span(const struct hostname *name);

#endif
