/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where names that several services need make a lesson close more or less than it says. */
#include <stdlib.h>
#include <string.h>

#include "config/services_parts.h"

/* What all claims of one name say together. */
struct standing {
    struct set256 owners, users; /* own names; shared ones */
    bool reserved;               /* never blocked, or hidden */
};

struct finding {
    const struct reading *reading;
    struct conflict *items; /* CONFLICT_MAX */
    size_t count, dropped;
};

static struct standing standing_of(const struct reading *r, size_t first, size_t end)
{
    struct standing s = {.reserved = false};

    for (size_t i = first; i < end; i++) {
        const struct claim *c = &r->claims[i];

        if (c->owner < 0)
            s.reserved = true;
        else
            set256_add(c->shared ? &s.users : &s.owners, (uint8_t)c->owner);
    }
    return s;
}

/* The names above it, until somebody owns one. */
static struct standing standing_above(const struct reading *r, const struct hostname *name)
{
    struct span up = hostname_parent(hostname_span(name));
    struct standing s = {.reserved = false};

    for (; up.len && !s.reserved && set256_empty(&s.owners); up = hostname_parent(up)) {
        size_t first = services_claim_find(r, up.ptr);

        if (first < r->claim_count)
            s = standing_of(r, first, services_claim_end(r, first));
    }
    return s;
}

static void add(struct finding *f, struct conflict found)
{
    if (f->count < CONFLICT_MAX)
        f->items[f->count++] = found;
    else
        f->dropped++;
}

/* Of the same length, never-block and hidden names decide; so do they above what nobody owns. */
static void look_at(struct finding *f, const struct hostname *name, const struct standing *here)
{
    bool owned = !set256_empty(&here->owners);
    struct standing up = owned ? *here : standing_above(f->reading, name);
    struct set256 hits = set256_without(&here->users, &up.owners);

    if (up.reserved)
        return;
    if (set256_empty(&up.owners) && set256_count(&here->users) > 1)
        add(f, (struct conflict){CONFLICT_SHARED, *name, here->users, {{0}}});
    if (!set256_empty(&up.owners) && !set256_empty(&hits))
        add(f, (struct conflict){CONFLICT_HITS, *name, up.owners, hits});
    if (set256_count(&here->owners) > 1)
        add(f, (struct conflict){CONFLICT_SPLIT, *name, here->owners, {{0}}});
}

static int by_kind(const void *a, const void *b)
{
    const struct conflict *x = a, *y = b;

    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return strcmp(x->name.text, y->name.text);
}

static bool keep(const struct reading *r, const struct finding *f)
{
    struct conflict *kept = load_get(&r->load, r->keep, f->count, sizeof(*kept));

    if (!kept)
        return false;
    memcpy(kept, f->items, f->count * sizeof(*kept));
    r->out->conflicts = kept;
    r->out->conflict_count = f->count;
    r->out->conflicts_dropped = f->dropped;
    return true;
}

bool services_conflicts(struct reading *r)
{
    struct finding f = {.reading = r};

    f.items = load_get(&r->load, r->load.pool, CONFLICT_MAX, sizeof(*f.items));
    if (!f.items)
        return false;
    for (size_t i = 0, end; i < r->claim_count; i = end) {
        struct standing here;

        end = services_claim_end(r, i);
        here = standing_of(r, i, end);
        if (!here.reserved)
            look_at(&f, r->claims[i].name, &here);
    }
    qsort(f.items, f.count, sizeof(*f.items), by_kind);
    return keep(r, &f);
}
