/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/wall.h"
#include "config/build.h"
#include "config/pool.h"
#include "config/roles.h"

#define CATALOGUE_NAME      "catalogue.conf"
#define CATALOGUE_INSTALLED LESPOORT_DATADIR "/" CATALOGUE_NAME

/* Everything while a config is read. */
struct loading {
    struct load load;
    struct report report;
    struct pool scratch;
    struct config_model model;
    struct config *config;
    struct services services;
    const char *catalogue; /* instead of the config's own; NULL: none */
};

static const config_setting_t *setting(const struct loading *g, const char *path)
{
    return config_lookup(&g->load.source.tree, path);
}

/* As a path in the config's folder; NULL without memory or without such a file. */
static const char *existing(struct loading *g, const char *path)
{
    const char *joined = source_path(g->config->pool, g->load.source.path, path);

    return joined && access(joined, F_OK) == 0 ? joined : NULL;
}

/* Where no path is set: beside the config, so that a folder of examples works as it is; else what
 * an update left behind. */
static const char *catalogue_path(struct loading *g)
{
    char updated[STATE_PATH_MAX + sizeof(CATALOGUE_NAME) + 1];
    const char *path;

    if (g->catalogue)
        return pool_text(g->config->pool, g->catalogue, strlen(g->catalogue));
    if (*g->model.catalogue)
        return source_path(g->config->pool, g->load.source.path, g->model.catalogue);
    snprintf(updated, sizeof(updated), "%s/" CATALOGUE_NAME, g->model.state);
    path = existing(g, CATALOGUE_NAME);
    if (!path && *g->model.state)
        path = existing(g, updated);
    return path ? path : CATALOGUE_INSTALLED;
}

static bool read_services(struct loading *g)
{
    const char *path = catalogue_path(g);

    g->config->catalogue_path = path;
    if (setting(g, "catalogue") && !*g->model.catalogue)
        return false; /* reported already */
    if (!path)
        load_fault(&g->load, NULL, "catalogue", "more free memory", "there is no memory left");
    return path && services_load(&g->load, &g->model, path, g->config->pool, &g->services);
}

static void take_services(struct loading *g)
{
    struct config *c = g->config;

    c->plan = g->services.plan;
    c->words = g->services.words;
    c->word_count = g->services.word_count;
    c->notes = g->services.notes;
    c->categories = g->services.categories;
    c->category_count = g->services.category_count;
    c->shared = g->services.shared;
    c->shared_count = g->services.shared_count;
    c->conflicts = g->services.conflicts;
    c->conflict_count = g->services.conflict_count;
    c->conflicts_dropped = g->services.conflicts_dropped;
}

static void take_school(struct loading *g, bool have_services)
{
    struct school *s = load_get(&g->load, g->config->pool, 1, sizeof(*s));
    struct build b = {
        .load = &g->load,
        .model = &g->model,
        .services = have_services ? &g->services : NULL,
        .keep = g->config->pool,
    };

    if (!s)
        return;
    memcpy(s->name, g->model.school, sizeof(s->name));
    memcpy(s->version, g->model.policy.version, sizeof(s->version));
    s->exceptions = (enum exceptions)g->model.policy.exceptions;
    build_streams(&b, s);
    build_days_off(&b, s);
    build_zones(&b, s);
    build_lessons(&b, s);
    g->config->school = s;
}

static void take_lan(struct loading *g)
{
    const char(*name)[INTERFACE_MAX] = g->model.lan.items;
    struct gate_settings *to = &g->config->gate;

    for (size_t i = 0; i < g->model.lan.count; i++) {
        for (uint8_t k = 0; k < to->lan_count; k++)
            if (strcmp(to->lan[k], name[i]) == 0 && *name[i])
                load_fault(&g->load, g->model.lan.at[i], "lan", "each interface once",
                           "'%s' is listed twice", name[i]);
        memcpy(to->lan[to->lan_count++], name[i], INTERFACE_MAX);
    }
}

static void take_gate(struct loading *g)
{
    struct gate_settings *to = &g->config->gate;

    to->backend = (uint8_t)g->model.gate.backend;
    to->fail_open = (uint8_t)g->model.gate.fail;
    to->gates = (uint8_t)g->model.gate.gates;
    to->queue = (uint16_t)g->model.gate.queue;
    to->mark_shift = (uint8_t)g->model.gate.mark_shift;
    to->probe = g->model.gate.probe;
    memcpy(g->config->gate_user, g->model.gate.user, sizeof(g->config->gate_user));
    /* Nobody needs a name service to know root, the default. Empty: reported already. */
    if (*g->model.gate.user && strcmp(g->model.gate.user, "root") != 0)
        roles_check_user(&g->load, setting(g, "gate.user"), "gate.user", g->model.gate.user);
    take_lan(g);
    if (to->mark_shift % 8)
        load_fault(&g->load, setting(g, "gate.mark_shift"), "gate.mark_shift", "0, 8 or 16",
                   "%u is not possible", to->mark_shift);
    if (g->model.gate.queue + g->model.gate.gates > UINT16_MAX + 1)
        load_fault(&g->load, setting(g, "gate.queue"), "gate.queue",
                   "room for one queue per gate up to 65535", "%u is too high for %u gates",
                   to->queue, to->gates);
}

