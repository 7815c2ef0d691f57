/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "support/test.h"

#include "config/report.h"

static struct place at(unsigned line)
{
    return (struct place){.file = "a.conf", .line = line, .order = line};
}

static void print(struct report *r, char *text, size_t size)
{
    FILE *out = fmemopen(text, size, "w");

    assert_non_null(out);
    report_print(r, out);
    fclose(out);
}

static void report_print__faults_out_of_order__come_in_file_order(void **state)
{
    struct report r = {0};
    char text[1024] = "";

    (void)state;
    report_add(&r, at(7), "b", "y", "wrong %d", 1);
    report_add(&r, at(3), "a", "x", "wrong");
    report_add(&r, at(7), "b", "y", "wrong %d", 2);
    report_add(&r, at(0), NULL, "z", "no key");
    print(&r, text, sizeof(text));
    assert_string_equal(text, "a.conf: no key, expected z\n"
                              "a.conf:3: key 'a': wrong, expected x\n"
                              "a.conf:7: key 'b': wrong 1, expected y\n"
                              "a.conf:7: key 'b': wrong 2, expected y\n");
    report_done(&r);
}

static void report_add__nothing_added__is_empty(void **state)
{
    struct report r = {0};
    char text[64] = "";

    (void)state;
    assert_false(report_any(&r));
    print(&r, text, sizeof(text));
    assert_string_equal(text, "");
    report_done(&r);
}

static void report_add__control_characters__are_replaced(void **state)
{
    struct report r = {0};
    char text[256] = "";

    (void)state;
    report_add(&r, at(1), "a\nb", "x", "%s", "\x1b[2J\xff");
    print(&r, text, sizeof(text));
    assert_string_equal(text, "a.conf:1: key 'a?b': ?[2J?, expected x\n");
    report_done(&r);
}

static void report_add__more_than_the_limit__are_counted(void **state)
{
    static char text[REPORT_MAX * 64];
    struct report r = {0};
    size_t lines = 0;

    (void)state;
    for (unsigned i = 0; i < REPORT_MAX + 7; i++)
        report_add(&r, at(i + 1), "a", "x", "wrong");
    print(&r, text, sizeof(text));
    for (const char *p = text; *p; p++)
        lines += *p == '\n';
    assert_int_equal(lines, REPORT_MAX + 1);
    assert_non_null(strstr(text, "\n7 more errors are not shown\n"));
    report_done(&r);
}

static void report_add__a_very_long_reason__is_cut(void **state)
{
    static char text[4 * REPORT_TEXT_MAX], reason[3 * REPORT_TEXT_MAX];
    struct report r = {0};

    (void)state;
    memset(reason, 'a', sizeof(reason) - 1);
    report_add(&r, at(1), "a", "x", "%s", reason);
    print(&r, text, sizeof(text));
    assert_true(strlen(text) < REPORT_TEXT_MAX + 64);
    assert_non_null(strstr(text, ", expected x\n"));
    report_done(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(report_print__faults_out_of_order__come_in_file_order),
        cmocka_unit_test(report_add__nothing_added__is_empty),
        cmocka_unit_test(report_add__control_characters__are_replaced),
        cmocka_unit_test(report_add__more_than_the_limit__are_counted),
        cmocka_unit_test(report_add__a_very_long_reason__is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
