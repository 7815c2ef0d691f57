/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control/desk.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
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
    slow_drop(d);
    grants_done(&d->grants);
    config_free(d->config);
    sealed_free(d->sealed);
    free(d);
}

void desk_use_catalogue(struct desk *d, struct sealed *catalogue)
{
    sealed_free(d->sealed);
    d->sealed = catalogue;
    d->catalogue = catalogue->catalogue;
}

void desk_use(struct desk *d, struct config *c, struct sealed *catalogue, int64_t now)
{
    if (d->config) {
        move_grants(d, c, now);
        config_free(d->config);
    }
    d->config = c;
    d->config_at = now;
    if (catalogue)
        desk_use_catalogue(d, catalogue);
    desk_note_lists(d);
}

void desk_note_lists(struct desk *d)
{
    const struct plan *p = &d->config->plan;

    d->refused = d->held = (struct set256){0};
    for (size_t i = 0; p->state && i < p->list_count; i++) {
        unsigned service = p->lists[i].service;
        struct shelf_info info = {.there = false};

        shelf_info(p->state, p->services[service].id, &info);
        if (info.held)
            set256_add(&d->held, (uint8_t)service);
        else if (*info.refused)
            set256_add(&d->refused, (uint8_t)service);
    }
}

void desk_old_names(struct desk *d, bool old)
{
    d->old_names = old;
}

const struct config *desk_config(const struct desk *d)
{
    return d->config;
}

const struct catalogue *desk_catalogue(const struct desk *d)
{
    return &d->catalogue;
}

int desk_catalogue_fd(const struct desk *d)
{
    return d->sealed->fd;
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

bool desk_changed(struct desk *d)
{
    return !d->hooks.changed || d->hooks.changed(d->hooks.arg);
}

json_t *refuse_untold(struct ask *a)
{
    if (a->roles & ROLE_BIT(ROLE_ADMIN))
        hint(a, "Look into the log of lespoortd, then: lespoortctl reload");
    else
        hint(a, "Ask the administrator of this gateway to look into the log of lespoortd.");
    return refuse(a, PROTO_UNAVAILABLE,
                  "It is done, but the gate could not be told: it goes on by what it had.");
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

void refuse_argument(struct ask *a, const char *argument, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    free(a->expected);
    a->expected = print_text(format, ap);
    va_end(ap);
    a->argument = argument;
    refuse(a, PROTO_BAD_REQUEST, "'%s' of '%s' is not %s.", argument, a->verb->name,
           a->expected ? a->expected : "as expected");
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

json_t *ask_answer(struct ask *a, json_t *result)
{
    json_t *answer = result ? proto_answer(a->id, result)
                            : proto_refusal(a->id, a->error,
                                            a->message ? a->message : "Out of memory.", a->hint);

    if (!result && a->argument && a->expected) {
        json_t *error = json_object_get(answer, "error");

        json_object_set_new(error, "argument", proto_text(a->argument));
        json_object_set_new(error, "expected", proto_text(a->expected));
    }
    free(a->message);
    free(a->hint);
    free(a->expected);
    return answer ? answer : json_null();
}

json_t *desk_handle(struct desk *d, const struct caller *who, json_t *request, int64_t now,
                    const struct desk_later *later)
{
    struct ask a = {.desk = d,
                    .who = who,
                    .roles = d->config ? roles_of(d->config, who) : 0,
                    .args = json_object_get(request, "args"),
                    .id = json_object_get(request, "id"),
                    .now = now,
                    .later = later,
                    .error = PROTO_UNAVAILABLE};
    json_t *result = verb_of(&a, request) ? a.verb->handle(&a) : NULL;
    json_t *answer = a.waits ? slow_early(d) : ask_answer(&a, result);

    json_decref(a.kept);
    return answer;
}
