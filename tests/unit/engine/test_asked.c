/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "engine/asked.h"
#include "pupil.h"

#define NOW 1000000

static int setup(void **state)
{
    *state = asked_new((struct hash_key){1, 2});
    return *state ? 0 : -1;
}

static int teardown(void **state)
{
    asked_free(*state);
    return 0;
}

static struct dns_question question(uint16_t id, uint16_t qtype)
{
    static const uint8_t section[] = "\3wWw\7YouTube\3com\0\0\1\0";

    return (struct dns_question){.id = id,
                                 .flags = 0x0100,
                                 .qtype = qtype,
                                 .section = {section, sizeof(section)},
                                 .edns = true,
                                 .dnssec_ok = id & 1};
}

static void ask(struct asked_table *t, const struct endpoint *client, uint16_t id, int64_t mono)
{
    struct dns_question q = question(id, 1);

    asked_add(t, client, &q, "restrict.youtube.com", mono);
}

static void find__what_was_asked__every_field(void **state)
{
    struct endpoint me = at("10.3.6.20", 50000);
    struct dns_question q = question(7, 28), again;
    const struct asked *a;

    asked_add(*state, &me, &q, "restrict.youtube.com", NOW);
    a = asked_find(*state, &me, 7, 28, NOW);
    assert_non_null(a);
    assert_string_equal(a->host, "restrict.youtube.com");
    again = asked_question(a);
    assert_int_equal(again.id, q.id);
    assert_int_equal(again.flags, q.flags);
    assert_int_equal(again.qtype, q.qtype);
    assert_int_equal(again.section.len, q.section.len);
    assert_memory_equal(again.section.ptr, q.section.ptr, q.section.len);
    assert_true(again.edns && again.dnssec_ok);
}

static void find__another_client_port_id_or_type__nothing(void **state)
{
    struct endpoint me = at("10.3.6.20", 50000), port = at("10.3.6.20", 50001),
                    other = at("10.3.6.21", 50000);

    ask(*state, &me, 7, NOW);
    assert_non_null(asked_find(*state, &me, 7, 1, NOW));
    assert_null(asked_find(*state, &port, 7, 1, NOW));
    assert_null(asked_find(*state, &other, 7, 1, NOW));
    assert_null(asked_find(*state, &me, 8, 1, NOW));
    assert_null(asked_find(*state, &me, 7, 28, NOW));
}

static void find__ten_seconds_later__nothing(void **state)
{
    struct endpoint me = at("10.3.6.20", 50000);

    ask(*state, &me, 7, NOW);
    assert_non_null(asked_find(*state, &me, 7, 1, NOW + ASKED_MS - 1));
    assert_null(asked_find(*state, &me, 7, 1, NOW + ASKED_MS));
    ask(*state, &me, 7, NOW + ASKED_MS);
    assert_non_null(asked_find(*state, &me, 7, 1, NOW + ASKED_MS));
    assert_int_equal(asked_evicted(*state), 0);
}

static void add__again__takes_no_room(void **state)
{
    struct endpoint me = at("10.3.6.20", 50000);

    for (unsigned i = 0; i < 3 * ASKED_CLIENT_LIMIT; i++)
        ask(*state, &me, 7, NOW + i);
    assert_int_equal(asked_evicted(*state), 0);
    assert_non_null(asked_find(*state, &me, 7, 1, NOW + ASKED_MS + 3 * ASKED_CLIENT_LIMIT - 2));
}

static void add__one_client_asks_too_much__loses_its_own_oldest(void **state)
{
    struct endpoint me = at("10.3.6.20", 50000);
    unsigned kept = 0;

    /* A whole class asks at the same time. */
    for (unsigned i = 0; i < 30; i++) {
        struct endpoint mate = at("10.3.6.30", (uint16_t)(50000 + i));

        mate.addr.b[15] = (uint8_t)(30 + i);
        ask(*state, &mate, 1, NOW);
    }
    for (unsigned i = 0; i < 1000; i++)
        ask(*state, &me, (uint16_t)(100 + i), NOW + 1 + i);
    assert_in_range(asked_evicted(*state), 1000 - ASKED_CLIENT_LIMIT, 1000);
    assert_null(asked_find(*state, &me, 100 + 1000 - ASKED_CLIENT_LIMIT - 1, 1, NOW + 1001));
    for (unsigned i = 1000 - ASKED_CLIENT_LIMIT; i < 1000; i++)
        assert_non_null(asked_find(*state, &me, (uint16_t)(100 + i), 1, NOW + 1001));
    for (unsigned i = 0; i < 30; i++) {
        struct endpoint mate = at("10.3.6.30", (uint16_t)(50000 + i));

        mate.addr.b[15] = (uint8_t)(30 + i);
        kept += asked_find(*state, &mate, 1, 1, NOW + 1001) != NULL;
    }
    assert_in_range(kept, 26, 30);
}

static void add__a_section_that_no_question_has__is_not_kept(void **state)
{
    static const uint8_t section[ASKED_SECTION_MAX + 1];
    struct endpoint me = at("10.3.6.20", 50000);
    struct dns_question q = {.id = 7, .qtype = 1, .section = {section, sizeof(section)}};

    asked_add(*state, &me, &q, "host", NOW);
    assert_null(asked_find(*state, &me, 7, 1, NOW));
    q.section.len--;
    asked_add(*state, &me, &q, "host", NOW);
    assert_non_null(asked_find(*state, &me, 7, 1, NOW));
}

#define WITH_TABLE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_TABLE(find__what_was_asked__every_field),
        WITH_TABLE(find__another_client_port_id_or_type__nothing),
        WITH_TABLE(find__ten_seconds_later__nothing),
        WITH_TABLE(add__again__takes_no_room),
        WITH_TABLE(add__one_client_asks_too_much__loses_its_own_oldest),
        WITH_TABLE(add__a_section_that_no_question_has__is_not_kept),
    };

    return cmocka_run_group_tests_name("engine/asked", tests, NULL, NULL);
}
