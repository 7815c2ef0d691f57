/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From what was read to the plan: names, addresses, safe search, lists. */
#include <stdlib.h>
#include <string.h>

#include "config/services_parts.h"

/* A prefix of a service, and where it stands. */
struct owned_prefix {
    struct plan_prefix plan;
    const config_setting_t *at;
    size_t turn;
};

/* The same of a name for which there is a safe host. */
struct safe_name {
    const struct hostname *name, *host;
    const config_setting_t *at;
    size_t turn;
};

static bool same_as_last(const struct hostname *names, size_t count, const struct hostname *name)
{
    return count > 0 && strcmp(names[count - 1].text, name->text) == 0;
}

/* Sorted by name: what is said twice is said in a row. */
static bool plan_names(const struct reading *r)
{
    struct plan *p = &r->out->plan;
    struct plan_name *names = load_get(&r->load, r->keep, r->claim_count, sizeof(*names));
    struct hostname *never = load_get(&r->load, r->keep, r->claim_count, sizeof(*never));
    struct hostname *hidden = load_get(&r->load, r->keep, r->claim_count, sizeof(*hidden));
    struct plan_name *shared = load_get(&r->load, r->keep, r->claim_count, sizeof(*shared));

    if (!names || !never || !hidden || !shared)
        return false;
    for (size_t i = 0; i < r->claim_count; i++) {
        const struct claim *c = &r->claims[i];

        if (c->owner == CLAIM_NEVER && !same_as_last(never, p->never_count, c->name))
            never[p->never_count++] = *c->name;
        else if (c->owner == CLAIM_HIDDEN && !same_as_last(hidden, p->hidden_count, c->name))
            hidden[p->hidden_count++] = *c->name;
        else if (c->owner >= 0 && c->shared)
            shared[r->out->shared_count++] = (struct plan_name){*c->name, (uint16_t)c->owner, 0};
        else if (c->owner >= 0)
            names[p->name_count++] = (struct plan_name){*c->name, (uint16_t)c->owner, c->kind};
    }
    r->out->shared = shared;
    p->names = names;
    p->never = never;
    p->hidden = hidden;
    return true;
}

static int by_prefix(const void *a, const void *b)
{
    const struct owned_prefix *x = a, *y = b;
    int order = addr_compare(&x->plan.prefix.base, &y->plan.prefix.base);

    if (order)
        return order;
    if (x->plan.prefix.bits != y->plan.prefix.bits)
        return x->plan.prefix.bits - y->plan.prefix.bits;
    if (x->plan.service != y->plan.service)
        return x->plan.service - y->plan.service;
    return x->turn < y->turn ? -1 : x->turn > y->turn;
}

static bool same_prefix(const struct plan_prefix *x, const struct plan_prefix *y)
{
    return x->service == y->service && x->prefix.bits == y->prefix.bits &&
           addr_equal(&x->prefix.base, &y->prefix.base);
}

static size_t gather_prefixes(const struct reading *r, struct owned_prefix *out)
{
    size_t n = 0;

    for (size_t i = 0; i < r->model.services.count; i++) {
        const struct service_entry *e = services_entry(r, i);
        const struct prefix *p = e->prefixes.items;

        for (size_t k = 0; k < e->prefixes.count && !e->service.retired; k++)
            if (e->prefixes.sound[k]) {
                out[n] = (struct owned_prefix){{p[k], (uint16_t)i}, e->prefixes.at[k], n};
                n++;
            }
    }
    return n;
}

static bool plan_prefixes(const struct reading *r)
{
    struct plan *p = &r->out->plan;
    struct plan_prefix *prefixes;
    struct owned_prefix *all;
    char text[ADDR_TEXT];
    size_t count = 0;

    for (size_t i = 0; i < r->model.services.count; i++)
        count += services_entry(r, i)->prefixes.count;
    all = load_get(&r->load, r->load.pool, count, sizeof(*all));
    prefixes = load_get(&r->load, r->keep, count, sizeof(*prefixes));
    if (!all || !prefixes)
        return false;
    count = gather_prefixes(r, all);
    qsort(all, count, sizeof(*all), by_prefix);
    for (size_t i = 0; i < count; i++) {
        prefixes[i] = all[i].plan;
        if (i > 0 && same_prefix(&prefixes[i - 1], &prefixes[i]))
            load_fault(&r->load, all[i].at, "services[].prefixes", "each prefix once",
                       "'%s' is listed twice", prefix_text(&prefixes[i].prefix, text));
    }
    p->prefixes = prefixes;
    p->prefix_count = count;
    return true;
}

