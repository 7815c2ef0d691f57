/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control/changes.h"

#include <stdio.h>
#include <string.h>

#include "control/desk_parts.h"
#include "names/plan_diff.h"

/* Names and prefixes come in groups: of one part of one service. */
struct telling {
    const struct plan *before, *after;
    json_t *out;   /* the whole */
    json_t *group; /* borrowed from it; NULL before the first one */
    enum plan_part part;
    char service[SERVICE_ID_MAX];
};

static void append(json_t *object, const char *key, json_t *value)
{
    json_t *list = json_object_get(object, key);

    if (!list) {
        list = json_array();
        json_object_set_new(object, key, list);
    }
    json_array_append_new(list, value);
}

static void count(json_t *object, const char *key)
{
    json_int_t n = json_integer_value(json_object_get(object, key));

    json_object_set_new(object, key, json_integer(n + 1));
}

static json_t *json_service_of(const struct plan *p, const char *id)
{
    const struct service *s = &p->services[plan_service(p, id)];

    return json_pack("{s:o,s:o,s:o*}", "service", proto_text(s->id), "title", proto_text(s->title),
                     "title_nl", json_text_or_none(s->title_nl));
}

static void tell_service(struct telling *t, const struct plan_change *c)
{
    append(t->out, c->added ? "services_added" : "services_removed",
           json_service_of(c->added ? t->after : t->before, c->service));
}

static void tell_retired(struct telling *t, const struct plan_change *c)
{
    append(t->out, c->added ? "retired" : "in_use_again", proto_text(c->service));
}

/* Both words of a service come one after the other. */
static void tell_category(struct telling *t, const struct plan_change *c)
{
    json_t *list = json_object_get(t->out, "categories");
    json_t *last = json_array_get(list, json_array_size(list) - 1);
    const char *service = json_string_value(json_object_get(last, "service"));

    if (!service || strcmp(service, c->service) != 0) {
        last = json_pack("{s:s}", "service", c->service);
        append(t->out, "categories", last);
    }
    json_object_set_new(last, c->added ? "after" : "before", proto_text(c->text));
}

static void open_group(struct telling *t, const struct plan_change *c)
{
    static const char *const words[PART_COUNT] = {[PART_NAME] = "names",
                                                  [PART_PREFIX] = "prefixes",
                                                  [PART_NEVER] = "never_block",
                                                  [PART_HIDDEN] = "hidden",
                                                  [PART_SAFE] = "restricted_host"};

    if (t->group && t->part == c->part && !strcmp(t->service, c->service))
        return;
    t->part = c->part;
    snprintf(t->service, sizeof(t->service), "%s", c->service);
    t->group = json_pack("{s:s,s:o*,s:i,s:i,s:[],s:[]}", "of", words[c->part], "service",
                         json_text_or_none(c->service), "added", 0, "removed", 0, "added_first",
                         "removed_first");
    append(t->out, "names", t->group);
}

static void tell_name(struct telling *t, const struct plan_change *c)
{
    const char *first = c->added ? "added_first" : "removed_first";
    char text[2 * HOSTNAME_MAX + 8];

    open_group(t, c);
    count(t->group, c->added ? "added" : "removed");
    if (json_array_size(json_object_get(t->group, first)) >= CHANGES_SHOWN)
        return;
    snprintf(text, sizeof(text), "%s%s%s", c->text, *c->more ? " = " : "", c->more);
    append(t->group, first, proto_text(text));
}

static void tell(void *arg, const struct plan_change *c)
{
    static void (*const tellers[PART_COUNT])(struct telling *, const struct plan_change *) = {
        [PART_SERVICE] = tell_service,   [PART_RETIRED] = tell_retired,
        [PART_CATEGORY] = tell_category, [PART_NAME] = tell_name,
        [PART_PREFIX] = tell_name,       [PART_NEVER] = tell_name,
        [PART_HIDDEN] = tell_name,       [PART_SAFE] = tell_name};

    tellers[c->part](arg, c);
}

/* By what it says: numbers of services differ between two files. */
static json_t *conflicts_of(const struct config *c)
{
    json_t *all = json_object();

    for (size_t i = 0; i < c->conflict_count; i++) {
        json_t *conflict = json_conflict(&c->plan, &c->conflicts[i]);
        char *key = json_dumps(conflict, JSON_COMPACT);

        if (key)
            json_object_set(all, key, conflict);
        free(key);
        json_decref(conflict);
    }
    return all;
}

static json_t *only_in(const json_t *some, const json_t *others)
{
    json_t *list = json_array(), *value;
    const char *key;

    json_object_foreach((json_t *)(uintptr_t)some, key, value) if (!json_object_get(others, key))
        json_array_append(list, value);
    return list;
}

static void tell_conflicts(json_t *out, const struct config *before, const struct config *after)
{
    json_t *old = conflicts_of(before), *new = conflicts_of(after);

    json_object_set_new(out, "conflicts_new", only_in(new, old));
    json_object_set_new(out, "conflicts_gone", only_in(old, new));
    json_decref(old);
    json_decref(new);
}

json_t *changes_json(const struct config *before, const struct config *after)
{
    struct telling t = {.before = &before->plan, .after = &after->plan};

    t.out = json_pack("{s:[],s:[],s:[],s:[],s:[],s:[]}", "services_added", "services_removed",
                      "retired", "in_use_again", "categories", "names");
    if (!t.out || !plan_diff(&before->plan, &after->plan, tell, &t)) {
        json_decref(t.out);
        return NULL;
    }
    tell_conflicts(t.out, before, after);
    return t.out;
}
