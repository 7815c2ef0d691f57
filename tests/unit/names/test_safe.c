/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "names/safe.h"

#include "support/test.h"

enum { YOUTUBE, VIMEO, MIRROR };

static struct hostname host(const char *text)
{
    struct hostname name;

    assert_true(hostname_set(&name, (struct span){text, strlen(text)}));
    return name;
}

static struct catalogue_builder *builder(void)
{
    static const struct service services[] = {
        [YOUTUBE] = {.id = "youtube"}, [VIMEO] = {.id = "vimeo"}, [MIRROR] = {.id = "mirror"}};
    struct hostname youtube = host("youtube.com"), vimeo = host("vimeo.com"),
                    shared = host("m.youtube.com");
    struct catalogue_builder *b = catalogue_builder_new();

    assert_non_null(b);
    for (size_t i = 0; i < ARRAY_SIZE(services); i++)
        assert_int_equal(catalogue_add_service(b, &services[i]), i);
    catalogue_add_name(b, YOUTUBE, &youtube, MATCH_SUFFIX);
    catalogue_add_name(b, VIMEO, &vimeo, MATCH_SUFFIX);
    catalogue_add_name(b, MIRROR, &shared, MATCH_SUFFIX);
    catalogue_add_name(b, YOUTUBE, &shared, MATCH_SUFFIX);
    return b;
}

/* The services of a catalogue with these safe names. */
static struct set256 services_with(const char *const *names, size_t count)
{
    struct catalogue_builder *b = builder();
    struct hostname to = host("safe.example"), culprit;
    struct catalogue c;
    struct bytes map;
    const char *why;
    unsigned whose;

    for (size_t i = 0; i < count; i++) {
        struct hostname name = host(names[i]);

        assert_int_equal(catalogue_add_safe(b, &name, &to), CATALOGUE_OK);
    }
    assert_int_equal(catalogue_build(b, (const uint64_t[2]){0}, &map, &culprit, &whose),
                     CATALOGUE_OK);
    assert_true(catalogue_open(&c, map, &why));
    struct set256 services = safe_services(&c);

    bytes_free(map);
    catalogue_builder_free(b);
    return services;
}

static void safe_services__by_the_names_they_own(void **state)
{
    static const char *const names[] = {"www.google.com", "www.youtube.com", "m.youtube.com"};
    struct set256 none = services_with(names, 0), google = services_with(names, 1),
                  youtube = services_with(names, 2), both = services_with(names, 3);

    (void)state;
    assert_true(set256_empty(&none));
    assert_true(set256_empty(&google));
    assert_int_equal(set256_count(&youtube), 1);
    assert_true(set256_has(&youtube, YOUTUBE));
    assert_int_equal(set256_count(&both), 2);
    assert_true(set256_has(&both, MIRROR));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(safe_services__by_the_names_they_own)};

    return cmocka_run_group_tests_name("names/safe", tests, NULL, NULL);
}
