/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From nested prefixes to disjoint ranges of addresses: the longest prefix has an address. */
#include <stdlib.h>

#include "names/catalogue_builder.h"

#define ADDR_BITS 128
#define NESTING   (ADDR_BITS + 1)

struct piece {
    struct prefix prefix;
    uint32_t set;
};

struct sweep {
    struct catalogue_builder *b;
    const struct piece *open[NESTING]; /* each within the one before it */
    unsigned depth;
    struct addr at; /* everything before it is done */
    bool ended;     /* the last address is done, too */
};

static int compare(const void *left, const void *right)
{
    const struct piece *a = left, *b = right;
    int order = addr_compare(&a->prefix.base, &b->prefix.base);

    return order ? order : a->prefix.bits - b->prefix.bits;
}

static struct addr last_of(const struct prefix *p)
{
    struct addr a = p->base;

    for (unsigned bit = p->bits; bit < ADDR_BITS; bit++)
        a.b[bit / 8] |= (uint8_t)(0x80 >> (bit % 8));
    return a;
}

static struct addr before(struct addr a)
{
    for (unsigned i = sizeof(a.b); i > 0 && a.b[i - 1]-- == 0;)
        i--;
    return a;
}

/* False behind the last address there is. */
static bool step(struct addr *a)
{
    for (unsigned i = sizeof(a->b); i > 0; i--)
        if (++a->b[i - 1])
            return true;
    return false;
}

/* From where the sweep is to there. */
static void emit(struct sweep *s, struct addr last, uint32_t set)
{
    if (!s->ended && set && addr_compare(&s->at, &last) <= 0)
        s->b->ranges[s->b->range_count++] =
            (struct owned_range){.first = s->at, .last = last, .set = set};
}

static void close_top(struct sweep *s)
{
    const struct piece *top = s->open[--s->depth];
    struct addr last = last_of(&top->prefix);

    emit(s, last, top->set);
    s->at = last;
    s->ended = !step(&s->at);
}

static void open_piece(struct sweep *s, const struct piece *p)
{
    while (s->depth && !prefix_covers(&s->open[s->depth - 1]->prefix, &p->prefix))
        close_top(s);
    if (s->depth && addr_compare(&s->at, &p->prefix.base) < 0)
        emit(s, before(p->prefix.base), s->open[s->depth - 1]->set);
    s->at = p->prefix.base;
    s->open[s->depth++] = p;
}

/* One piece for each prefix, with the services of all that claim it. */
static bool join_equal(struct catalogue_builder *b, struct piece *pieces, size_t *count)
{
    size_t kept = 0;

    for (size_t i = 0; i < *count; i++) {
        struct piece *before = kept ? &pieces[kept - 1] : NULL;
        struct set256 both;

        if (!before || compare(before, &pieces[i]) != 0) {
            pieces[kept++] = pieces[i];
            continue;
        }
        both = set256_union(&b->sets[before->set].services, &b->sets[pieces[i].set].services);
        before->set = set_number(b, &both);
        if (before->set == NOTHING)
            return false;
    }
    *count = kept;
    return true;
}

static bool collect(struct catalogue_builder *b, struct piece *pieces, size_t *ret_count)
{
    static const uint8_t any[4];

    for (size_t i = 0; i < b->prefix_count; i++) {
        struct set256 services = {0};

        set256_add(&services, b->prefixes[i].service);
        pieces[i] = (struct piece){b->prefixes[i].prefix, set_number(b, &services)};
        if (pieces[i].set == NOTHING)
            return false;
    }
    /* In the 16-byte form ::/0 holds all of IPv4, which nobody means by it. */
    pieces[b->prefix_count] =
        (struct piece){.prefix = {.base = addr_from4(any), .bits = ADDR_V4_BITS}};
    *ret_count = b->prefix_count + 1;
    qsort(pieces, *ret_count, sizeof(*pieces), compare);
    return join_equal(b, pieces, ret_count);
}

static bool flatten(struct catalogue_builder *b, struct piece *pieces)
{
    struct sweep s = {.b = b};
    size_t count;

    if (!collect(b, pieces, &count))
        return false;
    for (size_t i = 0; i < count; i++)
        open_piece(&s, &pieces[i]);
    while (s.depth)
        close_top(&s);
    for (size_t i = 0; i < b->range_count; i++)
        b->sets[b->ranges[i].set].names++;
    return true;
}

bool builder_ranges(struct catalogue_builder *b)
{
    struct piece *pieces;
    void *ranges;
    bool ok;

    b->range_count = 0;
    if (!b->prefix_count)
        return true;
    /* Each prefix splits at most one range in two. */
    ranges = builder_grown(b->ranges, &b->range_cap, 2 * b->prefix_count + 2, sizeof(*b->ranges));
    pieces = malloc((b->prefix_count + 1) * sizeof(*pieces));
    if (ranges)
        b->ranges = ranges;
    ok = ranges && pieces && flatten(b, pieces);
    free(pieces);
    return ok;
}
