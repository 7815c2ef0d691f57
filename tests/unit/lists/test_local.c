/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include <sys/stat.h>

#include "lists/local.h"
#include "support/folder.h"
#include "unit/lists/files.h"

static char why[LOCAL_WHY];

static struct hostname host(const char *text)
{
    struct hostname name;

    assert_true(hostname_set(&name, (struct span){text, strlen(text)}));
    return name;
}

static struct local_name item(bool except, const char *name, const char *service)
{
    struct local_name i = {.except = except, .name = host(name), .at = 1795169700, .who = "jan"};

    snprintf(i.service, sizeof(i.service), "%s", service);
    return i;
}

static struct local_names read_text(const char *folder, const char *text)
{
    struct local_names l;

    folder_write(folder, "names", text);
    if (!local_read(folder, &l, why))
        fail_msg("%s", why);
    return l;
}

static void read__sound_file__all_of_it(void **state)
{
    struct local_names l =
        read_text(*state, "# by hand\n\n"
                          "add Instagrm.NL. instagram 2026-11-20T10:15:00Z jan\r\n"
                          "except help.instagram.com instagram 1970-01-01T00:00:00Z Jan de Boer \n"
                          "\tadd  intranet.example.nl\tnever-block");

    assert_int_equal(l.count, 3);
    assert_false(l.items[0].except);
    assert_string_equal(l.items[0].name.text, "instagrm.nl");
    assert_string_equal(l.items[0].service, "instagram");
    assert_true(l.items[0].at == 1795169700);
    assert_string_equal(l.items[0].who, "jan");
    assert_true(l.items[1].except);
    assert_true(l.items[1].at == 0);
    assert_string_equal(l.items[1].who, "Jan de Boer");
    assert_string_equal(l.items[2].service, LOCAL_NEVER);
    assert_true(l.items[2].at == 0);
    assert_string_equal(l.items[2].who, "");
    local_done(&l);
    assert_null(l.items);
}

static void read__no_file_or_no_folder__nothing(void **state)
{
    struct local_names l;
    char path[FILES_PATH];

    assert_true(local_read(*state, &l, why));
    assert_int_equal(l.count, 0);
    assert_true(local_read(files_path(*state, "missing", path), &l, why));
    assert_int_equal(l.count, 0);
    local_done(&l);
}

static void read__line_at_fault__file_line_reason_and_what_was_expected(void **state)
{
    static const struct {
        const char *line, *why;
    } cases[] = {
        {"remove a.example x", "'remove' is neither add nor except"},
        {"Add a.example x", "'Add' is neither add nor except"},
        {"add a..example x", "'a..example' is no host name"},
        {"add *.a.example x", "'*.a.example' is no host name"},
        {"add example x", "'example' is a whole top-level domain"},
        {"add 192.0.2.1 x", "'192.0.2.1' is an address, not a name"},
        {"add a.example In/stagram", "'In/stagram' is no id of a service"},
        {"add a.example a-service-id-that-is-far-too-long",
         "'a-service-id-that-is-far-too-long' is no id of a service"},
        {"add a.example", "the line has too few words"},
        {"add", "the line has too few words"},
        {"add a.example x 2026-11-20T10:15:00Z", "the line has too few words"},
        {"add a.example x 2026-02-30T10:15:00Z jan",
         "'2026-02-30T10:15:00Z' is no time like 2026-11-20T10:15:00Z"},
        {"add a.example x 2026-11-20T24:00:00Z jan",
         "'2026-11-20T24:00:00Z' is no time like 2026-11-20T10:15:00Z"},
        {"add a.example x 2026-11-20T10:15:60Z jan",
         "'2026-11-20T10:15:60Z' is no time like 2026-11-20T10:15:00Z"},
        {"add a.example x 2026-11-20T10:15:00 jan",
         "'2026-11-20T10:15:00' is no time like 2026-11-20T10:15:00Z"},
    };
    char text[512], expected[512];

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct local_names l;

        snprintf(text, sizeof(text), "# comment\nadd ok.example x\n%s\n", cases[i].line);
        folder_write(*state, "names", text);
        assert_false(local_read(*state, &l, why));
        snprintf(expected, sizeof(expected), "%s/names:3: %s, expected add|except", (char *)*state,
                 cases[i].why);
        expected[LOCAL_WHY - 1] = '\0';
        assert_memory_equal(why, expected, strlen(expected));
        assert_int_equal(l.count, 0);
        assert_null(l.items);
    }
}

static void read__who_or_line_too_long_or_no_text__refused(void **state)
{
    char text[8192];
    struct local_names l;

    snprintf(text, sizeof(text), "add a.example x 2026-11-20T10:15:00Z %0*d\n", LOCAL_WHO - 1, 1);
    l = read_text(*state, text);
    assert_int_equal(strlen(l.items[0].who), LOCAL_WHO - 1);
    local_done(&l);
    snprintf(text, sizeof(text), "add a.example x 2026-11-20T10:15:00Z %0*d\n", LOCAL_WHO, 1);
    folder_write(*state, "names", text);
    assert_false(local_read(*state, &l, why));
    assert_non_null(strstr(why, ":1: '0000"));
    snprintf(text, sizeof(text), "add %05000d\n", 1);
    folder_write(*state, "names", text);
    assert_false(local_read(*state, &l, why));
    assert_non_null(strstr(why, ":1: the line is too long"));
    folder_write(*state, "names", "add a.example x 2026-11-20T10:15:00Z j\033[2Jan\n");
    assert_false(local_read(*state, &l, why));
    assert_non_null(strstr(why, ":1: the line is too long or no text, expected add|except"));
}

