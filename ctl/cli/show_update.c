/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What another catalogue changes. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "cli/show.h"

/* "+ service threads: Threads" */
static bool show_whole(const struct screen *screen, const json_t *list, const char *mark)
{
    const json_t *service;
    size_t i;

    json_array_foreach(list, i, service)
        fprintf(screen->out, "  %s service %s: %s\n", mark, show_text(service, "service"),
                show_title(service));
    return json_array_size(list) > 0;
}

static bool show_words(const struct screen *screen, const json_t *list, const char *what)
{
    char *words = show_list(list, ", ", ", ");
    bool any = json_array_size(list) > 0;

    if (any)
        fprintf(screen->out, "  %s: %s\n", what, words);
    free(words);
    return any;
}

static bool show_moves(const struct screen *screen, const json_t *list)
{
    const json_t *move;
    size_t i;

    json_array_foreach(list, i, move)
        fprintf(screen->out, "  service %s: category %s, not %s\n", show_text(move, "service"),
                show_text(move, "after"), show_text(move, "before"));
    return json_array_size(list) > 0;
}

static const char *part_word(const char *part, json_int_t count)
{
    static const struct {
        const char *part, *one, *many;
    } words[] = {
        {"names", "name", "names"},
        {"prefixes", "prefix", "prefixes"},
        {"never_block", "never-block name", "never-block names"},
        {"hidden", "hidden name", "hidden names"},
        {"restricted_host", "answer of restricted grants", "answers of restricted grants"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        if (!strcmp(words[i].part, part))
            return count == 1 ? words[i].one : words[i].many;
    return part;
}

/* "  + 12 names of instagram: a.example, b.example, ..." */
static void show_side(const struct screen *screen, const json_t *group, const char *side,
                      const char *first_key, const char *mark)
{
    json_int_t count = show_number(group, side);
    const json_t *first = json_object_get(group, first_key);
    const char *service = show_text(group, "service");
    char *names = show_list(first, ", ", ", "), *text;

    text = show_format("%s %" JSON_INTEGER_FORMAT " %s%s%s: %s%s", mark, count,
                       part_word(show_text(group, "of"), count), *service ? " of " : "", service,
                       names, count > (json_int_t)json_array_size(first) ? ", ..." : "");
    if (count) {
        fputs("  ", screen->out);
        show_wrapped(&(struct screen){screen->out, screen->width ? screen->width - 2 : 0}, 4, text);
    }
    free(names);
    free(text);
}

static bool show_groups(const struct screen *screen, const json_t *groups)
{
    const json_t *group;
    size_t i;

    json_array_foreach(groups, i, group)
    {
        show_side(screen, group, "added", "added_first", "+");
        show_side(screen, group, "removed", "removed_first", "-");
    }
    return json_array_size(groups) > 0;
}

static bool show_conflict_list(const struct screen *screen, const json_t *list, const char *head,
                               const char *mark)
{
    if (!json_array_size(list))
        return false;
    fprintf(screen->out, "%s\n", head);
    show_conflicts(screen, list, mark);
    return true;
}

static void show_changes(const struct screen *screen, const json_t *c)
{
    bool any = show_whole(screen, json_object_get(c, "services_added"), "+");

    any |= show_whole(screen, json_object_get(c, "services_removed"), "-");
    any |= show_words(screen, json_object_get(c, "retired"), "retired, nothing is closed for it");
    any |= show_words(screen, json_object_get(c, "in_use_again"), "in use again");
    any |= show_moves(screen, json_object_get(c, "categories"));
    any |= show_groups(screen, json_object_get(c, "names"));
    any |= show_conflict_list(screen, json_object_get(c, "conflicts_new"), "New conflicts:", "+ ");
    any |= show_conflict_list(screen, json_object_get(c, "conflicts_gone"),
                              "Conflicts that are gone:", "- ");
    if (!any)
        fputs("  nothing\n", screen->out);
}

void show_update(const struct screen *screen, const json_t *result)
{
    bool installed = json_is_true(json_object_get(result, "installed"));
    const char *path = show_text(result, "path"), *signer = show_text(result, "signed_by");

    if (*path)
        fprintf(screen->out, "%s is whole%s%s.\n", path, *signer ? ", signed by " : "", signer);
    fputs(installed ? "What has changed:\n" : "What it would change:\n", screen->out);
    show_changes(screen, json_object_get(result, "changes"));
    if (installed)
        fprintf(screen->out, "\nIn force now. Go back: %s\n", show_text(result, "undo"));
    else
        fputs("\nNothing has changed yet. To take it into use, add --install.\n", screen->out);
    if (installed)
        show_gate_note(screen, result);
}
