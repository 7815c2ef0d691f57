/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The JSON forms that several verbs share. */
#include <stdlib.h>

#include "base/wall.h"
#include "control/desk_parts.h"
#include "names/safe.h"

json_t *json_time(const struct ask *a, int64_t at)
{
    char text[WALL_TEXT], iso[WALL_TEXT];

    return json_pack("{s:I,s:s,s:s}", "utc", (json_int_t)at, "text",
                     wall_clock_text(at, a->now, text, sizeof(text)), "iso",
                     wall_iso_text(at, iso, sizeof(iso)));
}

json_t *json_services(const struct desk *d, const struct set256 *services)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < d->catalogue.service_count; i++)
        if (set256_has(services, (uint8_t)i))
            json_array_append_new(list, proto_text(d->catalogue.services[i].id));
    return list;
}

json_t *json_titles(const struct desk *d, const struct set256 *services)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < d->catalogue.service_count; i++)
        if (set256_has(services, (uint8_t)i))
            json_array_append_new(list, proto_text(d->catalogue.services[i].title));
    return list;
}

json_t *json_lesson(const struct ask *a, const struct lesson *lesson)
{
    return json_pack("{s:o,s:o,s:o}", "period", proto_text(lesson->bell->name), "start",
                     json_time(a, lesson->start), "end", json_time(a, lesson->end));
}

static json_t *text_or_none(const char *text)
{
    return text[0] ? proto_text(text) : NULL;
}

/* What is left of a restricted grant may have nothing to restrict any more. */
static json_t *true_when_restricted(const struct desk *d, const struct grant *grant)
{
    struct set256 safe;

    if (!grant->restricted)
        return NULL;
    safe = safe_services(&d->catalogue);
    safe = set256_both(&safe, &grant->services);
    return set256_empty(&safe) ? NULL : json_true();
}

json_t *json_grant(const struct ask *a, const struct grant *grant)
{
    const struct desk *d = a->desk;
    int64_t left = grant->until > a->now ? grant->until - a->now : 0;

    return json_pack("{s:s,s:o,s:o,s:o,s:o,s:o,s:I,s:o*,s:o,s:o*,s:o*}", "id", grant->id, "zone",
                     proto_text(d->config->school->zones[grant->zone].name), "services",
                     json_services(d, &grant->services), "titles", json_titles(d, &grant->services),
                     "from", json_time(a, grant->from), "until", json_time(a, grant->until),
                     "remaining", (json_int_t)left, "restricted", true_when_restricted(d, grant),
                     "by", proto_text(grant->who), "on_behalf_of", text_or_none(grant->behalf),
                     "reason", text_or_none(grant->code));
}
