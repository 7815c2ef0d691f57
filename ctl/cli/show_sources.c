/* SPDX-License-Identifier: GPL-2.0-or-later */
/* External lists. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "cli/show.h"
#include "cli/table.h"

static const char *in_lessons(const json_t *list)
{
    if (json_is_false(json_object_get(list, "closed_in_lessons")))
        return "open";
    return json_is_true(json_object_get(list, "locked")) ? "locked" : "closed";
}

static char *state_text(const json_t *list)
{
    static const struct {
        const char *state, *text;
    } texts[] = {
        {"fine", "fine"},
        {"held", "held: rolled back, until its file changes"},
        {"refused", "the newest file was refused: it "},
        {"not-read", "not read yet"},
    };
    const char *state = show_text(list, "state"), *reason = show_text(list, "reason");

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        if (strcmp(texts[i].state, state) != 0)
            continue;
        if (!strcmp(state, "not-read") && *reason)
            return show_format("%s: it %s", texts[i].text, reason);
        return show_format("%s%s", texts[i].text, !strcmp(state, "refused") ? reason : "");
    }
    return show_format("%s", state);
}

static void add_list(struct table *table, const json_t *list)
{
    char *names = show_format("%" JSON_INTEGER_FORMAT, show_number(list, "names"));
    char *left = show_format("%" JSON_INTEGER_FORMAT, show_number(list, "left_out"));
    char *read = show_format("%.16s", show_text(json_object_get(list, "read"), "iso"));
    char *state = state_text(list);
    const char *const cells[] = {show_text(list, "list"),
                                 show_title(list),
                                 show_text(list, "category"),
                                 in_lessons(list),
                                 names,
                                 left,
                                 *read ? read : "-",
                                 state};

    if (strchr(read, 'T'))
        *strchr(read, 'T') = ' ';
    table_add(table, cells);
    free(names);
    free(left);
    free(read);
    free(state);
}

void show_sources(const struct screen *screen, const json_t *result)
{
    static const char *const head[] = {"LIST",  "TITLE",    "CATEGORY", "IN LESSONS",
                                       "NAMES", "LEFT OUT", "READ",     "STATE"};
    const json_t *lists = json_object_get(result, "lists"), *list;
    struct table *table = table_new(head, ARRAY_SIZE(head));
    size_t i;

    json_array_foreach(lists, i, list) add_list(table, list);
    if (json_array_size(lists))
        table_print(table, screen->out, screen->width);
    else
        fputs("This gateway has no lists; they are named in the config, under 'lists'.\n",
              screen->out);
    table_free(table);
}

static void show_faults(const struct screen *screen, const json_t *list)
{
    json_int_t all = show_number(list, "faults");
    const json_t *faults = json_object_get(list, "fault_lines"), *fault;
    size_t i;

    if (!all)
        return;
    fprintf(screen->out, "  %" JSON_INTEGER_FORMAT " line%s left aside%s\n", all,
            all == 1 ? " was" : "s were",
            all > (json_int_t)json_array_size(faults) ? "; the first ones:" : ":");
    json_array_foreach(faults, i, fault)
        fprintf(screen->out, "    %" JSON_INTEGER_FORMAT ": %s\n", show_number(fault, "line"),
                show_text(fault, "text"));
}

/* "1500 names, 1 left out: never blocked" */
static char *names_text(const json_t *list)
{
    json_int_t left = show_number(list, "left_out");
    char *names = show_names_count(show_number(list, "names")), *text;

    if (!left)
        return names;
    text = show_format("%s, %" JSON_INTEGER_FORMAT " left out: never blocked", names, left);
    free(names);
    return text;
}

static void show_refused(const struct screen *screen, const json_t *list, bool suspicious)
{
    char *text = show_format("The new file was refused: it %s.", show_text(list, "reason"));
    char *names = names_text(list);

    fputs("  ", screen->out);
    show_wrapped(screen, 2, text);
    if (show_number(list, "names"))
        fprintf(screen->out, "  The one of before stays in force (%s).\n", names);
    else
        fputs("  The list has no names.\n", screen->out);
    if (suspicious)
        fprintf(screen->out,
                "  To take it in spite of its size: lespoortctl lists update %s --force\n",
                show_text(list, "list"));
    free(text);
    free(names);
}

static void show_updated(const struct screen *screen, const json_t *list)
{
    const char *result = show_text(list, "result");
    bool suspicious = !strcmp(result, "suspicious");
    char *names = names_text(list);

    fprintf(screen->out, "%s: ", show_text(list, "list"));
    if (!strcmp(result, "taken"))
        fprintf(screen->out,
                "%s; before: %" JSON_INTEGER_FORMAT ". Go back: lespoortctl lists "
                "rollback %s\n",
                names, show_number(list, "names_before"), show_text(list, "list"));
    else
        fprintf(screen->out, "%s\n", !strcmp(result, "same") ? "as it was" : "not changed");
    if (suspicious || !strcmp(result, "refused"))
        show_refused(screen, list, suspicious);
    show_faults(screen, list);
    free(names);
}

void show_sources_update(const struct screen *screen, const json_t *result)
{
    const json_t *list;
    size_t i;

    json_array_foreach(json_object_get(result, "lists"), i, list) show_updated(screen, list);
    show_gate_note(screen, result);
}

void show_sources_rollback(const struct screen *screen, const json_t *result)
{
    const json_t *list = json_object_get(result, "list");
    const char *id = show_text(list, "list");
    char *names = names_text(list);
    char *read = show_format("%.16s", show_text(json_object_get(list, "read"), "iso"));

    if (strchr(read, 'T'))
        *strchr(read, 'T') = ' ';
    fprintf(screen->out, "%s is again what was read on %s: %s. It had %" JSON_INTEGER_FORMAT ".\n",
            id, read, names, show_number(result, "names_before"));
    fprintf(screen->out,
            "Its file is left alone until it changes. To read it all the same: lespoortctl lists "
            "update %s\n",
            id);
    show_gate_note(screen, result);
    free(names);
    free(read);
}
