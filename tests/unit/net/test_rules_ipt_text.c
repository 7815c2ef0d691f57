/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "net/rules_ipt_text.h"

#include "support/test.h"
#include "unit/net/example.h"

static void all__packet_marks__golden(void **state)
{
    struct example e;
    struct rules_plan plan;

    (void)state;
    example_init(&e);
    plan = example_plan(&e, false);
    example_golden(&rules_iptables, &plan, "ipt_mark");
}

static void all__kernel_writes_marks_four_gates_closed_when_failing__golden(void **state)
{
    struct example e;
    struct rules_plan plan;

    (void)state;
    example_init(&e);
    e.settings.mark_shift = 16;
    e.settings.gates = 4;
    e.settings.fail_open = 0;
    strcpy(e.settings.lan[1], "lan0.20");
    e.settings.lan_count = 2;
    plan = example_plan(&e, true);
    example_golden(&rules_iptables, &plan, "ipt_ct");
}

static void update__loaded_and_closed__difference_and_renewal(void **state)
{
    const uint8_t zones[EXAMPLE_ZONES] = {1, 0, 1, 1};
    struct set256 loaded[EXAMPLE_ZONES] = {{{0}}};
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    struct example e;
    struct rules_plan plan;

    (void)state;
    example_init(&e);
    plan = example_plan(&e, true);
    set256_add(&loaded[0], 1); /* stays */
    set256_add(&loaded[0], 7); /* goes */
    set256_add(&loaded[1], 9); /* another zone */
    set256_remove(&e.states[0].closed, LABEL_QUIC);
    ipt_put_update(out, &plan, 'b', zones, loaded);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, "add lespoort-b-label1-v6 2001:db8:1::/64 timeout 3002\n"
                              "add lespoort-b-label1-v4 10.1.0.0/24 timeout 3002\n"
                              "add lespoort-b-label2-v6 2001:db8:1::/64 timeout 3002\n"
                              "add lespoort-b-label2-v4 10.1.0.0/24 timeout 3002\n"
                              "del lespoort-b-label7-v6 2001:db8:1::/64\n"
                              "del lespoort-b-label7-v4 10.1.0.0/24\n");
    free(text);
}

static void rules__jumps_there_already__moved_not_doubled(void **state)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    struct example e;
    struct rules_plan plan;

    (void)state;
    example_init(&e);
    plan = example_plan(&e, true);
    ipt_put_rules(out, &plan, 'a', true, 1u << 2);
    assert_int_equal(fclose(out), 0);
    assert_non_null(
        strstr(text, "-D FORWARD -j LESPOORT-DECIDE\n-I FORWARD 1 -j LESPOORT-DECIDE\n"));
    assert_null(strstr(text, "-D FORWARD -j LESPOORT-INSPECT"));
    free(text);
}

static void removal__tables_and_jumps_there__only_those(void **state)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    (void)state;
    ipt_put_removal(out, 1u << 2 | 1u << 0, 1u << 3);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, "*mangle\n:LESPOORT-QUESTION - [0:0]\n:LESPOORT-INSPECT - [0:0]\n"
                              ":LESPOORT-SPEAKS - [0:0]\n:LESPOORT-QUEUE - [0:0]\n"
                              ":LESPOORT-ASK - [0:0]\n:LESPOORT-LOCAL - [0:0]\n"
                              ":LESPOORT-ANSWER - [0:0]\n"
                              "-D FORWARD -j LESPOORT-INSPECT\n"
                              "-X LESPOORT-QUESTION\n-X LESPOORT-INSPECT\n"
                              "-X LESPOORT-SPEAKS\n-X LESPOORT-QUEUE\n-X LESPOORT-ASK\n"
                              "-X LESPOORT-LOCAL\n-X LESPOORT-ANSWER\nCOMMIT\n"
                              "*raw\n:LESPOORT-OWN - [0:0]\n-X LESPOORT-OWN\nCOMMIT\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all__packet_marks__golden),
        cmocka_unit_test(all__kernel_writes_marks_four_gates_closed_when_failing__golden),
        cmocka_unit_test(update__loaded_and_closed__difference_and_renewal),
        cmocka_unit_test(rules__jumps_there_already__moved_not_doubled),
        cmocka_unit_test(removal__tables_and_jumps_there__only_those),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
