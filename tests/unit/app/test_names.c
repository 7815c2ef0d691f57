/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "app/names.h"
#include "base/log.h"
#include "support/folder.h"
#include "support/plan.h"

static char logged[4096];
static bool old; /* of the last names_start() */

static void record(enum log_level level, const char *line)
{
    size_t len = strlen(logged);

    snprintf(logged + len, sizeof(logged) - len, "%d %s\n", level, line);
}

static int set_up(void **state)
{
    logged[0] = '\0';
    log_init("test", LOG_LEVEL_NOTICE, record);
    return folder_set_up(state);
}

static void start__all_is_well__says_nothing(void **state)
{
    const struct plan plan = plan_make(*state, false);
    struct sealed *s = names_start(&plan, &old);

    assert_non_null(s);
    assert_false(old);
    assert_string_equal(logged, "");
    sealed_free(s);
}

static void start__compiling_fails__goes_on_with_the_last_good(void **state)
{
    struct plan plan = plan_make(*state, false);
    struct sealed *first = names_start(&plan, &old), *second;

    folder_write(*state, "names", "nonsense\n");
    second = names_start(&plan, &old);
    assert_non_null(first);
    assert_non_null(second);
    assert_true(old);
    assert_true(first->catalogue.id == second->catalogue.id);
    assert_non_null(strstr(logged, "0 the names could not be compiled: "));
    assert_non_null(strstr(logged, "names:1:"));
    assert_non_null(strstr(logged, "0 lespoortd works by the names that were compiled last"));
    sealed_free(first);
    sealed_free(second);
}

static void start__last_good_of_other_services__is_not_taken(void **state)
{
    struct plan plan = plan_make(*state, false);

    sealed_free(names_start(&plan, &old));
    folder_write(*state, "names", "nonsense\n");
    plan = plan_make(*state, true);
    assert_null(names_start(&plan, &old));
    assert_non_null(strstr(logged, "cannot be used either: the services in the config are others"));
}

static void start__nothing_compiled_ever__fails(void **state)
{
    const struct plan plan = plan_make(*state, false);

    folder_write(*state, "names", "nonsense\n");
    assert_null(names_start(&plan, &old));
    assert_false(old);
    assert_non_null(strstr(logged, "cannot be used either: there is none that can be read"));
}

static void log__lists__faults_are_counted_and_the_first_ones_shown(void **state)
{
    static struct compile_report report;
    const struct plan_list list = {.service = 1, .path = "/nowhere"};
    struct plan plan = plan_make(NULL, false);
    struct compile_list *l = &report.lists[1];

    (void)state;
    plan.lists = &list;
    plan.list_count = 1;
    l->result = SHELF_REFUSED;
    snprintf(l->why, sizeof(l->why), "has 10 names instead of 9000");
    l->faults = 5;
    for (unsigned i = 0; i < 5; i++) {
        l->fault[i].line = 10 + i;
        snprintf(l->fault[i].text, sizeof(l->fault[i].text), "is fault %u", i);
    }
    names_log(&plan, &report);
    assert_string_equal(logged,
                        "1 list \"instagram\" was not taken: it has 10 names instead of 9000; "
                        "its names stay what they were\n"
                        "1 list \"instagram\" line 10: is fault 0\n"
                        "1 list \"instagram\" line 11: is fault 1\n"
                        "1 list \"instagram\" line 12: is fault 2\n"
                        "1 list \"instagram\" has 2 more lines that cannot be used\n");
}

static void log__the_rest__is_one_line_each(void **state)
{
    static struct compile_report report;
    const struct plan plan = plan_make(NULL, false);

    (void)state;
    report.local_unknown = 2;
    snprintf(report.local_first, sizeof(report.local_first), "add 'a.nl' hyves");
    snprintf(report.not_stored, sizeof(report.not_stored), "No space left on device");
    names_log(&plan, &report);
    assert_non_null(strstr(logged, "1 2 local names are not used, the first is add 'a.nl' hyves"));
    assert_non_null(strstr(logged, "at the next start: No space left on device\n"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, folder_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(start__all_is_well__says_nothing),
        TEST(start__compiling_fails__goes_on_with_the_last_good),
        TEST(start__last_good_of_other_services__is_not_taken),
        TEST(start__nothing_compiled_ever__fails),
        TEST(log__lists__faults_are_counted_and_the_first_ones_shown),
        TEST(log__the_rest__is_one_line_each),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