static void take_normalise(struct loading *g)
{
    const struct config_model *m = &g->model;
    const struct {
        int chosen;
        enum normalise bit;
    } switches[] = {
        {m->normalise.invalid, NORMALISE_INVALID},
        {m->normalise.md5sig, NORMALISE_MD5SIG},
        {m->normalise.fast_open, NORMALISE_FAST_OPEN},
        {m->normalise.syn_data, NORMALISE_SYN_DATA},
        {m->normalise.urgent, NORMALISE_URGENT},
        {m->normalise.ipv6_headers, NORMALISE_IPV6_HEADERS},
    };

    for (size_t i = 0; i < ARRAY_SIZE(switches); i++)
        if (switches[i].chosen)
            g->config->gate.normalise |= (uint8_t)switches[i].bit;
    g->config->gate.ttl = (uint8_t)m->normalise.ttl;
    if (m->normalise.ttl && m->normalise.ttl < TTL_LOWEST)
        load_fault(&g->load, setting(g, "normalise.ttl"), "normalise.ttl",
                   "0, or a number from 32 to 255", "%u would not reach every server",
                   g->config->gate.ttl);
}

static void take_rest(struct loading *g)
{
    struct config *c = g->config;

    _Static_assert(sizeof(c->control_socket) == SOCKET_PATH_MAX, "copied whole");
    _Static_assert(sizeof(c->timezone) == sizeof(g->model.timezone), "copied whole");
    memcpy(c->timezone, g->model.timezone, sizeof(c->timezone));
    memcpy(c->control_socket, g->model.control.socket, SOCKET_PATH_MAX);
    memcpy(c->snapshot_socket, g->model.control.snapshots, SOCKET_PATH_MAX);
    c->grant_max = g->model.grants.max;
    if (*c->control_socket && strcmp(c->control_socket, c->snapshot_socket) == 0)
        load_fault(&g->load, setting(g, "control.snapshots"), "control.snapshots",
                   "a socket of its own", "'%s' is also control.socket", c->snapshot_socket);
    roles_build(&g->load, &g->model, c->roles);
}

static void take_keyring(struct loading *g)
{
    struct config *c = g->config;
    const char *path = g->model.keyring;

    c->catalogue_keyring =
        *path ? source_path(c->pool, g->load.source.path, path) : pool_text(c->pool, "", 0);
    if (!c->catalogue_keyring)
        load_fault(&g->load, NULL, "catalogue_keyring", "more free memory",
                   "there is no memory left");
}

/* TZ as it was before, for a config that is refused. */
static void restore_zone(const char *old)
{
    if (old)
        setenv("TZ", old, 1);
    else
        unsetenv("TZ");
    tzset();
}

static void take_zone(struct loading *g)
{
    const char *tz = getenv("TZ");
    char *old = tz ? pool_text(&g->scratch, tz, strlen(tz)) : NULL;

    if (!*g->model.timezone)
        return;
    if (tz && !old) {
        load_fault(&g->load, NULL, "timezone", "more free memory", "there is no memory left");
        return;
    }
    if (!wall_set_zone(g->model.timezone))
        load_fault(&g->load, setting(g, "timezone"), "timezone", NULL,
                   "'%s' is not known on this machine", g->model.timezone);
    if (report_any(&g->report))
        restore_zone(old);
}

static void read_config(struct loading *g, const char *path)
{
    bool have_services;

    if (!source_open(&g->load.source, path, 0, &g->scratch, &g->report))
        return;
    walk(&g->load, &g->model);
    have_services = read_services(g);
    take_services(g);
    take_school(g, have_services);
    take_gate(g);
    take_normalise(g);
    take_rest(g);
    take_keyring(g);
    take_zone(g);
}

static struct config *config_new(void)
{
    struct config *c = calloc(1, sizeof(*c));

    if (c)
        c->pool = calloc(1, sizeof(*c->pool));
    if (c && !c->pool) {
        free(c);
        return NULL;
    }
    return c;
}

struct config *config_load_with(const char *path, const char *catalogue, FILE *errors)
{
    struct loading *g = calloc(1, sizeof(*g));
    struct config *c = config_new();

    if (!g || !c) {
        fprintf(errors, "%s: there is no memory left, expected more free memory\n", path);
        free(g);
        config_free(c);
        return NULL;
    }
    g->load = (struct load){.schema = &config_schema, .report = &g->report, .pool = &g->scratch};
    g->config = c;
    g->catalogue = catalogue;
    c->path = pool_text(c->pool, path, strlen(path));
    read_config(g, path);
    if (report_any(&g->report)) {
        report_print(&g->report, errors);
        config_free(c);
        c = NULL;
    }
    report_done(&g->report);
    source_close(&g->load.source);
    pool_done(&g->scratch);
    free(g);
    return c;
}

struct config *config_load(const char *path, FILE *errors)
{
    return config_load_with(path, NULL, errors);
}

void config_free(struct config *c)
{
    if (!c)
        return;
    pool_done(c->pool);
    free(c->pool);
    free(c);
}

int config_service(const struct config *c, const char *word)
{
    return services_word(c->words, c->word_count, word);
}

bool config_category(const struct config *c, const char *word, struct set256 *ret)
{
    return services_category(c->plan.services, c->plan.service_count, word, ret);
}
