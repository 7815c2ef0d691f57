/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "support/test.h"

#include "config/scan.h"

static struct span text_span(const char *text)
{
    return (struct span){text, strlen(text)};
}

static const struct {
    const char *text;
    int kind; /* -1: nothing noteworthy */
    unsigned line;
    const char *found;
} cases[] = {
    {"", -1, 0, NULL},
    {"a = 1;\nb = [ \"x\" ];\n", -1, 0, NULL},
    {"@include \"b.conf\"\n", SCAN_INCLUDE, 1, "b.conf"},
    {"a = 1;\n \t@include \t\"b c.conf\" c = 2;", SCAN_INCLUDE, 2, "b c.conf"},
    {"a = 1; @include \"b.conf\"\n", -1, 0, NULL}, /* libconfig: a syntax error */
    {"/* */ @include \"b.conf\"\n", -1, 0, NULL},
    {"@includes \"b.conf\"\n", -1, 0, NULL},
    {"@include\"b.conf\"\n", -1, 0, NULL},
    {"@include \"b.conf\n\"", -1, 0, NULL},
    {"@include \"b.conf\n", SCAN_OPEN_TEXT, 1, NULL},
    {"@include", -1, 0, NULL},
    {"@include ", -1, 0, NULL},
    {"# @include \"b.conf\"\n", -1, 0, NULL},
    {"#\n@include \"b.conf\"\n", SCAN_INCLUDE, 2, "b.conf"},
    {"// \"\n", -1, 0, NULL},
    {"/* \"\n# // \n@include \"b.conf\"\n*/", -1, 0, NULL},
    {"a = \"x\n@include b\n\\\"/*\";", -1, 0, NULL},
    {"\n/* a\n", SCAN_OPEN_COMMENT, 2, NULL},
    {"/*/", SCAN_OPEN_COMMENT, 1, NULL},
    {"/**/", -1, 0, NULL},
    {"a = \"b", SCAN_OPEN_TEXT, 1, NULL},
    {"a = \"b\\\"", SCAN_OPEN_TEXT, 1, NULL},
    {"a = \"b\\", SCAN_OPEN_TEXT, 1, NULL},
    {"a = \"b\\\\\";", -1, 0, NULL},
    {"a = 999999999;", -1, 0, NULL},
    {"a = 1000000000;", SCAN_LONG_NUMBER, 1, "1000000000"},
    {"\n\na = -999999999;", SCAN_LONG_NUMBER, 3, "-999999999"},
    {"a = 0x123456789;", SCAN_LONG_NUMBER, 1, "0x123456789"},
    {"a = 0x1234567;", -1, 0, NULL},
    {"a = 4294967336L;", SCAN_LONG_NUMBER, 1, "4294967336L"},
    {"name_1234567890123 = 1;", -1, 0, NULL},
    {"a = \"12345678901234\";", -1, 0, NULL},
    {"/", -1, 0, NULL},
};

static void scan_next__each_text__gives_the_first_noteworthy_thing(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct scan scan = scan_init(text_span(cases[i].text));
        struct scan_item item;
        bool found = scan_next(&scan, &item);

        if (found != (cases[i].kind >= 0))
            fail_msg("%s", cases[i].text);
        if (!found)
            continue;
        assert_int_equal(item.kind, cases[i].kind);
        assert_int_equal(item.line, cases[i].line);
        if (cases[i].found) {
            assert_int_equal(item.text.len, strlen(cases[i].found));
            assert_memory_equal(item.text.ptr, cases[i].found, item.text.len);
        }
    }
}

static void scan_next__an_include__covers_the_whole_of_it(void **state)
{
    const char *text = "  @include \"b\" c";
    struct scan scan = scan_init(text_span(text));
    struct scan_item item;

    (void)state;
    assert_true(scan_next(&scan, &item));
    assert_ptr_equal(item.whole.ptr, text + 2);
    assert_int_equal(item.whole.len, strlen("@include \"b\""));
    assert_false(scan_next(&scan, &item));
}

/* Exact copies, so that a sanitizer sees a read behind the end. */
static void scan_next__text_cut_anywhere__ends(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        for (size_t len = 0; len <= strlen(cases[i].text); len++) {
            char *copy = malloc(len ? len : 1);
            struct scan scan = scan_init((struct span){copy, len});
            struct scan_item item;
            unsigned count = 0;

            assert_non_null(copy);
            memcpy(copy, cases[i].text, len);
            while (scan_next(&scan, &item))
                count++;
            assert_true(count <= 2);
            assert_ptr_equal(scan.pos, scan.end);
            free(copy);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scan_next__each_text__gives_the_first_noteworthy_thing),
        cmocka_unit_test(scan_next__an_include__covers_the_whole_of_it),
        cmocka_unit_test(scan_next__text_cut_anywhere__ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
