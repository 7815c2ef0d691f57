/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the desk share. */
#ifndef LESPOORT_CONTROL_DESK_PARTS_H
#define LESPOORT_CONTROL_DESK_PARTS_H

#include "control/desk.h"
#include "control/grants.h"

struct desk {
    struct config *config; /* NULL before the first desk_use() */
    struct catalogue catalogue;
    struct grants grants;
    struct gate_link gate;
    struct desk_hooks hooks;
};

/* One request on its way to an answer. */
struct ask {
    struct desk *desk;
    const struct caller *who;
    unsigned roles;
    json_t *args; /* checked against the verb's table, borrowed */
    int64_t now;
    /* Set by refuse() and hint(). */
    enum proto_error error;
    char *message, *hint;
};

/* Both return NULL, so that a handler can end with "return refuse(…)". */
json_t *refuse(struct ask *a, enum proto_error e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void hint(struct ask *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The datapath must know of a change. */
void desk_changed(struct desk *d);

/* Arguments; NULL or 0 when not given. */
const char *arg_text(const struct ask *a, const char *name);
int64_t arg_seconds(const struct ask *a, const char *name);
bool arg_flag(const struct ask *a, const char *name);

/* The number of the zone named by argument "zone"; without one, the only zone with a lesson at
 * that moment. -1 and a refusal; `command` is what the hint repeats for each zone that fits. */
int ask_zone(struct ask *a, int64_t at, const char *command);

/* How many zones have a lesson at that moment. */
unsigned zones_in_lesson(const struct desk *d, int64_t at);

/* The services named by a word: a service, one of its other names, or a category. */
bool ask_services(struct ask *a, const char *word, struct set256 *ret);
bool ask_service_list(struct ask *a, const char *arg, struct set256 *ret);

bool zone_lesson(const struct desk *d, unsigned zone, int64_t at, struct lesson *ret);

/* Titles of services for sentences: "YouTube", "YouTube and X (Twitter)". malloc'ed. */
char *services_text(const struct desk *d, const struct set256 *services);

/* Ids, with that between them. malloc'ed. */
char *services_ids(const struct desk *d, const struct set256 *services, const char *between);

/* JSON forms; see docs/control-protocol.md. */
json_t *json_time(const struct ask *a, int64_t at);
json_t *json_services(const struct desk *d, const struct set256 *services);
json_t *json_titles(const struct desk *d, const struct set256 *services);
json_t *json_lesson(const struct ask *a, const struct lesson *lesson);
json_t *json_grant(const struct ask *a, const struct grant *grant);

json_t *verb_grant(struct ask *a);
json_t *verb_revoke(struct ask *a);
json_t *verb_grants(struct ask *a);
json_t *verb_status(struct ask *a);
json_t *verb_zones(struct ask *a);
json_t *verb_services(struct ask *a);
json_t *verb_why(struct ask *a);
json_t *verb_reload(struct ask *a);
json_t *verb_version(struct ask *a);

#endif
