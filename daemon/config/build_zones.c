/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Zones with their prefixes, and what lessons close. */
#include <stdlib.h>
#include <string.h>

#include "config/build.h"

#define WORD_MAX (SERVICE_MAX * (2 + ALIAS_MAX))

/* A prefix and the zone it came from. */
struct claimed_prefix {
    const struct prefix *prefix;
    const config_setting_t *at;
    const char *zone;
    size_t turn;
};

static bool has_lessons(int kind)
{
    return kind == ZONE_CLASSROOM || kind == ZONE_SUPERVISED;
}

static void unknown_stream(const struct build *b, const config_setting_t *at, const char *name)
{
    const struct list *list = &b->model->streams;
    const struct stream_entry *e = list->items;
    const char *names[STREAM_MAX];
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++)
        if (*e[i].name)
            names[count++] = e[i].name;
    if (count) /* else the streams have faults of their own */
        load_unknown(b->load, at, "zones[].stream", name, (struct words){names, count});
}

static uint16_t named_stream(const struct build *b, const config_setting_t *at,
                             const struct zone_entry *z)
{
    const struct list *list = &b->model->streams;
    const struct stream_entry *e = list->items;

    if (z->kind == ZONE_RESOLVER) {
        load_fault(b->load, load_at(at, "stream"), "zones[].stream", "no stream",
                   "a resolver asks for everybody and is never closed");
        return NO_STREAM;
    }
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(e[i].name, z->stream) == 0)
            return (uint16_t)i;
    unknown_stream(b, load_at(at, "stream"), z->stream);
    return NO_STREAM;
}

static uint16_t zone_stream(const struct build *b, size_t i)
{
    const config_setting_t *at = b->model->zones.at[i];
    const struct zone_entry *z = (const struct zone_entry *)b->model->zones.items + i;

    if (*z->stream)
        return named_stream(b, at, z);
    if (!has_lessons(z->kind) || config_setting_get_member(at, "stream"))
        return NO_STREAM;
    if (b->model->streams.count > 1)
        load_fault(b->load, at, "zones[].stream", NULL,
                   "is missing, and there is more than one stream");
    return 0;
}

static int by_prefix(const void *a, const void *b)
{
    const struct claimed_prefix *x = a, *y = b;
    int order = addr_compare(&x->prefix->base, &y->prefix->base);

    if (order)
        return order;
    if (x->prefix->bits != y->prefix->bits)
        return x->prefix->bits - y->prefix->bits;
    return x->turn < y->turn ? -1 : x->turn > y->turn;
}

static bool same_prefix(const struct claimed_prefix *x, const struct claimed_prefix *y)
{
    return addr_equal(&x->prefix->base, &y->prefix->base) && x->prefix->bits == y->prefix->bits;
}

static size_t claim_prefixes(const struct build *b, struct claimed_prefix *out)
{
    const struct zone_entry *z = b->model->zones.items;
    size_t n = 0;

    for (size_t i = 0; i < b->model->zones.count; i++) {
        const struct list *list = &z[i].prefixes;
        const struct prefix *p = list->items;

        for (size_t k = 0; k < list->count; k++, n++)
            if (list->sound[k])
                out[n] = (struct claimed_prefix){&p[k], list->at[k], z[i].name, n};
            else
                n--;
    }
    return n;
}

static void check_prefixes(const struct build *b)
{
    const struct zone_entry *z = b->model->zones.items;
    struct claimed_prefix *all;
    char text[ADDR_TEXT], where[WHERE_MAX];
    size_t count = 0;

    for (size_t i = 0; i < b->model->zones.count; i++)
        count += z[i].prefixes.count;
    if (count > PREFIX_MAX)
        load_fault(b->load, NULL, "zones[].prefixes", "at most 4096", "there are %zu in all zones",
                   count);
    all = load_get(b->load, b->load->pool, count, sizeof(*all));
    if (!all)
        return;
    count = claim_prefixes(b, all);
    qsort(all, count, sizeof(*all), by_prefix);
    for (size_t i = 1; i < count; i++)
        if (same_prefix(&all[i - 1], &all[i]))
            load_fault(b->load, all[i].at, "zones[].prefixes", "each prefix in one zone",
                       "'%s' is already in zone '%s' (%s)", prefix_text(all[i].prefix, text),
                       all[i - 1].zone, load_where(b->load, all[i - 1].at, where));
}

