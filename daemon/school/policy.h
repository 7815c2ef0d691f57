/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one decision function. The datapath (through compiled snapshots), `why` and the tests all
 * ask this one.
 *
 * Precedence: never-block > locked > exam > revoke > grant > lesson > zone rule > allow.
 */
#ifndef LESPOORT_SCHOOL_POLICY_H
#define LESPOORT_SCHOOL_POLICY_H

#include "names/catalogue.h"
#include "school/school.h"

#define GRANT_ID_LEN 24
#define GRANT_MAX    8192 /* kept; the oldest ended ones go first */

enum reason {
    REASON_ALLOW,
    REASON_ZONE,
    REASON_LESSON,
    REASON_GRANT,
    REASON_LOCKED,
    REASON_NEVER,
    REASON_COUNT
};

struct grant {
    char id[GRANT_ID_LEN];                                  /* "g-20261120-105200-1" */
    char who[NAME_MAX_LEN], behalf[NAME_MAX_LEN], code[16]; /* login, authority, reason code */
    uint16_t zone;
    struct set256 services;
    int64_t from, until; /* UTC; [from, until) */
    int64_t revoked;     /* 0: not */
};

/* When it stops to count: withdrawal or end. */
int64_t grant_end(const struct grant *g);

/* All that a decision depends on besides where, what and when. Borrowed. */
struct facts {
    const struct school *school;
    const struct grant *grants;
    size_t grant_count;
};

struct decision {
    bool closed;
    enum reason reason;
    struct lesson lesson;      /* when the reason is ZONE, LESSON, GRANT or LOCKED */
    const struct grant *grant; /* when the reason is GRANT */
};

/* Is that service closed in that zone at that moment? */
struct decision policy_service(const struct facts *f, unsigned zone, unsigned service, int64_t at);

/*
 * The same for a label. A label of several services is closed only when each of them is: a name
 * that an open service needs stays reachable. NEVER is open. QUIC is closed in a zone that
 * rejects it while a service is closed there; the other reserved labels are open.
 */
struct decision policy_label(const struct facts *f, const struct catalogue *c, unsigned zone,
                             uint8_t label, int64_t at);

/* The same two for who knows the lesson of that zone and moment already; NULL: there is none. */
struct decision policy_service_in(const struct facts *f, unsigned zone, unsigned service,
                                  int64_t at, const struct lesson *lesson);
struct decision policy_label_in(const struct facts *f, const struct catalogue *c, unsigned zone,
                                uint8_t label, int64_t at, const struct lesson *lesson);

/* The next moment after `at` (and at most `to`) when anything may change in that zone: a lesson's
 * start or end, midnight, a grant's start, end or withdrawal. Returns `to` when nothing does. */
int64_t policy_next(const struct facts *f, unsigned zone, int64_t at, int64_t to);

/* When the current lesson of the zone ends, or with none the next one within the day; 0: none. */
int64_t policy_lesson_end(const struct facts *f, unsigned zone, int64_t at);

const char *reason_name(enum reason reason); /* "lesson", "grant", … */

#endif
