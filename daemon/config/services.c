/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/services.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "config/services_parts.h"

const struct service_entry *services_entry(const struct reading *r, size_t i)
{
    return (const struct service_entry *)r->model.services.items + i;
}

int services_word(const struct service_word *words, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(words[i].word, word) == 0)
            return words[i].service;
    return -1;
}

bool services_category(const struct service *services, size_t count, const char *category,
                       struct set256 *ret)
{
    struct set256 found = {0};

    for (size_t i = 0; i < count; i++)
        if (strcasecmp(services[i].category, category) == 0)
            set256_add(&found, (uint8_t)i);
    if (set256_empty(&found))
        return false;
    *ret = found;
    return true;
}

/* Where a word stands. */
struct spot {
    const struct load *load;
    const config_setting_t *at;
    const char *path;
};

/* A word means one thing, or people close something else than they think. */
static void add_word(const struct reading *r, struct spot spot, const char *word, size_t service)
{
    struct services *s = r->out;
    struct set256 unused;
    int other = services_word(s->words, s->word_count, word);

    if (other >= 0)
        load_fault(spot.load, spot.at, spot.path, "a word of its own",
                   "'%s' means service '%s' already", word, s->plan.services[other].id);
    else if (services_category(s->plan.services, s->plan.service_count, word, &unused))
        load_fault(spot.load, spot.at, spot.path, "a word of its own", "'%s' is a category", word);
    snprintf(r->words[s->word_count].word, SERVICE_ID_MAX, "%s", word);
    r->words[s->word_count++].service = (uint8_t)service;
}

static void add_words(const struct reading *r, size_t service)
{
    const struct service_entry *e = services_entry(r, service);
    const config_setting_t *id_at = load_at(r->model.services.at[service], "id");
    const char(*alias)[SERVICE_ID_MAX] = e->aliases.items;

    if (*e->service.id)
        add_word(r, (struct spot){&r->load, id_at, "services[].id"}, e->service.id, service);
    for (size_t i = 0; i < e->aliases.count; i++)
        if (e->aliases.sound[i])
            add_word(r, (struct spot){&r->load, e->aliases.at[i], "services[].aliases"}, alias[i],
                     service);
}

static bool says_anything(const config_setting_t *group, const char *key)
{
    const config_setting_t *at = config_setting_get_member(group, key);

    return at && (!config_setting_is_aggregate(at) || config_setting_length(at) > 0);
}

/* Of a service without names and addresses nothing can be closed. */
static void check_content(const struct reading *r, size_t service)
{
    static const char *const keys[] = {"core", "cdn", "api", "shared", "prefixes"};
    const config_setting_t *at = r->model.services.at[service];
    bool retired = services_entry(r, service)->service.retired;

    for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
        if (!config_setting_is_group(at) || says_anything(at, keys[i]) || retired)
            return;
    load_fault(&r->load, at, "services[].core", "at least one name or prefix",
               "the service has none of any kind");
}

/* False when there are too many with the lists. */
static bool room_for_lists(const struct reading *r)
{
    size_t services = r->model.services.count, lists = r->config_model->lists.count;
    const config_setting_t *root = config_root_setting(&r->config->source.tree);

    if (services + lists <= SERVICE_MAX)
        return true;
    load_fault(r->config, load_at(root, "lists"), "lists", "at most 256 together",
               "there are %zu, and %zu services in the catalogue", lists, services);
    return false;
}

/* After the services, so that the file of the school is the one at fault. */
static void add_list(const struct reading *r, struct service *services, size_t i)
{
    const struct list *lists = &r->config_model->lists;
    const struct external_entry *e = (const struct external_entry *)lists->items + i;
    const config_setting_t *id_at = load_at(lists->at[i], "id");
    struct plan *p = &r->out->plan;
    struct service *s = &services[p->service_count++];

    *s = e->service;
    s->list = 1;
    if (!*s->title)
        snprintf(s->title, sizeof(s->title), "%s", s->id);
    if (*s->id)
        add_word(r, (struct spot){r->config, id_at, "lists[].id"}, s->id, p->service_count - 1);
}

