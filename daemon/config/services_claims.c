/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the catalogue and the config say of each name, and whether that can be true together. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "config/services_parts.h"

/* The lists of a service, in the order of enum name_kind; `shared` is the last. */
static const char *const paths[] = {"services[].core", "services[].cdn", "services[].api",
                                    "services[].shared"};

#define SHARED NAME_KIND_COUNT

static_assert(ARRAY_SIZE(paths) == SHARED + 1, "one list of each kind, and the shared names");

static const struct list *names_of(const struct service_entry *e, size_t which)
{
    const struct list *const lists[ARRAY_SIZE(paths)] = {&e->core, &e->cdn, &e->api, &e->shared};

    return lists[which];
}

/* `like` says everything but the name and the place. */
static void claim_list(struct reading *r, const struct list *names, struct claim like)
{
    const struct hostname *name = names->items;

    for (size_t i = 0; i < names->count; i++) {
        if (!names->sound[i])
            continue;
        like.name = &name[i];
        like.at = names->at[i];
        r->claims[r->claim_count++] = like;
    }
}

static void claim_service(struct reading *r, size_t service)
{
    const struct service_entry *e = services_entry(r, service);

    for (size_t i = 0; i < ARRAY_SIZE(paths) && !e->service.retired; i++)
        claim_list(r, names_of(e, i),
                   (struct claim){.owner = (int)service,
                                  .shared = i == SHARED,
                                  .kind = (uint8_t)i,
                                  .load = &r->load,
                                  .path = paths[i]});
}

static bool claim_all(struct reading *r)
{
    const struct list *school = &r->config_model->never_block;
    size_t room = school->count + r->model.never_block.count + r->model.hidden_names.count;
    struct claim never = {.owner = CLAIM_NEVER, .load = &r->load, .path = "never_block"};
    struct claim hidden = {.owner = CLAIM_HIDDEN, .load = &r->load, .path = "hidden_names"};

    for (size_t i = 0; i < r->model.services.count; i++)
        for (size_t k = 0; k < ARRAY_SIZE(paths); k++)
            room += names_of(services_entry(r, i), k)->count;
    r->claims = load_get(&r->load, r->load.pool, room, sizeof(*r->claims));
    if (!r->claims)
        return false;
    claim_list(r, &r->model.never_block, never);
    claim_list(r, &r->model.hidden_names, hidden);
    never.load = r->config;
    claim_list(r, school, never);
    for (size_t i = 0; i < r->model.services.count; i++)
        claim_service(r, i);
    return true;
}

static int by_name(const void *a, const void *b)
{
    const struct claim *x = a, *y = b;
    int order = strcmp(x->name->text, y->name->text);
    uint64_t here, there;

    if (order || x->owner != y->owner)
        return order ? order : x->owner - y->owner;
    here = source_place(&x->load->source, x->at).order;
    there = source_place(&y->load->source, y->at).order;
    return here < there ? -1 : here > there;
}

/* A name that is never blocked or hidden, and a service's all the same. */
static void refuse_owned(const struct reading *r, const struct claim *reserved,
                         const struct claim *own)
{
    char where[WHERE_MAX];

    load_fault(reserved->load, reserved->at, reserved->path, "names that no service owns",
               "'%s' belongs to service '%s' (%s)", own->name->text,
               r->out->plan.services[own->owner].id, load_where(own->load, own->at, where));
}

static void refuse_hidden(const struct claim *never, const struct claim *hidden)
{
    char where[WHERE_MAX];

    load_fault(hidden->load, hidden->at, hidden->path, "names that may be closed",
               "'%s' is in never_block (%s)", hidden->name->text,
               load_where(never->load, never->at, where));
}

/* All claims of one name: the reserved ones come first. */
static void check_name(const struct reading *r, size_t first, size_t end)
{
    const struct claim *reserved = NULL;

    for (size_t i = first; i < end; i++) {
        const struct claim *c = &r->claims[i];

        if (c->owner == CLAIM_HIDDEN && reserved && reserved->owner == CLAIM_NEVER)
            refuse_hidden(reserved, c);
        else if (c->owner < 0)
            reserved = c;
        else if (i > first && c->owner == c[-1].owner)
            load_fault(c->load, c->at, c->path, "each name once", "'%s' is listed twice",
                       c->name->text);
        else if (reserved && !c->shared)
            refuse_owned(r, reserved, c);
    }
}

size_t services_claim_end(const struct reading *r, size_t first)
{
    size_t end = first + 1;

    while (end < r->claim_count &&
           strcmp(r->claims[end].name->text, r->claims[first].name->text) == 0)
        end++;
    return end;
}

size_t services_claim_find(const struct reading *r, const char *name)
{
    size_t low = 0, high = r->claim_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(r->claims[middle].name->text, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < r->claim_count && strcmp(r->claims[low].name->text, name) == 0)
        return low;
    return r->claim_count;
}

bool services_claim(struct reading *r)
{
    if (!claim_all(r))
        return false;
    if (r->claim_count)
        qsort(r->claims, r->claim_count, sizeof(*r->claims), by_name);
    for (size_t i = 0, end; i < r->claim_count; i = end) {
        end = services_claim_end(r, i);
        check_name(r, i, end);
    }
    return true;
}
