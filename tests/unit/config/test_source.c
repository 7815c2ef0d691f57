/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/test.h"

#include "base/span.h"
#include "config/source.h"

/* A folder of its own, and what source_open() makes of a file in it. */
struct fixture {
    char folder[64];
    struct source source;
    struct pool pool;
    struct report report;
    char text[4096]; /* the report */
};

static int make_folder(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    if (!f)
        return -1;
    strcpy(f->folder, "/tmp/lespoort-source-XXXXXX");
    *state = f;
    return mkdtemp(f->folder) && chdir(f->folder) == 0 && mkdir("sub", 0700) == 0 ? 0 : -1;
}

static int remove_folder(void **state)
{
    static const char *const files[] = {"a", "b", "sub/c", "sub/d", "e", "sub"};
    struct fixture *f = *state;
    int failed;

    for (size_t i = 0; i < ARRAY_SIZE(files); i++)
        remove(files[i]);
    failed = chdir("/") || rmdir(f->folder);
    free(f);
    return failed;
}

static void put(const char *path, const void *text, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_true(write(fd, text, len) == (ssize_t)len);
    close(fd);
}

static void put_text(const char *path, const char *text)
{
    put(path, text, strlen(text));
}

static bool open_source(struct fixture *f, const char *path)
{
    FILE *out = fmemopen(f->text, sizeof(f->text), "w");
    bool ok;

    assert_non_null(out);
    ok = source_open(&f->source, path, 0, &f->pool, &f->report);
    report_print(&f->report, out);
    fclose(out);
    return ok;
}

static void close_source(struct fixture *f)
{
    source_close(&f->source);
    report_done(&f->report);
    pool_done(&f->pool);
}

static void refused(struct fixture *f, const char *path, const char *want)
{
    assert_false(open_source(f, path));
    assert_string_equal(f->text, want);
    close_source(f);
}

static void source_open__what_is_no_config_file__is_refused(void **state)
{
    struct fixture *f = *state;

    refused(f, "none", "none: No such file or directory, expected a readable config file\n");
    refused(f, "sub", "sub: is not an ordinary file, expected a readable config file\n");
    assert_int_equal(mkfifo("e", 0600), 0);
    refused(f, "e", "e: is not an ordinary file, expected a readable config file\n");
    put("a", "x = 1;\0y = 2;", 13);
    refused(f, "a", "a: holds a zero byte, expected a readable config file\n");
}

static void source_open__size_around_the_limit__is_exact(void **state)
{
    struct fixture *f = *state;
    char *text = malloc(SOURCE_MAX + 1);

    assert_non_null(text);
    memset(text, '\n', SOURCE_MAX + 1);
    put("a", text, SOURCE_MAX);
    assert_true(open_source(f, "a"));
    close_source(f);
    put("a", text, SOURCE_MAX + 1);
    refused(f, "a", "a: is larger than 4 MiB, expected a readable config file\n");
    put("a", text, SOURCE_MAX / 2 + 1);
    put_text("b", "@include \"a\"\n@include \"a\"\n");
    refused(f, "b", "a: the config is too large, expected at most 4 MiB with all includes\n");
    free(text);
}

static void is_at(struct fixture *f, const char *key, const char *file, unsigned line)
{
    struct place place = source_place(&f->source, config_lookup(&f->source.tree, key));

    assert_string_equal(place.file, file);
    assert_int_equal(place.line, line);
}

static void source_place__settings_of_included_files__keep_their_lines(void **state)
{
    struct fixture *f = *state;
    char text[256];

    put_text("sub/d", "d1 = 1;\n\nd3 = 3;");
    snprintf(text, sizeof(text), "\n@include \"d\" c2 = 2;\nc3 = 3;\n@include \"%s/b\"\nc5 = 5;\n",
             f->folder);
    put_text("sub/c", text);
    put_text("b", "\n\nb3 = 3;\n");
    put_text("a", "a1 = 1;\n@include \"sub/c\"\na3 = (\n 1, 2 );");
    assert_true(open_source(f, "a"));
    is_at(f, "a1", "a", 1);
    is_at(f, "c2", "sub/c", 2);
    is_at(f, "d1", "sub/d", 1);
    is_at(f, "d3", "sub/d", 3);
    is_at(f, "c3", "sub/c", 3);
    is_at(f, "c5", "sub/c", 5);
    is_at(f, "a3", "a", 3);
    is_at(f, "a3.[1]", "a", 4);
    snprintf(text, sizeof(text), "%s/b", f->folder);
    is_at(f, "b3", text, 3);
    close_source(f);
}

static void source_open__a_mistake_in_an_included_file__has_its_place(void **state)
{
    struct fixture *f = *state;

    put_text("b", "x = 1;\ny = ;\n");
    put_text("a", "\n\n@include \"b\"\n");
    assert_false(open_source(f, "a"));
    assert_non_null(strstr(f->text, "b:2: syntax error, expected "));
    close_source(f);
}

static void source_open__includes_around_the_limits__are_counted(void **state)
{
    struct fixture *f = *state;
    char text[INCLUDE_MAX * 16 + 64];
    size_t len = 0;

    put_text("b", "");
    for (unsigned i = 0; i < INCLUDE_MAX; i++)
        len += (size_t)sprintf(text + len, "@include \"b\"\n");
    put_text("a", text);
    assert_true(open_source(f, "a"));
    close_source(f);
    sprintf(text + len, "@include \"b\"\n");
    put_text("a", text);
    assert_false(open_source(f, "a"));
    assert_string_equal(f->text, "a:257: key '@include': too many includes, expected at most 10 "
                                 "levels and 256 includes\n");
    close_source(f);
    put_text("a", "@include \"a\"\n");
    refused(
        f, "a",
        "a:1: key '@include': too many includes, expected at most 10 levels and 256 includes\n");
}

static void source_path__relative_and_absolute__are_joined(void **state)
{
    struct pool pool = {0};

    (void)state;
    assert_string_equal(source_path(&pool, "/etc/lespoort/a.conf", "b"), "/etc/lespoort/b");
    assert_string_equal(source_path(&pool, "/etc/lespoort/a.conf", "/b"), "/b");
    assert_string_equal(source_path(&pool, "a.conf", "b"), "b");
    assert_string_equal(source_path(&pool, "/a.conf", "b"), "/b");
    pool_done(&pool);
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(source_open__what_is_no_config_file__is_refused),
        WITH_FOLDER(source_open__size_around_the_limit__is_exact),
        WITH_FOLDER(source_place__settings_of_included_files__keep_their_lines),
        WITH_FOLDER(source_open__a_mistake_in_an_included_file__has_its_place),
        WITH_FOLDER(source_open__includes_around_the_limits__are_counted),
        cmocka_unit_test(source_path__relative_and_absolute__are_joined),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
