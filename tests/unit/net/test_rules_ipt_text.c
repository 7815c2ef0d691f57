/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "net/rules_ipt_text.h"

#include <stdlib.h>

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
    e.settings.ttl = 64;
    strcpy(e.settings.lan[1], "lan0.20");
    e.settings.lan_count = 2;
    plan = example_plan(&e, true);
    example_golden(&rules_iptables, &plan, "ipt_ct");
}

/* The next number of the text, behind which *text stands then. */
static unsigned long next_number(const char **text)
{
    const size_t blank = strspn(*text, " "), digits = strspn(*text + blank, "0123456789");
    const unsigned long number = strtoul(*text, NULL, 10);

    if (digits == 0)
        fail_msg("no number: %s", *text);
    *text += blank + digits;
    return number;
}

/* Classic BPF as the rules have it: the few operations of a hash, on the packet's words. */
static bool bpf_matches(const char *program, const uint8_t *packet)
{
    uint32_t a = 0, x = 0;
    unsigned long skip = 0;

    for (program = strchr(program, ',') + 1;; program = strchr(program, ',') + 1) {
        const unsigned long code = next_number(&program), jt = next_number(&program);
        const unsigned long jf = next_number(&program), k = next_number(&program);

        if (skip > 0) {
            skip--;
            continue;
        }
        switch (code) {
        case 32:
            a = (uint32_t)packet[k] << 24 | (uint32_t)packet[k + 1] << 16 |
                (uint32_t)packet[k + 2] << 8 | packet[k + 3];
            break;
        case 7:
            x = a;
            break;
        case 172:
            a ^= x;
            break;
        case 36:
            a *= (uint32_t)k;
            break;
        case 116:
            a >>= k;
            break;
        case 148:
            a %= (uint32_t)k;
            break;
        case 21:
            skip = a == k ? jt : jf;
            break;
        case 6:
            return k != 0;
        default:
            fail_msg("unknown operation %lu", code);
        }
    }
}

/* The queue that a chain of these rules sends the packet to. */
static unsigned queue_of(const char *rules, const char *chain, const uint8_t *packet)
{
    char head[64];

    snprintf(head, sizeof(head), "\n-A %s ", chain);
    for (const char *at = rules; (at = strstr(at, head)) != NULL;) {
        const char *end = strchr(++at, '\n'), *program = strstr(at, "--bytecode \"");
        const char *number = strstr(at, "--queue-num ");

        if (!number || number > end)
            continue;
        if (program && program < end && !bpf_matches(program, packet))
            continue;
        number += strlen("--queue-num ");
        return (unsigned)next_number(&number);
    }
    fail_msg("%s sends it nowhere", chain);
    return 0;
}

/* A packet of that client to a server, or back. */
static void make_packet(uint8_t packet[40], const struct addr *client, bool to_client)
{
    bool v4 = addr_is4(client);
    size_t len = v4 ? 4 : 16, at = (v4 ? 12 : 8) + (to_client ? len : 0);

    memset(packet, 0x5a, 40);
    memcpy(packet + at, client->b + (v4 ? 12 : 0), len);
}

#define MANY 64

static void check_client(const char *rules, const char *text, unsigned counts[4])
{
    static const char *const chains[][2] = {{"LESPOORT-QUEUE", "LESPOORT-QUEUE-TO"},
                                            {"LESPOORT-ASK", "LESPOORT-ASK-TO"}};
    uint8_t packet[40];
    struct addr client;
    unsigned queue = 0;

    assert_true(addr_parse(text, &client));
    for (size_t i = 0; i < ARRAY_SIZE(chains); i++)
        for (unsigned to = 0; to < 2; to++) {
            make_packet(packet, &client, to);
            unsigned found = queue_of(rules, chains[i][to], packet);

            assert_true(queue == 0 || queue == found);
            queue = found;
        }
    assert_in_range(queue, 10, 13);
    counts[queue - 10]++;
}

static void rules__four_gates__each_queue_by_the_client(void **state)
{
    struct example e;
    struct rules_plan plan;
    unsigned counts[2][4] = {{0}};
    char *text, *rules6, client[64];

    (void)state;
    example_init(&e);
    e.settings.gates = 4;
    plan = example_plan(&e, true);
    text = example_text(&rules_iptables, &plan);
    rules6 = strstr(text, "# ip6tables-restore");
    assert_non_null(rules6);
    for (unsigned n = 1; n <= MANY; n++) {
        snprintf(client, sizeof(client), "10.1.0.%u", n);
        check_client(text, client, counts[0]);
        snprintf(client, sizeof(client), "2001:db8:1::%x", n);
        check_client(rules6, client, counts[1]);
    }
    for (unsigned n = 0; n < 4; n++) {
        assert_in_range(counts[0][n], MANY / 8, MANY / 2);
        assert_in_range(counts[1][n], MANY / 8, MANY / 2);
    }
    free(text);
}

static void rules__nothing_tidied_up__no_rule_for_it(void **state)
{
    static const char *const words[] = {"-j DROP", "TCPOPTSTRIP", "INVALID", "TTL", "HL "};
    struct example e;
    struct rules_plan plan;
    char *text;

    (void)state;
    example_init(&e);
    e.settings.normalise = 0;
    plan = example_plan(&e, true);
    text = example_text(&rules_iptables, &plan);
    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        assert_null(strstr(text, words[i]));
    free(text);
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
    assert_memory_equal(text, "*mangle\n:LESPOORT-QUESTION - [0:0]\n", 35);
    assert_non_null(strstr(text, "\n:LESPOORT-ANSWER - [0:0]\n"
                                 "-D FORWARD -j LESPOORT-INSPECT\n-X LESPOORT-QUESTION\n"));
    assert_non_null(strstr(text, "\n-X LESPOORT-ANSWER\nCOMMIT\n"
                                 "*raw\n:LESPOORT-OWN - [0:0]\n-X LESPOORT-OWN\nCOMMIT\n"));
    assert_null(strstr(text, "*filter"));
    for (const char *const *name = ipt_tables[2].chains; *name; name++) {
        char line[64];

        snprintf(line, sizeof(line), "\n-X %s\n", *name);
        assert_non_null(strstr(text, line));
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all__packet_marks__golden),
        cmocka_unit_test(all__kernel_writes_marks_four_gates_closed_when_failing__golden),
        cmocka_unit_test(rules__four_gates__each_queue_by_the_client),
        cmocka_unit_test(rules__nothing_tidied_up__no_rule_for_it),
        cmocka_unit_test(update__loaded_and_closed__difference_and_renewal),
        cmocka_unit_test(rules__jumps_there_already__moved_not_doubled),
        cmocka_unit_test(removal__tables_and_jumps_there__only_those),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
