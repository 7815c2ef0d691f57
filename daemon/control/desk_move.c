/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of grants when another config is taken into use. */
#include <stdlib.h>

#include "base/log.h"
#include "base/wall.h"
#include "control/desk_parts.h"

/* What carries a grant over to a new config. */
struct move {
    const struct desk *desk; /* as it was */
    const struct school *school;
    const struct plan *services;
    int64_t now; /* what had ended by then is history */
};

static struct set256 move_services(const struct move *m, const struct set256 *old)
{
    const struct catalogue *from = &m->desk->catalogue;
    struct set256 moved = {0};

    for (unsigned i = 0; i < from->service_count; i++) {
        int at = set256_has(old, (uint8_t)i) ? plan_service(m->services, from->services[i].id) : -1;

        if (at >= 0)
            set256_add(&moved, (uint8_t)at);
    }
    return moved;
}

/* A grant is bound to the lesson in which it was given: where the new bells have none at that
 * moment it is gone, and where they end earlier it ends with them. */
static bool bind_to_lesson(const struct school *school, struct grant *grant)
{
    struct facts facts = {.school = school};
    struct lesson lesson;
    unsigned stream = school_zone_stream(school, grant->zone);

    if (!school_lesson_at(school, stream, grant->from, &lesson))
        return false;
    int64_t end = policy_lesson_end(&facts, grant->zone, grant->from);

    if (grant->until > end)
        grant->until = end;
    return true;
}

/* Of a grant that had not ended. */
static void log_moved(const struct move *m, const struct grant *old, const char *what)
{
    char *ids = services_ids(m->desk, &old->services, ",");
    char until[WALL_TEXT];

    log_notice("The new config %s grant \"%s\" of \"%s\": \"%s\" in zone \"%s\" until %s.", what,
               old->id, old->who, ids ? ids : "?", m->desk->config->school->zones[old->zone].name,
               wall_iso_text(old->until, until, sizeof(until)));
    free(ids);
}

/* Why the grant ends, or NULL. */
static const char *carry_over(const struct move *m, struct grant *grant, bool history)
{
    int zone = school_zone(m->school, m->desk->config->school->zones[grant->zone].name);

    if (zone < 0)
        return "has no such zone and ends";
    grant->zone = (uint16_t)zone;
    grant->services = move_services(m, &grant->services);
    if (set256_empty(&grant->services))
        return "has no such services and ends";
    return history || bind_to_lesson(m->school, grant) ? NULL : "has no such lesson and ends";
}

static bool move_grant(struct grant *grant, void *arg)
{
    const struct move *m = arg;
    struct grant old = *grant;
    bool history = grant_end(&old) <= m->now;
    const char *end = carry_over(m, grant, history);

    if (history)
        return !end;
    if (end)
        log_moved(m, &old, end);
    else if (set256_count(&grant->services) < set256_count(&old.services))
        log_moved(m, &old, "lacks some services of");
    if (!end && grant->until < old.until)
        log_moved(m, &old, "ends the lesson earlier and with it");
    return !end;
}

void move_grants(struct desk *d, const struct config *to, int64_t now)
{
    struct move m = {.desk = d, .school = to->school, .services = &to->plan, .now = now};

    grants_filter(&d->grants, move_grant, &m);
}
