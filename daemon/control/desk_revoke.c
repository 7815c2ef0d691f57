/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs revoke and grants. */
#include <stdlib.h>
#include <string.h>

#include "control/desk_parts.h"
#include "control/roles.h"

/* Which running grants are meant, and what of them. */
struct pick {
    int zone;                 /* -1: any */
    const char *id;           /* or NULL */
    struct set256 services;   /* empty: all of them */
    bool own;                 /* only the caller's, whatever the role */
    const struct grant *kept; /* one that fits, but is somebody else's */
};

static bool find_pick(struct ask *a, struct pick *pick)
{
    const char *what = arg_text(a, "what");

    *pick = (struct pick){.zone = -1, .own = !arg_flag(a, "all")};
    if (arg_text(a, "zone")) {
        pick->zone = ask_zone(a, a->now);
        if (pick->zone < 0)
            return false;
    }
    if (what && !strncmp(what, "g-", 2) && config_service(a->desk->config, what) < 0) {
        pick->id = what;
        return true;
    }
    return !what || ask_services(a, what, &pick->services);
}

bool grant_is_own(const struct ask *a, const struct grant *grant)
{
    return !strcmp(grant->who, a->who->login);
}

static bool fits(const struct ask *a, const struct pick *pick, const struct grant *grant)
{
    if (!grant_running(grant, a->now))
        return false;
    if (pick->zone >= 0 && grant->zone != (unsigned)pick->zone)
        return false;
    if (pick->id)
        return !strcmp(grant->id, pick->id);
    struct set256 both = set256_both(&grant->services, &pick->services);

    return set256_empty(&pick->services) || !set256_empty(&both);
}

static bool has_own(const struct ask *a, const struct pick *pick)
{
    const struct grants *grants = &a->desk->grants;

    for (size_t i = 0; i < grants->count; i++)
        if (fits(a, pick, &grants->all[i]) && grant_is_own(a, &grants->all[i]))
            return true;
    return false;
}

/* Withdraws what is meant of that grant, and lists it. */
static void withdraw(struct ask *a, const struct pick *pick, struct grant *grant, json_t *list)
{
    struct grant part = *grant;

    if (!set256_empty(&pick->services))
        part.services = set256_both(&grant->services, &pick->services);
    json_array_append_new(list, json_grant(a, &part));
    log_withdrawn(a, &part);
    grants_withdraw(&a->desk->grants, grant, &part.services, a->now);
}

static json_t *withdraw_all(struct ask *a, struct pick *pick)
{
    struct grants *grants = &a->desk->grants;
    json_t *list = json_array();
    size_t count;

    grants_make_room(grants, a->now);
    count = grants->count;
    for (size_t i = 0; i < count; i++) {
        struct grant *grant = &grants->all[i];

        if (!fits(a, pick, grant))
            continue;
        if (grant_is_own(a, grant) || (!pick->own && a->roles & WITHDRAWERS))
            withdraw(a, pick, grant, list);
        else
            pick->kept = grant;
    }
    return list;
}

static json_t *refuse_none(struct ask *a, const struct pick *pick)
{
    char roles[ROLES_TEXT];
    const char *what = arg_text(a, "what");

    if (pick->kept && !pick->own) {
        hint(a, "Ask %s, or somebody with the role %s.", pick->kept->who,
             roles_text(WITHDRAWERS, roles));
        return refuse(a, PROTO_DENIED,
                      "%s was granted by %s, and %s may withdraw only their own grants.",
                      pick->kept->id, pick->kept->who, a->who->login);
    }
    hint(a, "What runs now: lespoortctl grants");
    if (what)
        return refuse(a, PROTO_NOT_FOUND, "No grant runs now for '%s'.", what);
    return refuse(a, PROTO_NOT_FOUND,
                  pick->own ? "You have no running grant." : "No grant runs now.");
}

json_t *verb_revoke(struct ask *a)
{
    struct pick pick;
    json_t *withdrawn;

    if (!find_pick(a, &pick))
        return NULL;
    /* Whoever names a service means the own grant of it first: a leader does not close it for
     * colleagues by accident. */
    if ((arg_text(a, "what") || pick.zone >= 0) && !has_own(a, &pick))
        pick.own = false;
    withdrawn = withdraw_all(a, &pick);
    if (!json_array_size(withdrawn)) {
        json_decref(withdrawn);
        return refuse_none(a, &pick);
    }
    if (!desk_changed(a->desk)) {
        json_decref(withdrawn);
        return refuse_untold(a);
    }
    return json_pack("{s:o,s:b,s:b}", "withdrawn", withdrawn, "others_kept", pick.kept != NULL,
                     "gate_connected", a->desk->gate.connected);
}

json_t *verb_grants(struct ask *a)
{
    const struct grants *grants = &a->desk->grants;
    struct pick pick = {.zone = -1};
    json_t *list;

    if (arg_text(a, "zone") && (pick.zone = ask_zone(a, a->now)) < 0)
        return NULL;
    list = json_array();
    for (size_t i = 0; i < grants->count; i++)
        if (fits(a, &pick, &grants->all[i]))
            json_array_append_new(list, json_grant(a, &grants->all[i]));
    return json_pack("{s:o,s:o}", "now", json_time(a, a->now), "grants", list);
}
