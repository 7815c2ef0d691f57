/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "control/owners.h"

enum { INSTAGRAM, FACEBOOK, X, SERVICES };

static const struct service services[SERVICES] = {
    {.id = "instagram"}, {.id = "facebook"}, {.id = "x"}};

static struct hostname host(const char *text)
{
    struct hostname name;

    assert_true(hostname_set(&name, (struct span){text, strlen(text)}));
    return name;
}

/* The ids' first letters: "if". */
static const char *who(const struct set256 *set)
{
    static char text[SERVICES + 1];
    size_t len = 0;

    for (unsigned i = 0; i < SERVICES; i++)
        if (set256_has(set, (uint8_t)i))
            text[len++] = services[i].id[0];
    text[len] = '\0';
    return text;
}

static const char *owners(const struct local_name *items, size_t count, const char *name)
{
    const struct plan_name names[] = {{host("instagram.com"), INSTAGRAM, NAME_CORE},
                                      {host("x.com"), X, NAME_CORE},
                                      {host("fbcdn.net"), FACEBOOK, NAME_CORE},
                                      {host("fbcdn.net"), INSTAGRAM, NAME_CORE},
                                      {host("video.fbcdn.net"), FACEBOOK, NAME_CORE}};
    const struct plan p = {.services = services,
                           .service_count = SERVICES,
                           .names = names,
                           .name_count = sizeof(names) / sizeof(names[0])};
    struct local_names local = {.items = (struct local_name *)(uintptr_t)items, .count = count};
    const struct hostname wanted = host(name);
    struct owners o = owners_of(&p, &local, &wanted);

    return who(&o.services);
}

static void owners__longest_entry_by_whole_labels(void **state)
{
    (void)state;
    assert_string_equal(owners(NULL, 0, "instagram.com"), "i");
    assert_string_equal(owners(NULL, 0, "www.instagram.com"), "i");
    assert_string_equal(owners(NULL, 0, "notinstagram.com"), "");
    assert_string_equal(owners(NULL, 0, "netflix.com"), "");
    assert_string_equal(owners(NULL, 0, "com"), "");
    assert_string_equal(owners(NULL, 0, "a.fbcdn.net"), "if");
    assert_string_equal(owners(NULL, 0, "a.video.fbcdn.net"), "f");
}

static void owners__added_here__joins_at_the_same_name_and_replaces_above(void **state)
{
    const struct local_name items[] = {{.name = host("instagram.com"), .service = "x"},
                                       {.name = host("cdn.instagram.com"), .service = "facebook"},
                                       {.name = host("gone.example"), .service = "gone"}};

    (void)state;
    assert_string_equal(owners(items, 3, "instagram.com"), "ix");
    assert_string_equal(owners(items, 3, "a.cdn.instagram.com"), "f");
    assert_string_equal(owners(items, 3, "gone.example"), "");
}

static void owners__exceptions__hold_for_what_stands_above_them(void **state)
{
    const struct local_name items[] = {
        {.except = true, .name = host("help.instagram.com"), .service = "instagram"},
        {.except = true, .name = host("fbcdn.net"), .service = "facebook"},
        {.name = host("new.help.instagram.com"), .service = "instagram"}};

    (void)state;
    assert_string_equal(owners(items, 3, "instagram.com"), "i");
    assert_string_equal(owners(items, 3, "help.instagram.com"), "");
    assert_string_equal(owners(items, 3, "a.help.instagram.com"), "");
    assert_string_equal(owners(items, 3, "a.new.help.instagram.com"), "i");
    assert_string_equal(owners(items, 3, "fbcdn.net"), "i");
    assert_string_equal(owners(items, 3, "video.fbcdn.net"), "f");
}

static void owners__exact__is_of_the_catalogue_alone(void **state)
{
    const struct plan_name names[] = {{host("instagram.com"), INSTAGRAM, NAME_CORE}};
    const struct plan p = {
        .services = services, .service_count = SERVICES, .names = names, .name_count = 1};
    struct local_name item = {.name = host("instagram.com"), .service = "x"};
    const struct local_names local = {.items = &item, .count = 1};
    const struct hostname here = host("instagram.com"), below = host("a.instagram.com");
    struct owners o = owners_of(&p, &local, &here);

    (void)state;
    assert_string_equal(who(&o.exact), "i");
    o = owners_of(&p, &local, &below);
    assert_string_equal(who(&o.exact), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(owners__longest_entry_by_whole_labels),
        cmocka_unit_test(owners__added_here__joins_at_the_same_name_and_replaces_above),
        cmocka_unit_test(owners__exceptions__hold_for_what_stands_above_them),
        cmocka_unit_test(owners__exact__is_of_the_catalogue_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
