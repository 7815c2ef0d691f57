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
    bool restricted;     /* safe names are answered with their safe hosts while it runs */
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
 * The same for a label, from its set: the services of the catalogue and the external lists in it.
 * The first of these that holds decides:
 *
 *   1. a list is locked and closed: closed
 *   2. services, all of them closed: closed
 *   3. a service that a grant opens: open
 *   4. a list is closed: closed (one that a grant of its own opens is not)
 *   5. otherwise, and for an empty set: open
 *
 * So a name that an open service needs stays reachable, a list closes what no service is granted
 * for, and a grant opens its service's names although a list has them, too. NEVER is open. QUIC is
 * closed in a zone that rejects it while a service is closed there; the other reserved labels are
 * open.
 *
 * The reason: among equals the plainest, but a locked list before all, since no grant helps.
 */
struct decision policy_label(const struct facts *f, const struct catalogue *c, unsigned zone,
                             uint8_t label, int64_t at);

/* The same two for who knows the lesson of that zone and moment already; NULL: there is none. */
struct decision policy_service_in(const struct facts *f, unsigned zone, unsigned service,
                                  int64_t at, const struct lesson *lesson);
struct decision policy_label_in(const struct facts *f, const struct catalogue *c, unsigned zone,
                                uint8_t label, int64_t at, const struct lesson *lesson);

/* A restricted grant of one of those services (safe_services()) runs in a zone that has lessons:
 * all safe names are answered there with their safe hosts. */
bool policy_restricted(const struct facts *f, const struct set256 *safe, unsigned zone, int64_t at);

/* The next moment after `at` (and at most `to`) when anything may change in that zone: a lesson's
 * start or end, midnight, a grant's start, end or withdrawal. Returns `to` when nothing does. */
int64_t policy_next(const struct facts *f, unsigned zone, int64_t at, int64_t to);

/* When the current lesson of the zone ends, or with none the next one within the day; 0: none. */
int64_t policy_lesson_end(const struct facts *f, unsigned zone, int64_t at);

const char *reason_name(enum reason reason); /* "lesson", "grant", … */

#endif
