/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/hash.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

struct sip {
    uint64_t v0, v1, v2, v3;
};

static uint64_t rotate(uint64_t x, unsigned n)
{
    return x << n | x >> (64 - n);
}

static void rounds(struct sip *s, unsigned count)
{
    while (count--) {
        s->v0 += s->v1;
        s->v1 = rotate(s->v1, 13) ^ s->v0;
        s->v0 = rotate(s->v0, 32);
        s->v2 += s->v3;
        s->v3 = rotate(s->v3, 16) ^ s->v2;
        s->v0 += s->v3;
        s->v3 = rotate(s->v3, 21) ^ s->v0;
        s->v2 += s->v1;
        s->v1 = rotate(s->v1, 17) ^ s->v2;
        s->v2 = rotate(s->v2, 32);
    }
}

/* Little-endian, whatever the machine. */
static uint64_t word(const uint8_t *p)
{
    uint64_t value;

    memcpy(&value, p, sizeof(value));
    return le64toh(value);
}

static void compress(struct sip *s, uint64_t m)
{
    s->v3 ^= m;
    rounds(s, 2);
    s->v0 ^= m;
}

/* What is left of the message, `left` < 8 bytes of it, and its length in the highest byte. */
static uint64_t last_word(const uint8_t *p, size_t left, size_t len)
{
    uint64_t value = 0;

    for (size_t i = 0; i < left; i++)
        value |= (uint64_t)p[i] << (8 * i);
    return value | (uint64_t)len << 56;
}

/* All but the finish. `wide` is what sets the 128 bits apart from the start. */
static struct sip absorb(const struct hash_key *key, const uint8_t *p, size_t len, uint64_t wide)
{
    struct sip s = {
        .v0 = key->k0 ^ 0x736f6d6570736575,
        .v1 = key->k1 ^ 0x646f72616e646f6d ^ wide,
        .v2 = key->k0 ^ 0x6c7967656e657261,
        .v3 = key->k1 ^ 0x7465646279746573,
    };
    size_t left = len;

    for (; left >= 8; left -= 8, p += 8)
        compress(&s, word(p));
    compress(&s, last_word(p, left, len));
    return s;
}

static uint64_t finish(struct sip *s)
{
    rounds(s, 4);
    return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

uint64_t hash_bytes(const struct hash_key *key, const void *ptr, size_t len)
{
    struct sip s = absorb(key, ptr, len, 0);

    s.v2 ^= 0xff;
    return finish(&s);
}

struct hash128 hash_bytes128(const struct hash_key *key, const void *ptr, size_t len)
{
    struct sip s = absorb(key, ptr, len, 0xee);
    struct hash128 hash;

    s.v2 ^= 0xee;
    hash.lo = finish(&s);
    s.v1 ^= 0xdd;
    hash.hi = finish(&s);
    return hash;
}

struct hash_key hash_key_random(void)
{
    struct hash_key key;

    if (getrandom(&key, sizeof(key), 0) != (ssize_t)sizeof(key))
        abort();
    return key;
}
