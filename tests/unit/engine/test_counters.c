/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "engine/counters.h"

static void counter_value__each__its_own_field(void **state)
{
    struct counters c = {.packets = 1, .dns_bad = 7, .unparsed = 9};
    uint64_t sum = 0;

    (void)state;
    assert_int_equal(counter_count * sizeof(uint64_t), sizeof(c));
    for (size_t i = 0; i < counter_count; i++) {
        assert_int_equal(counter_info[i].offset, i * sizeof(uint64_t));
        assert_true(strlen(counter_info[i].help) > 0);
        sum += counter_value(&c, i);
    }
    assert_int_equal(sum, 17);
    assert_string_equal(counter_info[0].name, "packets");
    assert_int_equal(counter_value(&c, counter_count - 1), 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counter_value__each__its_own_field),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
