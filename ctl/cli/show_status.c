/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "cli/show.h"
#include "cli/table.h"

#define DATE_LEN 10

static void show_gate(const struct screen *screen, const json_t *gate)
{
    const char *since = show_time(gate, "since"), *backend = show_text(gate, "backend");

    if (json_is_false(json_object_get(gate, "connected"))) {
        fprintf(screen->out,
                "Gate: not connected%s%s. If it runs, it goes on by its last snapshot.\n",
                *since ? " since " : "", since);
        return;
    }
    fprintf(screen->out, "Gate: connected%s%s, %s\n", *since ? " since " : "", since,
            *backend ? backend : "rules not in place yet");
}

/* What the gate found around it, and what it had to mend. */
static void show_upkeep(const struct screen *screen, const json_t *gate)
{
    json_int_t repairs = show_number(gate, "repairs");
    const json_t *trouble;
    size_t i;

    if (repairs)
        fprintf(screen->out,
                "Gate: rules were taken away by another program and put back at %s "
                "(%" JSON_INTEGER_FORMAT " %s since it started).\n",
                show_time(gate, "repaired"), repairs, repairs == 1 ? "time" : "times");
    json_array_foreach(json_object_get(gate, "troubles"), i, trouble)
    {
        char *text = show_format("Gate: %s.", show_text(trouble, "text"));

        show_wrapped(screen, 0, text);
        free(text);
    }
}

static void show_lists(const struct screen *screen, const json_t *ids, const char *what)
{
    char *lists = show_list(ids, ", ", " and ");

    if (json_array_size(ids))
        fprintf(screen->out, "Lists %s: %s. More: lespoortctl lists\n", what, lists);
    free(lists);
}

/* Only what needs an eye. */
static void show_probe(const struct screen *screen, const json_t *probe)
{
    const char *text = show_text(probe, "text");

    if (*text)
        fprintf(screen->out, "Probe: %s\n", text);
}

static void show_compiling(const struct screen *screen, const json_t *names)
{
    const json_t *compiling = json_object_get(names, "compiling");

    if (compiling)
        fprintf(screen->out,
                "Names: being compiled for %s since %s; until then those of before count.\n",
                show_text(compiling, "for"), show_time(compiling, "since"));
    if (json_is_true(json_object_get(names, "old")))
        fputs("Names: those of before the start, since they could not be compiled; the log of "
              "lespoortd says why. It tries again every minute.\n",
              screen->out);
    show_lists(screen, json_object_get(names, "lists_refused"), "whose newest file was not taken");
    show_lists(screen, json_object_get(names, "lists_held"), "held after a rollback");
}

static char *lesson_text(const json_t *zone)
{
    const json_t *lesson = json_object_get(zone, "lesson");

    if (!json_is_object(lesson))
        return show_format("no lesson");
    return show_format("period %s until %s", show_text(lesson, "period"), show_time(lesson, "end"));
}

static char *closed_text(const json_t *zone)
{
    const json_t *closed = json_object_get(zone, "closed");

    return json_array_size(closed) ? show_list(closed, ", ", ", ") : show_format("nothing");
}

static char *grants_text(const json_t *zone)
{
    char *text = show_format("%s", ""), left[LEFT_TEXT];
    const json_t *grant;
    size_t i;

    json_array_foreach(json_object_get(zone, "grants"), i, grant)
    {
        char *services = show_granted_services(grant);
        char *more = show_format(
            "%s%s%s until %s (%s)", text, i ? "; " : "", services, show_time(grant, "until"),
            show_left(json_integer_value(json_object_get(grant, "remaining")), left));

        free(services);
        free(text);
        text = more;
    }
    return text;
}

static char *next_text(const json_t *zone)
{
    const json_t *next = json_object_get(zone, "next");

    if (!json_is_object(next))
        return show_format("-");
    return show_format("%s %s", show_time(next, "at"), show_text(next, "change"));
}

static void add_zone(struct table *table, const json_t *zone)
{
    char *texts[] = {lesson_text(zone), closed_text(zone), grants_text(zone), next_text(zone)};
    const char *const cells[] = {show_text(zone, "zone"), texts[0], texts[1], texts[2], texts[3]};

    table_add(table, cells);
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        free(texts[i]);
}

void show_status(const struct screen *screen, const json_t *result)
{
    static const char *const head[] = {"ZONE", "NOW", "CLOSED", "OPEN BY GRANT", "NEXT"};
    struct table *table = table_new(head, ARRAY_SIZE(head));
    const char *day_off = show_text(result, "day_off");
    const json_t *zone;
    size_t i;

    fprintf(screen->out, "%s, policy %s, %.*s %s\n", show_text(result, "school"),
            show_text(result, "policy"), DATE_LEN, show_text(json_object_get(result, "now"), "iso"),
            show_time(result, "now"));
    show_gate(screen, json_object_get(result, "gate"));
    show_upkeep(screen, json_object_get(result, "gate"));
    show_probe(screen, json_object_get(json_object_get(result, "gate"), "probe"));
    show_compiling(screen, json_object_get(result, "names"));
    if (*day_off)
        fprintf(screen->out, "Today is a day off: %s\n", day_off);
    fputc('\n', screen->out);
    json_array_foreach(json_object_get(result, "zones"), i, zone) add_zone(table, zone);
    table_print(table, screen->out, screen->width);
    table_free(table);
}
