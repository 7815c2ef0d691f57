/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "maker.h"

static void build__nothing__every_name_is_other(void **state)
{
    struct catalogue c = maker_catalogue("", NULL, 0);

    (void)state;
    assert_int_equal(c.service_count, 0);
    assert_int_equal(c.label_count, 1);
    assert_int_equal(c.name_count, 0);
    assert_string_equal(maker_match(&c, "example.org"), "other");
    assert_string_equal(maker_match(&c, "a"), "other");
    bytes_free(c.map);
}

static void build__twice_with_more_between__both_are_whole(void **state)
{
    struct catalogue first, second;
    struct maker m;

    (void)state;
    maker_start(&m, "a +l");
    assert_int_equal(maker_try(&m, "a a.example"), CATALOGUE_OK);
    assert_int_equal(maker_try(&m, "+l l.example"), CATALOGUE_OK);
    first = maker_build(&m);
    assert_int_equal(maker_try(&m, "+l a.example"), CATALOGUE_OK);
    second = maker_build(&m);
    assert_string_equal(maker_match(&first, "a.example"), "a");
    assert_string_equal(maker_match(&second, "a.example"), "a +l");
    assert_int_equal(first.counts[1].names, 1);
    assert_int_equal(second.counts[1].names, 2);
    bytes_free(first.map);
    bytes_free(second.map);
    maker_done(&m);
}

static void add_service__too_many_or_twice__refused(void **state)
{
    struct service again = {.id = "s3"}, last = {.id = "last"}, more = {.id = "more"};
    struct service nameless = {.title = "T"};
    char id[SERVICE_ID_MAX];
    struct maker m;

    (void)state;
    maker_start(&m, "");
    for (unsigned i = 0; i < SERVICE_MAX - 1; i++) {
        snprintf(id, sizeof(id), "s%u", i);
        maker_service(&m, id);
    }
    assert_int_equal(catalogue_add_service(m.b, &again), -1);
    assert_int_equal(catalogue_add_service(m.b, &nameless), -1);
    assert_int_equal(catalogue_add_service(m.b, &last), SERVICE_MAX - 1);
    assert_int_equal(catalogue_add_service(m.b, &more), -1);
    maker_done(&m);
}

static void add__service_that_does_not_exist__full(void **state)
{
    static const char *const lines[] = {"b a.example", "b =a.example", "b !a.example",
                                        "b 10.0.0.0/8"};
    struct maker m;

    (void)state;
    maker_start(&m, "a");
    for (unsigned i = 0; i < ARRAY_SIZE(lines); i++)
        assert_int_equal(maker_try(&m, lines[i]), CATALOGUE_FULL);
    maker_done(&m);
}

static void add_service__text_without_end__cut(void **state)
{
    struct catalogue c;
    struct service s;
    struct maker m;

    (void)state;
    maker_start(&m, "");
    memset(&s, 'x', sizeof(s));
    assert_int_equal(catalogue_add_service(m.b, &s), 0);
    c = maker_build(&m);
    assert_int_equal(strlen(c.services[0].id), SERVICE_ID_MAX - 1);
    assert_int_equal(strlen(c.services[0].title), SERVICE_TEXT_MAX - 1);
    assert_int_equal(strlen(c.services[0].title_nl), SERVICE_TEXT_MAX - 1);
    assert_int_equal(strlen(c.services[0].category), SERVICE_ID_MAX - 1);
    assert_int_equal(c.services[0].list, 1);
    assert_int_equal(c.services[0].retired, 1);
    bytes_free(c.map);
    maker_done(&m);
}

static void add_safe__again__the_last_host_counts(void **state)
{
    static const char *const lines[] = {"safe b.example one.example", "safe a.example two.example",
                                        "safe b.example three.example"};
    struct catalogue c = maker_catalogue("", lines, ARRAY_SIZE(lines));
    struct hostname a = maker_name("a.example"), b = maker_name("B.example.");

    (void)state;
    assert_string_equal(catalogue_safe(&c, &a), "two.example");
    assert_string_equal(catalogue_safe(&c, &b), "three.example");
    bytes_free(c.map);
}

static void add_safe__too_long_or_too_many__full(void **state)
{
    struct hostname name, host = maker_name("h.example");
    char text[SAFE_TEXT_MAX + 1];
    struct maker m;

    (void)state;
    maker_start(&m, "");
    memset(text, 'a', sizeof(text));
    text[5] = '.';
    text[SAFE_TEXT_MAX] = '\0';
    name = maker_name(text);
    assert_int_equal(catalogue_add_safe(m.b, &name, &host), CATALOGUE_FULL);
    assert_int_equal(catalogue_add_safe(m.b, &host, &name), CATALOGUE_FULL);
    name = maker_name(text + 1);
    assert_int_equal(catalogue_add_safe(m.b, &name, &name), CATALOGUE_OK);
    for (unsigned i = 1; i < SAFE_MAX; i++) {
        snprintf(text, sizeof(text), "n%u.example", i);
        name = maker_name(text);
        assert_int_equal(catalogue_add_safe(m.b, &name, &host), CATALOGUE_OK);
    }
    assert_int_equal(catalogue_add_safe(m.b, &name, &name), CATALOGUE_OK);
    assert_int_equal(catalogue_add_safe(m.b, &host, &host), CATALOGUE_FULL);
    maker_done(&m);
}

static void builder_free__nothing__does_nothing(void **state)
{
    (void)state;
    catalogue_builder_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(build__nothing__every_name_is_other),
        cmocka_unit_test(build__twice_with_more_between__both_are_whole),
        cmocka_unit_test(add_service__too_many_or_twice__refused),
        cmocka_unit_test(add__service_that_does_not_exist__full),
        cmocka_unit_test(add_service__text_without_end__cut),
        cmocka_unit_test(add_safe__again__the_last_host_counts),
        cmocka_unit_test(add_safe__too_long_or_too_many__full),
        cmocka_unit_test(builder_free__nothing__does_nothing),
    };

    return cmocka_run_group_tests_name("catalogue_build", tests, NULL, NULL);
}
