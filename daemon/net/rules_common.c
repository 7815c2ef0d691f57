/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "net/rules_common.h"

#include <stdlib.h>

#include "base/log.h"

#define SPARE_SECONDS 2 /* between the end of a closed time and the update that renews it */

bool plan_rules_zone(const struct rules_plan *plan, unsigned zone)
{
    return plan->snapshot->zones[zone].kind != ZONE_RESOLVER;
}

bool plan_closes_zone(const struct rules_plan *plan, unsigned zone)
{
    return plan_rules_zone(plan, zone) && plan->snapshot->zones[zone].closes;
}

bool plan_closable(const struct rules_plan *plan, unsigned label)
{
    if (label >= LABEL_PROBE)
        return label < LABEL_NEVER;
    return label > LABEL_NONE && label < plan->snapshot->label_count;
}

unsigned plan_closed_seconds(const struct rules_plan *plan, unsigned zone, unsigned label)
{
    const struct snapshot *s = plan->snapshot;
    int64_t left;

    if (!plan_rules_zone(plan, zone) || !plan_closable(plan, label) ||
        !set256_has(&snapshot_state(s, zone, plan->now)->closed, (uint8_t)label))
        return 0;
    left = snapshot_closed_until(s, zone, (uint8_t)label, plan->now) - plan->now + SPARE_SECONDS;
    if (left < 1)
        return 1;
    return left > SNAPSHOT_HORIZON ? SNAPSHOT_HORIZON : (unsigned)left;
}

unsigned plan_prefix_text(const struct prefix *p, char out[2][ADDR_TEXT])
{
    struct prefix half = *p;

    if (p->bits != (prefix_is4(p) ? ADDR_V4_BITS : 0)) {
        prefix_text(p, out[0]);
        return 1;
    }
    half.bits++;
    prefix_text(&half, out[0]);
    half.base.b[p->bits / 8] = 0x80;
    prefix_text(&half, out[1]);
    return 2;
}

bool text_open(struct text *t)
{
    *t = (struct text){0};
    t->out = open_memstream(&t->ptr, &t->len);
    if (!t->out)
        log_error("No memory for the text of the kernel rules.");
    return t->out != NULL;
}

bool text_close(struct text *t)
{
    bool failed = ferror(t->out) != 0;

    if (fclose(t->out) == 0 && !failed)
        return true;
    log_error("No memory for the text of the kernel rules.");
    text_free(t);
    return false;
}

void text_free(struct text *t)
{
    free(t->ptr);
    *t = (struct text){0};
}