static void keep_prefixes(const struct build *b, const struct list *list, struct zone *ret)
{
    struct prefix *prefixes = load_get(b->load, b->keep, list->count, sizeof(*prefixes));

    if (!prefixes)
        return;
    if (list->count)
        memcpy(prefixes, list->items, list->count * sizeof(*prefixes));
    ret->prefixes = prefixes;
    ret->prefix_count = list->count;
}

void build_zones(const struct build *b, struct school *s)
{
    const struct list *list = &b->model->zones;
    const struct zone_entry *e = list->items;
    struct zone *zones = load_get(b->load, b->keep, list->count, sizeof(*zones));

    if (!zones)
        return;
    build_unique(b, list, sizeof(*e), "zones[].name");
    check_prefixes(b);
    for (size_t i = 0; i < list->count; i++) {
        memcpy(zones[i].name, e[i].name, sizeof(zones[i].name));
        zones[i].kind = (enum zone_kind)e[i].kind;
        zones[i].quic = (enum quic_policy)e[i].quic;
        zones[i].stream = zone_stream(b, i);
        keep_prefixes(b, &e[i].prefixes, &zones[i]);
    }
    s->zones = zones;
    s->zone_count = list->count;
}

static bool first_of_category(const struct plan *p, size_t service)
{
    struct set256 all;

    if (!services_category(p->services, service + 1, p->services[service].category, &all))
        return false;
    return set256_count(&all) == 1;
}

static void unknown_service(const struct build *b, const config_setting_t *at, const char *path,
                            const char *word)
{
    const struct services *s = b->services;
    const char **words = load_get(b->load, b->load->pool, WORD_MAX, sizeof(*words));
    size_t count = 0;

    if (!words)
        return;
    for (size_t i = 0; i < s->word_count; i++)
        words[count++] = s->words[i].word;
    for (size_t i = 0; i < s->plan.service_count; i++)
        if (first_of_category(&s->plan, i))
            words[count++] = s->plan.services[i].category;
    load_unknown(b->load, at, path, word, (struct words){words, count});
}

static struct set256 resolve(const struct build *b, const struct list *list, const char *path)
{
    const struct services *s = b->services;
    const char(*word)[SERVICE_ID_MAX] = list->items;
    struct set256 all = {0};

    for (size_t i = 0; i < list->count; i++) {
        int service = services_word(s->words, s->word_count, word[i]);
        struct set256 more = {0};

        if (!list->sound[i])
            continue;
        if (service >= 0)
            set256_add(&more, (uint8_t)service);
        else if (!services_category(s->plan.services, s->plan.service_count, word[i], &more))
            unknown_service(b, list->at[i], path, word[i]);
        for (unsigned k = 0; k < 4; k++)
            all.w[k] |= more.w[k];
    }
    return all;
}

/* Lists are closed only when the school says so. */
static struct set256 every_service(const struct services *s)
{
    struct set256 all = {0};

    for (size_t i = 0; i < s->plan.service_count; i++)
        if (!s->plan.services[i].list)
            set256_add(&all, (uint8_t)i);
    return all;
}

/* Of what is gone nothing can be closed, though a category or an old config may still name it. */
static struct set256 retired_services(const struct services *s)
{
    struct set256 gone = {0};

    for (size_t i = 0; i < s->plan.service_count; i++)
        if (s->plan.services[i].retired)
            set256_add(&gone, (uint8_t)i);
    return gone;
}

void build_lessons(const struct build *b, struct school *s)
{
    const config_setting_t *root = config_root_setting(&b->load->source.tree);
    const config_setting_t *lessons = config_setting_get_member(root, "lessons");

    struct set256 gone;

    if (!b->services)
        return;
    if (lessons && config_setting_get_member(lessons, "close"))
        s->lesson_closed = resolve(b, &b->model->lessons.close, "lessons.close");
    else
        s->lesson_closed = every_service(b->services);
    gone = retired_services(b->services);
    s->lesson_closed = set256_without(&s->lesson_closed, &gone);
    s->locked = resolve(b, &b->model->lessons.locked, "lessons.locked");
}
