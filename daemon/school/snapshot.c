/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "school/snapshot.h"

#include <string.h>

#include "school/policy.h"
#include "school/snapshot_format.h"

#define TIME_MAX (INT64_C(1) << 40) /* sums and differences of times cannot overflow */

static const char *bad_header(const struct snapshot_header *h, size_t len)
{
    if (h->magic != SNAPSHOT_MAGIC)
        return "not a snapshot";
    if (h->version != SNAPSHOT_VERSION)
        return "a snapshot of another version";
    if (h->size != len || snapshot_size(h) != len)
        return "length and content differ";
    if (h->zone_count > SNAPSHOT_ZONES)
        return "too many zones";
    if (h->label_count < 1 || h->label_count > LABEL_SERVICE_MAX + 1)
        return "labels out of range";
    if (h->made < 0 || h->horizon < h->made || h->horizon > TIME_MAX)
        return "times out of range";
    return NULL;
}

/* A privileged process writes these names into rules: nothing in them may end a quoted word or a
 * line. */
static bool quotable(const char *name, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)name[i] < ' ' || strchr("\"\\\x7f", name[i]))
            return false;
    return true;
}

/* What the kernel takes as the name of an interface, and no pattern of a packet filter. */
static bool good_interface(const char name[INTERFACE_MAX])
{
    size_t len = strnlen(name, INTERFACE_MAX);

    return len > 0 && len < INTERFACE_MAX && quotable(name, len) && !strpbrk(name, " /:*+");
}

static const char *bad_settings(const struct gate_settings *g)
{
    if (g->backend > BACKEND_IPTABLES || g->fail_open > 1 || g->probe > 1)
        return "unknown back end or failing policy";
    if (g->gates < 1 || g->gates > GATE_MAX || g->queue + g->gates > UINT16_MAX + 1)
        return "queues out of range";
    if (g->mark_shift != 0 && g->mark_shift != 8 && g->mark_shift != 16)
        return "mark out of range";
    if (g->normalise > NORMALISE_ALL || (g->ttl && g->ttl < TTL_LOWEST))
        return "unknown ways to tidy up packets";
    if (g->lan_count > ARRAY_SIZE(g->lan))
        return "too many interfaces";
    for (unsigned i = 0; i < g->lan_count; i++)
        if (!good_interface(g->lan[i]))
            return "the name of an interface";
    return NULL;
}

static bool good_name(const char name[NAME_MAX_LEN])
{
    size_t len = strnlen(name, NAME_MAX_LEN);

    return len > 0 && len < NAME_MAX_LEN && quotable(name, len);
}

static const char *bad_zones(const struct snap_zone *zones, const struct snapshot_header *h)
{
    for (unsigned i = 0; i < h->zone_count; i++) {
        const struct snap_zone *z = &zones[i];

        if (!good_name(z->name))
            return "the name of a zone";
        if (z->kind > ZONE_PROBE || z->quic > QUIC_PASS || z->closes > 1)
            return "unknown kind of zone, or of QUIC policy";
        if (z->count == 0 || z->first > h->state_count || z->count > h->state_count - z->first)
            return "a zone without states, or with others' ones";
    }
    return NULL;
}

/* Labels that may be closed: those of services, and the reserved ones for flows without one. */
static struct set256 closable(unsigned label_count)
{
    struct set256 set = {0};

    for (unsigned label = 1; label < label_count; label++)
        set256_add(&set, (uint8_t)label);
    for (unsigned label = LABEL_PROBE; label < LABEL_NEVER; label++)
        set256_add(&set, (uint8_t)label);
    return set;
}

static const char *bad_states(const struct snap_state *states, const struct snapshot_header *h)
{
    struct set256 may = closable(h->label_count);

    for (unsigned i = 0; i < h->state_count; i++) {
        if (states[i].from < h->made || states[i].from > h->horizon)
            return "a state out of time";
        if (!set256_within(&states[i].closed, &may))
            return "a closed label that cannot be";
        if (states[i].restricted > 1)
            return "restricted, or not?";
        for (unsigned label = 0; label < LABEL_COUNT; label++)
            if (states[i].reason[label] >= REASON_COUNT)
                return "an unknown reason";
    }
    return NULL;
}

/* Zones may share states, so the order is asked per zone. */
static const char *bad_order(const struct snap_zone *zones, const struct snap_state *states,
                             const struct snapshot_header *h)
{
    for (unsigned i = 0; i < h->zone_count; i++) {
        const struct snap_state *s = &states[zones[i].first];

        for (unsigned k = 1; k < zones[i].count; k++)
            if (s[k - 1].from >= s[k].from)
                return "states out of order";
    }
    return NULL;
}

