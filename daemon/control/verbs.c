/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control/verbs.h"

#include <limits.h>
#include <string.h>

#include "base/suggest.h"
#include "config/utf8.h"
#include "control/desk_parts.h"
#include "control/roles.h"

#define GRANTORS                                                                                   \
    (ROLE_BIT(ROLE_TEACHER) | ROLE_BIT(ROLE_LEADER) | ROLE_BIT(ROLE_DIRECTOR) |                    \
     ROLE_BIT(ROLE_ADMIN))

const struct verb verbs[] = {
    {.name = "status", .handle = verb_status, .args = {{.name = "zone"}}},
    {.name = "health", .handle = verb_health},
    {.name = "grant",
     .roles = GRANTORS,
     .handle = verb_grant,
     .args = {{.name = "services", .type = ARG_LIST, .required = true},
              {.name = "zone"},
              {.name = "until"},
              {.name = "for", .type = ARG_SECONDS},
              {.name = "reason", .max = sizeof(((struct grant *)NULL)->code) - 1},
              {.name = "on_behalf_of", .max = NAME_MAX_LEN - 1},
              {.name = "restricted", .type = ARG_FLAG}}},
    {.name = "revoke",
     .roles = GRANTORS,
     .handle = verb_revoke,
     .args = {{.name = "what"}, {.name = "zone"}, {.name = "all", .type = ARG_FLAG}}},
    {.name = "grants", .handle = verb_grants, .args = {{.name = "zone"}}},
    {.name = "why",
     .handle = verb_why,
     .args = {{.name = "what", .required = true}, {.name = "zone"}, {.name = "at"}}},
    {.name = "zones", .handle = verb_zones},
    {.name = "services",
     .handle = verb_services,
     .args = {{.name = "service"}, {.name = "conflicts", .type = ARG_FLAG}}},
    {.name = "services.update",
     .roles = ROLE_BIT(ROLE_ADMIN),
     .handle = verb_services_update,
     .args = {{.name = "path", .max = PATH_MAX - 1, .required = true},
              {.name = "install", .type = ARG_FLAG}}},
    {.name = "services.rollback", .roles = ROLE_BIT(ROLE_ADMIN), .handle = verb_services_rollback},
    {.name = "name.add",
     .roles = ROLE_BIT(ROLE_ADMIN),
     .handle = verb_name_add,
     .args = {{.name = "name", .required = true},
              {.name = "services", .type = ARG_LIST, .required = true}}},
    {.name = "name.remove",
     .roles = ROLE_BIT(ROLE_ADMIN),
     .handle = verb_name_remove,
     .args = {{.name = "name", .required = true}, {.name = "services", .type = ARG_LIST}}},
    {.name = "name.test", .handle = verb_name_test, .args = {{.name = "name", .required = true}}},
    {.name = "name.list", .handle = verb_name_list},
    {.name = "lists", .handle = verb_lists},
    {.name = "lists.update",
     .roles = ROLE_BIT(ROLE_ADMIN),
     .handle = verb_lists_update,
     .args = {{.name = "lists", .type = ARG_LIST}, {.name = "force", .type = ARG_FLAG}}},
    {.name = "lists.rollback",
     .roles = ROLE_BIT(ROLE_ADMIN),
     .handle = verb_lists_rollback,
     .args = {{.name = "list", .required = true}}},
    {.name = "reload", .roles = ROLE_BIT(ROLE_ADMIN), .handle = verb_reload},
    {.name = "version", .handle = verb_version},
};

const size_t verb_count = ARRAY_SIZE(verbs);

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < verb_count; i++)
        if (!strcmp(verbs[i].name, name))
            return &verbs[i];
    return NULL;
}

static void suggest_verb(struct ask *a, const char *name)
{
    const char *names[ARRAY_SIZE(verbs)];
    const char *near;

    for (size_t i = 0; i < verb_count; i++)
        names[i] = verbs[i].name;
    near = suggest(name, names, verb_count);
    if (near)
        hint(a, "Did you mean %s?", near);
}

/* Ends up in terminals and sentences of others: no control characters, nothing invisible and
 * nothing that turns the direction of writing (U+200B..202F, U+204B..206F, U+FEFF). */
static bool is_printable(const char *text)
{
    for (const char *c = text; *c; c++) {
        if (!strncmp(c, "\xe2\x80", 2) || !strncmp(c, "\xe2\x81", 2)) {
            unsigned char third = (unsigned char)c[2];

            if (third >= 0x8b && third <= 0xaf)
                return false;
        }
        if (!strncmp(c, "\xef\xbb\xbf", 3))
            return false;
    }
    return utf8_printable(text);
}

