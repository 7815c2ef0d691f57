/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "cli/show.h"
#include "cli/table.h"

static const char *in_lessons(const json_t *service)
{
    if (json_is_true(json_object_get(service, "retired")))
        return "retired";
    if (json_is_false(json_object_get(service, "closed_in_lessons")))
        return "open";
    return json_is_true(json_object_get(service, "locked")) ? "closed, locked" : "closed";
}

static bool is_list(const json_t *service)
{
    return !strcmp(show_text(service, "kind"), "list");
}

static void add_service(struct table *table, const json_t *service)
{
    char *names = show_format("%" JSON_INTEGER_FORMAT "%s", show_number(service, "names"),
                              is_list(service) ? " (list)" : "");
    const char *const cells[] = {show_text(service, "service"), show_title(service),
                                 show_text(service, "category"), in_lessons(service), names};

    table_add(table, cells);
    free(names);
}

static void show_categories(const struct screen *screen, const json_t *categories)
{
    static const char *const head[] = {"CATEGORY", "TITLE"};
    struct table *table = table_new(head, ARRAY_SIZE(head));
    const json_t *category;
    size_t i;

    json_array_foreach(categories, i, category)
    {
        const char *const cells[] = {show_text(category, "category"), show_title(category)};

        table_add(table, cells);
    }
    if (json_array_size(categories)) {
        fputc('\n', screen->out);
        table_print(table, screen->out, screen->width);
    }
    table_free(table);
}

/* "A, b and c" of the titles in that list. */
static char *titles_of(const json_t *conflict, const char *key)
{
    return show_list(json_object_get(conflict, key), ", ", " and ");
}

static bool same_list(const json_t *a, const json_t *b, const char *key)
{
    const json_t *one = json_object_get(a, key), *other = json_object_get(b, key);

    return one ? json_equal(one, other) : !other;
}

/* Of one kind and the same services: told together. */
static bool same_services(const json_t *a, const json_t *b)
{
    return same_list(a, b, "services") && same_list(a, b, "hits");
}

static bool is_kind(const json_t *conflict, const char *kind)
{
    return !strcmp(show_text(conflict, "kind"), kind);
}

/* Told with an earlier one already. */
static bool was_told(const json_t *conflicts, size_t at)
{
    const json_t *one = json_array_get(conflicts, at);

    for (size_t i = 0; i < at; i++) {
        const json_t *other = json_array_get(conflicts, i);

        if (is_kind(other, show_text(one, "kind")) && same_services(other, one))
            return true;
    }
    return false;
}

/* The names of all that are like that one. */
static char *names_like(const json_t *conflicts, const json_t *one, size_t *ret_count)
{
    json_t *names = json_array();
    const json_t *other;
    char *text;
    size_t i;

    json_array_foreach(conflicts, i, other) if (is_kind(other, show_text(one, "kind")) &&
                                                same_services(other, one))
        json_array_append(names, json_object_get(other, "name"));
    *ret_count = json_array_size(names);
    text = show_list(names, ", ", " and ");
    json_decref(names);
    return text;
}

static char *hits_text(const json_t *one, const char *names, size_t count)
{
    char *closing = titles_of(one, "titles"), *hits = titles_of(one, "hits_titles");
    char *text = show_format("Closing %s also hits %s: %s", closing, hits, names);

    (void)count;
    free(closing);
    free(hits);
    return text;
}

static char *shared_text(const json_t *one, const char *names, size_t count)
{
    char *titles = titles_of(one, "titles");
    char *text = show_format("%s %s open: %s need %s", names, count > 1 ? "stay" : "stays", titles,
                             count > 1 ? "them" : "it");

    free(titles);
    return text;
}

static char *split_text(const json_t *one, const char *names, size_t count)
{
    char *titles = titles_of(one, "titles");
    bool two = json_array_size(json_object_get(one, "titles")) == 2;
    char *text = show_format("%s %s closed only while %s%s are", names, count > 1 ? "are" : "is",
                             titles, two ? " both" : " all");

    free(titles);
    return text;
}

static const struct {
    const char *kind, *head;
    char *(*text)(const json_t *one, const char *names, size_t count);
} kinds[] = {
    {"hits", "What lessons close beyond the service that is meant:", hits_text},
    {"shared", "What stays open, since several services need it and none owns it:", shared_text},
    {"split", "What several services own:", split_text},
};

