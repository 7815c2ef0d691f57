/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "names/catalogue.h"

/* One line of input: a service's number (NEVER for none) and a name. */
#define NEVER 999

struct line {
    unsigned service;
    const char *name;
};

static struct hostname name_of(const char *text)
{
    struct hostname name;

    assert_true(hostname_set(&name, (struct span){text, strlen(text)}));
    return name;
}

static struct catalogue_builder *builder_with(unsigned services)
{
    struct catalogue_builder *b = catalogue_builder_new();

    assert_non_null(b);
    for (unsigned i = 0; i < services; i++) {
        struct service s = {.title = "T", .category = "c"};

        snprintf(s.id, sizeof(s.id), "s%u", i);
        assert_int_equal(catalogue_add_service(b, &s), i);
    }
    return b;
}

static enum catalogue_error add(struct catalogue_builder *b, unsigned service, const char *text)
{
    struct hostname name = name_of(text);

    return service == NEVER ? catalogue_add_never(b, &name) : catalogue_add_name(b, service, &name);
}

static void add_lines(struct catalogue_builder *b, const struct line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_int_equal(add(b, lines[i].service, lines[i].name), CATALOGUE_OK);
}

static struct bytes build(struct catalogue_builder *b)
{
    struct bytes map = {0};
    struct hostname which;
    unsigned whose;

    assert_int_equal(catalogue_build(b, &map, &which, &whose), CATALOGUE_OK);
    return map;
}

static struct catalogue open_map(struct bytes map)
{
    struct catalogue c;
    const char *why;

    assert_true(catalogue_open(&c, map, &why));
    return c;
}

static void drop(struct bytes map)
{
    bytes_free(map);
}

static uint8_t label_of(const struct catalogue *c, const char *text)
{
    struct hostname name = name_of(text);

    return catalogue_label(c, &name, NULL);
}

static void build__nothing__every_name_is_other(void **state)
{
    struct catalogue_builder *b = catalogue_builder_new();
    struct bytes map = build(b);
    struct catalogue c = open_map(map);

    (void)state;
    assert_int_equal(c.service_count, 0);
    assert_int_equal(c.label_count, 1);
    assert_int_equal(label_of(&c, "example.org"), LABEL_OTHER);
    drop(map);
    catalogue_builder_free(b);
}

static void build__shared_names__labels_in_order_of_first_name(void **state)
{
    static const struct line lines[] = {
        {1, "b.example"},  {0, "cdn.example"}, {0, "a.example"},   {1, "cdn.example"},
        {0, "a2.example"}, {1, "a2.example"},  {0, "cdn.example"},
    };
    struct catalogue_builder *b = builder_with(2);

    (void)state;
    add_lines(b, lines, ARRAY_SIZE(lines));
    struct bytes map = build(b);
    struct catalogue c = open_map(map);

    assert_int_equal(c.label_count, 4);
    assert_int_equal(label_of(&c, "b.example"), 1);
    assert_int_equal(label_of(&c, "cdn.example"), 2);
    assert_int_equal(label_of(&c, "a.example"), 3);
    assert_int_equal(label_of(&c, "a2.example"), 2);
    assert_int_equal(set256_count(&c.labels[2]), 2);
    drop(map);
    catalogue_builder_free(b);
}

static uint64_t id_of(const struct line *lines, size_t count, unsigned services)
{
    struct catalogue_builder *b = builder_with(services);

    add_lines(b, lines, count);
    struct bytes map = build(b);
    uint64_t id = open_map(map).id;

    drop(map);
    catalogue_builder_free(b);
    return id;
}

static void id__same_content__same_in_another_build(void **state)
{
    static const struct line lines[] = {{0, "a.example"}, {1, "b.example"}, {NEVER, "n.example"}};

    (void)state;
    assert_true(id_of(lines, 3, 2) == id_of(lines, 3, 2));
}

static void id__other_content__differs(void **state)
{
    static const struct line base[] = {{0, "a.example"}, {1, "b.example"}};
    static const struct line cases[][2] = {
        {{0, "a.example"}, {1, "c.example"}},
        {{0, "b.example"}, {1, "a.example"}},
        {{0, "a.example"}, {0, "b.example"}},
        {{0, "a.example"}, {NEVER, "b.example"}},
    };
    uint64_t id = id_of(base, 2, 2);

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++)
        assert_false(id_of(cases[i], 2, 2) == id);
    assert_false(id_of(base, 1, 2) == id);
    assert_false(id_of(base, 2, 3) == id);
}

