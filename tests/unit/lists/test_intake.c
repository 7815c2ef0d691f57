/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "lists/intake.h"
#include "support/folder.h"
#include "unit/lists/files.h"

#define MAX 1000000

static char why[INTAKE_WHY], path[FILES_PATH];

static struct intake *open_text(const char *folder, const char *text)
{
    struct intake *in;

    folder_write(folder, "f", text);
    in = intake_open(files_path(folder, "f", path), MAX, why);
    assert_non_null(in);
    return in;
}

static void expect_line(struct intake *in, const char *text)
{
    struct span line;

    assert_int_equal(intake_next(in, &line, why), INTAKE_LINE);
    assert_int_equal(line.len, strlen(text));
    assert_memory_equal(line.ptr, text, line.len);
}

static void expect(struct intake *in, enum intake_line result)
{
    struct span line;

    assert_int_equal(intake_next(in, &line, why), result);
}

static void lines__with_and_without_last_newline__whole(void **state)
{
    static const char *const texts[] = {"a\n\nb\r\n", "a\n\nb\r", "\357\273\277a\n\nb\r\n"};

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        struct intake *in = open_text(*state, texts[i]);

        expect_line(in, "a");
        expect_line(in, "");
        expect_line(in, "b\r");
        expect(in, INTAKE_END);
        expect(in, INTAKE_END);
        intake_close(in);
    }
}

static void lines__empty_file__end(void **state)
{
    struct intake *in = open_text(*state, "");

    assert_int_equal(intake_ahead(in).len, 0);
    expect(in, INTAKE_END);
    intake_close(in);
}

static void line__around_the_limit__read_over_from_there(void **state)
{
    static char text[3 * MAX / 4];
    static const size_t lengths[] = {INTAKE_LINE_MAX - 1, INTAKE_LINE_MAX, INTAKE_LINE_MAX + 1,
                                     262144, 600000};

    for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
        struct intake *in;

        memset(text, 'x', lengths[i]);
        snprintf(text + lengths[i], sizeof(text) - lengths[i], "\nnext");
        in = open_text(*state, text);
        expect(in, lengths[i] <= INTAKE_LINE_MAX ? INTAKE_LINE : INTAKE_LONG);
        expect_line(in, "next");
        expect(in, INTAKE_END);
        intake_close(in);
    }
}

static void long_line__last_and_without_end__read_over(void **state)
{
    static char text[INTAKE_LINE_MAX + 2];
    struct intake *in;

    memset(text, 'x', INTAKE_LINE_MAX + 1);
    in = open_text(*state, text);
    expect(in, INTAKE_LONG);
    expect(in, INTAKE_END);
    intake_close(in);
}

/* More than the buffer holds: no line is lost or cut where it is filled again. */
static void lines__many__each_once(void **state)
{
    struct intake *in;
    char text[64];

    files_names(*state, "f", 0, 50000);
    in = intake_open(files_path(*state, "f", path), 10 * MAX, why);
    assert_non_null(in);
    for (unsigned i = 0; i < 50000; i++) {
        snprintf(text, sizeof(text), "n%u.many.example", i);
        expect_line(in, text);
    }
    expect(in, INTAKE_END);
    intake_close(in);
}

static void ahead__before_the_first_line__takes_nothing(void **state)
{
    struct intake *in = open_text(*state, "\357\273\277a\nb\n");
    struct span ahead = intake_ahead(in);

    assert_int_equal(ahead.len, 4);
    assert_memory_equal(ahead.ptr, "a\nb\n", 4);
    expect_line(in, "a");
    expect_line(in, "b");
    intake_close(in);
    files_names(*state, "f", 0, 20000);
    in = intake_open(path, MAX, why);
    assert_non_null(in);
    assert_int_equal(intake_ahead(in).len, INTAKE_AHEAD_MAX);
    intake_close(in);
}

static void gzip__of_several_members__unpacked(void **state)
{
    struct intake *in;

    files_path(*state, "f.gz", path);
    files_gzip(path, (struct span){"a\nb", 3});
    files_gzip(path, (struct span){"c\nd\n", 4});
    in = intake_open(path, MAX, why);
    assert_non_null(in);
    expect_line(in, "a");
    expect_line(in, "bc");
    expect_line(in, "d");
    expect(in, INTAKE_END);
    intake_close(in);
}

