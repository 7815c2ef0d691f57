/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "cli/show.h"
#include "cli/table.h"

#define DATE_LEN    10
#define BELOW_SHOWN 4

static const char *lesson_word(const json_t *result)
{
    const char *word = show_text(result, "in_lessons");

    return !strcmp(word, "locked")   ? "closed in lessons, whatever anybody grants"
           : !strcmp(word, "closed") ? "closed in lessons"
                                     : "open in lessons";
}

/* "belongs to Facebook and Instagram, and is on the list Adult sites". */
static char *whose(const json_t *result, const char *now)
{
    size_t services = json_array_size(json_object_get(result, "services"));
    size_t lists = json_array_size(json_object_get(result, "lists"));
    char *titles = show_list(json_object_get(result, "titles"), ", ", " and ");
    char *on = show_list(json_object_get(result, "list_titles"), ", ", " and ");
    char *owned = services ? show_format("%sbelongs to %s", now, titles) : show_format("%s", "");
    char *listed =
        lists ? show_format("is %son the list%s %s", services ? "" : now, lists > 1 ? "s" : "", on)
              : show_format("%s", "");
    char *text = show_format("%s%s%s", owned, services && lists ? ", and " : "", listed);

    free(titles);
    free(on);
    free(owned);
    free(listed);
    return text;
}

static char *reserved_text(const char *label, const char *now)
{
    if (!strcmp(label, "never blocked"))
        return show_format("is %snever blocked", now);
    if (!strcmp(label, "hidden name"))
        return show_format("%sstands for others that cannot be seen", now);
    return show_format("%sbelongs to no service and stands on no list", now);
}

/* now: empty, or "now " after a change. */
static void show_state(const struct screen *screen, const json_t *result, const char *now)
{
    const char *label = show_text(result, "label"), *matches = show_text(result, "matches");
    char *text = *label ? reserved_text(label, now) : whose(result, now);
    bool below = *matches && strcmp(matches, show_text(result, "name")) != 0;
    char *line =
        show_format("%s %s%s%s: %s.", show_text(result, "name"), text,
                    below ? ", as all below " : "", below ? matches : "", lesson_word(result));

    show_wrapped(screen, 2, line);
    if (json_array_size(json_object_get(result, "services")) > 1)
        fputs("A name of several services is closed only while all of them are.\n", screen->out);
    free(line);
    free(text);
}

static void show_local(const struct screen *screen, const json_t *entry)
{
    fprintf(screen->out, "Here: %s %s %s, by %s on %.*s%s\n", show_text(entry, "name"),
            !strcmp(show_text(entry, "change"), "taken") ? "was taken from" : "was added to",
            show_text(entry, "service"), show_text(entry, "by"), DATE_LEN,
            show_text(json_object_get(entry, "at"), "iso"),
            json_is_true(json_object_get(entry, "unused")) ? "; of no effect now" : "");
}

/* Where the name is somebody's: what of it stays open. */
static void show_below(const struct screen *screen, const json_t *result)
{
    const json_t *below = json_object_get(result, "open_below");
    size_t count = json_array_size(below), more = count > BELOW_SHOWN ? count - BELOW_SHOWN : 0;
    json_t *first = json_array();
    char *names, *text;

    for (size_t i = 0; i < count - more; i++)
        json_array_append(first, json_array_get(below, i));
    names = show_list(first, ", ", more ? ", " : " and ");
    text = show_format("Below it %s never blocked: %s%s.", count > 1 ? "these are" : "this is",
                       names, more ? " and others" : "");
    if (count && !*show_text(result, "label"))
        show_wrapped(screen, 2, text);
    json_decref(first);
    free(names);
    free(text);
}

void show_name(const struct screen *screen, const json_t *result)
{
    const char *safe = show_text(result, "restricted_host");
    const json_t *entry;
    size_t i;

    show_state(screen, result, "");
    json_array_foreach(json_object_get(result, "local"), i, entry) show_local(screen, entry);
    show_below(screen, result);
    if (*safe)
        fprintf(screen->out, "While a restricted grant runs it is answered with %s.\n", safe);
    fprintf(screen->out, "In a zone: %s --zone ZONE\n", show_text(result, "why"));
}

static void show_lost(const struct screen *screen, const json_t *result)
{
    const json_t *lost = json_object_get(result, "lost_titles");
    char *titles = show_list(lost, ", ", " and ");

    if (json_array_size(lost))
        fprintf(screen->out, "No longer of: %s.\n", titles);
    free(titles);
}

/* A part of what lessons need, and closed now: it is allowed, and often a mistake. */
static void show_was_never(const struct screen *screen, const json_t *result)
{
    const char *never = show_text(result, "never_blocked_before");
    char *text = show_format("Mind: before this it was never blocked, as all below %s.", never);

    if (*never)
        show_wrapped(screen, 2, text);
    free(text);
}

void show_name_change(const struct screen *screen, const json_t *result)
{
    const char *undo = show_text(result, "undo");

    if (!strcmp(show_text(result, "change"), "unchanged")) {
        fputs("Nothing has changed. ", screen->out);
        show_state(screen, result, "");
        return;
    }
    show_state(screen, result, "now ");
    show_lost(screen, result);
    show_was_never(screen, result);
    show_below(screen, result);
    fputs("New connections follow at once; open ones stay what they were.\n", screen->out);
    fprintf(screen->out, "Take back: %s\n", undo);
    show_gate_note(screen, result);
}

void show_names(const struct screen *screen, const json_t *result)
{
    static const char *const head[] = {"NAME", "CHANGE", "SERVICE", "BY", "ON", ""};
    const json_t *names = json_object_get(result, "names"), *entry;
    struct table *table = table_new(head, ARRAY_SIZE(head));
    size_t i;

    json_array_foreach(names, i, entry)
    {
        char *day = show_format("%.*s", DATE_LEN, show_text(json_object_get(entry, "at"), "iso"));
        const char *const cells[] = {
            show_text(entry, "name"),
            !strcmp(show_text(entry, "change"), "taken") ? "taken from" : "added to",
            show_text(entry, "service"),
            show_text(entry, "by"),
            day,
            json_is_true(json_object_get(entry, "unused")) ? "of no effect" : ""};

        table_add(table, cells);
        free(day);
    }
    if (json_array_size(names))
        table_print(table, screen->out, screen->width);
    else
        fputs("No name was added or taken away here.\n", screen->out);
    if (show_number(result, "left_out"))
        fprintf(screen->out, "%" JSON_INTEGER_FORMAT " more are not shown.\n",
                show_number(result, "left_out"));
    table_free(table);
}
