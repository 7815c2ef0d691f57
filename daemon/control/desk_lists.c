/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs lists, lists.update and lists.rollback: names that come from elsewhere. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/suggest.h"
#include "control/desk_parts.h"

static const char *state_of(const struct shelf_info *info)
{
    if (!info->there)
        return "not-read";
    if (info->held)
        return "held";
    return *info->refused ? "refused" : "fine";
}

static json_t *json_lines(const char (*lines)[LIST_FAULT_TEXT], unsigned count)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < count; i++)
        json_array_append_new(list, proto_text(lines[i]));
    return list;
}

/* What people see of every service, under its own key. */
static json_t *json_head(const struct ask *a, unsigned service)
{
    json_t *json = json_pack("{s:o}", "list", proto_text(a->desk->catalogue.services[service].id));
    json_t *more = json_service(a, service);

    json_object_del(more, "service");
    json_object_del(more, "kind");
    json_object_del(more, "retired");
    json_object_update(json, more);
    json_decref(more);
    return json;
}

static json_t *json_list(const struct ask *a, const struct plan_list *list)
{
    const struct service_count *count = &a->desk->catalogue.counts[list->service];
    json_t *json = json_head(a, list->service);
    struct shelf_info info = {.there = false};

    shelf_info(a->desk->config->plan.state, a->desk->catalogue.services[list->service].id, &info);
    json_object_set_new(json, "left_out", json_integer(count->left_out));
    json_object_set_new(json, "repeated", json_integer(count->repeated));
    json_object_set_new(json, "weakened", json_integer(count->weakened));
    json_object_set_new(json, "path", proto_text(list->path));
    json_object_set_new(json, "state", json_string(state_of(&info)));
    if (*info.refused)
        json_object_set_new(json, "reason", proto_text(info.refused));
    if (!info.there)
        return json;
    json_object_set_new(json, "read", json_time(a, info.read_at));
    json_object_set_new(json, "format", json_string(list_format_name(info.format)));
    json_object_set_new(json, "skipped", json_integer((json_int_t)info.skipped));
    json_object_set_new(json, "faults", json_integer((json_int_t)info.faults));
    json_object_set_new(json, "notes", json_lines(info.notes, info.note_count));
    json_object_set_new(json, "can_roll_back", json_boolean(info.has_before));
    return json;
}

json_t *verb_lists(struct ask *a)
{
    const struct plan *p = &a->desk->config->plan;
    json_t *list = json_array();

    for (size_t i = 0; p->state && i < p->list_count; i++)
        json_array_append_new(list, json_list(a, &p->lists[i]));
    return json_pack("{s:o}", "lists", list);
}

static bool has_lists(struct ask *a)
{
    const struct plan *p = &a->desk->config->plan;

    if (p->state && p->list_count)
        return true;
    hint(a, "They are named in the config, under 'lists'; see lespoort.conf(5).");
    refuse(a, PROTO_NOT_FOUND, "This gateway has no lists.");
    return false;
}

static const struct plan_list *find_list(struct ask *a, const char *id)
{
    const struct plan *p = &a->desk->config->plan;
    const char *ids[SERVICE_MAX], *near;
    size_t count = 0;

    for (size_t i = 0; i < p->list_count && count < SERVICE_MAX; i++) {
        ids[count] = p->services[p->lists[i].service].id;
        if (!strcmp(ids[count++], id))
            return &p->lists[i];
    }
    near = suggest(id, ids, count);
    if (near)
        hint(a, "Did you mean %s? All lists: lespoortctl lists", near);
    else
        hint(a, "All lists: lespoortctl lists");
    refuse(a, PROTO_NOT_FOUND, "There is no list '%s'.", id);
    return NULL;
}

/* The lists that were asked for, or all of them. */
static bool find_lists(struct ask *a, struct set256 *ret)
{
    const struct plan *p = &a->desk->config->plan;
    const json_t *words = json_object_get(a->args, "lists");

    if (!has_lists(a))
        return false;
    for (size_t i = 0; !words && i < p->list_count; i++)
        set256_add(ret, (uint8_t)p->lists[i].service);
    for (size_t i = 0; i < json_array_size(words); i++) {
        const struct plan_list *list = find_list(a, json_string_value(json_array_get(words, i)));

        if (!list)
            return false;
        set256_add(ret, (uint8_t)list->service);
    }
    return true;
}

/* How many names each of them has now. */
static json_t *count_names(const struct ask *a, const struct set256 *lists)
{
    const struct catalogue *c = &a->desk->catalogue;
    json_t *counts = json_object();

    for (unsigned i = 0; i < c->service_count; i++)
        if (set256_has(lists, (uint8_t)i))
            json_object_set_new(counts, c->services[i].id, json_integer(c->counts[i].names));
    return counts;
}