static enum intake_line last_result(void)
{
    struct intake *in = intake_open(path, 10 * MAX, why);
    enum intake_line result;
    struct span line;

    assert_non_null(in);
    do
        result = intake_next(in, &line, why);
    while (result == INTAKE_LINE || result == INTAKE_LONG);
    intake_close(in);
    return result;
}

/* Wherever the transfer broke off, the list is not a short one. */
static void gzip__cut_off_anywhere__failed(void **state)
{
    char *text;
    size_t size;

    files_names(*state, "f", 0, 3000);
    text = folder_read(*state, "f");
    files_path(*state, "f.gz", path);
    files_gzip(path, (struct span){text, strlen(text)});
    assert_int_equal(last_result(), INTAKE_END);
    size = files_size(path);
    for (size_t i = 1; i < 30 && i < size - 10; i++) {
        files_cut(path, size - i);
        assert_int_equal(last_result(), INTAKE_FAILED);
    }
    for (size_t cut = size / 2; cut >= 10; cut /= 2) {
        files_cut(path, cut);
        assert_int_equal(last_result(), INTAKE_FAILED);
        assert_non_null(strstr(why, "is cut off"));
    }
    free(text);
}

static void gzip__with_a_changed_byte__failed(void **state)
{
    char *text;
    FILE *file;

    files_names(*state, "f", 0, 3000);
    text = folder_read(*state, "f");
    files_path(*state, "f.gz", path);
    files_gzip(path, (struct span){text, strlen(text)});
    free(text);
    file = fopen(path, "r+e");
    assert_non_null(file);
    assert_int_equal(fseek(file, -7, SEEK_END), 0); /* in the checksum */
    int old = fgetc(file);

    assert_int_equal(fseek(file, -7, SEEK_END), 0);
    fputc(~old & 0xff, file);
    fclose(file);
    assert_int_equal(last_result(), INTAKE_FAILED);
    assert_non_null(strstr(why, "is damaged gzip"));
}

static void size__over_the_limit_unpacked__failed(void **state)
{
    static char zeros[100000];
    static const struct {
        uint64_t max;
        enum intake_line result;
    } cases[] = {{300000, INTAKE_END}, {299999, INTAKE_FAILED}, {1, INTAKE_FAILED}};

    files_path(*state, "f.gz", path);
    for (unsigned i = 0; i < 3; i++)
        files_gzip(path, (struct span){zeros, sizeof(zeros)});
    assert_true(files_size(path) < 2000);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct intake *in = intake_open(path, cases[i].max, why);
        struct span line;
        enum intake_line result;

        assert_non_null(in);
        do
            result = intake_next(in, &line, why);
        while (result == INTAKE_LONG);
        assert_int_equal(result, cases[i].result);
        intake_close(in);
    }
    assert_string_equal(why, "is larger than 1 bytes");
}

static void open__what_is_no_file__refused(void **state)
{
    assert_null(intake_open(files_path(*state, "missing", path), MAX, why));
    assert_string_equal(why, "cannot be opened: No such file or directory");
    assert_null(intake_open(*state, MAX, why));
    assert_string_equal(why, "is no ordinary file");
    assert_int_equal(mkfifo(files_path(*state, "pipe", path), 0600), 0);
    assert_null(intake_open(path, MAX, why));
    assert_string_equal(why, "is no ordinary file");
    intake_close(NULL);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_set_up, folder_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(lines__with_and_without_last_newline__whole),
        IN_FOLDER(lines__empty_file__end),
        IN_FOLDER(line__around_the_limit__read_over_from_there),
        IN_FOLDER(long_line__last_and_without_end__read_over),
        IN_FOLDER(lines__many__each_once),
        IN_FOLDER(ahead__before_the_first_line__takes_nothing),
        IN_FOLDER(gzip__of_several_members__unpacked),
        IN_FOLDER(gzip__cut_off_anywhere__failed),
        IN_FOLDER(gzip__with_a_changed_byte__failed),
        IN_FOLDER(size__over_the_limit_unpacked__failed),
        IN_FOLDER(open__what_is_no_file__refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
