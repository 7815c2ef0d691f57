/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "net/backlog.h"

/* As the kernel prints it: "%5u %6u %5u %1u %5u %5u %5u %8u %2d". */
static const char text[] = "   40   1234     7 2 65531     0     0       19  1\n"
                           "   41 4294967295     0 2 65531     3     4 4294967290  1\n";

static void backlog__queues_in_the_file__found(void **state)
{
    struct backlog b;

    (void)state;
    assert_true(backlog_find(text, 40, &b));
    assert_int_equal(b.waiting, 7);
    assert_int_equal(b.last, 19);
    assert_true(backlog_find(text, 41, &b));
    assert_int_equal(b.waiting, 0);
    assert_true(b.last == 4294967290u);
}

static void backlog__not_there_or_no_numbers__not_found(void **state)
{
    static const char *const cases[] = {"",
                                        "\n\n",
                                        "   40   1234\n",
                                        "   40   1234     7 2 65531     0     0\n",
                                        "queue 40\n",
                                        "   40   1234 -1 2 65531 0 0 19 1\n",
                                        "   40   1234 99999999999999 2 65531 0 0 19 1\n"};
    struct backlog b;

    (void)state;
    assert_false(backlog_find(text, 42, &b));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_false(backlog_find(cases[i], 40, &b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(backlog__queues_in_the_file__found),
        cmocka_unit_test(backlog__not_there_or_no_numbers__not_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
