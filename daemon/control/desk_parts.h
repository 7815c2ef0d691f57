/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the desk share. */
#ifndef LESPOORT_CONTROL_DESK_PARTS_H
#define LESPOORT_CONTROL_DESK_PARTS_H

#include <stdio.h>

#include "control/desk.h"
#include "control/grants.h"
#include "control/verbs.h"

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
    const struct verb *verb; /* once it is known */
    unsigned roles;
    json_t *args; /* checked against the verb's table, borrowed */
    int64_t now;
    /* Set by refuse(), hint() and refuse_argument(). */
    enum proto_error error;
    char *message, *hint;
    const char *argument; /* which is not `expected` */
    char *expected;
};

/* Who may withdraw or shorten what others granted. */
#define WITHDRAWERS (ROLE_BIT(ROLE_LEADER) | ROLE_BIT(ROLE_DIRECTOR) | ROLE_BIT(ROLE_ADMIN))

/* Both return NULL, so that a handler can end with "return refuse(…)". */
json_t *refuse(struct ask *a, enum proto_error e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void hint(struct ask *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "'argument' of 'verb' is not EXPECTED." */
void refuse_argument(struct ask *a, const char *argument, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The datapath must know of a change. */
void desk_changed(struct desk *d);

/* Arguments; NULL or 0 when not given. */
const char *arg_text(const struct ask *a, const char *name);
int64_t arg_seconds(const struct ask *a, const char *name);
bool arg_flag(const struct ask *a, const char *name);

/* The number of the zone named by argument "zone"; without one, the only zone with a lesson at
 * that moment. -1 and a refusal that repeats the command for each zone that fits. */
int ask_zone(struct ask *a, int64_t at);

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

/* The host of the address of a page, as people paste it: without scheme, user, port and path. */
#define HOST_TEXT 301
void host_part(const char *text, char out[static HOST_TEXT]);

/* The caller gave it, or was the last to change it. */
bool grant_is_own(const struct ask *a, const struct grant *grant);

/* "no lesson", with what the zone (-1: all of them) waits for. Returns false. */
bool refuse_no_lesson(struct ask *a, int zone, const struct set256 *services);

/* Commands of lespoortctl for people to copy, quoted where a shell needs it. */
void command_word(FILE *out, const char *word);
/* What was asked once more, with these words (separated by blanks) in place of its services or
 * subject and with that zone; NULL: as given. */
void command_again(FILE *out, const struct ask *a, const char *words, const char *zone);

/* The audit in the log: who, what, where, until when, why. */
void log_given(const struct ask *a, const struct grant *grant, const char *change,
               const struct grant *before);
void log_withdrawn(const struct ask *a, const struct grant *part);
void log_taken_over(const struct ask *a, const struct grant *part);

/* Carries the grants over to that config, and logs what ends or changes by it. */
void move_grants(struct desk *d, const struct config *to, int64_t now);

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
