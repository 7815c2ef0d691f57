/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which sets of services there are, and the number that each one gets. */
#include <stdlib.h>
#include <string.h>

#include "names/catalogue_builder.h"

#define SET_INDEX_START 1024u

/* Sets with a number of their own, by their place in builder.sets. */
struct choice {
    uint32_t sets[LABEL_SERVICE_MAX];
    unsigned count;
};

void sets_clear(struct catalogue_builder *b)
{
    b->set_count = 0;
    if (b->set_index)
        memset(b->set_index, 0xff, b->set_index_size * sizeof(*b->set_index));
}

static uint32_t *set_place(const struct catalogue_builder *b, const struct set256 *services)
{
    size_t mask = b->set_index_size - 1;
    size_t at = hash_bytes(&b->key, services, sizeof(*services)) & mask;

    while (b->set_index[at] != NOTHING &&
           !set256_equal(&b->sets[b->set_index[at]].services, services))
        at = (at + 1) & mask;
    return &b->set_index[at];
}

/* At most half full, so that a search ends. */
static bool set_index_grow(struct catalogue_builder *b)
{
    size_t size = b->set_index_size ? b->set_index_size * 2 : SET_INDEX_START;
    uint32_t *grown;

    if ((b->set_count + 1) * 2 <= b->set_index_size)
        return true;
    grown = malloc(size * sizeof(*grown));
    if (!grown)
        return false;
    memset(grown, 0xff, size * sizeof(*grown));
    free(b->set_index);
    b->set_index = grown;
    b->set_index_size = size;
    for (uint32_t i = 0; i < b->set_count; i++)
        *set_place(b, &b->sets[i].services) = i;
    return true;
}

uint32_t set_number(struct catalogue_builder *b, const struct set256 *services)
{
    void *p = builder_grown(b->sets, &b->set_cap, b->set_count + 1, sizeof(*b->sets));
    uint32_t *place;

    if (!p)
        return NOTHING;
    b->sets = p;
    if (!set_index_grow(b))
        return NOTHING;
    place = set_place(b, services);
    if (*place == NOTHING) {
        *place = (uint32_t)b->set_count;
        b->sets[b->set_count++] = (struct owned_set){.services = *services};
    }
    return *place;
}

/* False: there is no number left. */
static bool choose(struct catalogue_builder *b, struct choice *c, uint32_t set)
{
    if (b->sets[set].chosen)
        return true;
    if (c->count == ARRAY_SIZE(c->sets))
        return false;
    b->sets[set].chosen = 1;
    c->sets[c->count++] = set;
    return true;
}

/* What the lists leave of each set comes first: it is what a set gives way to. */
static enum catalogue_error choose_services(struct catalogue_builder *b, struct choice *c)
{
    size_t count = b->set_count;

    for (size_t i = 1; i < count; i++) {
        struct set256 own = set256_without(&b->sets[i].services, &b->lists);
        uint32_t set;

        if (!b->sets[i].names || set256_empty(&own))
            continue;
        set = set_number(b, &own);
        if (set == NOTHING)
            return CATALOGUE_NO_MEMORY;
        if (!choose(b, c, set))
            return CATALOGUE_FULL;
    }
    return CATALOGUE_OK;
}

struct candidate {
    uint32_t names, set;
};

static int more_names_first(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;

    if (a->names != b->names)
        return a->names < b->names ? 1 : -1;
    return a->set < b->set ? -1 : 1;
}

