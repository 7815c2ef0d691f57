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
    e.settings.ttl = 64;
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

/* The lines with that word in the chain of that name, one by one. */
static char *next_line(char **rest, const char *word)
{
    char *line;

    while ((line = strsep(rest, "\n")) && !strstr(line, word))
        ;
    return line;
}

static char *chain(const char *text, const char *name)
{
    char head[64];
    const char *start, *end;

    snprintf(head, sizeof(head), "\n  chain %s {\n", name);
    start = strstr(text, head);
    assert_non_null(start);
    end = strstr(start, "\n  }\n");
    assert_non_null(end);
    return strndup(start, (size_t)(end - start));
}

/* Both directions of a client come to one gate: the same hash of the same address. */
static void table__four_gates__each_queue_by_the_client(void **state)
{
    static const struct {
        const char *chain, *key4, *key6;
    } cases[] = {
        {"from_client", "jhash ip saddr mod", "jhash ip6 saddr mod"},
        {"ask", "jhash ip saddr mod", "jhash ip6 saddr mod"},
        {"to_client", "jhash ip daddr mod", "jhash ip6 daddr mod"},
        {"answer_client", "jhash ip daddr mod", "jhash ip6 daddr mod"},
    };
    struct example e;
    struct rules_plan plan;
    unsigned queues = 0;
    char *text;

    (void)state;
    example_init(&e);
    e.settings.gates = 4;
    e.settings.fail_open = 0;
    plan = example_plan(&e, true);
    text = example_text(&rules_nftables, &plan);
    for (const char *at = text; (at = strstr(at, " queue ")) != NULL; at++)
        queues++;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        char *lines = chain(text, cases[i].chain), *rest = lines, *line;

        while ((line = next_line(&rest, " queue "))) {
            assert_non_null(strstr(line, strstr(line, "ip6 ") || strstr(line, "ipv6")
                                             ? cases[i].key6
                                             : cases[i].key4));
            assert_non_null(strstr(line, " mod 4 seed 0x1e590047 offset 10"));
            queues--;
        }
        free(lines);
    }
    assert_int_equal(queues, 0);
    free(text);
}

/* What is not tidied up has no rule, and no chain that is empty for it. */
static void table__nothing_tidied_up__no_rule_for_it(void **state)
{
    static const char *const words[] = {"drop", "fastopen", "invalid",
                                        "ttl",  "hoplimit", "client_begins"};
    struct example e;
    struct rules_plan plan;
    char *text;

    (void)state;
    example_init(&e);
    e.settings.normalise = 0;
    plan = example_plan(&e, true);
    text = example_text(&rules_nftables, &plan);
    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        assert_null(strstr(text, words[i]));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table__kernel_writes_marks__golden),
        cmocka_unit_test(table__packet_marks_four_gates_closed_when_failing__golden),
        cmocka_unit_test(table__no_interface_no_prefix__no_empty_list),
        cmocka_unit_test(table__four_gates__each_queue_by_the_client),
        cmocka_unit_test(table__nothing_tidied_up__no_rule_for_it),
        cmocka_unit_test(update__some_zones__only_those),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
