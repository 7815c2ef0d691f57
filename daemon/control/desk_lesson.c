/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What to say where there is no lesson to bind a grant to. */
#include <stdio.h>
#include <stdlib.h>

#include "base/wall.h"
#include "control/desk_parts.h"

#define WEEK       (7 * 86400)
#define START_TEXT (2 * WALL_TEXT + 16)

/* The first lesson after now, of that zone or (-1) of any, and a zone that has it. */
static bool next_lesson(const struct ask *a, int only, struct lesson *ret, unsigned *ret_zone)
{
    const struct school *school = a->desk->config->school;
    bool seen[STREAM_MAX] = {false}, found = false;
    struct lesson lesson;

    for (unsigned zone = 0; zone < school->zone_count; zone++) {
        unsigned stream = school_zone_stream(school, zone);

        if (stream >= STREAM_MAX || seen[stream] || (only >= 0 && zone != (unsigned)only))
            continue;
        seen[stream] = true;
        if (!school_lesson_next(school, stream, a->now, a->now + WEEK, &lesson) ||
            (found && lesson.start >= ret->start))
            continue;
        *ret = lesson;
        *ret_zone = zone;
        found = true;
    }
    return found;
}

/* "at 10:25"; on another day "on Mon 2026-11-23 at 08:30". */
static const char *start_text(int64_t at, int64_t now, char out[static START_TEXT])
{
    char clock[WALL_TEXT], iso[WALL_TEXT];

    wall_clock_text(at, now, clock, sizeof(clock));
    wall_iso_text(at, iso, sizeof(iso));
    if (date_compare(wall_from_utc(at).date, wall_from_utc(now).date) == 0)
        snprintf(out, START_TEXT, "at %s", clock);
    else
        snprintf(out, START_TEXT, "on %.3s %.10s at %.5s", clock, iso, clock + sizeof("Mon"));
    return out;
}

static void print_why(FILE *out, const struct ask *a, int zone, const struct set256 *services)
{
    const struct school *school = a->desk->config->school;
    const char *day_off = school_day_off(school, wall_from_utc(a->now).date);
    bool several = set256_count(services) > 1;
    char *names = services_text(a->desk, services);

    if (zone >= 0)
        fprintf(out, "%s %s not closed in %s now and %s no grant. ", names ? names : "That",
                several ? "are" : "is", school->zones[zone].name, several ? "need" : "needs");
    if (day_off)
        fprintf(out, "Today is a day off: %s. ", day_off);
    else
        fputs(zone < 0 ? "There is no lesson in any zone now. " : "There is no lesson. ", out);
    free(names);
}

bool refuse_no_lesson(struct ask *a, int zone, const struct set256 *services)
{
    const struct school *school = a->desk->config->school;
    struct lesson lesson = {.bell = NULL};
    char start[START_TEXT], *text = NULL;
    unsigned at = 0;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    if (!out)
        return false;
    print_why(out, a, zone, services);
    if (!next_lesson(a, zone, &lesson, &at))
        fputs("No lesson begins within a week.", out);
    else
        fprintf(out, "The next lesson begins %s in %s (period %s).",
                start_text(lesson.start, a->now, start), school->zones[at].name, lesson.bell->name);
    hint(a, "A grant is bound to a running lesson. What is closed now: lespoortctl status");
    if (!fclose(out))
        refuse(a, PROTO_NO_LESSON, "%s", text);
    free(text);
    return false;
}
