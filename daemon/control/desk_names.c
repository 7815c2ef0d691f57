/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs name.add and name.remove: what ICT adds to the catalogue and takes from it. */
#include <stdio.h>
#include <string.h>

#include "control/name_edit.h"
#include "control/owners.h"

/* The name is one of those, of catalogue and config. */
static bool is_one_of(const struct hostname *names, size_t count, const struct hostname *name)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(names[i].text, name->text))
            return true;
    return false;
}

/* What no service can own. */
static bool check_reserved(struct edit *e)
{
    struct ask *a = e->ask;
    const struct plan *p = &a->desk->config->plan;
    const char *name = e->name.text;

    if (local_find(&e->local, &e->name, LOCAL_NEVER)) {
        hint(a, "Take that back first: lespoortctl name remove %s " LOCAL_NEVER, name);
        refuse(a, PROTO_POLICY, "'%s' is never blocked: it was added so here.", name);
    } else if (is_one_of(p->never, p->never_count, &e->name)) {
        hint(a, "Never-block names are edited in the config, under 'never_block', or in the "
                "catalogue.");
        refuse(a, PROTO_POLICY, "'%s' is never blocked, by the config or the catalogue.", name);
    } else if (is_one_of(p->hidden, p->hidden_count, &e->name)) {
        hint(a, "Such names are edited in the catalogue, under 'hidden_names'.");
        refuse(a, PROTO_POLICY, "'%s' stands for others that cannot be seen.", name);
    } else {
        return true;
    }
    return false;
}

/* Lists are what their makers say; services that no longer exist own nothing. */
static bool check_service(struct edit *e, unsigned service)
{
    struct ask *a = e->ask;
    const struct service *s = &a->desk->config->plan.services[service];

    if (!s->list && !s->retired)
        return true;
    if (s->list)
        hint(a, "Add it to a service, or make a list of your own (lespoort.conf(5), 'lists').");
    else
        hint(a, "All services: lespoortctl services");
    refuse(a, PROTO_POLICY,
           s->list ? "'%s' is a list: its names come from its file."
                   : "'%s' is retired: it no longer exists, and owns no names.",
           s->id);
    return false;
}

static bool add_never(struct edit *e)
{
    const struct plan *p = &e->ask->desk->config->plan;
    uint8_t label;
    size_t at;

    if (!set256_empty(&e->services)) {
        hint(e->ask, "lespoortctl name add %s " LOCAL_NEVER, e->name.text);
        refuse(e->ask, PROTO_BAD_REQUEST,
               "A name that is never blocked cannot belong to a service as well.");
        return false;
    }
    name_services(e->ask->desk, &e->name, &label, &at);
    if (label == LABEL_NEVER || is_one_of(p->never, p->never_count, &e->name))
        return true;
    for (size_t i = e->local.count; i-- > 0;)
        if (!strcmp(e->local.items[i].name.text, e->name.text) && !e->local.items[i].except)
            local_drop(&e->local, &e->name, e->local.items[i].service);
    return edit_put(e, LOCAL_NEVER, false);
}

/* Exceptions go first: what the catalogue says counts again, and may be enough. */
static bool add_services(struct edit *e)
{
    const struct plan *p = &e->ask->desk->config->plan;
    struct set256 missing = e->services;
    struct owners o;
    bool ok = true;

    for (unsigned i = 0; i < p->service_count; i++) {
        const struct local_name *item = set256_has(&e->services, (uint8_t)i)
                                            ? local_find(&e->local, &e->name, edit_id(e, i))
                                            : NULL;

        if (item && item->except) {
            edit_drop(e, edit_id(e, i));
            if (p->services[i].list)
                set256_remove(&missing, (uint8_t)i);
        }
    }
    o = owners_of(p, &e->local, &e->name);
    if (set256_within(&missing, &o.services))
        return true;
    for (unsigned i = 0; ok && i < p->service_count; i++)
        if (set256_has(&missing, (uint8_t)i) && !set256_has(&o.exact, (uint8_t)i) &&
            !local_find(&e->local, &e->name, edit_id(e, i)))
            ok = check_service(e, i) && edit_put(e, edit_id(e, i), false);
    return ok;
}

