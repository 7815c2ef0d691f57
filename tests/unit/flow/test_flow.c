/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "flow/flow.h"

#define LIMIT        20
#define CLIENT_LIMIT 4

static struct flow_table *table;

static int make_table(void **state)
{
    (void)state;
    table = flow_table_new(LIMIT, CLIENT_LIMIT, (struct hash_key){1, 2});
    return table ? 0 : -1;
}

static int free_table(void **state)
{
    (void)state;
    flow_table_free(table);
    return 0;
}

static struct flow_key key(uint8_t client, uint16_t port)
{
    const uint8_t from[4] = {10, 0, 0, client}, to[4] = {192, 0, 2, 1};

    return (struct flow_key){{addr_from4(from), port}, {addr_from4(to), 443}};
}

static struct flow *add(uint8_t client, uint16_t port, int64_t mono)
{
    struct flow_key k = key(client, port);

    return flow_add(table, &k, mono);
}

static struct flow *find(uint8_t client, uint16_t port, int64_t mono)
{
    struct flow_key k = key(client, port);

    return flow_find(table, &k, mono);
}

static void flow_find__by_key__only_that_one(void **state)
{
    struct flow *one = add(1, 1000, 5), *two = add(1, 1001, 5), *three = add(2, 1000, 5);

    (void)state;
    assert_ptr_equal(find(1, 1000, 6), one);
    assert_ptr_equal(find(1, 1001, 6), two);
    assert_ptr_equal(find(2, 1000, 6), three);
    assert_null(find(2, 1001, 6));
    assert_int_equal(flow_count(table), 3);
    assert_ptr_not_equal(one->stream, two->stream);
}

static void flow_add__reused_place__starts_clean(void **state)
{
    struct flow *flow = add(1, 1000, 5);

    (void)state;
    flow->named = flow->trimmed = true;
    flow->label = 7;
    flow_retire(table, flow, 6);
    flow_remove(table, flow);
    assert_null(find(1, 1000, 7));
    flow = add(1, 1000, 7);
    assert_false(flow->named || flow->trimmed || flow->retired);
    assert_int_equal(flow->label, 0);
    assert_int_equal(flow->started, 7);
    assert_non_null(flow->stream);
}

static void flow_add__client_at_limit__its_own_oldest_goes(void **state)
{
    (void)state;
    add(9, 1, 0); /* a neighbour's, older than all */
    for (uint16_t port = 1; port <= CLIENT_LIMIT; port++)
        add(1, port, port);
    assert_int_equal(flow_table_counters(table)->evicted_client, 0);
    assert_non_null(find(1, 1, 10)); /* used: no longer the oldest */
    add(1, CLIENT_LIMIT + 1, 11);
    assert_int_equal(flow_table_counters(table)->evicted_client, 1);
    assert_int_equal(flow_table_counters(table)->evicted, 0);
    assert_null(find(1, 2, 12));
    assert_non_null(find(1, 1, 12));
    assert_non_null(find(1, CLIENT_LIMIT + 1, 12));
    assert_non_null(find(9, 1, 12));
    assert_int_equal(flow_count(table), CLIENT_LIMIT + 1);
}

static void fill(void)
{
    for (uint16_t i = 0; i < LIMIT; i++)
        add((uint8_t)(i / CLIENT_LIMIT), (uint16_t)(i % CLIENT_LIMIT), i);
}

static void flow_add__table_full__the_oldest_of_all_goes(void **state)
{
    (void)state;
    fill();
    assert_int_equal(flow_count(table), LIMIT);
    assert_int_equal(flow_table_counters(table)->evicted, 0);
    add(100, 1, 50);
    assert_int_equal(flow_count(table), LIMIT);
    assert_int_equal(flow_table_counters(table)->evicted, 1);
    assert_null(find(0, 0, 51));
    assert_non_null(find(0, 1, 51));
}

static void flow_add__table_full__retired_ones_go_first(void **state)
{
    (void)state;
    fill();
    flow_retire(table, find(3, 2, 50), 50);
    add(100, 1, 51);
    assert_null(find(3, 2, 52));
    assert_non_null(find(0, 0, 52));
}

