/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "school/school.h"

#include <string.h>

#include "base/parse.h"

#define WALK_DAYS_MAX 400

int school_zone(const struct school *s, const char *name)
{
    for (size_t i = 0; i < s->zone_count; i++)
        if (strcmp(s->zones[i].name, name) == 0)
            return (int)i;
    return -1;
}

unsigned school_zone_stream(const struct school *s, unsigned zone)
{
    const struct zone *z = zone < s->zone_count ? &s->zones[zone] : NULL;

    if (!z || z->kind == ZONE_RESOLVER || z->stream >= s->stream_count)
        return NO_STREAM;
    return z->stream;
}

const char *school_day_off(const struct school *s, struct date date)
{
    for (size_t i = 0; i < s->day_off_count; i++) {
        const struct day_off *d = &s->days_off[i];

        if (date_compare(d->from, date) <= 0 && date_compare(date, d->to) <= 0)
            return d->name;
    }
    return NULL;
}

/*
 * Every lesson of a stream that may touch [from, to), day by day. It starts with yesterday's
 * bells, since those may run over midnight.
 */
struct walk {
    const struct school *school;
    const struct stream *stream;
    struct date date;
    int64_t to;
    size_t bell;
    unsigned days;
};

static struct walk walk_start(const struct school *s, unsigned stream, int64_t from, int64_t to)
{
    struct walk w = {.school = s, .to = to};

    if (stream >= s->stream_count || from >= to) {
        w.days = WALK_DAYS_MAX;
        return w;
    }
    w.stream = &s->streams[stream];
    w.date = date_add(wall_from_utc(from).date, -1);
    return w;
}

/* Moves to the next day; false when that one begins at or after the end. */
static bool walk_day(struct walk *w)
{
    w->bell = 0;
    w->date = date_add(w->date, 1);
    w->days++;
    return w->days < WALK_DAYS_MAX && wall_to_utc(w->date, 0) < w->to;
}

/* Minutes of a bell go on counting after midnight. */
static int64_t instant(struct date date, int minute)
{
    for (; minute > MINUTES_PER_DAY; minute -= MINUTES_PER_DAY)
        date = date_add(date, 1);
    return wall_to_utc(date, minute);
}

static bool walk_next(struct walk *w, struct lesson *ret)
{
    if (w->days >= WALK_DAYS_MAX)
        return false;
    do {
        bool off = school_day_off(w->school, w->date) != NULL;
        unsigned today = 1u << date_weekday(w->date);

        while (!off && w->bell < w->stream->bell_count) {
            const struct bell *bell = &w->stream->bells[w->bell++];

            if (!(bell->days & today))
                continue;
            *ret = (struct lesson){.bell = bell,
                                   .start = instant(w->date, bell->start),
                                   .end = instant(w->date, bell->end)};
            /* The hour that spring skips swallows a lesson that lies in it. */
            if (ret->start < ret->end)
                return true;
        }
    } while (walk_day(w));
    w->days = WALK_DAYS_MAX;
    return false;
}

/* Keeps what is in order by start; drops the last when it is full. */
static size_t insert(struct lesson *lessons, size_t count, size_t max, const struct lesson *new)
{
    size_t at = count;

    while (at > 0 && lessons[at - 1].start > new->start)
        at--;
    if (at == max)
        return count;
    if (count == max)
        count--;
    memmove(&lessons[at + 1], &lessons[at], (count - at) * sizeof(*lessons));
    lessons[at] = *new;
    return count + 1;
}

size_t school_lessons(const struct school *s, unsigned stream, int64_t from, int64_t to,
                      struct lesson *ret, size_t max)
{
    struct walk w = walk_start(s, stream, from, to);
    struct lesson lesson;
    size_t count = 0;

    while (walk_next(&w, &lesson))
        if (lesson.start < to && lesson.end > from)
            count = insert(ret, count, max, &lesson);
    return count;
}

bool school_lesson_at(const struct school *s, unsigned stream, int64_t at, struct lesson *ret)
{
    return school_lessons(s, stream, at, at + 1, ret, 1) == 1;
}

bool school_lesson_next(const struct school *s, unsigned stream, int64_t from, int64_t to,
                        struct lesson *ret)
{
    struct walk w = walk_start(s, stream, from, to);
    struct lesson lesson;
    bool found = false;

    while (walk_next(&w, &lesson)) {
        if (lesson.start < from || lesson.start >= to)
            continue;
        if (!found || lesson.start < ret->start)
            *ret = lesson;
        found = true;
        /* No lesson of a later day can start earlier; of this day it can. */
        w.to = lesson.start;
    }
    return found;
}

int64_t school_next_edge(const struct school *s, unsigned stream, int64_t at, int64_t to)
{
    struct walk w = walk_start(s, stream, at, to);
    struct lesson lesson;

    while (walk_next(&w, &lesson)) {
        int64_t edge = lesson.start > at ? lesson.start : lesson.end;

        if (edge > at && edge < w.to)
            w.to = edge;
    }
    return w.to;
}
