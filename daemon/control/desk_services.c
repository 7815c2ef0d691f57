/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verb services: what the catalogue knows, and what its services share. */
#include <stdio.h>
#include <string.h>

#include "control/desk_parts.h"

#define DATE_TEXT 16

json_t *json_plan_ids(const struct plan *p, const struct set256 *services)
{
    json_t *list = json_array();

    for (size_t i = 0; i < p->service_count; i++)
        if (set256_has(services, (uint8_t)i))
            json_array_append_new(list, proto_text(p->services[i].id));
    return list;
}

static json_t *plan_titles(const struct plan *p, const struct set256 *services)
{
    json_t *list = json_array();

    for (size_t i = 0; i < p->service_count; i++)
        if (set256_has(services, (uint8_t)i))
            json_array_append_new(list, proto_text(p->services[i].title));
    return list;
}

json_t *json_conflict(const struct plan *p, const struct conflict *c)
{
    static const char *const kinds[] = {
        [CONFLICT_HITS] = "hits", [CONFLICT_SHARED] = "shared", [CONFLICT_SPLIT] = "split"};
    bool hits = c->kind == CONFLICT_HITS;

    return json_pack("{s:s,s:s,s:o,s:o,s:o*,s:o*}", "kind", kinds[c->kind], "name", c->name.text,
                     "services", json_plan_ids(p, &c->closing), "titles",
                     plan_titles(p, &c->closing), "hits", hits ? json_plan_ids(p, &c->hits) : NULL,
                     "hits_titles", hits ? plan_titles(p, &c->hits) : NULL);
}

/* Those of that service; SERVICE_MAX: all. */
static json_t *json_conflicts(const struct ask *a, unsigned service)
{
    const struct config *c = a->desk->config;
    json_t *list = json_array();

    for (size_t i = 0; i < c->conflict_count; i++) {
        struct set256 touched = set256_union(&c->conflicts[i].closing, &c->conflicts[i].hits);

        if (service == SERVICE_MAX || set256_has(&touched, (uint8_t)service))
            json_array_append_new(list, json_conflict(&c->plan, &c->conflicts[i]));
    }
    return list;
}

json_t *json_text_or_none(const char *text)
{
    return text && *text ? proto_text(text) : NULL;
}

static json_t *json_date(struct date date)
{
    char text[DATE_TEXT];

    if (!date.year)
        return NULL;
    snprintf(text, sizeof(text), "%04d-%02u-%02u", date.year, date.month, date.day);
    return json_string(text);
}

json_t *json_service(const struct ask *a, unsigned i)
{
    const struct school *school = a->desk->config->school;
    const struct catalogue *c = &a->desk->catalogue;
    const struct service_note *note = &a->desk->config->notes[i];
    const struct service *s = &c->services[i];

    return json_pack("{s:o,s:o,s:o*,s:o,s:b,s:b,s:b,s:s,s:I,s:o*,s:o*}", "service",
                     proto_text(s->id), "title", proto_text(s->title), "title_nl",
                     json_text_or_none(s->title_nl), "category", proto_text(s->category),
                     "closed_in_lessons", set256_has(&school->lesson_closed, (uint8_t)i), "locked",
                     set256_has(&school->locked, (uint8_t)i), "retired", s->retired != 0, "kind",
                     s->list ? "list" : "service", "names", (json_int_t)c->counts[i].names,
                     "source", json_text_or_none(note->source), "date", json_date(note->date));
}

static json_t *json_categories(const struct config *c)
{
    json_t *list = json_array();

    for (size_t i = 0; i < c->category_count; i++) {
        const struct category *k = &c->categories[i];

        json_array_append_new(list, json_pack("{s:o,s:o,s:o*}", "category", proto_text(k->id),
                                              "title", proto_text(k->title), "title_nl",
                                              json_text_or_none(k->title_nl)));
    }
    return list;
}

static json_t *list_services(const struct ask *a, const struct set256 *only)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < a->desk->catalogue.service_count; i++)
        if (!only || set256_has(only, (uint8_t)i))
            json_array_append_new(list, json_service(a, i));
    return json_pack("{s:o,s:o*}", "services", list, "categories",
                     only ? NULL : json_categories(a->desk->config));
}

static json_t *json_aliases(const struct config *c, unsigned service)
{
    json_t *list = json_array();

    for (size_t i = 0; i < c->word_count; i++)
        if (c->words[i].service == service &&
            strcmp(c->words[i].word, c->plan.services[service].id) != 0)
            json_array_append_new(list, proto_text(c->words[i].word));
    return list;
}

/* How many of each kind the catalogue file has; none for a list. */
static json_t *json_kinds(const struct plan *p, unsigned service)
{
    static const char *const kinds[NAME_KIND_COUNT] = {
        [NAME_CORE] = "core", [NAME_CDN] = "cdn", [NAME_API] = "api"};
    unsigned counts[NAME_KIND_COUNT] = {0};
    json_t *json;

    if (p->services[service].list)
        return NULL;
    for (size_t i = 0; i < p->name_count; i++)
        if (p->names[i].service == service)
            counts[p->names[i].kind]++;
    json = json_object();
    for (unsigned i = 0; i < NAME_KIND_COUNT; i++)
        json_object_set_new(json, kinds[i], json_integer(counts[i]));
    return json;
}

static json_t *json_shared(const struct config *c, unsigned service)
{
    json_t *list = json_array();

    for (size_t i = 0; i < c->shared_count; i++)
        if (c->shared[i].service == service)
            json_array_append_new(list, json_string(c->shared[i].name.text));
    return list;
}

static json_t *one_service(const struct ask *a, unsigned service)
{
    json_t *json = json_service(a, service);
    json_t *kinds = json_kinds(&a->desk->config->plan, service);

    if (kinds)
        json_object_set_new(json, "kinds", kinds);
    json_object_set_new(json, "shared", json_shared(a->desk->config, service));
    json_object_set_new(json, "aliases", json_aliases(a->desk->config, service));
    json_object_set_new(json, "conflicts", json_conflicts(a, service));
    return json_pack("{s:o}", "service", json);
}

json_t *verb_services(struct ask *a)
{
    const char *word = arg_text(a, "service");
    const struct config *c = a->desk->config;
    int service = word ? config_service(c, word) : -1;
    struct set256 only = {0};

    if (word && service < 0 && !ask_services(a, word, &only))
        return NULL;
    if (arg_flag(a, "conflicts"))
        return json_pack("{s:o,s:I}", "conflicts",
                         json_conflicts(a, service < 0 ? SERVICE_MAX : (unsigned)service),
                         "left_out", (json_int_t)c->conflicts_dropped);
    if (service >= 0)
        return one_service(a, (unsigned)service);
    return list_services(a, word ? &only : NULL);
}
