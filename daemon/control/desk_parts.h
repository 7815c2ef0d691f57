/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the desk share. */
#ifndef LESPOORT_CONTROL_DESK_PARTS_H
#define LESPOORT_CONTROL_DESK_PARTS_H

#include <stdio.h>

#include "control/desk.h"
#include "control/grants.h"
#include "control/verbs.h"
#include "lists/local.h"

struct ask;

/*
 * Ends a handler whose change needs names compiled ("return ask_compile(…)"; also for a reload,
 * with job NULL). finish() makes the answer when it is done, or refuses: with !ok, report->why says
 * why, and what the handler wrote before must be undone there. The ask that finish() sees is
 * the same request later: who, args, roles as they were, the new time. It is called once, or not
 * at all when ask_may_compile() says no, or when the new config has errors.
 */
typedef json_t *ask_finish(struct ask *a, bool ok, const struct compile_report *report);

/* The one request that waits for names to be compiled: a copy, since its connection may go. */
struct slow {
    bool busy, beginning;
    struct caller who; /* without groups: roles were looked up when it came */
    const struct verb *verb;
    unsigned roles;
    json_t *args, *id, *kept; /* references of ours */
    int64_t since;
    ask_finish *finish;
    struct desk_later later; /* answer is NULL when nobody waits any more */
    json_t *early;           /* the answer, when it was there before the hook returned */
};

struct desk {
    struct config *config;      /* NULL before the first desk_use() */
    struct sealed *sealed;      /* NULL as long */
    struct catalogue catalogue; /* the view of it */
    struct set256 refused;      /* lists whose newest source was not taken */
    bool old_names;             /* see desk_old_names() */
    struct set256 held;         /* lists that were rolled back, and stay so until they change */
    struct grants grants;
    struct gate_link gate;
    int64_t config_at; /* when the config was taken over */
    struct desk_hooks hooks;
    struct slow slow;
    struct compile_report unbegun; /* what finish() is told when nothing was begun */
};

/* One request on its way to an answer. */
struct ask {
    struct desk *desk;
    const struct caller *who;
    const struct verb *verb; /* once it is known */
    unsigned roles;
    json_t *args, *id; /* checked against the verb's table, borrowed; id may be NULL */
    int64_t now;
    const struct desk_later *later; /* where the answer goes that takes time; may be NULL */
    bool waits;                     /* ask_compile() has begun something: the answer comes later */
    bool untold;  /* for finish(): it is done, but the datapath could not be told */
    json_t *kept; /* what a handler leaves for its finish(); freed with the ask */
    /* Set by refuse(), hint() and refuse_argument(). */
    enum proto_error error;
    char *message, *hint;
    const char *argument; /* which is not `expected` */
    char *expected;
};

/* False, with a refusal, while names are compiled for somebody: ask before anything is written. */
bool ask_may_compile(struct ask *a);
json_t *ask_compile(struct ask *a, const struct compile_job *job, ask_finish *finish);

/* Who may withdraw or shorten what others granted. */
#define WITHDRAWERS (ROLE_BIT(ROLE_LEADER) | ROLE_BIT(ROLE_DIRECTOR) | ROLE_BIT(ROLE_ADMIN))

/* Both return NULL, so that a handler can end with "return refuse(…)". */
json_t *refuse(struct ask *a, enum proto_error e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void hint(struct ask *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "'argument' of 'verb' is not EXPECTED." */
void refuse_argument(struct ask *a, const char *argument, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The answer to the request, from a handler's result or, without one, its refusal. Frees the
 * texts of the ask. */
json_t *ask_answer(struct ask *a, json_t *result);

/* The datapath must know of a change. False: it could not be told, and the log says why. */
bool desk_changed(struct desk *d);

/* Of desk_slow.c: the answer that ask_compile() has already, NULL when it comes later; and what
 * goes with the desk. */
json_t *slow_early(struct desk *d);
void slow_drop(struct desk *d);

/* Looks up which lists are refused or held: after everything that may change it. */
void desk_note_lists(struct desk *d);

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

/* What the gate's self-probe says; with a text where that needs somebody's eye. */
json_t *json_probe(const struct ask *a);

/* NULL for an empty text, to be left out by "o*". */
json_t *json_text_or_none(const char *text);

/* A service by its number, and ids in the order of a plan, which may be of another config. */
json_t *json_service(const struct ask *a, unsigned service);
json_t *json_plan_ids(const struct plan *p, const struct set256 *services);
json_t *json_conflict(const struct plan *p, const struct conflict *c);

/* The argument "name", as people paste it; the names that were added and taken away here, for
 * local_done(). Both false with a refusal. */
bool ask_hostname(struct ask *a, struct hostname *ret);
bool ask_local(struct ask *a, struct local_names *ret);

/* Whose a name is, services and lists; what people want to know of it. */
struct set256 name_services(const struct desk *d, const struct hostname *name, uint8_t *ret_label,
                            size_t *ret_suffix_at);
json_t *json_name(const struct ask *a, const struct local_names *local,
                  const struct hostname *name);

/* The change stands, and the datapath does not know of it. */
json_t *refuse_untold(struct ask *a);

json_t *verb_grant(struct ask *a);
json_t *verb_revoke(struct ask *a);
json_t *verb_grants(struct ask *a);
json_t *verb_status(struct ask *a);
json_t *verb_health(struct ask *a);
json_t *verb_zones(struct ask *a);
json_t *verb_services(struct ask *a);
json_t *verb_services_update(struct ask *a);
json_t *verb_services_rollback(struct ask *a);
json_t *verb_name_add(struct ask *a);
json_t *verb_name_remove(struct ask *a);
json_t *verb_name_test(struct ask *a);
json_t *verb_name_list(struct ask *a);
json_t *verb_lists(struct ask *a);
json_t *verb_lists_update(struct ask *a);
json_t *verb_lists_rollback(struct ask *a);
json_t *verb_why(struct ask *a);
json_t *verb_reload(struct ask *a);
json_t *verb_version(struct ask *a);

#endif
