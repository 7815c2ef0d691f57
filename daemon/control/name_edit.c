/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control/name_edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

static json_t *pack_item(const struct local_name *l)
{
    return json_pack("{s:b,s:s,s:I,s:s}", "except", l->except, "service", l->service, "at",
                     (json_int_t)l->at, "who", l->who);
}

static bool unpack_item(const json_t *json, const struct hostname *name, struct local_name *ret)
{
    const char *service = json_string_value(json_object_get(json, "service"));
    const char *who = json_string_value(json_object_get(json, "who"));

    *ret = (struct local_name){.except = json_is_true(json_object_get(json, "except")),
                               .name = *name,
                               .at = json_integer_value(json_object_get(json, "at"))};
    snprintf(ret->service, sizeof(ret->service), "%s", service ? service : "");
    snprintf(ret->who, sizeof(ret->who), "%s", who ? who : "");
    return service && who;
}

static json_t *items_of(const struct local_names *local, const struct hostname *name)
{
    json_t *list = json_array();

    for (size_t i = 0; i < local->count; i++)
        if (!strcmp(local->items[i].name.text, name->text))
            json_array_append_new(list, pack_item(&local->items[i]));
    return list;
}

bool edit_begin(struct edit *e, struct ask *a)
{
    *e = (struct edit){.ask = a};
    if (!ask_may_compile(a) || !ask_hostname(a, &e->name) || !ask_local(a, &e->local))
        return false;
    e->old = items_of(&e->local, &e->name);
    e->affected = json_array();
    return true;
}

json_t *edit_end(struct edit *e, json_t *result)
{
    local_done(&e->local);
    json_decref(e->old);
    json_decref(e->affected);
    return result;
}

/* A category is many services: which of them own the name is for people to say. */
static bool take_service(struct edit *e, const char *word)
{
    struct ask *a = e->ask;
    int service = config_service(a->desk->config, word);
    struct set256 several = {0};
    char *ids;

    if (service >= 0) {
        set256_add(&e->services, (uint8_t)service);
        return true;
    }
    if (e->took && local_find(&e->local, &e->name, word)) {
        edit_drop(e, word);
        return true;
    }
    if (!ask_services(a, word, &several))
        return false;
    ids = services_ids(a->desk, &several, " ");
    hint(a, "Name the services: %s", ids ? ids : "lespoortctl services");
    free(ids);
    refuse(a, PROTO_AMBIGUOUS, "'%s' is a category.", word);
    return false;
}

bool edit_services(struct edit *e)
{
    const json_t *words = json_object_get(e->ask->args, "services");

    for (size_t i = 0; i < json_array_size(words); i++) {
        const char *word = json_string_value(json_array_get(words, i));

        if (!strcasecmp(word, LOCAL_NEVER))
            e->never = true;
        else if (!take_service(e, word))
            return false;
    }
    return true;
}

const char *edit_id(const struct edit *e, unsigned service)
{
    return e->ask->desk->config->plan.services[service].id;
}

bool edit_put(struct edit *e, const char *id, bool except)
{
    struct local_name item = {.except = except, .name = e->name, .at = e->ask->now};

    snprintf(item.service, sizeof(item.service), "%s", id);
    snprintf(item.who, sizeof(item.who), "%s", e->ask->who->login);
    if (local_put(&e->local, &item)) {
        json_array_append_new(e->affected, json_string(id));
        return true;
    }
    hint(e->ask, "Take some back: lespoortctl name list");
    refuse(e->ask, PROTO_UNAVAILABLE, "There are %d names of your own already.", LOCAL_MAX);
    return false;
}

/* id may be that of the item itself, which goes. */
void edit_drop(struct edit *e, const char *id)
{
    json_t *gone = json_string(id);

    if (local_drop(&e->local, &e->name, id))
        json_array_append(e->affected, gone);
    json_decref(gone);
}

static void drop_all(struct local_names *local, const struct hostname *name)
{
    for (size_t i = local->count; i-- > 0;)
        if (!strcmp(local->items[i].name.text, name->text))
            local_drop(local, name, local->items[i].service);
}

/* Names could not be compiled: the file as it was. */
static void put_back(struct ask *a, const struct hostname *name)
{
    const char *state = a->desk->config->plan.state;
    struct local_names local;
    struct local_name item;
    char why[LOCAL_WHY];
    const json_t *old;
    size_t i;
    bool ok = local_read(state, &local, why);

    if (ok)
        drop_all(&local, name);
    json_array_foreach(json_object_get(a->kept, "old"), i,
                       old) if (ok && unpack_item(old, name, &item)) local_put(&local, &item);
    ok = ok && local_write(state, &local, why);
    if (!ok)
        log_error("What was said of name \"%s\" could not be put back: %s.", name->text, why);
    local_done(&local);
}

