/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control/desk.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/desk_parts.h"
#include "control/roles.h"
#include "control/verbs.h"

struct desk *desk_new(const struct desk_hooks *hooks)
{
    struct desk *d = calloc(1, sizeof(*d));

    if (!d || !grants_init(&d->grants)) {
        desk_free(d);
        return NULL;
    }
    d->hooks = *hooks;
    return d;
}

void desk_free(struct desk *d)
{
    if (!d)
        return;
    grants_done(&d->grants);
    if (d->config)
        config_free(d->config);
    free(d);
}

/* What carries a grant over to a new config. */
struct move {
    const struct school *old_school, *new_school;
    const struct catalogue *old_services, *new_services;
    int64_t latest; /* when the last grant was given: what had ended by then is history */
};

static struct set256 move_services(const struct move *m, const struct set256 *old)
{
    struct set256 moved = {0};

    for (unsigned i = 0; i < m->old_services->service_count; i++) {
        int at = set256_has(old, (uint8_t)i)
                     ? catalogue_service(m->new_services, m->old_services->services[i].id)
                     : -1;

        if (at >= 0)
            set256_add(&moved, (uint8_t)at);
    }
    return moved;
}

/* A grant is bound to the lesson in which it was given: where the new bells have none at that
 * moment it is gone, and where they end earlier it ends with them. */
static bool bind_to_lesson(const struct school *school, struct grant *grant)
{
    struct facts facts = {.school = school};
    struct lesson lesson;
    unsigned stream = school_zone_stream(school, grant->zone);

    if (!school_lesson_at(school, stream, grant->from, &lesson))
        return false;
    int64_t end = policy_lesson_end(&facts, grant->zone, grant->from);

    if (grant->until > end)
        grant->until = end;
    return true;
}

static bool move_grant(struct grant *grant, void *arg)
{
    const struct move *m = arg;
    int zone = school_zone(m->new_school, m->old_school->zones[grant->zone].name);

    if (zone < 0)
        return false;
    grant->zone = (uint16_t)zone;
    grant->services = move_services(m, &grant->services);
    if (set256_empty(&grant->services))
        return false;
    return grant_end(grant) <= m->latest || bind_to_lesson(m->new_school, grant);
}

static int64_t latest_start(const struct grants *grants)
{
    int64_t latest = INT64_MIN;

    for (size_t i = 0; i < grants->count; i++)
        if (grants->all[i].from > latest)
            latest = grants->all[i].from;
    return latest;
}

void desk_use(struct desk *d, struct config *c)
{
    if (d->config) {
        struct move m = {.old_school = d->config->school,
                         .new_school = c->school,
                         .old_services = &d->catalogue,
                         .new_services = &c->services,
                         .latest = latest_start(&d->grants)};

        grants_filter(&d->grants, move_grant, &m);
        config_free(d->config);
    }
    d->config = c;
    d->catalogue = c->services;
}

const struct config *desk_config(const struct desk *d)
{
    return d->config;
}

const struct catalogue *desk_catalogue(const struct desk *d)
{
    return &d->catalogue;
}

struct facts desk_facts(const struct desk *d)
{
    return (struct facts){.school = d->config ? d->config->school : NULL,
                          .grants = d->grants.all,
                          .grant_count = d->grants.count};
}

struct gate_link *desk_gate(struct desk *d)
{
    return &d->gate;
}

void desk_changed(struct desk *d)
{
    if (d->hooks.changed)
        d->hooks.changed(d->hooks.arg);
}

__attribute__((format(printf, 1, 0))) static char *print_text(const char *format, va_list ap)
{
    char *text = NULL;

    return vasprintf(&text, format, ap) < 0 ? NULL : text;
}

json_t *refuse(struct ask *a, enum proto_error e, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    free(a->message);
    a->message = print_text(format, ap);
    a->error = e;
    va_end(ap);
    return NULL;
}

void hint(struct ask *a, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    free(a->hint);
    a->hint = print_text(format, ap);
    va_end(ap);
}

const char *arg_text(const struct ask *a, const char *name)
{
    return json_string_value(json_object_get(a->args, name));
}

int64_t arg_seconds(const struct ask *a, const char *name)
{
    return json_integer_value(json_object_get(a->args, name));
}

bool arg_flag(const struct ask *a, const char *name)
{
    return json_is_true(json_object_get(a->args, name));
}

json_t *verb_reload(struct ask *a)
{
    char *errors = NULL;

    if (!a->desk->hooks.reload)
        return refuse(a, PROTO_UNAVAILABLE, "This lespoortd cannot reload.");
    if (a->desk->hooks.reload(a->desk->hooks.arg, &errors)) {
        const struct school *school = a->desk->config->school;

        return json_pack("{s:o,s:o}", "school", proto_text(school->name), "policy",
                         proto_text(school->version));
    }
    hint(a, "Nothing has changed: the config of before runs on.");
    refuse(a, PROTO_CONFIG, "%s", errors ? errors : "The config could not be read.");
    free(errors);
    return NULL;
}

json_t *desk_handle(struct desk *d, const struct caller *who, json_t *request, int64_t now)
{
    struct ask a = {.desk = d,
                    .who = who,
                    .roles = d->config ? roles_of(d->config, who) : 0,
                    .args = json_object_get(request, "args"),
                    .now = now,
                    .error = PROTO_UNAVAILABLE};
    json_t *id = json_object_get(request, "id");
    const struct verb *verb = verb_of(&a, request);
    json_t *result = verb ? verb->handle(&a) : NULL;
    json_t *answer =
        result ? proto_answer(id, result)
               : proto_refusal(id, a.error, a.message ? a.message : "Out of memory.", a.hint);

    free(a.message);
    free(a.hint);
    return answer ? answer : json_null();
}
