/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lists/inputs.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "lists/shelf.h"

/* Another way to compile the same inputs: another number. */
#define INPUTS_VERSION 1u

static void add_number(XXH3_state_t *x, uint64_t n)
{
    XXH3_128bits_update(x, &n, sizeof(n));
}

/* With its length: two texts in a row are not one. */
static void add_text(XXH3_state_t *x, const char *text)
{
    size_t len = strlen(text);

    add_number(x, len);
    XXH3_128bits_update(x, text, len);
}

static void add_services(XXH3_state_t *x, const struct plan *p)
{
    add_number(x, p->service_count);
    for (size_t i = 0; i < p->service_count; i++) {
        const struct service *s = &p->services[i];

        add_text(x, s->id);
        add_text(x, s->title);
        add_text(x, s->title_nl);
        add_text(x, s->category);
        add_number(x, (uint64_t)s->list << 1 | s->retired);
    }
}

static void add_hosts(XXH3_state_t *x, const struct hostname *names, size_t count)
{
    add_number(x, count);
    for (size_t i = 0; i < count; i++)
        add_text(x, names[i].text);
}

static void add_plan(XXH3_state_t *x, const struct plan *p)
{
    add_services(x, p);
    add_number(x, p->name_count);
    for (size_t i = 0; i < p->name_count; i++) {
        add_number(x, p->names[i].service);
        add_text(x, p->names[i].name.text);
    }
    add_hosts(x, p->never, p->never_count);
    add_hosts(x, p->hidden, p->hidden_count);
    add_number(x, p->prefix_count);
    for (size_t i = 0; i < p->prefix_count; i++) {
        add_number(x, (uint64_t)p->prefixes[i].service << 8 | p->prefixes[i].prefix.bits);
        XXH3_128bits_update(x, p->prefixes[i].prefix.base.b, sizeof(p->prefixes[i].prefix.base.b));
    }
    add_number(x, p->safe_count);
    for (size_t i = 0; i < p->safe_count; i++) {
        add_text(x, p->safe[i].name.text);
        add_text(x, p->safe[i].host.text);
    }
}

static void add_lists(XXH3_state_t *x, const struct plan *p)
{
    add_number(x, p->state ? p->list_count : 0);
    for (size_t i = 0; p->state && i < p->list_count; i++) {
        struct shelf_info info = {.there = false};

        add_number(x, p->lists[i].service);
        shelf_info(p->state, p->services[p->lists[i].service].id, &info);
        add_number(x, info.there);
        if (info.there)
            XXH3_128bits_update(x, info.digest, sizeof(info.digest));
    }
}

static void add_local(XXH3_state_t *x, const struct local_names *local)
{
    add_number(x, local->count);
    for (size_t i = 0; i < local->count; i++) {
        add_number(x, local->items[i].except);
        add_text(x, local->items[i].name.text);
        add_text(x, local->items[i].service);
    }
}

void inputs_of(const struct plan *p, const struct local_names *local, struct inputs *ret)
{
    XXH3_state_t x;
    XXH128_hash_t sum;

    XXH3_128bits_reset(&x);
    add_number(&x, INPUTS_VERSION);
    add_plan(&x, p);
    add_lists(&x, p);
    add_local(&x, local);
    sum = XXH3_128bits_digest(&x);
    *ret = (struct inputs){{sum.low64, sum.high64}};
}

bool inputs_made(const struct inputs *inputs, const struct catalogue *c)
{
    return memcmp(inputs->digest, c->inputs, sizeof(inputs->digest)) == 0;
}
