/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/services.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define NEVER (-1)

/* The lists of a service whose names are its own; own_list() follows this order. */
static const char *const own_paths[] = {"services[].core", "services[].cdn", "services[].api"};

/* One line that says whose a name is. */
struct claim {
    const struct hostname *name;
    int service; /* or NEVER */
    const struct load *load;
    const config_setting_t *at;
    const char *path;
};

struct reading {
    struct load load;
    struct catalogue_model model;
    struct service_word *words; /* those of services.words, while they grow */
    struct claim *claims;
    size_t claim_count;
};

static const struct service_entry *entry(const struct reading *r, size_t i)
{
    return (const struct service_entry *)r->model.services.items + i;
}

static const struct list *own_list(const struct service_entry *e, size_t which)
{
    const struct list *const lists[ARRAY_SIZE(own_paths)] = {&e->core, &e->cdn, &e->api};

    return lists[which];
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

/* A word means one thing, or people close something else than they think. */
static void add_word(const struct reading *r, struct services *s, const config_setting_t *at,
                     const char *path, const char *word, size_t service)
{
    struct set256 unused;
    int other = services_word(s->words, s->word_count, word);

    if (other >= 0)
        load_fault(&r->load, at, path, "a word of its own", "'%s' means service '%s' already", word,
                   s->services[other].id);
    else if (services_category(s->services, s->service_count, word, &unused))
        load_fault(&r->load, at, path, "a word of its own", "'%s' is a category", word);
    snprintf(r->words[s->word_count].word, SERVICE_ID_MAX, "%s", word);
    r->words[s->word_count++].service = (uint8_t)service;
}

static void add_words(const struct reading *r, struct services *s)
{
    for (size_t i = 0; i < s->service_count; i++) {
        const struct list *aliases = &entry(r, i)->aliases;
        const char(*alias)[SERVICE_ID_MAX] = aliases->items;

        if (*s->services[i].id)
            add_word(r, s, load_at(r->model.services.at[i], "id"), "services[].id",
                     s->services[i].id, i);
        for (size_t k = 0; k < aliases->count; k++)
            if (aliases->sound[k])
                add_word(r, s, aliases->at[k], "services[].aliases", alias[k], i);
    }
}

static bool list_services(struct reading *r, struct pool *keep, struct services *s)
{
    size_t count = r->model.services.count;
    struct service *services = load_get(&r->load, keep, count, sizeof(*services));

    r->words = load_get(&r->load, keep, count * (1 + ALIAS_MAX), sizeof(*r->words));
    if (!services || !r->words)
        return false;
    for (size_t i = 0; i < count; i++)
        services[i] = entry(r, i)->service;
    s->services = services;
    s->service_count = count;
    s->words = r->words;
    add_words(r, s);
    return true;
}

static void claim_list(struct reading *r, const struct load *load, const struct list *names,
                       int service, const char *path)
{
    const struct hostname *name = names->items;

    for (size_t i = 0; i < names->count; i++)
        if (names->sound[i])
            r->claims[r->claim_count++] =
                (struct claim){&name[i], service, load, names->at[i], path};
}

static bool collect_claims(struct reading *r, const struct load *config, const struct list *never)
{
    size_t room = never->count + r->model.never_block.count;

    for (size_t i = 0; i < r->model.services.count; i++)
        for (size_t k = 0; k < ARRAY_SIZE(own_paths); k++)
            room += own_list(entry(r, i), k)->count;
    r->claims = load_get(&r->load, r->load.pool, room, sizeof(*r->claims));
    if (!r->claims)
        return false;
    claim_list(r, config, never, NEVER, "never_block");
    claim_list(r, &r->load, &r->model.never_block, NEVER, "never_block");
    for (size_t i = 0; i < r->model.services.count; i++)
        for (size_t k = 0; k < ARRAY_SIZE(own_paths); k++)
            claim_list(r, &r->load, own_list(entry(r, i), k), (int)i, own_paths[k]);
    return true;
}

static int by_name(const void *a, const void *b)
{
    const struct claim *x = a, *y = b;
    int order = strcmp(x->name->text, y->name->text);
    uint64_t here, there;

    if (order || x->service != y->service)
        return order ? order : x->service - y->service;
    here = source_place(&x->load->source, x->at).order;
    there = source_place(&y->load->source, y->at).order;
    return here < there ? -1 : here > there;
}

static void refuse_never(const struct claim *never, const struct claim *own, const char *id)
{
    char where[WHERE_MAX];

    load_fault(never->load, never->at, never->path, "names that no service owns",
               "'%s' belongs to service '%s' (%s)", never->name->text, id,
               load_where(own->load, own->at, where));
}

/* Sorted, the claims of one name are neighbours and NEVER is the first of them. */
static void check_claims(const struct reading *r, const struct services *s)
{
    const struct claim *c = r->claims, *never = NULL;

    if (r->claim_count)
        qsort(r->claims, r->claim_count, sizeof(*r->claims), by_name);
    for (size_t i = 0; i < r->claim_count; i++) {
        bool same = i > 0 && strcmp(c[i].name->text, c[i - 1].name->text) == 0;

        if (c[i].service == NEVER) {
            never = &c[i];
            continue;
        }
        if (same && c[i].service == c[i - 1].service)
            load_fault(c[i].load, c[i].at, c[i].path, "each name once", "'%s' is listed twice",
                       c[i].name->text);
        else if (never && strcmp(never->name->text, c[i].name->text) == 0)
            refuse_never(never, &c[i], s->services[c[i].service].id);
    }
}

static enum catalogue_error add_all(const struct reading *r, const struct services *s,
                                    struct catalogue_builder *b)
{
    enum catalogue_error e = CATALOGUE_OK;

    for (size_t i = 0; i < s->service_count; i++)
        if (catalogue_add_service(b, &s->services[i]) != (int)i)
            return CATALOGUE_FULL;
    for (size_t i = 0; i < r->claim_count && e == CATALOGUE_OK; i++) {
        const struct claim *c = &r->claims[i];

        e = c->service == NEVER ? catalogue_add_never(b, c->name)
                                : catalogue_add_name(b, (unsigned)c->service, c->name);
    }
    return e;
}

static void compile(const struct reading *r, struct services *s)
{
    static const char *const expected[] = {
        [CATALOGUE_FULL] = "at most 239 different sets of services that share names",
        [CATALOGUE_NEVER_BLOCKED] = "names of services that are not in never_block",
        [CATALOGUE_NO_MEMORY] = "more free memory",
    };
    struct catalogue_builder *b = catalogue_builder_new();
    enum catalogue_error e = CATALOGUE_NO_MEMORY;
    struct hostname name;
    unsigned service;

    if (b)
        e = add_all(r, s, b);
    if (e == CATALOGUE_OK)
        e = catalogue_build(b, &s->map, &name, &service);
    catalogue_builder_free(b);
    if (e != CATALOGUE_OK)
        load_fault(&r->load, r->model.services.at[0], "services", expected[e],
                   "the catalogue cannot be compiled");
}

static bool read_catalogue(struct reading *r, const struct load *config,
                           const struct config_model *model, struct pool *keep,
                           struct services *ret)
{
    size_t before = r->load.report->total;

    walk(&r->load, &r->model);
    if (!list_services(r, keep, ret) || !collect_claims(r, config, &model->never_block))
        return false;
    check_claims(r, ret);
    if (r->load.report->total == before)
        compile(r, ret);
    return ret->service_count > 0;
}

bool services_load(const struct load *config, const struct config_model *model, const char *path,
                   struct pool *keep, struct services *ret)
{
    struct reading r = {
        .load = {.schema = &catalogue_schema, .report = config->report, .pool = config->pool},
    };
    bool usable;

    *ret = (struct services){0};
    if (access(path, R_OK) != 0) {
        const config_setting_t *root = config_root_setting(&config->source.tree);

        load_fault(config, load_at(root, "catalogue"), "catalogue", "a readable catalogue file",
                   "'%s': %s", path, strerror(errno));
        return false;
    }
    usable = source_open(&r.load.source, path, 1, config->pool, config->report) &&
             read_catalogue(&r, config, model, keep, ret);
    source_close(&r.load.source);
    return usable;
}
