/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What people leave out or misspell: zones and services as they are asked for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "control/desk_parts.h"

#define CHOICES_MAX 8 /* lines of a hint */

bool zone_lesson(const struct desk *d, unsigned zone, int64_t at, struct lesson *ret)
{
    const struct school *school = d->config->school;

    return school_lesson_at(school, school_zone_stream(school, zone), at, ret);
}

/* Finding a lesson costs; zones share streams. */
struct choices {
    bool any_zone; /* no zone has a lesson: each may be meant */
    bool in_lesson[STREAM_MAX];
    unsigned count, first;
};

static bool is_choice(const struct choices *c, const struct school *school, unsigned zone)
{
    unsigned stream = school_zone_stream(school, zone);

    return c->any_zone || (stream < STREAM_MAX && c->in_lesson[stream]);
}

static void find_lessons(struct choices *c, const struct school *school, int64_t at)
{
    struct lesson lesson;

    for (unsigned stream = 0; stream < school->stream_count && stream < STREAM_MAX; stream++)
        c->in_lesson[stream] = school_lesson_at(school, stream, at, &lesson);
    for (unsigned zone = (unsigned)school->zone_count; zone-- > 0;) {
        if (!is_choice(c, school, zone))
            continue;
        c->count++;
        c->first = zone;
    }
}

unsigned zones_in_lesson(const struct desk *d, int64_t at)
{
    struct choices c = {.count = 0};

    find_lessons(&c, d->config->school, at);
    return c.count;
}

static void list_choices(struct ask *a, const struct choices *c)
{
    const struct school *school = a->desk->config->school;
    unsigned listed = 0;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    if (!out)
        return;
    for (unsigned zone = 0; zone < school->zone_count; zone++) {
        if (!is_choice(c, school, zone))
            continue;
        if (++listed > CHOICES_MAX)
            break;
        fputs(listed > 1 ? "\n" : "", out);
        command_again(out, a, NULL, school->zones[zone].name);
    }
    if (listed > CHOICES_MAX)
        fputs("\nAll zones: lespoortctl zones", out);
    if (!fclose(out))
        hint(a, "%s", text);
    free(text);
}

static int named_zone(struct ask *a, const char *name)
{
    const struct school *school = a->desk->config->school;
    int zone = school_zone(school, name);
    const char **names = zone < 0 ? calloc(school->zone_count + 1, sizeof(*names)) : NULL;
    const char *near = NULL;

    if (zone >= 0)
        return zone;
    for (size_t i = 0; names && i < school->zone_count; i++)
        names[i] = school->zones[i].name;
    if (names)
        near = suggest(name, names, school->zone_count);
    if (near)
        hint(a, "Did you mean %s? All zones: lespoortctl zones", near);
    else
        hint(a, "All zones: lespoortctl zones");
    free(names);
    refuse(a, PROTO_NOT_FOUND, "There is no zone '%s'.", name);
    return -1;
}

int ask_zone(struct ask *a, int64_t at)
{
    const struct school *school = a->desk->config->school;
    const char *name = arg_text(a, "zone");
    struct choices c = {.count = 0};

    if (name)
        return named_zone(a, name);
    find_lessons(&c, school, at);
    if (!c.count) {
        c.any_zone = true;
        c.count = (unsigned)school->zone_count;
    }
    if (c.count == 1)
        return (int)c.first;
    list_choices(a, &c);
    refuse(a, PROTO_AMBIGUOUS,
           c.any_zone ? "None of %u zones has a lesson %s: say which one you mean."
                      : "%u zones have a lesson %s: say which one you mean.",
           c.count, at == a->now ? "now" : "then");
    return -1;
}

/* Service ids and categories, for suggestions. */
static const char *nearest_service(const struct desk *d, const char *word)
{
    const char *known[2 * SERVICE_MAX];
    size_t count = 0;

    for (unsigned i = 0; i < d->catalogue.service_count; i++) {
        known[count++] = d->catalogue.services[i].id;
        if (d->catalogue.services[i].category[0])
            known[count++] = d->catalogue.services[i].category;
    }
    return suggest(word, known, count);
}

void host_part(const char *text, char out[static HOST_TEXT])
{
    size_t scheme = strcspn(text, ":/?#");
    const char *host = strncmp(text + scheme, "://", 3) == 0 ? text + scheme + 3 : text;
    size_t len = strcspn(host, "/?#");
    const char *at = memrchr(host, '@', len);

    if (at) {
        len -= (size_t)(at + 1 - host);
        host = at + 1;
    }
    const char *colon = memchr(host, ':', len);

    /* More than one is an address of IPv6. */
    if (colon && strspn(colon + 1, "0123456789") == len - (size_t)(colon + 1 - host))
        len = (size_t)(colon - host);
    snprintf(out, HOST_TEXT, "%.*s", (int)len, host);
}

/* Of a word that is the name of a site: the services that own it. Not closed ones count too. */
static bool hint_owners(struct ask *a, const char *word)
{
    const struct catalogue *c = &a->desk->catalogue;
    char host[HOST_TEXT], *ids;
    struct hostname name;
    const char *why;
    uint8_t label;

    host_part(word, host);
    if (!config_hostname(host, &name, &why))
        return false;
    label = catalogue_label(c, &name, NULL);
    if (!label || label >= c->label_count)
        return false;
    ids = services_ids(a->desk, &c->labels[label], " or ");
    if (ids)
        hint(a, "Did you mean %s? All services: lespoortctl services", ids);
    free(ids);
    return true;
}

bool ask_services(struct ask *a, const char *word, struct set256 *ret)
{
    int service = config_service(a->desk->config, word);
    struct set256 category = {0};
    const char *near;

    if (service >= 0) {
        set256_add(ret, (uint8_t)service);
        return true;
    }
    if (config_category(a->desk->config, word, &category)) {
        *ret = set256_union(ret, &category);
        return true;
    }
    near = nearest_service(a->desk, word);
    if (!hint_owners(a, word)) {
        if (near)
            hint(a, "Did you mean %s? All services: lespoortctl services", near);
        else
            hint(a, "All services: lespoortctl services");
    }
    refuse(a, PROTO_NOT_FOUND, "There is no service or category '%s'.", word);
    return false;
}

bool ask_service_list(struct ask *a, const char *arg, struct set256 *ret)
{
    const json_t *list = json_object_get(a->args, arg);

    for (size_t i = 0; i < json_array_size(list); i++)
        if (!ask_services(a, json_string_value(json_array_get(list, i)), ret))
            return false;
    return true;
}

char *services_ids(const struct desk *d, const struct set256 *services, const char *between)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    const char *before = "";

    if (!out)
        return NULL;
    for (unsigned i = 0; i < d->catalogue.service_count; i++) {
        if (!set256_has(services, (uint8_t)i))
            continue;
        fprintf(out, "%s%s", before, d->catalogue.services[i].id);
        before = between;
    }
    fclose(out);
    return text;
}

char *services_text(const struct desk *d, const struct set256 *services)
{
    unsigned left = set256_count(services);
    bool first = true;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    if (!out)
        return NULL;
    for (unsigned i = 0; i < d->catalogue.service_count; i++) {
        if (!set256_has(services, (uint8_t)i))
            continue;
        fprintf(out, "%s%s",
                first       ? ""
                : left == 1 ? " and "
                            : ", ",
                d->catalogue.services[i].title);
        first = false;
        left--;
    }
    fclose(out);
    return text;
}
