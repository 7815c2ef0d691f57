/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "edits.h"

#include "school/compile.h"

#define NOW INT64_C(1795000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct catalogue make_catalogue(void)
{
    struct catalogue_builder *b = catalogue_builder_new();
    struct service s = {.id = "one", .title = "One", .category = "c"};
    struct hostname name;
    struct bytes map;
    struct catalogue c;
    const char *why;
    unsigned whose;

    if (!b || catalogue_add_service(b, &s) != 0 ||
        !hostname_set(&name, (struct span){"example.org", 11}) ||
        catalogue_add_name(b, 0, &name, MATCH_SUFFIX) != CATALOGUE_OK ||
        catalogue_build(b, (const uint64_t[2]){0}, &map, &name, &whose) != CATALOGUE_OK ||
        !catalogue_open(&c, map, &why))
        abort();
    catalogue_builder_free(b);
    return c;
}

static struct bytes make(void)
{
    static const struct bell bells[] = {{"1", 0x7f, 100, 200}, {"2", 0x7f, 1400, 1500}};
    static const struct stream stream = {"s", bells, 2};
    struct prefix wide = {.base = addr_from4((uint8_t[4]){10, 0, 0, 0}), .bits = 104};
    struct prefix narrow = {.base = addr_from4((uint8_t[4]){10, 1, 0, 0}), .bits = 112};
    struct zone zones[] = {
        {.name = "a", .prefixes = &wide, .prefix_count = 1},
        {.name = "b", .quic = QUIC_PASS, .prefixes = &narrow, .prefix_count = 1}};
    struct school school = {.zones = zones,
                            .zone_count = 2,
                            .streams = &stream,
                            .stream_count = 1,
                            .lesson_closed = {{1}}};
    struct facts facts = {.school = &school};
    struct gate_settings gate = {.lan = {"lan0"}, .lan_count = 1, .gates = 1};
    struct catalogue c = make_catalogue();
    struct bytes map;

    if (!compile_snapshot(&facts, &c, &gate, 1, NOW, &map))
        abort();
    bytes_free(c.map);
    return map;
}

static void use(const struct snapshot *s)
{
    struct addr a = addr_from4((uint8_t[4]){10, 1, 2, 3});

    if (snapshot_zone(s, &a) >= (int)s->zone_count)
        abort();
    for (unsigned z = 0; z < s->zone_count; z++)
        for (int64_t at = NOW - 1; at < NOW + 150000; at += 25000) {
            const struct snap_state *state = snapshot_state(s, z, at);

            if (state < s->states || state >= s->states + s->state_count ||
                set256_has(&state->closed, LABEL_NEVER))
                abort();
            snapshot_closed_until(s, z, 1, at);
        }
    if (snapshot_next(s, NOW) <= NOW)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bytes valid;
    struct snapshot s;
    const char *why;
    size_t len;

    if (!valid.ptr)
        valid = make();
    uint8_t *copy = apply_edits(valid, data, size, &len);

    if (snapshot_open(&s, (struct bytes){copy, len}, &why))
        use(&s);
    free(copy);
    return 0;
}