static void show_conflict(const struct screen *screen, const json_t *conflicts, const json_t *one,
                          size_t kind, const char *mark)
{
    size_t count, indent = 2 + strlen(mark);
    char *names = names_like(conflicts, one, &count);
    char *text = kinds[kind].text(one, names, count);

    fprintf(screen->out, "  %s", mark);
    show_wrapped(&(struct screen){screen->out, screen->width > indent ? screen->width - indent : 0},
                 indent + 2, text);
    free(names);
    free(text);
}

void show_conflicts(const struct screen *screen, const json_t *conflicts, const char *mark)
{
    bool before = false;

    for (size_t kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
        bool any = false;
        const json_t *one;
        size_t i;

        json_array_foreach(conflicts, i, one)
        {
            if (!is_kind(one, kinds[kind].kind) || was_told(conflicts, i))
                continue;
            if (!any && !*mark)
                fprintf(screen->out, "%s%s\n", before ? "\n" : "", kinds[kind].head);
            any = before = true;
            show_conflict(screen, conflicts, one, kind, mark);
        }
    }
}

static void show_origin(const struct screen *screen, const json_t *service)
{
    const char *source = show_text(service, "source"), *date = show_text(service, "date");

    if (*source || *date)
        fprintf(screen->out, "Source: %s%s%s\n", *source ? source : "not known",
                *date ? ", looked at " : "", date);
}

/* "10 core, 3 cdn" */
static char *kinds_text(const json_t *service)
{
    static const char *const words[] = {"core", "cdn", "api"};
    char *text = show_format("%s", "");

    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        json_int_t count = show_number(json_object_get(service, "kinds"), words[i]);
        char *before = text;

        if (!count)
            continue;
        text = show_format("%s%s%" JSON_INTEGER_FORMAT " %s", before, *before ? ", " : "", count,
                           words[i]);
        free(before);
    }
    return text;
}

static void show_has(const struct screen *screen, const json_t *service)
{
    const json_t *shared = json_object_get(service, "shared");
    char *names = show_names_count(show_number(service, "names"));
    char *parts = kinds_text(service), *others = show_list(shared, ", ", " and ");
    char *text = show_format("Shared with others, and not closed by it: %s", others);

    fprintf(screen->out, "%s%s%s%s%s\n", is_list(service) ? "A list of " : "Has ", names,
            *parts ? " (in the catalogue: " : "", parts, *parts ? ")" : "");
    if (json_array_size(shared))
        show_wrapped(screen, 2, text);
    free(names);
    free(parts);
    free(others);
    free(text);
}

static void show_one(const struct screen *screen, const json_t *service)
{
    const json_t *aliases = json_object_get(service, "aliases");
    char *words = show_list(aliases, ", ", ", ");

    fprintf(screen->out, "%s (%s), category %s, in lessons: %s\n", show_title(service),
            show_text(service, "service"), show_text(service, "category"), in_lessons(service));
    if (json_array_size(aliases))
        fprintf(screen->out, "Also called: %s\n", words);
    show_has(screen, service);
    show_origin(screen, service);
    if (is_list(service))
        fputs("More: lespoortctl lists\n", screen->out);
    if (json_array_size(json_object_get(service, "conflicts"))) {
        fputc('\n', screen->out);
        show_conflicts(screen, json_object_get(service, "conflicts"), "");
    }
    free(words);
}

static void show_all(const struct screen *screen, const json_t *result)
{
    static const char *const head[] = {"SERVICE", "TITLE", "CATEGORY", "IN LESSONS", "NAMES"};
    struct table *table = table_new(head, ARRAY_SIZE(head));
    const json_t *service;
    size_t i;

    json_array_foreach(json_object_get(result, "services"), i, service) add_service(table, service);
    table_print(table, screen->out, screen->width);
    table_free(table);
    show_categories(screen, json_object_get(result, "categories"));
}

static void show_report(const struct screen *screen, const json_t *result)
{
    const json_t *conflicts = json_object_get(result, "conflicts");

    if (!json_array_size(conflicts))
        fputs("No service shares a name with another one.\n", screen->out);
    show_conflicts(screen, conflicts, "");
    if (show_number(result, "left_out"))
        fprintf(screen->out, "\n%" JSON_INTEGER_FORMAT " more are not shown.\n",
                show_number(result, "left_out"));
}

void show_services(const struct screen *screen, const json_t *result)
{
    if (json_object_get(result, "conflicts"))
        show_report(screen, result);
    else if (json_object_get(result, "service"))
        show_one(screen, json_object_get(result, "service"));
    else
        show_all(screen, result);
}
