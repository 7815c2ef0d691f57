/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control/owners.h"

bool owners_covers(const struct hostname *entry, const struct hostname *name)
{
    size_t more = (size_t)name->len - entry->len;

    if (entry->len > name->len || strcmp(name->text + more, entry->text) != 0)
        return false;
    return more == 0 || name->text[more - 1] == '.';
}

/* Of entries of different lengths the longest speaks. */
static void hear(struct owners *o, const struct hostname *entry, unsigned service)
{
    if (entry->len < o->len)
        return;
    if (entry->len > o->len)
        o->services = (struct set256){0};
    o->len = entry->len;
    set256_add(&o->services, (uint8_t)service);
}

static void hear_added(struct owners *o, const struct plan *p, const struct local_names *local,
                       const struct hostname *name)
{
    for (size_t i = 0; i < local->count; i++) {
        const struct local_name *l = &local->items[i];
        int service = l->except ? -1 : plan_service(p, l->service);

        if (service >= 0 && owners_covers(&l->name, name))
            hear(o, &l->name, (unsigned)service);
    }
}

/* An exception holds for the entry that it stands at, and for those above. */
static void hear_exceptions(struct owners *o, const struct plan *p, const struct local_names *local,
                            const struct hostname *name)
{
    for (size_t i = 0; i < local->count; i++) {
        const struct local_name *l = &local->items[i];
        int service = l->except ? plan_service(p, l->service) : -1;

        if (service >= 0 && l->name.len >= o->len && owners_covers(&l->name, name))
            set256_remove(&o->services, (uint8_t)service);
    }
}

struct owners owners_of(const struct plan *p, const struct local_names *local,
                        const struct hostname *name)
{
    struct owners o = {.len = 0};

    for (size_t i = 0; i < p->name_count; i++) {
        if (!owners_covers(&p->names[i].name, name))
            continue;
        hear(&o, &p->names[i].name, p->names[i].service);
        if (p->names[i].name.len == name->len)
            set256_add(&o.exact, (uint8_t)p->names[i].service);
    }
    hear_added(&o, p, local, name);
    hear_exceptions(&o, p, local, name);
    return o;
}