static void read__said_twice__refused_with_both_lines(void **state)
{
    struct local_names l;

    folder_write(*state, "names",
                 "add a.example x\nadd a.example y\n# c\nadd b.example x\nexcept A.example. x\n");
    assert_false(local_read(*state, &l, why));
    assert_non_null(
        strstr(why, "/names:5: 'a.example' and its service are in line 1 already, expected once"));
}

static void read__as_many_lines_as_allowed__and_one_more(void **state)
{
    char path[FILES_PATH];
    FILE *out = fopen(files_path(*state, "names", path), "we");
    struct local_names l;

    assert_non_null(out);
    for (int i = 0; i < LOCAL_MAX; i++)
        fprintf(out, "add n%d.example x\n", i);
    fclose(out);
    assert_true(local_read(*state, &l, why));
    assert_int_equal(l.count, LOCAL_MAX);
    assert_false(local_put(&l, &(struct local_name){.name = host("one.more.example")}));
    assert_true(local_put(&l, &(struct local_name){.name = host("n1.example"), .service = "x"}));
    local_done(&l);
    out = fopen(path, "ae");
    assert_non_null(out);
    fprintf(out, "add more.example x\n");
    fclose(out);
    assert_false(local_read(*state, &l, why));
    assert_non_null(strstr(why, "/names:16385: there are too many lines, expected at most 16384"));
}

static void read__what_is_no_file__told(void **state)
{
    char path[FILES_PATH];
    struct local_names l;

    assert_int_equal(mkdir(files_path(*state, "names", path), 0700), 0);
    assert_false(local_read(*state, &l, why));
    assert_non_null(strstr(why, "/names is no ordinary file"));
    files_path(*state, "names/x", path);
    folder_write(*state, "file", "");
    assert_false(local_read(files_path(*state, "file", path), &l, why));
    assert_non_null(strstr(why, "/file/names cannot be opened: Not a directory"));
}

static void write__then_read__the_same(void **state)
{
    struct local_names l = {0}, back;
    struct local_name odd = item(true, "b.example", "x");

    odd.at = 0;
    snprintf(odd.who, sizeof(odd.who), " els\nadd evil.example x ");
    assert_true(local_put(&l, &(struct local_name){.name = host("c.example"), .service = "y"}));
    l.items[0] = item(false, "a.example", LOCAL_NEVER);
    assert_true(local_put(&l, &odd));
    assert_true(local_write(*state, &l, why));

    char *text = folder_read(*state, "names");

    assert_string_equal(text, "add a.example never-block 2026-11-20T10:15:00Z jan\n"
                              "except b.example x 1970-01-01T00:00:00Z els?add evil.example x\n");
    free(text);
    assert_true(local_read(*state, &back, why));
    assert_int_equal(back.count, 2);
    assert_memory_equal(&back.items[0], &l.items[0], sizeof(back.items[0]));
    local_done(&back);
    local_done(&l);
    assert_true(local_write(*state, &l, why));
    assert_true(local_read(*state, &back, why));
    assert_int_equal(back.count, 0);
    local_done(&back);
}

static void write__without_who__a_line_that_can_be_read(void **state)
{
    struct local_names l = {0}, back;
    struct local_name nobody = item(false, "a.example", "x");

    nobody.who[0] = '\0';
    assert_true(local_put(&l, &nobody));
    assert_true(local_write(*state, &l, why));
    assert_true(local_read(*state, &back, why));
    assert_string_equal(back.items[0].who, "-");
    local_done(&back);
    local_done(&l);
}

static void write__impossible__told(void **state)
{
    struct local_names l = {0};
    char path[FILES_PATH];

    assert_false(local_write(files_path(*state, "missing", path), &l, why));
    assert_non_null(strstr(why, "/missing/names cannot be written: No such file or directory"));
}

static void put_and_drop__by_name_and_service__one_each(void **state)
{
    struct local_names l = {0};
    struct local_name a = item(false, "a.example", "x"), changed = item(true, "a.example", "x");
    struct hostname name = host("a.example"), other = host("b.example");

    (void)state;
    assert_null(local_find(&l, &name, "x"));
    assert_true(local_put(&l, &a));
    assert_true(local_put(&l, &changed));
    assert_int_equal(l.count, 1);
    assert_true(local_find(&l, &name, "x")->except);
    assert_null(local_find(&l, &name, "y"));
    assert_null(local_find(&l, &other, "x"));
    for (int c = 'b'; c <= 'z'; c++) {
        char text[] = "?.example";

        text[0] = (char)c;
        a = item(false, text, "x");
        assert_true(local_put(&l, &a));
    }
    assert_true(local_drop(&l, &name, "x"));
    assert_false(local_drop(&l, &name, "x"));
    assert_int_equal(l.count, 25);
    assert_string_equal(l.items[0].name.text, "b.example");
    assert_string_equal(l.items[24].name.text, "z.example");
    local_done(&l);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_set_up, folder_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(read__sound_file__all_of_it),
        IN_FOLDER(read__no_file_or_no_folder__nothing),
        IN_FOLDER(read__line_at_fault__file_line_reason_and_what_was_expected),
        IN_FOLDER(read__who_or_line_too_long_or_no_text__refused),
        IN_FOLDER(read__said_twice__refused_with_both_lines),
        IN_FOLDER(read__as_many_lines_as_allowed__and_one_more),
        IN_FOLDER(read__what_is_no_file__told),
        IN_FOLDER(write__then_read__the_same),
        IN_FOLDER(write__without_who__a_line_that_can_be_read),
        IN_FOLDER(write__impossible__told),
        cmocka_unit_test(put_and_drop__by_name_and_service__one_each),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