static void build__owned_name_never_blocked__refused_in_any_order(void **state)
{
    static const struct line cases[][3] = {
        {{0, "a.example"}, {NEVER, "s.example"}, {1, "s.example"}},
        {{1, "s.example"}, {0, "a.example"}, {NEVER, "s.example"}},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        struct catalogue_builder *b = builder_with(2);
        struct hostname which = {0};
        struct bytes map;
        unsigned whose = 77;

        add_lines(b, cases[i], 3);
        assert_int_equal(catalogue_build(b, &map, &which, &whose), CATALOGUE_NEVER_BLOCKED);
        assert_string_equal(which.text, "s.example");
        assert_int_equal(whose, 1);
        catalogue_builder_free(b);
    }
}

static void build__as_many_sets_as_labels__fits_and_one_more_is_full(void **state)
{
    struct catalogue_builder *b = builder_with(LABEL_SERVICE_MAX + 1);
    struct hostname which;
    struct bytes map;
    char text[32];
    unsigned whose;

    (void)state;
    for (unsigned i = 0; i < LABEL_SERVICE_MAX; i++) {
        snprintf(text, sizeof(text), "n%u.example", i);
        assert_int_equal(add(b, i, text), CATALOGUE_OK);
    }
    map = build(b);
    assert_int_equal(open_map(map).label_count, LABEL_SERVICE_MAX + 1);
    drop(map);
    assert_int_equal(add(b, LABEL_SERVICE_MAX, "more.example"), CATALOGUE_OK);
    assert_int_equal(catalogue_build(b, &map, &which, &whose), CATALOGUE_FULL);
    catalogue_builder_free(b);
}

static void add_service__too_many_or_twice__refused(void **state)
{
    struct catalogue_builder *b = builder_with(SERVICE_MAX - 1);
    struct service again = {.id = "s3"}, last = {.id = "last"}, more = {.id = "more"};
    struct service nameless = {.title = "T"};

    (void)state;
    assert_int_equal(catalogue_add_service(b, &again), -1);
    assert_int_equal(catalogue_add_service(b, &nameless), -1);
    assert_int_equal(catalogue_add_service(b, &last), SERVICE_MAX - 1);
    assert_int_equal(catalogue_add_service(b, &more), -1);
    assert_int_equal(add(b, SERVICE_MAX, "a.example"), CATALOGUE_FULL);
    catalogue_builder_free(b);
}

static void add_service__text_without_end__cut(void **state)
{
    struct catalogue_builder *b = catalogue_builder_new();
    struct service s;

    (void)state;
    memset(&s, 'x', sizeof(s));
    assert_int_equal(catalogue_add_service(b, &s), 0);
    struct bytes map = build(b);
    struct catalogue c = open_map(map);

    assert_int_equal(strlen(c.services[0].id), SERVICE_ID_MAX - 1);
    assert_int_equal(strlen(c.services[0].title), SERVICE_TEXT_MAX - 1);
    drop(map);
    catalogue_builder_free(b);
}

/* Enough to make every table grow several times. */
static void build__many_names__all_found_and_no_other(void **state)
{
    enum { MANY = 60000 };
    struct catalogue_builder *b = builder_with(7);
    char text[64];

    (void)state;
    for (unsigned i = 0; i < MANY; i++) {
        snprintf(text, sizeof(text), "n%u.many.example", i);
        assert_int_equal(add(b, i % 7, text), CATALOGUE_OK);
    }
    struct bytes map = build(b);
    struct catalogue c = open_map(map);

    assert_true(map.len < MANY * 26);
    for (unsigned i = 0; i < MANY; i++) {
        snprintf(text, sizeof(text), "www.n%u.many.example", i);
        assert_int_equal(label_of(&c, text), 1 + i % 7);
        snprintf(text, sizeof(text), "n%u.many.example", MANY + i);
        assert_int_equal(label_of(&c, text), LABEL_OTHER);
    }
    drop(map);
    catalogue_builder_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(build__nothing__every_name_is_other),
        cmocka_unit_test(build__shared_names__labels_in_order_of_first_name),
        cmocka_unit_test(build__owned_name_never_blocked__refused_in_any_order),
        cmocka_unit_test(build__as_many_sets_as_labels__fits_and_one_more_is_full),
        cmocka_unit_test(build__many_names__all_found_and_no_other),
        cmocka_unit_test(id__same_content__same_in_another_build),
        cmocka_unit_test(id__other_content__differs),
        cmocka_unit_test(add_service__too_many_or_twice__refused),
        cmocka_unit_test(add_service__text_without_end__cut),
    };

    return cmocka_run_group_tests_name("catalogue_build", tests, NULL, NULL);
}