static int by_set(const void *left, const void *right)
{
    const uint32_t *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

/* Of more sets than there are numbers, those of the most names. */
static enum catalogue_error choose_some(struct catalogue_builder *b, struct choice *c)
{
    enum catalogue_error error = choose_services(b, c);
    struct candidate *all;
    size_t count = 0;

    if (error)
        return error;
    all = malloc(b->set_count * sizeof(*all));
    if (!all)
        return CATALOGUE_NO_MEMORY;
    for (uint32_t i = 1; i < b->set_count; i++)
        if (b->sets[i].names)
            all[count++] = (struct candidate){b->sets[i].names, i};
    qsort(all, count, sizeof(*all), more_names_first);
    for (size_t i = 0; i < count; i++)
        if (!choose(b, c, all[i].set))
            break;
    free(all);
    return CATALOGUE_OK;
}

/* The set that had that number; false when one of its services is gone. */
static bool translate(const struct catalogue_builder *b, unsigned number, struct set256 *ret)
{
    const struct label_seed *seed = &b->seed;

    *ret = (struct set256){0};
    for (unsigned i = 0; i < seed->id_count; i++) {
        unsigned now = 0;

        if (!set256_has(&seed->labels[number], (uint8_t)i))
            continue;
        while (now < b->service_count && strcmp(b->services[now].id, seed->ids[i]) != 0)
            now++;
        if (now == b->service_count)
            return false;
        set256_add(ret, (uint8_t)now);
    }
    return !set256_empty(ret);
}

static void give(struct catalogue_builder *b, struct owned_set *set, unsigned number)
{
    set->label = (uint8_t)number;
    b->labels[number] = set->services;
}

static void keep_numbers(struct catalogue_builder *b, const struct choice *c)
{
    for (unsigned number = 1; number < b->seed.label_count; number++) {
        struct set256 services;

        if (!translate(b, number, &services))
            continue;
        for (unsigned i = 0; i < c->count; i++)
            if (set256_equal(&b->sets[c->sets[i]].services, &services))
                give(b, &b->sets[c->sets[i]], number);
    }
}

/* A fresh number, else one that was empty in the seed already, else one that is empty now: what
 * was free for longest is on the fewest flows. */
static unsigned free_number(struct catalogue_builder *b)
{
    unsigned last = 0;

    if (b->label_count <= LABEL_SERVICE_MAX)
        return b->label_count++;
    for (unsigned i = LABEL_SERVICE_MAX; i > 0; i--) {
        if (!set256_empty(&b->labels[i]))
            continue;
        last = i;
        if (i >= b->seed.label_count || set256_empty(&b->seed.labels[i]))
            break;
    }
    return last;
}

/* The chosen set of the same services with the most of those lists; LABEL_NONE without one. */
static uint8_t nearest(const struct catalogue_builder *b, const struct choice *c,
                       const struct set256 *services)
{
    struct set256 own = set256_without(services, &b->lists);
    const struct owned_set *best = NULL;

    for (unsigned i = 0; i < c->count; i++) {
        const struct owned_set *set = &b->sets[c->sets[i]];
        unsigned size = set256_count(&set->services);

        if (!set256_within(&set->services, services) || !set256_within(&own, &set->services))
            continue;
        if (!best || size > set256_count(&best->services) ||
            (size == set256_count(&best->services) && set->names > best->names))
            best = set;
    }
    return best ? best->label : LABEL_NONE;
}

/* Labels are numbered in the order in which their sets were met: equal input, equal labels. */
static void number_choice(struct catalogue_builder *b, struct choice *c)
{
    memset(b->labels, 0, sizeof(b->labels));
    b->label_count = b->seed.label_count ? b->seed.label_count : 1;
    keep_numbers(b, c);
    qsort(c->sets, c->count, sizeof(c->sets[0]), by_set);
    for (unsigned i = 0; i < c->count; i++)
        if (b->sets[c->sets[i]].label == LABEL_NONE)
            give(b, &b->sets[c->sets[i]], free_number(b));
}

enum catalogue_error builder_labels(struct catalogue_builder *b)
{
    enum catalogue_error error = CATALOGUE_OK;
    struct choice c = {.count = 0};
    size_t wanted = 0;

    for (uint32_t i = 1; i < b->set_count; i++)
        wanted += b->sets[i].names != 0;
    if (wanted > LABEL_SERVICE_MAX)
        error = choose_some(b, &c);
    else
        for (uint32_t i = 1; i < b->set_count; i++)
            if (b->sets[i].names)
                choose(b, &c, i);
    if (error)
        return error;
    number_choice(b, &c);
    for (uint32_t i = 1; i < b->set_count && wanted > LABEL_SERVICE_MAX; i++)
        if (b->sets[i].names && !b->sets[i].chosen)
            b->sets[i].label = nearest(b, &c, &b->sets[i].services);
    if (wanted > LABEL_SERVICE_MAX)
        builder_recount(b);
    return CATALOGUE_OK;
}