static void check_list_category(const struct reading *r, size_t i)
{
    const struct list *lists = &r->config_model->lists;
    const struct external_entry *e = (const struct external_entry *)lists->items + i;
    int service = services_word(r->out->words, r->out->word_count, e->service.category);

    if (service >= 0)
        load_fault(r->config, load_at(lists->at[i], "category"), "lists[].category",
                   "the id of a category", "'%s' means service '%s' already", e->service.category,
                   r->out->plan.services[service].id);
}

static void fill_services(const struct reading *r, struct service *services,
                          struct service_note *notes)
{
    struct services *s = r->out;

    s->plan.services = services;
    s->notes = notes;
    for (size_t i = 0; i < r->model.services.count; i++) {
        services[i] = services_entry(r, i)->service;
        notes[i] = services_entry(r, i)->note;
    }
    s->plan.service_count = r->model.services.count;
    for (size_t i = 0; i < s->plan.service_count; i++) {
        add_words(r, i);
        check_content(r, i);
    }
    for (size_t i = 0; i < r->config_model->lists.count; i++)
        check_list_category(r, i);
    for (size_t i = 0; i < r->config_model->lists.count; i++)
        add_list(r, services, i);
}

static bool list_services(struct reading *r)
{
    size_t lists = r->config_model->lists.count, count = r->model.services.count;
    struct service *services = load_get(&r->load, r->keep, count + lists, sizeof(*services));
    struct service_note *notes = load_get(&r->load, r->keep, count + lists, sizeof(*notes));

    r->words = load_get(&r->load, r->keep, count * (1 + ALIAS_MAX) + lists, sizeof(*r->words));
    if (!services || !notes || !r->words || !room_for_lists(r))
        return false;
    r->out->words = r->words;
    fill_services(r, services, notes);
    return true;
}

static bool list_categories(const struct reading *r)
{
    const struct list *list = &r->model.categories;
    struct category *c = load_get(&r->load, r->keep, list->count, sizeof(*c));
    char where[WHERE_MAX];

    if (!c)
        return false;
    for (size_t i = 0; i < list->count; i++) {
        size_t k = 0;

        c[i] = ((const struct category *)list->items)[i];
        while (k < i && strcmp(c[k].id, c[i].id) != 0)
            k++;
        if (k < i && *c[i].id)
            load_fault(&r->load, load_at(list->at[i], "id"), "categories[].id",
                       "each category once", "'%s' is listed already (%s)", c[i].id,
                       load_where(&r->load, load_at(list->at[k], "id"), where));
    }
    r->out->categories = c;
    r->out->category_count = list->count;
    return true;
}

static bool read_catalogue(struct reading *r)
{
    walk(&r->load, &r->model);
    return list_services(r) && list_categories(r) && services_claim(r) && services_plan(r) &&
           services_conflicts(r) && r->model.services.count > 0;
}

bool services_load(const struct load *config, const struct config_model *model, const char *path,
                   struct pool *keep, struct services *ret)
{
    struct reading r = {
        .load = {.schema = &catalogue_schema, .report = config->report, .pool = config->pool},
        .config = config,
        .config_model = model,
        .keep = keep,
        .out = ret,
    };
    bool usable;

    *ret = (struct services){0};
    if (access(path, R_OK) != 0) {
        const config_setting_t *root = config_root_setting(&config->source.tree);

        load_fault(config, load_at(root, "catalogue"), "catalogue", "a readable catalogue file",
                   "'%s': %s", path, strerror(errno));
        return false;
    }
    usable =
        source_open(&r.load.source, path, 1, config->pool, config->report) && read_catalogue(&r);
    source_close(&r.load.source);
    return usable;
}
