/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "base/log.h"

static char last[2048];
static int lines;

static void keep(enum log_level level, const char *line)
{
    snprintf(last, sizeof(last), "%d %s", level, line);
    lines++;
}

static void log__level__filters(void **state)
{
    (void)state;
    log_init("test", LOG_LEVEL_NOTICE, keep);
    log_debug("not %s", "seen");
    assert_int_equal(lines, 0);
    log_notice("seen %d", 1);
    assert_string_equal(last, "2 seen 1");
    log_error("%s", "bad");
    assert_string_equal(last, "0 bad");
}

static void log__endless_line__cut(void **state)
{
    char big[5000];

    (void)state;
    memset(big, 'a', sizeof(big) - 1);
    big[sizeof(big) - 1] = '\0';
    log_warning("%s", big);
    assert_true(strlen(last) < 1100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log__level__filters),
        cmocka_unit_test(log__endless_line__cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
