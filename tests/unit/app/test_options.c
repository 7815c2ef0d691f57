/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include <getopt.h>

#include "app/options.h"

static const char *file;
static bool loud;
static const struct app_option table[] = {
    {"config", "FILE", "the config", &file, NULL},
    {"verbose", NULL, "log more", NULL, &loud},
};
static const struct app_usage usage = {"test", "A test.", table, 2};

static bool parse(int *ret_code, int argc, char **argv)
{
    optind = 0; /* getopt's state is global */
    return options_parse(&usage, argc, argv, ret_code);
}

static void options__known__taken(void **state)
{
    char *argv[] = {(char[]){"test"}, (char[]){"--verbose"}, (char[]){"--config=x.conf"}, NULL};
    int code;

    (void)state;
    assert_true(parse(&code, 3, argv));
    assert_string_equal(file, "x.conf");
    assert_true(loud);
}

static void options__wrong__usage_code(void **state)
{
    char *unknown[] = {(char[]){"test"}, (char[]){"--confg"}, NULL};
    char *missing[] = {(char[]){"test"}, (char[]){"--config"}, NULL};
    char *extra[] = {(char[]){"test"}, (char[]){"start"}, NULL};
    int code = 0;

    (void)state;
    assert_false(parse(&code, 2, unknown));
    assert_int_equal(code, EXIT_USAGE);
    code = 0;
    assert_false(parse(&code, 2, missing));
    assert_int_equal(code, EXIT_USAGE);
    code = 0;
    assert_false(parse(&code, 2, extra));
    assert_int_equal(code, EXIT_USAGE);
}

static void options__help_and_version__fine_and_no_further(void **state)
{
    char *help[] = {(char[]){"test"}, (char[]){"--help"}, NULL};
    char *version[] = {(char[]){"test"}, (char[]){"--version"}, NULL};
    int code = -1;

    (void)state;
    assert_false(parse(&code, 2, help));
    assert_int_equal(code, EXIT_FINE);
    code = -1;
    assert_false(parse(&code, 2, version));
    assert_int_equal(code, EXIT_FINE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options__known__taken),
        cmocka_unit_test(options__wrong__usage_code),
        cmocka_unit_test(options__help_and_version__fine_and_no_further),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
