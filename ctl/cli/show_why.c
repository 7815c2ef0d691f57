/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "cli/show.h"

/* "YouTube", or "i.ytimg.com (YouTube)", "example.nl (other name)". */
static char *subject_text(const json_t *subject)
{
    const char *name = show_text(subject, "name"), *label = show_text(subject, "label");
    char *titles = show_list(json_object_get(subject, "titles"), ", ", " and ");
    char *text =
        *name ? show_format("%s (%s)", name, *label ? label : titles) : show_format("%s", titles);

    free(titles);
    return text;
}

static void show_lesson(const struct screen *screen, const json_t *result)
{
    const json_t *lesson = json_object_get(result, "lesson");
    const char *day_off = show_text(result, "day_off");

    if (json_is_object(lesson))
        fprintf(screen->out, "Lesson: period %s, %s to %s\n", show_text(lesson, "period"),
                show_time(lesson, "start"), show_time(lesson, "end"));
    else
        fprintf(screen->out, "Lesson: none at that moment%s%s\n", *day_off ? ", a day off: " : "",
                day_off);
}

static void show_the_grant(const struct screen *screen, const json_t *grant)
{
    const char *behalf = show_text(grant, "on_behalf_of");

    if (json_is_object(grant))
        fprintf(screen->out, "Grant: %s by %s%s%s, until %s\n", show_text(grant, "id"),
                show_text(grant, "by"), *behalf ? " on behalf of " : "", behalf,
                show_time(grant, "until"));
}

static void show_withdrawn(const struct screen *screen, const json_t *grant)
{
    if (json_is_object(grant))
        fprintf(screen->out, "A grant by %s (%s) was withdrawn at %s.\n", show_text(grant, "by"),
                show_text(grant, "id"), show_time(grant, "withdrawn"));
}

void show_why(const struct screen *screen, const json_t *result)
{
    const json_t *at = json_object_get(result, "at"), *rule;
    const json_t *about = json_object_get(result, "subject");
    char *subject = subject_text(about);
    size_t i;

    fprintf(screen->out, "%s in %s at %.16s: %s\n", subject, show_text(result, "zone"),
            show_text(at, "iso"), show_text(result, "verdict"));
    free(subject);
    if (json_array_size(json_object_get(about, "services")) > 1)
        fputs("A name of several services is closed only while all of them are.\n", screen->out);
    show_lesson(screen, result);
    show_the_grant(screen, json_object_get(result, "grant"));
    show_withdrawn(screen, json_object_get(result, "withdrawn"));
    fprintf(screen->out, "Policy: version %s. The first rule that applies decides:\n",
            show_text(result, "policy"));
    json_array_foreach(json_object_get(result, "rules"), i, rule) fprintf(
        screen->out, "  %s %s\n", json_is_true(json_object_get(rule, "decides")) ? "=>" : "  ",
        show_text(rule, "rule"));
}
