/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "net/rules_nft_text.h"

#include "support/test.h"
#include "unit/net/example.h"

static void table__kernel_writes_marks__golden(void **state)
{
    struct example e;
    struct rules_plan plan;

    (void)state;
    example_init(&e);
    plan = example_plan(&e, true);
    example_golden(&rules_nftables, &plan, "nft_ct");
}

static void table__packet_marks_four_gates_closed_when_failing__golden(void **state)
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
    plan = example_plan(&e, false);
    example_golden(&rules_nftables, &plan, "nft_mark");
}

static void table__no_interface_no_prefix__no_empty_list(void **state)
{
    struct example e;
    struct rules_plan plan;
    char *text;

    (void)state;
    example_init(&e);
    e.settings.lan_count = 0;
    e.snapshot.prefix_count = 0;
    memset(e.states, 0, sizeof(e.states));
    plan = example_plan(&e, true);
    text = example_text(&rules_nftables, &plan);
    assert_null(strstr(text, "elements"));
    free(text);
}

static void update__some_zones__only_those(void **state)
{
    const uint8_t zones[EXAMPLE_ZONES] = {1, 0, 1, 1};
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    struct example e;
    struct rules_plan plan;

    (void)state;
    example_init(&e);
    plan = example_plan(&e, true);
    nft_put_update(out, &plan, zones);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, "flush set inet lespoort closed_0\n"
                              "add element inet lespoort closed_0 { 0x00000100 timeout 3002s, "
                              "0x00000200 timeout 3002s, 0x0000fa00 timeout 3002s }\n"
                              "flush set inet lespoort closed_3\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table__kernel_writes_marks__golden),
        cmocka_unit_test(table__packet_marks_four_gates_closed_when_failing__golden),
        cmocka_unit_test(table__no_interface_no_prefix__no_empty_list),
        cmocka_unit_test(update__some_zones__only_those),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
