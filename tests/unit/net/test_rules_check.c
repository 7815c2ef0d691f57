/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "net/rules_check.h"

#include "support/test.h"
#include "unit/net/example.h"

/* --- iptables --------------------------------------------------------------------------- */

#define SAVED                                                                                      \
    "*mangle\n:FORWARD ACCEPT [5:6]\n:LESPOORT-INSPECT - [0:0]\n"                                  \
    "-A FORWARD -j LESPOORT-INSPECT\n"                                                             \
    "-A LESPOORT-INSPECT -i lan0 -g LESPOORT-SPEAKS\n-A LESPOORT-INSPECT -j RETURN\n"              \
    "-A LESPOORT-SPEAKS -j NFQUEUE\nCOMMIT\n"

static void ipt_rules__changes_of_others__make_no_difference(void **state)
{
    static const char *const same[] = {
        "# by another version\n" SAVED,
        "*nat\n-A POSTROUTING -j MASQUERADE\nCOMMIT\n" SAVED "*raw\nCOMMIT\n",
        /* others' rules before and behind our jump, other counters, chains in another order */
        "*mangle\n:FORWARD ACCEPT [99:99]\n-A FORWARD -j DOCKER\n-A FORWARD -j LESPOORT-INSPECT\n"
        "-A FORWARD -j ACCEPT\n-A LESPOORT-SPEAKS -j NFQUEUE\n"
        "-A LESPOORT-INSPECT -i lan0 -g LESPOORT-SPEAKS\n-A LESPOORT-INSPECT -j RETURN\nCOMMIT\n",
    };

    (void)state;
    assert_true(check_ipt_rules(SAVED) != 0);
    for (size_t i = 0; i < ARRAY_SIZE(same); i++)
        assert_true(check_ipt_rules(same[i]) == check_ipt_rules(SAVED));
}

static void ipt_rules__anything_of_ours_gone_moved_or_new__told(void **state)
{
    static const char *const other[] = {
        "",
        "*mangle\n:LESPOORT-INSPECT - [0:0]\nCOMMIT\n",
        /* no jump */
        "*mangle\n-A LESPOORT-INSPECT -i lan0 -g LESPOORT-SPEAKS\n-A LESPOORT-INSPECT -j RETURN\n"
        "-A LESPOORT-SPEAKS -j NFQUEUE\nCOMMIT\n",
        /* one rule of ours less */
        "*mangle\n-A FORWARD -j LESPOORT-INSPECT\n-A LESPOORT-INSPECT -j RETURN\n"
        "-A LESPOORT-SPEAKS -j NFQUEUE\nCOMMIT\n",
        /* another order */
        "*mangle\n-A FORWARD -j LESPOORT-INSPECT\n-A LESPOORT-INSPECT -j RETURN\n"
        "-A LESPOORT-INSPECT -i lan0 -g LESPOORT-SPEAKS\n-A LESPOORT-SPEAKS -j NFQUEUE\nCOMMIT\n",
        /* another table */
        "*filter\n-A FORWARD -j LESPOORT-INSPECT\n"
        "-A LESPOORT-INSPECT -i lan0 -g LESPOORT-SPEAKS\n-A LESPOORT-INSPECT -j RETURN\n"
        "-A LESPOORT-SPEAKS -j NFQUEUE\nCOMMIT\n",
        SAVED SAVED,
        /* the jump of one table in another one's chain of the same name */
        "*raw\n-A OUTPUT -j LESPOORT-OWN\n*filter\n-A OUTPUT -j LESPOORT-OWN\n",
        "*raw\n-A OUTPUT -j LESPOORT-OWN\n-A OUTPUT -j LESPOORT-OWN\n*filter\n",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(other); i++)
        assert_true(check_ipt_rules(other[i]) != check_ipt_rules(SAVED));
    assert_true(check_ipt_rules(other[ARRAY_SIZE(other) - 1]) !=
                check_ipt_rules(other[ARRAY_SIZE(other) - 2]));
    assert_true(check_ipt_rules(other[0]) == 0);
    assert_true(check_ipt_rules(other[1]) == 0);
}

/* What `ipset list -t` says when all is there. skip: a set to leave out; less: one that has an
 * element less; either NULL. */
static char *list_sets(const struct rules_plan *plan, const char *skip, const char *less)
{
    static const struct {
        unsigned label, v4, v6;
    } held[] = {{0, 3, 2}, {1, 1, 1}, {2, 2, 2}, {LABEL_QUIC, 1, 1}};
    char *text = NULL, name[32];
    size_t len;
    FILE *out = open_memstream(&text, &len);

    fprintf(out, "Name: foreign\nNumber of entries: 0\n");
    for (unsigned i = 0; i < 2 * LABEL_COUNT; i++) {
        unsigned label = i / 2, v4 = i % 2, count = 0;

        if (label && !plan_closable(plan, label))
            continue;
        for (size_t k = 0; k < ARRAY_SIZE(held); k++)
            if (held[k].label == label)
                count = v4 ? held[k].v4 : held[k].v6;
        if (label)
            snprintf(name, sizeof(name), "lespoort-b-label%u-v%d", label, v4 ? 4 : 6);
        else
            snprintf(name, sizeof(name), "lespoort-b-zones-v%d", v4 ? 4 : 6);
        if (skip && strcmp(skip, name) == 0)
            continue;
        count -= less && strcmp(less, name) == 0;
        fprintf(out, "Name: %s\nType: hash:net\nReferences: 1\nNumber of entries: %u\n", name,
                count);
    }
    fclose(out);
    return text;
}