static int by_safe_name(const void *a, const void *b)
{
    const struct safe_name *x = a, *y = b;
    int order = strcmp(x->name->text, y->name->text);

    if (order)
        return order;
    return x->turn < y->turn ? -1 : x->turn > y->turn;
}

static size_t gather_safe(const struct reading *r, struct safe_name *out)
{
    const struct safe_entry *e = r->model.safe_search.items;
    size_t n = 0;

    for (size_t i = 0; i < r->model.safe_search.count; i++) {
        const struct list *names = &e[i].names;
        const struct hostname *name = names->items;

        for (size_t k = 0; k < names->count; k++)
            if (names->sound[k]) {
                out[n] = (struct safe_name){&name[k], &e[i].host, names->at[k], n};
                n++;
            }
    }
    return n;
}

static void check_safe(const struct reading *r, const struct safe_name *all, size_t count)
{
    char where[WHERE_MAX];

    if (count > SAFE_MAX)
        load_fault(&r->load, r->model.safe_search.at[0], "safe_search[].names", "at most 1024",
                   "there are %zu in all groups", count);
    for (size_t i = 1; i < count; i++)
        if (strcmp(all[i].name->text, all[i - 1].name->text) == 0)
            load_fault(&r->load, all[i].at, "safe_search[].names", "each name once",
                       "'%s' is listed already (%s)", all[i].name->text,
                       load_where(&r->load, all[i - 1].at, where));
}

static bool plan_safe(const struct reading *r)
{
    const struct safe_entry *e = r->model.safe_search.items;
    struct plan_safe *safe;
    struct safe_name *all;
    size_t count = 0;

    for (size_t i = 0; i < r->model.safe_search.count; i++)
        count += e[i].names.count;
    all = load_get(&r->load, r->load.pool, count, sizeof(*all));
    safe = load_get(&r->load, r->keep, count, sizeof(*safe));
    if (!all || !safe)
        return false;
    count = gather_safe(r, all);
    qsort(all, count, sizeof(*all), by_safe_name);
    check_safe(r, all, count);
    for (size_t i = 0; i < count; i++)
        safe[i] = (struct plan_safe){*all[i].name, *all[i].host};
    r->out->plan.safe = safe;
    r->out->plan.safe_count = count;
    return true;
}

static bool plan_lists(const struct reading *r)
{
    const struct list *list = &r->config_model->lists;
    const struct external_entry *e = list->items;
    struct plan *p = &r->out->plan;
    struct plan_list *lists = load_get(&r->load, r->keep, list->count, sizeof(*lists));

    if (!lists)
        return false;
    for (size_t i = 0; i < list->count; i++) {
        lists[i] = (struct plan_list){
            .service = (uint16_t)(r->model.services.count + i),
            .format = (uint8_t)e[i].format,
            .path = source_path(r->keep, r->config->source.path, e[i].path),
        };
        if (!lists[i].path)
            return false;
    }
    p->lists = lists;
    p->list_count = list->count;
    return true;
}

/* Lists are read into it, or they would be nowhere. */
static bool plan_state(const struct reading *r)
{
    const char *state = r->config_model->state;
    const config_setting_t *root = config_root_setting(&r->config->source.tree);
    const config_setting_t *at = config_setting_get_member(root, "state");
    const char *text = at ? config_setting_get_string(at) : NULL;

    if (*state) {
        r->out->plan.state = pool_text(r->keep, state, strlen(state));
        return r->out->plan.state;
    }
    if (text && !*text && r->config_model->lists.count)
        load_fault(r->config, at, "state", "the absolute path of a folder, or no lists",
                   "lists have no place to be kept");
    return true;
}

bool services_plan(struct reading *r)
{
    return plan_names(r) && plan_prefixes(r) && plan_safe(r) && plan_lists(r) && plan_state(r);
}
