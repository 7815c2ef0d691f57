/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The school as the config describes it: zones, streams with their bells, days off, and what is
 * closed in lessons. Immutable once built; times are wall time of the process's zone.
 */
#ifndef LESPOORT_SCHOOL_SCHOOL_H
#define LESPOORT_SCHOOL_SCHOOL_H

#include <stdbool.h>

#include "base/addr.h"
#include "base/set256.h"
#include "base/wall.h"

#define NAME_MAX_LEN 32 /* zone, stream, period: with the terminator */
#define ZONE_MAX     1024
#define STREAM_MAX   64
#define BELL_MAX     256 /* per stream */
#define PREFIX_MAX   4096
#define NO_STREAM    UINT16_MAX

enum zone_kind {
    ZONE_CLASSROOM,
    ZONE_SUPERVISED,
    ZONE_PUBLIC,
    ZONE_STAFF,
    ZONE_GUEST,
    ZONE_RESOLVER,
    ZONE_PROBE /* of the self-probe: only in snapshots */
};

/* What happens to QUIC in a zone while something is closed there. */
enum quic_policy { QUIC_REJECT, QUIC_PASS };

struct bell {
    char name[NAME_MAX_LEN]; /* "1", "2", … as people call the period */
    uint8_t days;            /* bit 0 Monday … bit 6 Sunday: the day it starts */
    int16_t start, end;      /* minutes after midnight; end > start, up to 2880 over midnight */
};

struct stream {
    char name[NAME_MAX_LEN];
    const struct bell *bells;
    size_t bell_count;
};

struct day_off {
    struct date from, to; /* inclusive */
    char name[NAME_MAX_LEN];
};

struct zone {
    char name[NAME_MAX_LEN];
    enum zone_kind kind;
    enum quic_policy quic;
    uint16_t stream; /* index, or NO_STREAM: never closed by a lesson */
    const struct prefix *prefixes;
    size_t prefix_count;
};

/* Who may open something for pupils. */
enum exceptions { EXCEPTIONS_NONE, EXCEPTIONS_LEADER, EXCEPTIONS_TEACHER };

struct school {
    char name[64];
    char version[NAME_MAX_LEN]; /* of the adopted policy, shown with every decision */
    const struct zone *zones;
    size_t zone_count;
    const struct stream *streams;
    size_t stream_count;
    const struct day_off *days_off;
    size_t day_off_count;
    struct set256 lesson_closed; /* services closed in lessons */
    struct set256 locked;        /* services that no grant opens */
    enum exceptions exceptions;
};

/* By name; -1 when there is none. */
int school_zone(const struct school *s, const char *name);

/* The stream whose lessons close that zone; NO_STREAM for one that no lesson closes: it has none,
 * or it is a resolver, which asks for clients of every zone. */
unsigned school_zone_stream(const struct school *s, unsigned zone);

/* A lesson as a stretch of time. */
struct lesson {
    const struct bell *bell;
    int64_t start, end; /* UTC; [start, end) */
};

/* The lesson of that stream at that moment, of several the one that started first; false when
 * there is none (no bell, a day off). */
bool school_lesson_at(const struct school *s, unsigned stream, int64_t at, struct lesson *ret);

/* The first lesson of that stream that starts at or after from and before to. */
bool school_lesson_next(const struct school *s, unsigned stream, int64_t from, int64_t to,
                        struct lesson *ret);

/* The lessons of that stream that touch [from, to), by start: the first max of them. Returns how
 * many. */
size_t school_lessons(const struct school *s, unsigned stream, int64_t from, int64_t to,
                      struct lesson *ret, size_t max);

/* The first moment after `at` and before `to` when a lesson of that stream starts or ends; `to`
 * without one. */
int64_t school_next_edge(const struct school *s, unsigned stream, int64_t at, int64_t to);

/* The name of the day off on that date, or NULL. */
const char *school_day_off(const struct school *s, struct date date);

#endif
