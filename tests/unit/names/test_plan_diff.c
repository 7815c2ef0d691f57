/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "names/plan_diff.h"

static const struct service services[] = {
    {.id = "instagram", .category = "social"},
    {.id = "hyves", .category = "social"},
    {.id = "adult", .category = "list", .list = 1},
};

static struct hostname host(const char *text)
{
    struct hostname name;

    assert_true(hostname_set(&name, (struct span){text, strlen(text)}));
    return name;
}

/* "+name instagram a.example;" for each change. */
static void note(void *arg, const struct plan_change *c)
{
    static const char *const parts[PART_COUNT] = {
        [PART_SERVICE] = "service", [PART_RETIRED] = "retired", [PART_CATEGORY] = "category",
        [PART_NAME] = "name",       [PART_PREFIX] = "prefix",   [PART_NEVER] = "never",
        [PART_HIDDEN] = "hidden",   [PART_SAFE] = "safe",
    };
    char *text = arg;
    size_t len = strlen(text);

    snprintf(text + len, 512 - len, "%c%s %s %s%s%s;", c->added ? '+' : '-', parts[c->part],
             c->service, c->text, *c->more ? "=" : "", c->more);
}

static void expect(const struct plan *before, const struct plan *after, const char *want)
{
    char text[512] = "";

    assert_true(plan_diff(before, after, note, text));
    assert_string_equal(text, want);
}

static void diff__the_same__tells_nothing(void **state)
{
    struct plan_name names[] = {{host("b.example"), 0, NAME_CORE},
                                {host("a.example"), 0, NAME_CORE}};
    struct plan_name turned[] = {names[1], names[0]};
    struct plan a = {.services = services, .service_count = 3, .names = names, .name_count = 2};
    struct plan b = a;

    (void)state;
    b.names = turned;
    expect(&a, &b, "");
    expect(&(struct plan){.services = NULL}, &(struct plan){.services = NULL}, "");
}

static void diff__names__by_service_and_name_whatever_their_numbers(void **state)
{
    const struct service other[] = {services[1], services[0]};
    struct plan_name old[] = {{host("a.example"), 0, NAME_CORE}, {host("c.example"), 0, NAME_CORE}};
    struct plan_name new[] = {{host("d.example"), 1, NAME_CORE},
                              {host("c.example"), 1, NAME_CORE},
                              {host("b.example"), 0, NAME_CORE}};
    struct plan a = {.services = services, .service_count = 2, .names = old, .name_count = 2};
    struct plan b = {.services = other, .service_count = 2, .names = new, .name_count = 3};

    (void)state;
    expect(&a, &b, "+name hyves b.example;-name instagram a.example;+name instagram d.example;");
}

static void diff__services__come_go_and_retire(void **state)
{
    const struct service other[] = {{.id = "hyves", .category = "social", .retired = 1},
                                    {.id = "x", .category = "social"}};
    struct plan a = {.services = services, .service_count = 2};
    struct plan b = {.services = other, .service_count = 2};

    (void)state;
    expect(&a, &b, "-service instagram ;+service x ;+retired hyves ;");
    expect(&b, &a, "+service instagram ;-service x ;-retired hyves ;");
}

static void diff__another_category__is_told_both_ways(void **state)
{
    const struct service other[] = {{.id = "instagram", .category = "video"}, services[1]};
    struct plan a = {.services = services, .service_count = 2};
    struct plan b = {.services = other, .service_count = 2};

    (void)state;
    expect(&a, &b, "-category instagram social;+category instagram video;");
}

static void diff__lists__belong_to_the_config(void **state)
{
    struct plan a = {.services = services, .service_count = 2};
    struct plan b = {.services = services, .service_count = 3};

    (void)state;
    expect(&a, &b, "");
}

static void diff__prefixes_and_names_of_no_service(void **state)
{
    struct hostname never[] = {host("magister.net")}, hidden[] = {host("ech.example")};
    struct plan_safe old_safe[] = {{host("www.google.com"), host("safe.example")}};
    struct plan_safe new_safe[] = {{host("www.google.com"), host("forcesafe.example")}};
    struct plan_prefix prefixes[] = {{.service = 0}};
    const char *why;
    struct plan a = {.services = services, .service_count = 2, .safe = old_safe, .safe_count = 1};
    struct plan b = {.services = services,
                     .service_count = 2,
                     .never = never,
                     .never_count = 1,
                     .hidden = hidden,
                     .hidden_count = 1,
                     .prefixes = prefixes,
                     .prefix_count = 1,
                     .safe = new_safe,
                     .safe_count = 1};

    (void)state;
    assert_true(prefix_parse("10.1.0.0/16", &prefixes[0].prefix, &why));
    expect(&a, &b,
           "+prefix instagram 10.1.0.0/16;+never  magister.net;+hidden  ech.example;"
           "+safe  www.google.com=forcesafe.example;-safe  www.google.com=safe.example;");
}

static void diff__a_name_said_twice__is_told_once(void **state)
{
    struct plan_name twice[] = {{host("a.example"), 0, NAME_CORE},
                                {host("a.example"), 0, NAME_CORE}};
    struct plan a = {.services = services, .service_count = 1};
    struct plan b = {.services = services, .service_count = 1, .names = twice, .name_count = 2};

    (void)state;
    expect(&a, &b, "+name instagram a.example;");
    expect(&b, &a, "-name instagram a.example;");
    expect(
        &b,
        &(struct plan){.services = services, .service_count = 1, .names = twice, .name_count = 1},
        "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(diff__the_same__tells_nothing),
        cmocka_unit_test(diff__names__by_service_and_name_whatever_their_numbers),
        cmocka_unit_test(diff__services__come_go_and_retire),
        cmocka_unit_test(diff__another_category__is_told_both_ways),
        cmocka_unit_test(diff__lists__belong_to_the_config),
        cmocka_unit_test(diff__prefixes_and_names_of_no_service),
        cmocka_unit_test(diff__a_name_said_twice__is_told_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
