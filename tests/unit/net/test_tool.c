/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "net/tool.h"

#include "support/test.h"

static const struct span nothing = {0};

static int run(const char *const *argv, struct span input, int limit_ms, char **ret_output)
{
    return tool_run(&(struct tool){argv, input, limit_ms}, ret_output);
}

static void tool_run__input__comes_to_the_tool(void **state)
{
    static const char *const argv[] = {"cat", NULL};
    static char big[300000];
    char *said;

    (void)state;
    memset(big, 'x', sizeof(big) - 1);
    assert_int_equal(run(argv, (struct span){big, sizeof(big) - 1}, 20000, &said), 0);
    assert_string_equal(said, big);
    free(said);
}

static void tool_run__exit_status__returned(void **state)
{
    static const char *const argv[] = {"false", NULL};

    (void)state;
    assert_int_equal(run(argv, nothing, 20000, NULL), 1);
}

static void tool_run__complaint__captured(void **state)
{
    static const char *const argv[] = {"ls", "/no/such/folder", NULL};
    char *said;

    (void)state;
    assert_int_equal(run(argv, nothing, 20000, &said), 2);
    assert_non_null(strstr(said, "No such file"));
    free(said);
}

static void tool_run__no_such_tool__fails(void **state)
{
    static const char *const argv[] = {"lespoort-no-such-tool", NULL};
    char *said;

    (void)state;
    assert_false(tool_exists(argv[0]));
    assert_true(tool_exists("cat"));
    assert_int_equal(run(argv, nothing, 20000, &said), -1);
    assert_null(said);
}

static void tool_run__too_slow__killed(void **state)
{
    static const char *const argv[] = {"sleep", "600", NULL};

    (void)state;
    assert_int_equal(run(argv, nothing, 50, NULL), -1);
}

static void count(void *arg)
{
    unsigned *calls = arg;

    (*calls)++;
}

static void tool_run__slow_tool__what_must_go_on_is_called(void **state)
{
    static const char *const argv[] = {"sleep", "600", NULL};
    unsigned calls = 0, before;

    (void)state;
    tool_meanwhile(count, &calls);
    assert_int_equal(run(argv, nothing, 5 * TOOL_SLICE_MS, NULL), -1);
    assert_in_range(calls, 1, 5);
    before = calls;
    tool_pause(2 * TOOL_SLICE_MS);
    assert_true(calls > before);
    before = calls;
    tool_meanwhile(NULL, NULL);
    tool_pause(TOOL_SLICE_MS);
    assert_int_equal(calls, before);
}

static void tool_run__words_of_a_shell__are_only_words(void **state)
{
    static const char *const argv[] = {"echo", "$HOME;ls>x`id`", NULL};
    char *said;

    (void)state;
    assert_int_equal(run(argv, nothing, 20000, &said), 0);
    assert_string_equal(said, "$HOME;ls>x`id`\n");
    free(said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tool_run__input__comes_to_the_tool),
        cmocka_unit_test(tool_run__exit_status__returned),
        cmocka_unit_test(tool_run__complaint__captured),
        cmocka_unit_test(tool_run__no_such_tool__fails),
        cmocka_unit_test(tool_run__too_slow__killed),
        cmocka_unit_test(tool_run__slow_tool__what_must_go_on_is_called),
        cmocka_unit_test(tool_run__words_of_a_shell__are_only_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
