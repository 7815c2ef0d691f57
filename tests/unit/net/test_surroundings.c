/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "net/surroundings.h"

#include <inttypes.h>
#include <stdio.h>

#include "support/test.h"

static void icmp__limits_of_a_class__first_that_is_too_low(void **state)
{
    static const struct {
        struct icmp_limits limits;
        bool v4;
        const char *held;
    } cases[] = {
        {{1000, 1000, 50, true}, true, "net.ipv4.icmp_ratelimit = 1000"},
        {{1000, 1000, 50, false}, true, NULL},
        {{0, 1000, 50, true}, true, "net.ipv4.icmp_msgs_burst = 50"},
        {{100, 1000, 300, true}, true, NULL},
        {{0, 999, 1000, true}, true, "net.ipv4.icmp_msgs_per_sec = 999"},
        {{101, 5000, 1000, true}, false, "net.ipv6.icmp.ratelimit = 101"},
        {{0, 5000, 1000, true}, false, NULL},
    };
    char text[TROUBLE_WHAT];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const char *held = surroundings_icmp(&cases[i].limits, cases[i].v4, text);

        assert_int_equal(held != NULL, cases[i].held != NULL);
        if (held)
            assert_string_equal(held, cases[i].held);
    }
}

static void listed__ranges_as_the_kernel_prints_them(void **state)
{
    static const struct {
        const char *list;
        unsigned type;
        bool has;
    } cases[] = {
        {"0-1,3-127\n", 1, true}, {"0-1,3-127\n", 2, false}, {"0-1,3-127\n", 127, true},
        {"2,1\n", 1, true},       {"11\n", 1, false},        {"\n", 1, false},
        {"", 1, false},           {"x1", 1, false},          {"0-", 1, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(surroundings_listed(cases[i].list, cases[i].type), cases[i].has);
}

static void default_route__its_interface(void **state)
{
    static const char head[] = "Iface\tDestination\tGateway \tFlags\n";
    char text[256], name[INTERFACE_MAX] = "";

    (void)state;
    snprintf(text, sizeof(text), "%slan0\t0006010A\t00000000\t0001\nwan0\t00000000\t0100007F\t3\n",
             head);
    assert_true(surroundings_default(text, name));
    assert_string_equal(name, "wan0");
    assert_false(surroundings_default(head, name));
    assert_false(surroundings_default("", name));
}

static void flowtable__several_tables__each_with_its_table(void **state)
{
    const char *at =
        "table inet filter {\n\tflowtable f {\n\t\thook ingress priority filter\n\t}\n\n"
        "\tflowtable g {\n\t}\n}\ntable ip nat {\n}\ntable ip fast {\n"
        "\tflowtable f {\n\t}\n}\n";
    char table[FLOWTABLE_NAME] = "", name[FLOWTABLE_NAME];

    (void)state;
    assert_true(surroundings_flowtable(&at, table, name));
    assert_string_equal(table, "inet filter");
    assert_string_equal(name, "f");
    assert_true(surroundings_flowtable(&at, table, name));
    assert_string_equal(table, "inet filter");
    assert_string_equal(name, "g");
    assert_true(surroundings_flowtable(&at, table, name));
    assert_string_equal(table, "ip fast");
    assert_false(surroundings_flowtable(&at, table, name));
}

static void look__missing_interface__named(void **state)
{
    const struct gate_settings g = {.lan = {"lo", "no-such-lan"}, .lan_count = 2};
    struct troubles found;

    (void)state;
    surroundings_look(&g, &found);
    assert_true(troubles_has(&found, TROUBLE_INTERFACE));
    assert_string_equal(found.what[TROUBLE_INTERFACE], "no-such-lan");
    assert_false(troubles_has(&found, TROUBLE_BRIDGE_PORT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(icmp__limits_of_a_class__first_that_is_too_low),
        cmocka_unit_test(listed__ranges_as_the_kernel_prints_them),
        cmocka_unit_test(default_route__its_interface),
        cmocka_unit_test(flowtable__several_tables__each_with_its_table),
        cmocka_unit_test(look__missing_interface__named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
