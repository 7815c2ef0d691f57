/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A set of numbers 0..255: services, labels. */
#ifndef LESPOORT_BASE_SET256_H
#define LESPOORT_BASE_SET256_H

#include <stdbool.h>
#include <stdint.h>

struct set256 {
    uint64_t w[4];
};

static inline void set256_add(struct set256 *s, uint8_t n)
{
    s->w[n >> 6] |= UINT64_C(1) << (n & 63);
}

static inline void set256_remove(struct set256 *s, uint8_t n)
{
    s->w[n >> 6] &= ~(UINT64_C(1) << (n & 63));
}

static inline bool set256_has(const struct set256 *s, uint8_t n)
{
    return s->w[n >> 6] >> (n & 63) & 1;
}

static inline bool set256_empty(const struct set256 *s)
{
    return !(s->w[0] | s->w[1] | s->w[2] | s->w[3]);
}

static inline bool set256_equal(const struct set256 *a, const struct set256 *b)
{
    return a->w[0] == b->w[0] && a->w[1] == b->w[1] && a->w[2] == b->w[2] && a->w[3] == b->w[3];
}

/* Every member of a is one of b. */
static inline bool set256_within(const struct set256 *a, const struct set256 *b)
{
    return !((a->w[0] & ~b->w[0]) | (a->w[1] & ~b->w[1]) | (a->w[2] & ~b->w[2]) |
             (a->w[3] & ~b->w[3]));
}

static inline struct set256 set256_union(const struct set256 *a, const struct set256 *b)
{
    return (struct set256){
        {a->w[0] | b->w[0], a->w[1] | b->w[1], a->w[2] | b->w[2], a->w[3] | b->w[3]}};
}

/* What both have. */
static inline struct set256 set256_both(const struct set256 *a, const struct set256 *b)
{
    return (struct set256){
        {a->w[0] & b->w[0], a->w[1] & b->w[1], a->w[2] & b->w[2], a->w[3] & b->w[3]}};
}

/* What a has and b has not. */
static inline struct set256 set256_without(const struct set256 *a, const struct set256 *b)
{
    return (struct set256){
        {a->w[0] & ~b->w[0], a->w[1] & ~b->w[1], a->w[2] & ~b->w[2], a->w[3] & ~b->w[3]}};
}

static inline unsigned set256_count(const struct set256 *s)
{
    unsigned n = 0;

    for (unsigned i = 0; i < 4; i++)
        n += (unsigned)__builtin_popcountll(s->w[i]);
    return n;
}

#endif
