/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "cli/show.h"
#include "cli/table.h"

/* Why the grant ends when it does, behind the time. */
static char *end_note(const json_t *result)
{
    const char *bound = show_text(result, "ends_with");

    if (!strcmp(bound, "lesson"))
        return show_format(" (end of period %s)",
                           show_text(json_object_get(result, "lesson"), "period"));
    if (!strcmp(bound, "limit"))
        return show_format(" (the longest that a grant may be)");
    return show_format("%s", "");
}

static const char *opening(const char *change, bool several)
{
    if (!strcmp(change, "new"))
        return several ? "are open" : "is open";
    if (!strcmp(change, "unchanged"))
        return several ? "are already open" : "is already open";
    return several ? "stay open" : "stays open";
}

static void show_granted(const struct screen *screen, const json_t *result)
{
    const json_t *grant = json_object_get(result, "grant");
    const json_t *titles = json_object_get(grant, "titles");
    const char *before = show_time(result, "before"), *change = show_text(result, "change");
    char *names = show_list(titles, ", ", " and ");
    char *note = end_note(result);

    fprintf(screen->out, "%s %s in %s until %s%s", names,
            opening(change, json_array_size(titles) > 1), show_text(result, "zone"),
            show_time(grant, "until"), note);
    if (!strcmp(change, "extended") || !strcmp(change, "shortened"))
        fprintf(screen->out, ", not %s as before", before);
    fprintf(screen->out, ". Withdraw: %s\n", show_text(result, "withdraw"));
    if (json_object_get(result, "asked"))
        fprintf(screen->out, "You asked for %s; %s.\n", show_time(result, "asked"),
                strcmp(show_text(result, "ends_with"), "limit") != 0
                    ? "a grant ends with its lesson"
                    : "no grant is that long");
    if (json_is_true(json_object_get(grant, "restricted")))
        fputs("YouTube and search engines answer there with their safe search only.\n",
              screen->out);
    if (json_is_true(json_object_get(result, "lifted")))
        fputs("It is no longer restricted.\n", screen->out);
    free(names);
    free(note);
}

void show_grant(const struct screen *screen, const json_t *result)
{
    const json_t *open = json_object_get(result, "not_closed_titles");
    char *names = show_list(open, ", ", " and ");

    if (json_is_object(json_object_get(result, "grant")))
        show_granted(screen, result);
    if (json_array_size(open))
        fprintf(screen->out, "%s %s not closed in %s and %s no grant.\n", names,
                json_array_size(open) > 1 ? "are" : "is", show_text(result, "zone"),
                json_array_size(open) > 1 ? "need" : "needs");
    show_gate_note(screen, result);
    free(names);
}

void show_revoke(const struct screen *screen, const json_t *result)
{
    size_t i;
    const json_t *grant;

    json_array_foreach(json_object_get(result, "withdrawn"), i, grant)
    {
        const json_t *titles = json_object_get(grant, "titles");
        char *names = show_list(titles, ", ", " and ");

        fprintf(screen->out, "%s %s closed again in %s.\n", names,
                json_array_size(titles) > 1 ? "are" : "is", show_text(grant, "zone"));
        free(names);
    }
    if (json_is_true(json_object_get(result, "others_kept")))
        fputs("Grants by others go on: lespoortctl grants\n", screen->out);
    show_gate_note(screen, result);
}

char *show_granted_services(const json_t *grant)
{
    char *services = show_list(json_object_get(grant, "services"), ", ", ", ");
    bool restricted = json_is_true(json_object_get(grant, "restricted"));
    char *text = show_format("%s%s", services, restricted ? " (restricted)" : "");

    free(services);
    return text;
}

static char *giver(const json_t *grant)
{
    const char *behalf = show_text(grant, "on_behalf_of");

    return show_format("%s%s%s", show_text(grant, "by"), *behalf ? " for " : "", behalf);
}

void show_grants(const struct screen *screen, const json_t *result)
{
    static const char *const head[] = {"GRANT", "ZONE", "SERVICES", "UNTIL",
                                       "LEFT",  "BY",   "REASON"};
    const json_t *grants = json_object_get(result, "grants"), *grant;
    struct table *table = table_new(head, ARRAY_SIZE(head));
    size_t i;

    json_array_foreach(grants, i, grant)
    {
        char left[LEFT_TEXT];
        char *services = show_granted_services(grant);
        char *by = giver(grant);
        const char *const cells[] = {
            show_text(grant, "id"),
            show_text(grant, "zone"),
            services,
            show_time(grant, "until"),
            show_left(json_integer_value(json_object_get(grant, "remaining")), left),
            by,
            show_text(grant, "reason"),
        };

        table_add(table, cells);
        free(services);
        free(by);
    }
    if (json_array_size(grants))
        table_print(table, screen->out, screen->width);
    else
        fputs("No grant runs now.\n", screen->out);
    table_free(table);
}