static json_t *json_faults(const struct compile_list *l)
{
    json_t *list = json_array();

    for (size_t i = 0; i < LIST_FAULTS && i < l->faults; i++)
        json_array_append_new(list, json_pack("{s:I,s:o}", "line", (json_int_t)l->fault[i].line,
                                              "text", proto_text(l->fault[i].text)));
    return list;
}

static json_t *json_updated(const struct ask *a, unsigned i, const struct compile_list *l)
{
    static const char *const results[] = {[SHELF_SAME] = "same",
                                          [SHELF_TAKEN] = "taken",
                                          [SHELF_REFUSED] = "refused",
                                          [SHELF_SUSPICIOUS] = "suspicious"};
    const struct catalogue *c = &a->desk->catalogue;
    const struct service *s = &c->services[i];
    const struct service_count *count = &c->counts[i];

    return json_pack("{s:o,s:o,s:o*,s:s,s:o*,s:I,s:I,s:I,s:I,s:I,s:o}", "list", proto_text(s->id),
                     "title", proto_text(s->title), "title_nl", json_text_or_none(s->title_nl),
                     "result", results[l->result], "reason", json_text_or_none(l->why),
                     "names_before", json_integer_value(json_object_get(a->kept, s->id)), "names",
                     (json_int_t)count->names, "left_out", (json_int_t)count->left_out, "weakened",
                     (json_int_t)count->weakened, "faults", (json_int_t)l->faults, "fault_lines",
                     json_faults(l));
}

/* The change is on the disk already, and stays there. */
static json_t *not_compiled(struct ask *a, const char *what, const struct compile_report *report)
{
    log_notice("\"%s\" %s, and the names could not be compiled: %s.", a->who->login, what,
               report->why);
    hint(a, "The names of before stay in force. When the reason is gone: lespoortctl reload");
    return refuse(a, PROTO_UNAVAILABLE, "The names could not be compiled: %s.", report->why);
}

static json_t *updated(struct ask *a, bool ok, const struct compile_report *report)
{
    const struct catalogue *c = &a->desk->catalogue;
    json_t *list;

    if (!ok)
        return not_compiled(a, "had lists read again", report);
    log_notice("\"%s\" had lists read again%s.", a->who->login,
               arg_flag(a, "force") ? ", suspicious ones too" : "");
    if (a->untold)
        return refuse_untold(a);
    list = json_array();
    for (unsigned i = 0; i < c->service_count; i++)
        if (json_object_get(a->kept, c->services[i].id))
            json_array_append_new(list, json_updated(a, i, &report->lists[i]));
    return json_pack("{s:o,s:b}", "lists", list, "gate_connected", a->desk->gate.connected);
}

json_t *verb_lists_update(struct ask *a)
{
    struct set256 lists = {0};
    const struct compile_job job = {.again = &lists, .force = arg_flag(a, "force"), .now = a->now};

    if (!ask_may_compile(a) || !find_lists(a, &lists))
        return NULL;
    a->kept = count_names(a, &lists);
    return ask_compile(a, &job, updated);
}

static json_t *rolled_back(struct ask *a, bool ok, const struct compile_report *report)
{
    const struct plan_list *list = find_list(a, arg_text(a, "list"));

    if (!ok)
        return not_compiled(a, "rolled a list back", report);
    log_notice("\"%s\" rolled list \"%s\" back.", a->who->login, arg_text(a, "list"));
    if (a->untold)
        return refuse_untold(a);
    if (!list)
        return NULL;
    return json_pack("{s:o,s:I,s:b}", "list", json_list(a, list), "names_before",
                     json_integer_value(json_object_get(a->kept, arg_text(a, "list"))),
                     "gate_connected", a->desk->gate.connected);
}

json_t *verb_lists_rollback(struct ask *a)
{
    const struct compile_job job = {.now = a->now};
    const struct plan *p = &a->desk->config->plan;
    const struct plan_list *list;
    struct set256 one = {0};
    char why[LIST_FAULT_TEXT];

    if (!ask_may_compile(a) || !has_lists(a))
        return NULL;
    list = find_list(a, arg_text(a, "list"));
    if (!list)
        return NULL;
    set256_add(&one, (uint8_t)list->service);
    a->kept = count_names(a, &one);
    if (!shelf_rollback(p->state, p->services[list->service].id, why)) {
        hint(a, "What there is of each list: lespoortctl lists --json");
        return refuse(a, PROTO_NOT_FOUND, "The list '%s' %s.", arg_text(a, "list"), why);
    }
    return ask_compile(a, &job, rolled_back);
}
