/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/engine.h"

#include <netinet/in.h>
#include <stdlib.h>

#include "engine/internal.h"

struct engine *engine_new(const struct engine_limits *limits, struct hash_key key)
{
    struct engine *e = calloc(1, sizeof(*e));

    if (!e)
        return NULL;
    e->flows = flow_table_new(limits->flows, limits->flows_per_client, key);
    e->asked = asked_new(key);
    if (e->flows && e->asked)
        return e;
    engine_free(e);
    return NULL;
}

void engine_free(struct engine *e)
{
    if (!e)
        return;
    flow_table_free(e->flows);
    asked_free(e->asked);
    free(e);
}

void engine_use(struct engine *e, const struct snapshot *s, const struct catalogue *c)
{
    bool usable = s && c && s->zone_count <= SNAPSHOT_ZONES;

    e->snapshot = usable ? s : NULL;
    e->catalogue = usable ? c : NULL;
    e->from = e->until = 0;
}

const struct counters *engine_counters(struct engine *e)
{
    const struct flow_counters *f = flow_table_counters(e->flows);

    e->counters.flows = f->added;
    e->counters.flows_evicted = f->evicted;
    e->counters.flows_evicted_client = f->evicted_client;
    e->counters.flows_expired = f->expired;
    e->counters.safe_evicted = asked_evicted(e->asked);
    return &e->counters;
}

/* The only look at time: outside of [from, until), a bell rang or somebody set the clock. */
static void refresh_states(struct engine *e, int64_t wall)
{
    if (wall >= e->from && wall < e->until)
        return;
    for (uint32_t zone = 0; zone < e->snapshot->zone_count; zone++)
        e->states[zone] = snapshot_state(e->snapshot, zone, wall);
    e->from = wall;
    e->until = snapshot_next(e->snapshot, wall);
}

static void (*const handlers[][2])(struct visit *v) = {
    [HOOK_QUESTION] = {engine_dns_udp, engine_dns_tcp},
    [HOOK_FORWARD] = {engine_udp, engine_tcp},
    [HOOK_ANSWER] = {engine_dns_answer, engine_dns_none},
};

void engine_handle(struct engine *e, const struct engine_packet *p, struct now now,
                   struct verdict *ret)
{
    struct packet packet;
    bool cut;
    struct visit v = {.e = e, .packet = &packet, .mark = p->mark & MARK_CT, .now = now};

    *ret = (struct verdict){.drop = false};
    v.verdict = ret;
    e->counters.packets++;
    if (!e->snapshot)
        return;
    if (packet_read(&packet, p->ip, &cut) != PARSE_OK) {
        e->counters.unparsed++;
        return;
    }
    if (v.mark)
        e->kernel_says_marks = true;
    flow_expire(e->flows, now.mono);
    refresh_states(e, now.wall);
    handlers[p->hook][packet.proto == IPPROTO_TCP](&v);
}