json_t *verb_name_add(struct ask *a)
{
    struct edit e;
    bool ok;

    if (!edit_begin(&e, a))
        return edit_end(&e, NULL);
    ok = edit_services(&e);
    if (ok && !strchr(e.name.text, '.')) {
        hint(a, "Only the catalogue can say so of a whole domain at the top.");
        refuse(a, PROTO_POLICY, "'%s' is not one name, but everything that ends so.", e.name.text);
        ok = false;
    }
    ok = ok && (e.never ? add_never(&e) : check_reserved(&e) && add_services(&e));
    return edit_end(&e, ok ? edit_save(&e) : NULL);
}

static bool remove_never(struct edit *e)
{
    struct ask *a = e->ask;
    uint8_t label;
    size_t at = 0;

    if (local_find(&e->local, &e->name, LOCAL_NEVER)) {
        edit_drop(e, LOCAL_NEVER);
        return true;
    }
    name_services(a->desk, &e->name, &label, &at);
    hint(a,
         label == LABEL_NEVER
             ? "Never-block names are edited in the config, under 'never_block', or in the "
               "catalogue."
             : "What is said of it: lespoortctl name test %s",
         e->name.text);
    if (label == LABEL_NEVER)
        refuse(a, PROTO_POLICY, "'%s' is never blocked, by '%s' of the config or the catalogue.",
               e->name.text, e->name.text + at);
    else
        refuse(a, PROTO_NOT_FOUND, "'%s' is not on the list of names that are never blocked.",
               e->name.text);
    return false;
}

/* An addition is taken back; of what others say an exception is made. */
static bool remove_service(struct edit *e, unsigned service, const struct set256 *owners)
{
    struct ask *a = e->ask;
    const struct local_name *item = local_find(&e->local, &e->name, edit_id(e, service));

    if (item && item->except)
        return true;
    if (item) {
        edit_drop(e, edit_id(e, service));
        return true;
    }
    if (set256_has(owners, (uint8_t)service))
        return edit_put(e, edit_id(e, service), true);
    hint(a, "Whose it is: lespoortctl name test %s", e->name.text);
    refuse(a, PROTO_NOT_FOUND, "'%s' does not belong to %s.", e->name.text, edit_id(e, service));
    return false;
}

/* Without services: what was added here or, where nothing was, all that have it. */
static bool find_services(struct edit *e, const struct set256 *owners, uint8_t label)
{
    const struct plan *p = &e->ask->desk->config->plan;
    bool said = false;

    for (size_t i = e->local.count; i-- > 0;) {
        const struct local_name *l = &e->local.items[i];
        int service = plan_service(p, l->service);

        if (strcmp(l->name.text, e->name.text) != 0)
            continue;
        said = true;
        if (!l->except && !strcmp(l->service, LOCAL_NEVER))
            e->never = true;
        else if (service < 0)
            edit_drop(e, l->service);
        else if (!l->except)
            set256_add(&e->services, (uint8_t)service);
    }
    if (set256_empty(&e->services) && !e->never && !json_array_size(e->affected))
        e->services = *owners;
    if (said || !set256_empty(&e->services))
        return true;
    if (label == LABEL_NEVER)
        return remove_never(e);
    hint(e->ask, "What is said of it: lespoortctl name test %s", e->name.text);
    refuse(e->ask, PROTO_NOT_FOUND, "'%s' belongs to no service and stands on no list.",
           e->name.text);
    return false;
}

json_t *verb_name_remove(struct ask *a)
{
    struct set256 owners;
    struct edit e;
    uint8_t label;
    size_t at;
    bool ok;

    if (!edit_begin(&e, a))
        return edit_end(&e, NULL);
    e.took = true;
    owners = name_services(a->desk, &e.name, &label, &at);
    ok = json_object_get(a->args, "services") ? edit_services(&e)
                                              : find_services(&e, &owners, label);
    if (ok && e.never)
        ok = remove_never(&e);
    for (unsigned i = 0; ok && i < a->desk->config->plan.service_count; i++)
        if (set256_has(&e.services, (uint8_t)i))
            ok = remove_service(&e, i, &owners);
    return edit_end(&e, ok ? edit_save(&e) : NULL);
}