static bool good_text(const json_t *value, size_t max)
{
    size_t len = json_string_length(value);

    return json_is_string(value) && len && len <= max && is_printable(json_string_value(value));
}

static bool good_list(const json_t *value, size_t max)
{
    size_t count = json_array_size(value);

    for (size_t i = 0; i < count; i++)
        if (!good_text(json_array_get(value, i), max))
            return false;
    return json_is_array(value) && count && count <= ARG_LIST_MAX;
}

static bool good_seconds(const json_t *value, size_t max)
{
    return json_is_integer(value) && json_integer_value(value) > 0 &&
           json_integer_value(value) <= (json_int_t)max;
}

static bool good_flag(const json_t *value, size_t max)
{
    (void)max;
    return json_is_boolean(value);
}

static const struct {
    bool (*good)(const json_t *value, size_t max);
    const char *expected, *unit;
    size_t max;
} types[ARG_TYPE_COUNT] = {
    [ARG_TEXT] = {good_text, "a printable text", "bytes", ARG_TEXT_MAX},
    [ARG_LIST] = {good_list, "a list of printable texts", "bytes each", ARG_TEXT_MAX},
    [ARG_SECONDS] = {good_seconds, "a whole number above zero", "seconds", ARG_SECONDS_MAX},
    [ARG_FLAG] = {good_flag, "true or false", "word", 1},
};

static const struct verb_arg *find_arg(const struct verb *verb, const char *name)
{
    for (size_t i = 0; i < VERB_ARGS && verb->args[i].name; i++)
        if (!strcmp(verb->args[i].name, name))
            return &verb->args[i];
    return NULL;
}

static bool check_arg(struct ask *a, const struct verb *verb, const char *name, const json_t *value)
{
    const struct verb_arg *arg = find_arg(verb, name);

    if (!arg) {
        hint(a, "The arguments of each verb stand in the document of the control protocol.");
        refuse(a, PROTO_BAD_REQUEST, "'%s' knows no argument '%.40s'.", verb->name,
               is_printable(name) ? name : "?");
        return false;
    }
    size_t max = arg->max ? arg->max : types[arg->type].max;

    if (types[arg->type].good(value, max))
        return true;
    refuse_argument(a, arg->name, "%s of at most %zu %s", types[arg->type].expected, max,
                    types[arg->type].unit);
    return false;
}

static bool check_args(struct ask *a, const struct verb *verb)
{
    const char *name;
    json_t *value;

    if (a->args && !json_is_object(a->args)) {
        refuse(a, PROTO_BAD_REQUEST, "'args' is not an object.");
        return false;
    }
    json_object_foreach(a->args, name, value) if (!check_arg(a, verb, name, value)) return false;
    for (size_t i = 0; i < VERB_ARGS && verb->args[i].name; i++) {
        if (!verb->args[i].required || json_object_get(a->args, verb->args[i].name))
            continue;
        refuse(a, PROTO_BAD_REQUEST, "'%s' needs '%s'.", verb->name, verb->args[i].name);
        return false;
    }
    return true;
}

static bool check_role(struct ask *a, const struct verb *verb)
{
    char needed[ROLES_TEXT];

    if (!verb->roles || a->roles & verb->roles)
        return true;
    hint(a, "Ask %s. Roles are given in the config, under 'roles'.",
         verb->roles == ROLE_BIT(ROLE_ADMIN) ? "the administrator of this gateway"
                                             : "a colleague with that role, or the administrator");
    refuse(a, PROTO_DENIED, "'%s' needs the role %s, which %s does not have.", verb->name,
           roles_text(verb->roles, needed), a->who->login);
    return false;
}

const struct verb *verb_of(struct ask *a, const json_t *request)
{
    const char *name = json_string_value(json_object_get(request, "verb"));
    const struct verb *verb = name ? find_verb(name) : NULL;

    if (!name) {
        refuse(a, PROTO_BAD_REQUEST, "The request has no 'verb'.");
        return NULL;
    }
    if (!verb) {
        suggest_verb(a, name);
        refuse(a, PROTO_BAD_REQUEST, "There is no verb '%.40s'.", is_printable(name) ? name : "?");
        return NULL;
    }
    if (!a->desk->config) {
        refuse(a, PROTO_UNAVAILABLE, "lespoortd has no config yet.");
        return NULL;
    }
    a->verb = verb;
    return check_role(a, verb) && check_args(a, verb) ? verb : NULL;
}