static void flow_add__client_at_limit__its_retired_one_goes_first(void **state)
{
    (void)state;
    for (uint16_t port = 1; port <= CLIENT_LIMIT; port++)
        add(1, port, port);
    flow_retire(table, find(1, 3, 9), 9);
    add(1, 9, 10);
    assert_null(find(1, 3, 11));
    assert_non_null(find(1, 1, 11));
}

static void flow_expire__idle__dropped_at_the_moment(void **state)
{
    (void)state;
    add(1, 1, 0);
    add(1, 2, 5);
    flow_expire(table, FLOW_IDLE_MS - 1);
    assert_int_equal(flow_count(table), 2);
    flow_expire(table, FLOW_IDLE_MS);
    assert_int_equal(flow_count(table), 1);
    assert_int_equal(flow_table_counters(table)->expired, 1);
    assert_null(find(1, 1, FLOW_IDLE_MS));
    assert_non_null(find(1, 2, FLOW_IDLE_MS)); /* used: it starts again */
    flow_expire(table, FLOW_IDLE_MS + 5);
    assert_int_equal(flow_count(table), 1);
}

static void flow_expire__retired__found_for_a_moment(void **state)
{
    (void)state;
    flow_retire(table, add(1, 1, 100), 100);
    assert_non_null(find(1, 1, 150)); /* does not make it younger */
    flow_expire(table, 100 + FLOW_RETIRED_MS - 1);
    assert_non_null(find(1, 1, 100 + FLOW_RETIRED_MS - 1));
    flow_expire(table, 100 + FLOW_RETIRED_MS);
    assert_null(find(1, 1, 100 + FLOW_RETIRED_MS));
}

static void flow_expire__many__bounded_work_per_call(void **state)
{
    size_t before;

    (void)state;
    fill();
    before = flow_count(table);
    flow_expire(table, 10 * FLOW_IDLE_MS);
    assert_true(flow_count(table) > 0 && flow_count(table) < before);
    flow_expire(table, 10 * FLOW_IDLE_MS);
    assert_int_equal(flow_count(table), 0);
}

/* Against a plain model: which keys are there after any sequence of calls. */
static void flow_table__random_calls__counts_agree(void **state)
{
    uint64_t seed = 20261120;
    size_t most = 0;

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int64_t i = 0; i < 20000; i++) {
        uint8_t client;
        uint16_t port;
        struct flow *flow;

        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        client = (uint8_t)(seed >> 40 & 7);
        port = (uint16_t)(seed >> 50 & 7);
        flow = find(client, port, i);
        if (!flow)
            add(client, port, i);
        else if (seed >> 60 & 1)
            flow_remove(table, flow);
        else if (!flow->retired)
            flow_retire(table, flow, i);
        flow_expire(table, i);
        if (flow_count(table) > most)
            most = flow_count(table);
    }
    assert_int_equal(most, LIMIT);
    for (uint8_t client = 0; client < 8; client++) {
        unsigned of_client = 0;

        for (uint16_t port = 0; port < 8; port++)
            of_client += find(client, port, 20000) != NULL;
        assert_true(of_client <= CLIENT_LIMIT);
    }
    flow_expire(table, 20000 + 2 * FLOW_IDLE_MS);
    flow_expire(table, 20000 + 2 * FLOW_IDLE_MS);
    assert_int_equal(flow_count(table), 0);
}

#define WITH_TABLE(test) cmocka_unit_test_setup_teardown(test, make_table, free_table)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_TABLE(flow_find__by_key__only_that_one),
        WITH_TABLE(flow_add__reused_place__starts_clean),
        WITH_TABLE(flow_add__client_at_limit__its_own_oldest_goes),
        WITH_TABLE(flow_add__table_full__the_oldest_of_all_goes),
        WITH_TABLE(flow_add__table_full__retired_ones_go_first),
        WITH_TABLE(flow_add__client_at_limit__its_retired_one_goes_first),
        WITH_TABLE(flow_expire__idle__dropped_at_the_moment),
        WITH_TABLE(flow_expire__retired__found_for_a_moment),
        WITH_TABLE(flow_expire__many__bounded_work_per_call),
        WITH_TABLE(flow_table__random_calls__counts_agree),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
