/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/table.h"

static const char *const head[] = {"ZONE", "CLOSED", "NEXT"};

/* malloc'ed. */
static char *print(const char *const (*rows)[3], size_t count, size_t width)
{
    struct table *table = table_new(head, 3);
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    for (size_t i = 0; i < count; i++)
        table_add(table, rows[i]);
    assert_true(table_print(table, out, width));
    fclose(out);
    table_free(table);
    return text;
}

static void table__no_limit__columns_as_wide_as_their_cells(void **state)
{
    static const char *const rows[][3] = {{"306", "instagram, x", "11:15"}, {"lycée", "", "-"}};
    char *text = print(rows, 2, 0);

    (void)state;
    assert_string_equal(text, "ZONE   CLOSED        NEXT\n"
                              "306    instagram, x  11:15\n"
                              "lycée                -\n");
    free(text);
}

static void table__narrow__wraps_at_blanks(void **state)
{
    static const char *const rows[][3] = {{"306", "instagram, tiktok, x", "11:15"}};
    char *text = print(rows, 1, 25);

    (void)state;
    assert_string_equal(text, "ZONE  CLOSED        NEXT\n"
                              "306   instagram,    11:15\n"
                              "      tiktok, x\n");
    free(text);
}

static void table__commas_without_blanks__are_places_to_wrap(void **state)
{
    static const char *const rows[][3] = {{"306", "instagram,tiktok,x", "11:15"}};
    char *text = print(rows, 1, 25);

    (void)state;
    assert_string_equal(text, "ZONE  CLOSED        NEXT\n"
                              "306   instagram,    11:15\n"
                              "      tiktok,x\n");
    free(text);
}

static void table__a_word_wider_than_its_column__rows_become_paragraphs(void **state)
{
    static const char *const rows[][3] = {{"306", "instagram, x", "11:15"}, {"staff", "", "-"}};
    char *text = print(rows, 2, 20);

    (void)state;
    assert_string_equal(text, "ZONE    306\n"
                              "CLOSED  instagram, x\n"
                              "NEXT    11:15\n"
                              "\n"
                              "ZONE    staff\n"
                              "NEXT    -\n");
    free(text);
}

static void table__a_word_wider_than_the_screen__is_cut_and_nothing_is_lost(void **state)
{
    static const char *const rows[][3] = {{"306", "abcdefghijklmnopq", "1"}};
    char *text = print(rows, 1, 20);

    (void)state;
    assert_string_equal(text, "ZONE    306\n"
                              "CLOSED  abcdefghijkl\n"
                              "        mnopq\n"
                              "NEXT    1\n");
    free(text);
}

static void table__absurdly_narrow__still_ends(void **state)
{
    static const char *const rows[][3] = {{"a b c d e f g", "ééééééééééééé", "1 2 3 4 5 6 7 8"}};

    (void)state;
    for (size_t width = 1; width < 40; width++)
        free(print(rows, 1, width));
}

static void table__many_rows__all_are_printed(void **state)
{
    static const char *rows[1000][3];
    size_t lines = 0;
    char *text;

    (void)state;
    for (size_t i = 0; i < 1000; i++)
        rows[i][0] = rows[i][1] = rows[i][2] = "x";
    text = print((const char *const(*)[3])rows, 1000, 80);
    for (const char *c = text; *c; c++)
        lines += *c == '\n';
    assert_int_equal(lines, 1001);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table__no_limit__columns_as_wide_as_their_cells),
        cmocka_unit_test(table__narrow__wraps_at_blanks),
        cmocka_unit_test(table__commas_without_blanks__are_places_to_wrap),
        cmocka_unit_test(table__a_word_wider_than_its_column__rows_become_paragraphs),
        cmocka_unit_test(table__a_word_wider_than_the_screen__is_cut_and_nothing_is_lost),
        cmocka_unit_test(table__absurdly_narrow__still_ends),
        cmocka_unit_test(table__many_rows__all_are_printed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
