/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SipHash-2-4 (Aumasson and Bernstein, 2012): keyed, so that nobody outside can choose names or
 * ports that collide in our tables. */
#ifndef LESPOORT_BASE_HASH_H
#define LESPOORT_BASE_HASH_H

#include "base/span.h"

struct hash_key {
    uint64_t k0, k1;
};

uint64_t hash_bytes(const struct hash_key *key, const void *ptr, size_t len);

/* The reference implementation's variant of 128 bits; its bytes 0..7 are lo, little-endian. */
struct hash128 {
    uint64_t lo, hi;
};

struct hash128 hash_bytes128(const struct hash_key *key, const void *ptr, size_t len);

/* Fresh from the kernel; aborts if it has none to give. */
struct hash_key hash_key_random(void);

#endif