/* Whose the name was and is no longer. */
static struct set256 lost(const struct ask *a, const struct hostname *name)
{
    const json_t *before = json_object_get(a->kept, "before");
    struct set256 was = {0}, is;
    uint8_t label;
    size_t at;

    for (size_t i = 0; i < json_array_size(before); i++) {
        int service =
            catalogue_service(&a->desk->catalogue, json_string_value(json_array_get(before, i)));

        if (service >= 0)
            set256_add(&was, (uint8_t)service);
    }
    is = name_services(a->desk, name, &label, &at);
    return set256_without(&was, &is);
}

/* What would take the change back, for people to copy. */
static char *undo_command(const struct ask *a, const struct hostname *name)
{
    bool took = json_is_true(json_object_get(a->kept, "took"));
    const json_t *ids = json_object_get(a->kept, "affected");
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    if (!out)
        return NULL;
    fprintf(out, "lespoortctl name %s %s", took ? "add" : "remove", name->text);
    for (size_t i = 0; i < json_array_size(ids); i++)
        fprintf(out, " %s", json_string_value(json_array_get(ids, i)));
    fclose(out);
    return text;
}

static json_t *answer(struct ask *a, const struct local_names *local, const struct hostname *name,
                      const char *change)
{
    json_t *json = json_name(a, local, name);
    struct set256 gone = lost(a, name);
    char *undo = undo_command(a, name);

    json_object_set_new(json, "change", json_string(change));
    json_object_set_new(json, "lost", json_services(a->desk, &gone));
    json_object_set_new(json, "lost_titles", json_titles(a->desk, &gone));
    if (json_array_size(json_object_get(json, "services")))
        json_object_set(json, "never_blocked_before", json_object_get(a->kept, "never"));
    if (undo && strcmp(change, "unchanged") != 0)
        json_object_set_new(json, "undo", json_string(undo));
    json_object_set_new(json, "gate_connected", json_boolean(a->desk->gate.connected));
    free(undo);
    return json;
}

/* These names are settings, not visits. */
static void log_edit(const struct ask *a, const struct hostname *name)
{
    bool took = json_is_true(json_object_get(a->kept, "took"));
    const json_t *ids = json_object_get(a->kept, "affected");

    for (size_t i = 0; i < json_array_size(ids); i++)
        log_notice("\"%s\" %s name \"%s\" %s \"%s\".", a->who->login, took ? "took" : "added",
                   name->text, took ? "from" : "to", json_string_value(json_array_get(ids, i)));
}

static json_t *finish(struct ask *a, bool ok, const struct compile_report *report)
{
    struct local_names local = {.items = NULL};
    struct hostname name;
    json_t *json;

    if (!ask_hostname(a, &name))
        return NULL;
    if (!ok) {
        put_back(a, &name);
        hint(a, "Nothing has changed.");
        return refuse(a, PROTO_UNAVAILABLE, "The names could not be compiled: %s.", report->why);
    }
    log_edit(a, &name);
    if (a->untold)
        return refuse_untold(a);
    if (!ask_local(a, &local))
        return NULL;
    json = answer(a, &local, &name,
                  json_is_true(json_object_get(a->kept, "took")) ? "removed" : "added");
    local_done(&local);
    return json;
}

static void keep(struct edit *e)
{
    struct ask *a = e->ask;
    struct set256 before;
    uint8_t label;
    size_t at;

    before = name_services(a->desk, &e->name, &label, &at);
    a->kept = json_pack("{s:O,s:O,s:o,s:b,s:s*}", "old", e->old, "affected", e->affected, "before",
                        json_services(a->desk, &before), "took", e->took, "never",
                        label == LABEL_NEVER && !e->took ? e->name.text + at : NULL);
}

json_t *edit_save(struct edit *e)
{
    struct ask *a = e->ask;
    const struct compile_job job = {.now = a->now};
    char why[LOCAL_WHY];

    keep(e);
    if (!json_array_size(e->affected))
        return answer(a, &e->local, &e->name, "unchanged");
    if (!local_write(a->desk->config->plan.state, &e->local, why)) {
        hint(a,
             "It must be a folder that lespoortd may write to, with room on its disk; see 'state' "
             "in lespoort.conf(5).");
        return refuse(a, PROTO_UNAVAILABLE, "%s.", why);
    }
    return ask_compile(a, &job, finish);
}