static void ipt_sets__missing_or_emptied__told(void **state)
{
    static const struct {
        const char *skip, *less;
        char generation;
        bool whole;
    } cases[] = {
        {NULL, NULL, 'b', true},
        {NULL, NULL, 'a', false},
        {"lespoort-b-label9-v6", NULL, 'b', false},
        {"lespoort-b-zones-v4", NULL, 'b', false},
        {NULL, "lespoort-b-zones-v4", 'b', false},
        {NULL, "lespoort-b-label2-v4", 'b', false},
        {NULL, "lespoort-b-label250-v6", 'b', false},
    };
    struct set256 loaded[EXAMPLE_ZONES] = {0};
    struct rules_plan plan;
    struct example e;

    (void)state;
    example_init(&e);
    plan = example_plan(&e, true);
    for (unsigned i = 0; i < EXAMPLE_ZONES; i++)
        loaded[i] = snapshot_state(&e.snapshot, i, plan.now)->closed;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        char *list = list_sets(&plan, cases[i].skip, cases[i].less);

        assert_int_equal(check_ipt_sets(list, &plan, cases[i].generation, loaded), cases[i].whole);
        free(list);
    }
    assert_false(check_ipt_sets("", &plan, 'a', loaded));
}

/* --- nftables --------------------------------------------------------------------------- */

#define CLOSED_0(elements) "\tset closed_0 {\n\t\ttype mark\n\t\tflags timeout\n" elements "\t}\n\n"
#define TWO                "\t\telements = { 0x00000100 timeout 50m, 0x00000200 timeout 50m"
#define THREE              TWO ",\n\t\t\t     0x0000fa00 timeout 50m }\n"
#define TABLE(closed_0, rules)                                                                     \
    "table inet lespoort {\n\tset lan {\n\t\ttype ifname\n\t\telements = { \"lan0\" "              \
    "}\n\t}\n\n" closed_0                                                                          \
    "\tset closed_1 {\n\t\ttype mark\n\t\telements = { 0x00000200 timeout 10h }\n\t}\n\n"          \
    "\tset closed_3 {\n\t\ttype mark\n\t}\n\n"                                                     \
    "\tchain inspect {\n\t\ttype filter hook forward priority mangle;\n" rules "\t}\n}\n"
#define RULES "\t\tct mark & 0x00000004 == 0x00000004 accept\n\t\tjump client_speaks\n"

static void nft_table__elements_that_run_out__make_no_difference(void **state)
{
    (void)state;
    assert_true(check_nft_table(TABLE(CLOSED_0(THREE), RULES)) != 0);
    assert_true(check_nft_table(TABLE(CLOSED_0(THREE), RULES)) ==
                check_nft_table(TABLE(CLOSED_0(""), RULES)));
}

static void nft_table__a_rule_less_or_more__told(void **state)
{
    const uint64_t all = check_nft_table(TABLE(CLOSED_0(THREE), RULES));

    (void)state;
    assert_true(check_nft_table(TABLE(CLOSED_0(THREE), "\t\tjump client_speaks\n")) != all);
    assert_true(check_nft_table(TABLE(CLOSED_0(THREE), RULES "\t\taccept\n")) != all);
    assert_true(check_nft_table("table inet lespoort {\n}\n") == 0);
    assert_true(check_nft_table("") == 0);
}

static void nft_closed__fewer_elements_or_no_set__told(void **state)
{
    struct rules_plan plan;
    struct example e;

    (void)state;
    example_init(&e);
    plan = example_plan(&e, true);
    assert_true(check_nft_closed(TABLE(CLOSED_0(THREE), RULES), &plan));
    assert_false(check_nft_closed(TABLE(CLOSED_0(TWO " }\n"), RULES), &plan));
    assert_false(check_nft_closed(TABLE(CLOSED_0(""), RULES), &plan));
    assert_false(check_nft_closed(TABLE("", RULES), &plan));
    assert_false(check_nft_closed("", &plan));
}

/* --- flowtables ------------------------------------------------------------------------- */

static void offload__other_flows_than_the_spared__told(void **state)
{
    static const struct {
        const char *rule;
        unsigned shift;
        bool good;
    } cases[] = {
        {"", 0, true},
        {"\t\tmeta l4proto tcp ct mark & 0x0000ff0e == 0x0000ff02 flow add @f\n", 0, true},
        {"\t\tmeta l4proto tcp ct mark & 0x0000ff0e == 0x0000ff02 counter flow add @f\n", 0, true},
        {"\t\tmeta l4proto tcp ct mark & 0xff0e0000 == 0xff020000 flow add @f\n", 16, true},
        {"\t\tmeta l4proto tcp ct mark & 0x0000ff0e == 0x0000ff02 flow add @f\n", 16, false},
        {"\t\tct mark & 0x0000ff0e == 0x0000ff02 flow add @f\n", 0, false},
        {"\t\tmeta l4proto tcp ct mark & 0x0000000e == 0x00000002 flow add @f\n", 0, false},
        {"\t\tip protocol { tcp, udp } flow add @f\n", 0, false},
        {"\t\tip protocol { tcp, udp } flow add @other\n", 0, true},
    };
    char text[512];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        snprintf(text, sizeof(text),
                 "table inet filter {\n\tflowtable f {\n\t}\n\tchain c {\n%s\t}\n}\n",
                 cases[i].rule);
        assert_int_equal(check_offload(text, "f", cases[i].shift), cases[i].good);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ipt_rules__changes_of_others__make_no_difference),
        cmocka_unit_test(ipt_rules__anything_of_ours_gone_moved_or_new__told),
        cmocka_unit_test(ipt_sets__missing_or_emptied__told),
        cmocka_unit_test(nft_table__elements_that_run_out__make_no_difference),
        cmocka_unit_test(nft_table__a_rule_less_or_more__told),
        cmocka_unit_test(nft_closed__fewer_elements_or_no_set__told),
        cmocka_unit_test(offload__other_flows_than_the_spared__told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
