/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "names/plan_diff.h"

#include <stdlib.h>

/* One thing that a plan says. */
struct item {
    enum plan_part part;
    const char *service, *text, *more;
    char prefix[ADDR_TEXT]; /* in place of text */
};

struct items {
    struct item *all;
    size_t count;
};

static const char *text_of(const struct item *i)
{
    return i->part == PART_PREFIX ? i->prefix : i->text;
}

static int compare(const struct item *a, const struct item *b)
{
    int by = (int)a->part - (int)b->part;

    by = by ? by : strcmp(a->service, b->service);
    by = by ? by : strcmp(text_of(a), text_of(b));
    return by ? by : strcmp(a->more, b->more);
}

static int compare_items(const void *a, const void *b)
{
    return compare(a, b);
}

static struct item *add(struct items *items, enum plan_part part, const char *service,
                        const char *text)
{
    struct item *i = &items->all[items->count++];

    *i = (struct item){.part = part, .service = service, .text = text, .more = ""};
    return i;
}

static void add_services(struct items *items, const struct plan *p)
{
    for (size_t i = 0; i < p->service_count; i++) {
        const struct service *s = &p->services[i];

        if (s->list)
            continue;
        add(items, PART_SERVICE, s->id, "");
        add(items, PART_CATEGORY, s->id, s->category);
        if (s->retired)
            add(items, PART_RETIRED, s->id, "");
    }
}

static void add_hosts(struct items *items, enum plan_part part, const struct hostname *names,
                      size_t count)
{
    for (size_t i = 0; i < count; i++)
        add(items, part, "", names[i].text);
}

static void add_all(struct items *items, const struct plan *p)
{
    add_services(items, p);
    for (size_t i = 0; i < p->name_count; i++)
        add(items, PART_NAME, p->services[p->names[i].service].id, p->names[i].name.text);
    for (size_t i = 0; i < p->prefix_count; i++)
        prefix_text(&p->prefixes[i].prefix,
                    add(items, PART_PREFIX, p->services[p->prefixes[i].service].id, "")->prefix);
    add_hosts(items, PART_NEVER, p->never, p->never_count);
    add_hosts(items, PART_HIDDEN, p->hidden, p->hidden_count);
    for (size_t i = 0; i < p->safe_count; i++)
        add(items, PART_SAFE, "", p->safe[i].name.text)->more = p->safe[i].host.text;
}

static bool list(struct items *items, const struct plan *p)
{
    size_t most = 3 * p->service_count + p->name_count + p->prefix_count + p->never_count +
                  p->hidden_count + p->safe_count;

    *items = (struct items){.all = calloc(most + 1, sizeof(*items->all))};
    if (!items->all)
        return false;
    add_all(items, p);
    qsort(items->all, items->count, sizeof(*items->all), compare_items);
    return true;
}

struct telling {
    const struct plan *other; /* that does not say it */
    bool added;
    plan_diff_take *take;
    void *arg;
};

static void tell(const struct telling *t, const struct item *i)
{
    struct plan_change change = {
        .part = i->part,
        .added = t->added,
        .service = i->service,
        .text = text_of(i),
        .more = i->more,
    };

    /* The category of a service that comes or goes is no change. */
    if (i->part != PART_CATEGORY || plan_service(t->other, i->service) >= 0)
        t->take(t->arg, &change);
}

/* Both sorted: what only one of them has. An item that one of them repeats is told once. */
static void merge(const struct items *before, const struct items *after, const struct telling *gone,
                  const struct telling *come)
{
    size_t i = 0, k = 0;

    while (i < before->count || k < after->count) {
        const struct item *b = i < before->count ? &before->all[i] : NULL;
        const struct item *a = k < after->count ? &after->all[k] : NULL;
        int by = !b ? 1 : !a ? -1 : compare(b, a);
        const struct item *first = by > 0 ? a : b;

        if (by)
            tell(by < 0 ? gone : come, first);
        while (i < before->count && compare(&before->all[i], first) == 0)
            i++;
        while (k < after->count && compare(&after->all[k], first) == 0)
            k++;
    }
}

bool plan_diff(const struct plan *before, const struct plan *after, plan_diff_take *take, void *arg)
{
    const struct telling gone = {.other = after, .take = take, .arg = arg};
    const struct telling come = {.other = before, .added = true, .take = take, .arg = arg};
    struct items old = {.all = NULL}, new = {.all = NULL};
    bool ok = list(&old, before) && list(&new, after);

    if (ok)
        merge(&old, &new, &gone, &come);
    free(old.all);
    free(new.all);
    return ok;
}
