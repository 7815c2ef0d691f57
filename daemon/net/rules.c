/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "net/rules.h"

#include <nftables/libnftables.h>
#include <stdlib.h>
#include <string.h>

#include "net/rules_common.h"

/* In the order of preference. */
static const struct {
    enum backend id;
    const struct rules_backend *backend;
} backends[] = {
    {BACKEND_NFTABLES, &rules_nftables},
    {BACKEND_IPTABLES, &rules_iptables},
};

const struct rules_backend *rules_choose(enum backend wanted, const char **ret_why)
{
    *ret_why = "unknown back end";
    for (size_t i = 0; i < ARRAY_SIZE(backends); i++) {
        if (wanted != BACKEND_AUTO && wanted != backends[i].id)
            continue;
        if (backends[i].backend->usable(ret_why))
            return backends[i].backend;
    }
    return NULL;
}

struct rules *rules_new(const struct rules_backend *backend)
{
    struct rules *r = calloc(1, sizeof(*r));

    if (r)
        r->backend = backend;
    return r;
}

void rules_free(struct rules *r)
{
    if (!r)
        return;
    if (r->nft)
        nft_ctx_free(r->nft);
    free(r->loaded);
    free(r);
}

bool rules_install(struct rules *r, const struct rules_plan *plan)
{
    if (!r->backend->install(r, plan))
        return false;
    r->installed = true;
    return true;
}

bool rules_update(struct rules *r, const struct rules_plan *plan, const uint8_t *zones)
{
    if (!r->installed)
        return rules_install(r, plan);
    return r->backend->update(r, plan, zones);
}

enum rules_state rules_check(const struct rules *r, const struct rules_plan *plan, uint32_t *stamp)
{
    if (!r->installed)
        return RULES_UNKNOWN;
    return r->backend->check(r, plan, stamp);
}

void rules_remove(struct rules *r)
{
    r->backend->remove(r);
    r->installed = false;
}

static bool same_zone(const struct snap_zone *a, const struct snap_zone *b)
{
    return a->kind == b->kind && a->closes == b->closes &&
           strncmp(a->name, b->name, sizeof(a->name)) == 0;
}

static bool same_prefix(const struct snap_prefix *a, const struct snap_prefix *b)
{
    return a->zone == b->zone && a->prefix.bits == b->prefix.bits &&
           addr_equal(&a->prefix.base, &b->prefix.base);
}

static bool same_settings(const struct gate_settings *a, const struct gate_settings *b)
{
    if (a->lan_count != b->lan_count || a->backend != b->backend || a->fail_open != b->fail_open ||
        a->gates != b->gates || a->queue != b->queue || a->mark_shift != b->mark_shift ||
        a->normalise != b->normalise || a->ttl != b->ttl)
        return false;
    for (unsigned i = 0; i < a->lan_count; i++)
        if (strncmp(a->lan[i], b->lan[i], INTERFACE_MAX) != 0)
            return false;
    return true;
}

bool rules_same_layout(const struct snapshot *a, const struct snapshot *b)
{
    if (a->zone_count != b->zone_count || a->prefix_count != b->prefix_count ||
        a->label_count != b->label_count || !same_settings(a->settings, b->settings))
        return false;
    for (uint32_t i = 0; i < a->zone_count; i++)
        if (!same_zone(&a->zones[i], &b->zones[i]))
            return false;
    for (uint32_t i = 0; i < a->prefix_count; i++)
        if (!same_prefix(&a->prefixes[i], &b->prefixes[i]))
            return false;
    return true;
}
