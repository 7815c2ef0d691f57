/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/net/example.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/test.h"

static void add_prefix(struct example *e, const char *text, uint16_t zone)
{
    struct snap_prefix *p = &e->prefixes[e->snapshot.prefix_count++];
    const char *why;

    assert_true(prefix_parse(text, &p->prefix, &why));
    p->zone = zone;
}

static void add_zone(struct example *e, const char *name, enum zone_kind kind, uint32_t states)
{
    struct snap_zone *z = &e->zones[e->snapshot.zone_count++];

    snprintf(z->name, sizeof(z->name), "%s", name);
    z->kind = (uint8_t)kind;
    z->closes = kind == ZONE_CLASSROOM || kind == ZONE_SUPERVISED;
    z->first = e->snapshot.state_count;
    z->count = states;
    e->snapshot.state_count += states;
}

void example_init(struct example *e)
{
    *e = (struct example){.settings = {.lan = {"lan0"},
                                       .lan_count = 1,
                                       .fail_open = 1,
                                       .gates = 1,
                                       .queue = 10,
                                       .normalise = NORMALISE_ALL}};
    add_zone(e, "306", ZONE_CLASSROOM, 2);
    add_zone(e, "mediatheek", ZONE_SUPERVISED, 1);
    add_zone(e, "dns", ZONE_RESOLVER, 1);
    add_zone(e, "staff", ZONE_STAFF, 1);
    for (unsigned i = 0; i < ARRAY_SIZE(e->states); i++)
        e->states[i].from = EXAMPLE_NOW - 100;
    e->states[1].from = EXAMPLE_NOW + 3000;
    set256_add(&e->states[0].closed, 1);
    set256_add(&e->states[0].closed, 2);
    set256_add(&e->states[0].closed, LABEL_QUIC);
    set256_add(&e->states[2].closed, 2);
    set256_add(&e->states[3].closed, 2);

    add_prefix(e, "2001:db8:1::/64", 0);
    add_prefix(e, "2001:db8:2::/48", 1);
    add_prefix(e, "2001:db8:53::53", 2);
    add_prefix(e, "10.1.0.0/24", 0);
    add_prefix(e, "10.1.1.53", 2);
    add_prefix(e, "10.2.0.0/16", 1);
    add_prefix(e, "10.3.0.0/16", 3);

    e->snapshot.settings = &e->settings;
    e->snapshot.zones = e->zones;
    e->snapshot.states = e->states;
    e->snapshot.prefixes = e->prefixes;
    e->snapshot.label_count = 18;
    e->snapshot.made = EXAMPLE_NOW - 100;
    e->snapshot.horizon = EXAMPLE_NOW + 36000;
}

struct rules_plan example_plan(const struct example *e, bool ct)
{
    return (struct rules_plan){.snapshot = &e->snapshot, .ct = ct, .now = EXAMPLE_NOW};
}

char *example_text(const struct rules_backend *backend, const struct rules_plan *plan)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    assert_non_null(out);
    backend->print(out, plan);
    assert_int_equal(fclose(out), 0);
    return text;
}

static char *read_file(const char *path)
{
    static char text[1 << 18];
    FILE *in = fopen(path, "r");
    size_t n;

    if (!in)
        fail_msg("no such file: %s", path);
    n = fread(text, 1, sizeof(text) - 1, in);
    fclose(in);
    text[n] = '\0';
    return text;
}

void example_golden(const struct rules_backend *backend, const struct rules_plan *plan,
                    const char *name)
{
    char *text = example_text(backend, plan), path[512];
    const char *mode = getenv("LESPOORT_GOLDEN");

    snprintf(path, sizeof(path), TEST_SOURCE_DIR "/unit/net/%s.golden", name);
    if (mode && strcmp(mode, "write") == 0) {
        FILE *out = fopen(path, "w");

        assert_non_null(out);
        fputs(text, out);
        assert_int_equal(fclose(out), 0);
    }
    assert_string_equal(text, read_file(path));
    free(text);
}
