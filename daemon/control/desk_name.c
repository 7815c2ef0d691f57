/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs name.test and name.list: whose a name is, and what was said of names here. */
#include <stdio.h>
#include <string.h>

#include "control/desk_parts.h"
#include "control/owners.h"

#define NAMES_SHOWN 8192 /* in one answer */
#define BELOW_SHOWN 16

static bool never_in_plan(const struct plan *p, const struct hostname *name)
{
    for (size_t i = 0; i < p->never_count; i++)
        if (!strcmp(p->never[i].text, name->text))
            return true;
    return false;
}

/* It has no effect: its service is gone, or the name is never blocked. */
static bool is_unused(const struct plan *p, const struct local_names *local,
                      const struct local_name *item)
{
    if (!item->except && !strcmp(item->service, LOCAL_NEVER))
        return false;
    return plan_service(p, item->service) < 0 || local_find(local, &item->name, LOCAL_NEVER) ||
           never_in_plan(p, &item->name);
}

static json_t *json_local(const struct ask *a, const struct local_names *local,
                          const struct local_name *item)
{
    return json_pack("{s:s,s:s,s:s,s:o,s:o,s:o*}", "name", item->name.text, "change",
                     item->except ? "taken" : "added", "service", item->service, "by",
                     proto_text(item->who), "at", json_time(a, item->at), "unused",
                     is_unused(&a->desk->config->plan, local, item) ? json_true() : NULL);
}

bool ask_local(struct ask *a, struct local_names *ret)
{
    const char *state = a->desk->config->plan.state;
    char why[LOCAL_WHY];

    *ret = (struct local_names){.items = NULL};
    if (!state) {
        hint(a, "Name a folder in the config, under 'state'; see lespoort.conf(5).");
        refuse(a, PROTO_UNAVAILABLE, "This gateway has no folder to keep names in.");
        return false;
    }
    if (local_read(state, ret, why))
        return true;
    hint(a, "Correct that line, or take it out, and try again.");
    refuse(a, PROTO_UNAVAILABLE, "The names of this gateway cannot be read: %s.", why);
    return false;
}

bool ask_hostname(struct ask *a, struct hostname *ret)
{
    char host[HOST_TEXT];
    const char *why;

    host_part(arg_text(a, "name"), host);
    if (config_hostname(host, ret, &why))
        return true;
    hint(a, "A name such as example.nl; it stands for all names below it, too.");
    refuse(a, PROTO_BAD_REQUEST, "'%s' %s.", host, why);
    return false;
}

/* As a lesson without any grant decides. */
static const char *in_lessons(const struct desk *d, uint8_t label)
{
    const struct facts facts = {.school = d->config->school};
    const struct lesson lesson = {.start = 0};
    struct decision decision = policy_label_in(&facts, &d->catalogue, 0, label, 0, &lesson);

    if (!decision.closed)
        return "open";
    return decision.reason == REASON_LOCKED ? "locked" : "closed";
}

/* Never-block names of catalogue, config and people that stand below. */
static json_t *json_below(const struct ask *a, const struct local_names *local,
                          const struct hostname *name)
{
    const struct plan *p = &a->desk->config->plan;
    json_t *list = json_array();

    for (size_t i = 0; i < p->never_count && json_array_size(list) < BELOW_SHOWN; i++)
        if (p->never[i].len > name->len && owners_covers(name, &p->never[i]))
            json_array_append_new(list, json_string(p->never[i].text));
    for (size_t i = 0; i < local->count && json_array_size(list) < BELOW_SHOWN; i++) {
        const struct local_name *l = &local->items[i];

        if (!l->except && !strcmp(l->service, LOCAL_NEVER) && l->name.len > name->len &&
            owners_covers(name, &l->name))
            json_array_append_new(list, json_string(l->name.text));
    }
    return list;
}

static json_t *json_touching(const struct ask *a, const struct local_names *local,
                             const struct hostname *name)
{
    json_t *list = json_array();

    for (size_t i = 0; i < local->count; i++)
        if (owners_covers(&local->items[i].name, name))
            json_array_append_new(list, json_local(a, local, &local->items[i]));
    return list;
}

struct set256 name_services(const struct desk *d, const struct hostname *name, uint8_t *ret_label,
                            size_t *ret_suffix_at)
{
    const struct catalogue *c = &d->catalogue;

    *ret_label = catalogue_label(c, name, ret_suffix_at);
    if (*ret_label && *ret_label < c->label_count)
        return c->labels[*ret_label];
    return (struct set256){0};
}

json_t *json_name(const struct ask *a, const struct local_names *local, const struct hostname *name)
{
    const struct desk *d = a->desk;
    const char *safe = catalogue_safe(&d->catalogue, name), *reserved;
    char why[HOSTNAME_MAX + sizeof("lespoortctl why ")];
    size_t at = 0;
    uint8_t label;
    struct set256 all = name_services(d, name, &label, &at);
    struct set256 lists = set256_both(&all, &d->catalogue.lists);
    struct set256 services = set256_without(&all, &lists);

    snprintf(why, sizeof(why), "lespoortctl why %s", name->text);
    reserved = label_reserved_name(label);
    return json_pack("{s:s,s:s*,s:s*,s:o,s:o,s:o,s:o,s:s,s:o,s:o,s:s*,s:s}", "name", name->text,
                     "matches", label == LABEL_OTHER ? NULL : name->text + at, "label", reserved,
                     "services", json_services(d, &services), "titles", json_titles(d, &services),
                     "lists", json_services(d, &lists), "list_titles", json_titles(d, &lists),
                     "in_lessons", in_lessons(d, label), "local", json_touching(a, local, name),
                     "open_below", json_below(a, local, name), "restricted_host", safe, "why", why);
}

json_t *verb_name_test(struct ask *a)
{
    struct local_names local = {.items = NULL};
    struct hostname name;
    char why[LOCAL_WHY];
    json_t *json;

    if (!ask_hostname(a, &name))
        return NULL;
    /* What cannot be read is not in force, either. */
    if (a->desk->config->plan.state)
        local_read(a->desk->config->plan.state, &local, why);
    json = json_name(a, &local, &name);
    local_done(&local);
    return json;
}

json_t *verb_name_list(struct ask *a)
{
    struct local_names local;
    json_t *list;

    if (!ask_local(a, &local))
        return NULL;
    list = json_array();
    for (size_t i = 0; i < local.count && i < NAMES_SHOWN; i++)
        json_array_append_new(list, json_local(a, &local, &local.items[i]));
    local_done(&local);
    return json_pack("{s:o,s:I}", "names", list, "left_out",
                     (json_int_t)(local.count > NAMES_SHOWN ? local.count - NAMES_SHOWN : 0));
}
