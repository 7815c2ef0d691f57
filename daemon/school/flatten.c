/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "school/flatten.h"

#include <stdlib.h>

#define NOWHERE   UINT16_MAX
#define ADDR_BITS 128

_Static_assert(ZONE_MAX < NOWHERE, "no zone has the number of nowhere");

struct pieces {
    struct snap_prefix *ptr;
    size_t count, cap;
    bool failed;
};

static void append(struct pieces *p, struct prefix prefix, uint16_t zone)
{
    if (zone == NOWHERE || p->failed)
        return;
    if (p->count == p->cap) {
        size_t cap = p->cap ? p->cap * 2 : 64;
        struct snap_prefix *grown = realloc(p->ptr, cap * sizeof(*grown));

        p->failed = !grown;
        if (p->failed)
            return;
        p->ptr = grown;
        p->cap = cap;
    }
    p->ptr[p->count++] = (struct snap_prefix){.prefix = prefix, .zone = zone};
}

static struct prefix half(struct prefix p, bool upper)
{
    if (upper)
        p.base.b[p.bits / 8] |= (uint8_t)(0x80 >> (p.bits % 8));
    p.bits++;
    return p;
}

/*
 * The pieces of `whole`, which belongs to `zone` except for what lies in the inner prefixes: a
 * prefix with nothing in it is a piece, any other one is halved. Depth is at most ADDR_BITS.
 */
static void cut(struct pieces *out, struct prefix whole, uint16_t zone,
                const struct snap_prefix *inner, size_t count)
{
    if (count && inner->prefix.bits == whole.bits) {
        zone = inner->zone;
        /* The same prefix once more: the first one has it. */
        while (count && inner->prefix.bits == whole.bits) {
            inner++;
            count--;
        }
    }
    if (!count || whole.bits == ADDR_BITS) {
        append(out, whole, zone);
        return;
    }
    struct prefix lower = half(whole, false), upper = half(whole, true);
    size_t in_lower = 0;

    while (in_lower < count && prefix_covers(&lower, &inner[in_lower].prefix))
        in_lower++;
    cut(out, lower, zone, inner, in_lower);
    cut(out, upper, zone, inner + in_lower, count - in_lower);
}

/* By address, the wider one first, of equal ones the zone that comes first. */
static int compare(const void *left, const void *right)
{
    const struct snap_prefix *a = left, *b = right;
    int order = addr_compare(&a->prefix.base, &b->prefix.base);

    if (order)
        return order;
    return a->prefix.bits != b->prefix.bits ? a->prefix.bits - b->prefix.bits : a->zone - b->zone;
}

static size_t collect(const struct school *s, struct snap_prefix *to)
{
    static const uint8_t any[4];
    size_t count = 0;

    for (size_t z = 0; z < s->zone_count; z++)
        for (size_t i = 0; i < s->zones[z].prefix_count; i++)
            to[count++] =
                (struct snap_prefix){.prefix = s->zones[z].prefixes[i], .zone = (uint16_t)z};
    /* In the 16-byte form ::/0 holds all of IPv4, which nobody means by it. */
    to[count++] = (struct snap_prefix){.prefix = {.base = addr_from4(any), .bits = ADDR_V4_BITS},
                                       .zone = NOWHERE};
    qsort(to, count, sizeof(*to), compare);
    return count;
}

bool flatten_prefixes(const struct school *s, struct snap_prefix **ret, size_t *ret_count)
{
    struct pieces out = {0};
    struct snap_prefix *all;
    size_t count = 1;

    for (size_t z = 0; z < s->zone_count; z++)
        count += s->zones[z].prefix_count;
    all = malloc(count * sizeof(*all));
    if (!all)
        return false;
    count = collect(s, all);
    cut(&out, (struct prefix){.bits = 0}, NOWHERE, all, count);
    free(all);
    if (out.failed) {
        free(out.ptr);
        return false;
    }
    *ret = out.ptr;
    *ret_count = out.count;
    return true;
}