static bool host_bits_zero(const struct prefix *p)
{
    for (unsigned bit = p->bits; bit < 128; bit++)
        if (p->base.b[bit / 8] >> (7 - bit % 8) & 1)
            return false;
    return true;
}

static const char *bad_prefixes(const struct snap_prefix *p, const struct snapshot_header *h)
{
    for (unsigned i = 0; i < h->prefix_count; i++) {
        if (p[i].zone >= h->zone_count)
            return "a prefix of an unknown zone";
        if (p[i].prefix.bits > 128 || !host_bits_zero(&p[i].prefix))
            return "not a prefix";
        if (i == 0)
            continue;
        if (addr_compare(&p[i - 1].prefix.base, &p[i].prefix.base) >= 0)
            return "prefixes out of order";
        if (prefix_contains(&p[i - 1].prefix, &p[i].prefix.base))
            return "prefixes overlap";
    }
    return NULL;
}

static struct snapshot view(const struct snapshot_header *h, struct bytes map)
{
    const void *states = h + 1;
    const void *zones = (const struct snap_state *)states + h->state_count;
    const void *prefixes = (const struct snap_zone *)zones + h->zone_count;

    return (struct snapshot){
        .map = map,
        .settings = &h->settings,
        .zones = zones,
        .zone_count = h->zone_count,
        .states = states,
        .state_count = h->state_count,
        .prefixes = prefixes,
        .prefix_count = h->prefix_count,
        .label_count = h->label_count,
        .generation = h->generation,
        .catalogue = h->catalogue,
        .made = h->made,
        .horizon = h->horizon,
    };
}

static const char *bad_content(const struct snapshot *s, const struct snapshot_header *h)
{
    const char *why = bad_settings(&h->settings);

    if (!why)
        why = bad_zones(s->zones, h);
    if (!why)
        why = bad_states(s->states, h);
    if (!why)
        why = bad_order(s->zones, s->states, h);
    if (!why)
        why = bad_prefixes(s->prefixes, h);
    return why;
}

bool snapshot_open(struct snapshot *ret, struct bytes map, const char **ret_why)
{
    const void *start = map.ptr;
    const struct snapshot_header *h = start;

    *ret = (struct snapshot){0};
    *ret_why = "too short or too long";
    if (map.len < sizeof(*h) || map.len > SNAPSHOT_MAX)
        return false;
    *ret_why = "not aligned";
    if ((uintptr_t)start % _Alignof(struct snapshot_header) != 0)
        return false;
    *ret_why = bad_header(h, map.len);
    if (*ret_why)
        return false;
    struct snapshot s = view(h, map);

    *ret_why = bad_content(&s, h);
    if (*ret_why)
        return false;
    *ret = s;
    return true;
}

int snapshot_zone(const struct snapshot *s, const struct addr *client)
{
    uint32_t low = 0, high = s->prefix_count;

    /* Behind the last prefix that begins at or before the client. */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (addr_compare(&s->prefixes[middle].prefix.base, client) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || !prefix_contains(&s->prefixes[low - 1].prefix, client))
        return -1;
    return s->prefixes[low - 1].zone;
}

/* Which of the zone's states holds at that moment. */
static uint32_t state_index(const struct snap_state *states, uint32_t count, int64_t at)
{
    uint32_t low = 1, high = count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (states[middle].from <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low - 1;
}

const struct snap_state *snapshot_state(const struct snapshot *s, unsigned zone, int64_t at)
{
    const struct snap_zone *z = &s->zones[zone];
    const struct snap_state *states = &s->states[z->first];

    return &states[state_index(states, z->count, at)];
}

int64_t snapshot_next(const struct snapshot *s, int64_t after)
{
    int64_t next = INT64_MAX;

    for (uint32_t i = 0; i < s->zone_count; i++) {
        const struct snap_zone *z = &s->zones[i];
        const struct snap_state *states = &s->states[z->first];
        uint32_t at = state_index(states, z->count, after) + 1;

        if (at < z->count && states[at].from < next)
            next = states[at].from;
    }
    return next;
}

int64_t snapshot_closed_until(const struct snapshot *s, unsigned zone, uint8_t label, int64_t at)
{
    const struct snap_zone *z = &s->zones[zone];
    const struct snap_state *states = &s->states[z->first];
    uint32_t i = state_index(states, z->count, at);

    if (!set256_has(&states[i].closed, label))
        return at;
    while (++i < z->count)
        if (!set256_has(&states[i].closed, label))
            return states[i].from;
    return s->horizon;
}
