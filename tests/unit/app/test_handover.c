/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "app/handover.h"

static const struct handover sample = {
    .world = {5, 6},
    .count = 2,
    .queues = {{.number = 40, .ct = false, .fd = 7}, {.number = 41, .ct = true, .fd = 12}},
};

static void handover__written__read_again(void **state)
{
    char text[HANDOVER_TEXT];
    struct handover h;

    (void)state;
    assert_true(handover_write(&sample, text, sizeof(text)));
    assert_string_equal(text, "5 6 40:0:7 41:1:12");
    assert_true(handover_read(text, &h));
    assert_memory_equal(&h, &sample, sizeof(h));
}

static void handover__no_room__refused(void **state)
{
    char text[10];

    (void)state;
    assert_false(handover_write(&sample, text, sizeof(text)));
}

static void handover__nonsense__refused(void **state)
{
    static const char *const bad[] = {
        "",           "5",          "5 x",           "5 6 40",     "5 6 40:0",
        "5 6 40:2:7", "5 6 -1:0:7", "5 6 65536:0:7", "5 6 40:0:x", "99999999999 6"};
    struct handover h;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        assert_false(handover_read(bad[i], &h));
}

static void handover__too_many_queues__refused(void **state)
{
    char text[HANDOVER_TEXT] = "5 6";
    struct handover h;

    (void)state;
    for (unsigned i = 0; i <= GATE_MAX; i++) {
        assert_true(i == 0 || handover_read(text, &h));
        strcat(text, " 40:0:7"); /* NOLINT: room for more */
    }
    assert_false(handover_read(text, &h));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(handover__written__read_again),
        cmocka_unit_test(handover__no_room__refused),
        cmocka_unit_test(handover__nonsense__refused),
        cmocka_unit_test(handover__too_many_queues__refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
