/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include <unistd.h>

#include "app/world.h"
#include "base/clock.h"
#include "base/memfile.h"
#include "school/compile.h"

static struct bytes make_catalogue(const char *name)
{
    struct catalogue_builder *b = catalogue_builder_new();
    struct hostname suffix;
    struct bytes map;

    assert_int_equal(
        catalogue_add_service(b, &(struct service){.id = "x", .title = "X", .category = "social"}),
        0);
    assert_true(hostname_set(&suffix, (struct span){name, strlen(name)}));
    assert_int_equal(catalogue_add_name(b, 0, &suffix, MATCH_SUFFIX), CATALOGUE_OK);
    assert_int_equal(catalogue_build(b, (const uint64_t[2]){0}, &map, &suffix, &(unsigned){0}),
                     CATALOGUE_OK);
    catalogue_builder_free(b);
    return map;
}

static struct bytes make_snapshot(struct bytes catalogue_map)
{
    static const struct zone zone = {.name = "306", .stream = NO_STREAM};
    static const struct school school = {.zones = &zone, .zone_count = 1};
    const struct facts facts = {.school = &school};
    const struct gate_settings settings = {.gates = 1};
    struct catalogue c;
    struct bytes map;
    const char *why;

    assert_true(catalogue_open(&c, catalogue_map, &why));
    assert_true(compile_snapshot(&facts, &c, &settings, 1, clock_now().wall, &map));
    return map;
}

static int seal(struct bytes b)
{
    int fd = memfile_seal("test", b.ptr, b.len);

    assert_true(fd >= 0);
    return fd;
}

static void world__pair_that_belongs_together__opened(void **state)
{
    struct bytes catalogue = make_catalogue("x.com"), snapshot = make_snapshot(catalogue);
    const char *why;
    struct world *w = world_new((int[]){seal(snapshot), seal(catalogue)}, &why);

    (void)state;
    assert_non_null(w);
    assert_int_equal(w->snapshot.zone_count, 1);
    assert_int_equal(w->catalogue.service_count, 1);
    world_free(w);
    bytes_free(catalogue);
    bytes_free(snapshot);
}

static void world__others__refused_with_reason(void **state)
{
    struct bytes catalogue = make_catalogue("x.com"), other = make_catalogue("twitter.com"),
                 snapshot = make_snapshot(catalogue);
    const char *why = NULL;

    (void)state;
    assert_null(world_new((int[]){seal(snapshot), seal(other)}, &why));
    assert_string_equal(why, "the snapshot was made for another catalogue");
    assert_null(world_new((int[]){seal(catalogue), seal(snapshot)}, &why));
    assert_non_null(why);
    assert_null(world_new((int[]){seal(snapshot), dup(0)}, &why));
    assert_string_equal(why, "the catalogue is not sealed memory");
    snapshot.len--;
    assert_null(world_new((int[]){seal(snapshot), seal(catalogue)}, &why));
    bytes_free(catalogue);
    bytes_free(other);
    bytes_free(snapshot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(world__pair_that_belongs_together__opened),
        cmocka_unit_test(world__others__refused_with_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
