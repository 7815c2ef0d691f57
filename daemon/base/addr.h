/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses and prefixes of both families in one form: 16 bytes, IPv4 as ::ffff:a.b.c.d, so
 * that tables have one kind of key. Prefix lengths count in that form (10.0.0.0/16 has 112).
 */
#ifndef LESPOORT_BASE_ADDR_H
#define LESPOORT_BASE_ADDR_H

#include <stdbool.h>

#include "base/span.h"

#define ADDR_V4_BITS 96 /* what precedes the IPv4 part */
#define ADDR_TEXT    50 /* room for any address or prefix as text */

struct addr {
    uint8_t b[16];
};

struct prefix {
    struct addr base; /* host bits are zero */
    uint8_t bits;     /* 0..128; IPv4 prefixes have 96..128 */
};

struct addr addr_from4(const uint8_t b[static 4]);
struct addr addr_from6(const uint8_t b[static 16]);
bool addr_is4(const struct addr *a);
bool addr_equal(const struct addr *a, const struct addr *b);
int addr_compare(const struct addr *a, const struct addr *b);
const char *addr_text(const struct addr *a, char out[static ADDR_TEXT]);

/* "10.1.2.3" or "2001:db8::1"; false for anything else. */
bool addr_parse(const char *text, struct addr *ret);

bool prefix_is4(const struct prefix *p);
bool prefix_contains(const struct prefix *p, const struct addr *a);
bool prefix_covers(const struct prefix *outer, const struct prefix *inner);
const char *prefix_text(const struct prefix *p, char out[static ADDR_TEXT]);

/* "10.0.0.0/16", "2001:db8::/48" or a single address. Host bits must be zero: *ret_why names
 * what is wrong (a static string). */
bool prefix_parse(const char *text, struct prefix *ret, const char **ret_why);

#endif
