/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include <sys/stat.h>

#include "lists/read.h"
#include "support/folder.h"
#include "unit/lists/files.h"

struct taken {
    char text[4096]; /* "name =exact !allowed " */
    unsigned count, stop_at;
};

static struct list_report report;
static struct taken taken;
static char why[LIST_FAULT_TEXT], path[FILES_PATH];

static bool take(void *arg, const struct list_entry *e)
{
    static const char *const marks[] = {[LIST_SUFFIX] = "", [LIST_EXACT] = "=", [LIST_ALLOW] = "!"};
    struct taken *t = arg;
    size_t len = strlen(t->text);

    snprintf(t->text + len, sizeof(t->text) - len, "%s%s ", marks[e->says], e->name.text);
    return ++t->count != t->stop_at;
}

static bool read_path(enum list_format format)
{
    taken = (struct taken){.stop_at = taken.stop_at};
    why[0] = '\0';
    return list_read(path, format, take, &taken, &report, why);
}

/* The same text so many times behind what is there. */
static void repeat(char *text, size_t size, const char *more, unsigned times)
{
    size_t len = strlen(text);

    for (unsigned i = 0; i < times; i++)
        len += (size_t)snprintf(text + len, size - len, "%s", more);
    assert_true(len < size);
}

static bool read_text(const char *folder, enum list_format format, const char *text)
{
    folder_write(folder, "list", text);
    files_path(folder, "list", path);
    return read_path(format);
}

static int set_up(void **state)
{
    taken = (struct taken){0};
    return folder_set_up(state);
}

static void read__each_format__told_and_taken(void **state)
{
    static const struct {
        const char *text, *taken;
        enum list_format format;
    } cases[] = {
        {"\xef\xbb\xbf"
         "0.0.0.0 a.example b.example\r\n127.0.0.1 localhost\r\n",
         "=a.example =b.example ", LIST_HOSTS},
        {"a.example\nb.example", "a.example b.example ", LIST_DOMAINS},
        {"address=/a.example/\nserver=/b.example/#\n", "a.example !b.example ", LIST_DNSMASQ},
        {"||a.example^\n@@||b.a.example^\n", "a.example !b.a.example ", LIST_ADBLOCK},
        {"$TTL 1\na.example CNAME .\n*.a.example CNAME .\n", "=a.example a.example ", LIST_RPZ},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_true(read_text(*state, LIST_AUTO, cases[i].text));
        assert_string_equal(taken.text, cases[i].taken);
        assert_int_equal(report.format, cases[i].format);
        assert_int_equal(report.names, taken.count);
        assert_true(read_text(*state, cases[i].format, cases[i].text));
        assert_string_equal(taken.text, cases[i].taken);
    }
}

static void report__faults__first_ones_with_line_and_reason(void **state)
{
    assert_true(read_text(*state, LIST_DOMAINS,
                          "# list\na.example\n\nfoo..com\n192.0.2.1\nb\033[1m.example\n"));
    assert_int_equal(report.lines, 6);
    assert_int_equal(report.names, 1);
    assert_int_equal(report.skipped, 1);
    assert_int_equal(report.faults, 2);
    assert_int_equal(report.fault[0].line, 4);
    assert_string_equal(report.fault[0].text, "'foo..com' is no host name");
    assert_int_equal(report.fault[1].line, 6);
    assert_string_equal(report.fault[1].text, "'b?[1m.example' is no host name");
}

static void report__many_faults__counted_and_few_kept(void **state)
{
    char text[4096] = "a.example\n";

    repeat(text, sizeof(text), "b..c\n", 100);
    assert_true(read_text(*state, LIST_DOMAINS, text));
    assert_int_equal(report.faults, 100);
    assert_int_equal(report.fault[LIST_FAULTS - 1].line, LIST_FAULTS + 1);
}

/* More than 100 and more than one in ten. */
static void faults__around_the_limit__refused_from_there(void **state)
{
    static const struct {
        unsigned good, bad;
        bool ok;
    } cases[] = {{1, 100, true}, {1, 101, false}, {900, 101, false}, {909, 101, true}};
    static char text[65536];

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        size_t len = 0;

        for (unsigned k = 0; k < cases[i].good; k++)
            len += (size_t)snprintf(text + len, sizeof(text) - len, "n%u.example\n", k);
        for (unsigned k = 0; k < cases[i].bad; k++)
            len += (size_t)snprintf(text + len, sizeof(text) - len, "b..c\n");
        assert_int_equal(read_text(*state, LIST_DOMAINS, text), cases[i].ok);
    }
    assert_true(read_text(*state, LIST_DOMAINS, "a.example\n"));
    assert_string_equal(why, "");
}

static void faults__too_many__why_shows_the_first(void **state)
{
    static char text[8192];

    repeat(text, sizeof(text), "<p>not found</p>\n", 200);
    assert_false(read_text(*state, LIST_DOMAINS, text));
    assert_string_equal(why, "is no list of format domains: 200 of 200 lines are at fault, line 1 "
                             "first: '<p>not found</p>' is more than one name");
}

static void read__nothing_in_it__refused_by_name(void **state)
{
    static const struct {
        const char *text, *why;
        enum list_format format;
    } cases[] = {
        {"", "has no names: it is empty", LIST_AUTO},
        {"", "has no names: it is empty", LIST_HOSTS},
        {"# nothing\n", "has no names in any known format", LIST_AUTO},
        {"# nothing\n", "has no names in format rpz", LIST_RPZ},
        {"a.example\n", "has no names in format adblock", LIST_ADBLOCK},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_false(read_text(*state, cases[i].format, cases[i].text));
        assert_string_equal(why, cases[i].why);
        assert_int_equal(taken.count, 0);
    }
}

static void read__gzip__as_plain_and_cut_off_refused(void **state)
{
    static const char text[] = "a.example\nb.example\n";

    files_gzip(files_path(*state, "list.gz", path), (struct span){text, sizeof(text) - 1});
    assert_true(read_path(LIST_AUTO));
    assert_string_equal(taken.text, "a.example b.example ");
    files_cut(path, files_size(path) - 1);
    assert_false(read_path(LIST_AUTO));
    assert_string_equal(why, "is cut off: unexpected end of file");
    files_cut(path, 15);
    assert_false(read_path(LIST_AUTO));
    assert_string_equal(why, "is cut off: unexpected end of file");
}

static void read__ut1_folder__its_domains_alone(void **state)
{
    static const char packed[] = "packed.example\n";
    char file[FILES_PATH];

    files_path(*state, "adult", path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_false(read_path(LIST_AUTO));
    assert_string_equal(why, "has no file 'domains' or 'domains.gz'");
    folder_write(path, "urls", "x.example/page\n");
    folder_write(path, "usage", "black\n");
    files_gzip(files_path(path, "domains.gz", file), (struct span){packed, sizeof(packed) - 1});
    assert_true(read_path(LIST_HOSTS));
    assert_string_equal(taken.text, "packed.example ");
    folder_write(path, "domains", "plain.example\n192.0.2.1\n");
    assert_true(read_path(LIST_AUTO));
    assert_string_equal(taken.text, "plain.example ");
    assert_int_equal(report.format, LIST_DOMAINS);
    assert_int_equal(report.skipped, 1);
    assert_int_equal(report.note_count, 1);
    assert_string_equal(report.notes[0],
                        "its file 'urls' is not read: it is not about whole names");
}

static void notes__comments_on_the_source__kept_and_printable(void **state)
{
    assert_true(read_text(*state, LIST_DOMAINS,
                          "# Title: names\r\n#  made by hand\n! LICENSE: CC BY-SA \xc2\xa9 us\n"
                          "; see homepage \033[2J\nlicence.example\n#\n"));
    assert_int_equal(report.note_count, 3);
    assert_string_equal(report.notes[0], "Title: names");
    assert_string_equal(report.notes[1], "LICENSE: CC BY-SA ?? us");
    assert_string_equal(report.notes[2], "see homepage ?[2J");
}

static void notes__too_many_or_too_long__cut(void **state)
{
    static char text[8192];
    size_t len = (size_t)snprintf(text, sizeof(text), "# source %0200d\n", 1);

    for (unsigned i = 0; i < 20; i++)
        len += (size_t)snprintf(text + len, sizeof(text) - len, "# source %u\n", i);
    repeat(text, sizeof(text), "a.example\n", 1);
    assert_true(read_text(*state, LIST_DOMAINS, text));
    assert_int_equal(report.note_count, LIST_NOTE_MAX);
    assert_int_equal(strlen(report.notes[0]), LIST_FAULT_TEXT - 1);
    assert_string_equal(report.notes[7], "source 6");
}

static void notes__far_from_the_start__not_kept(void **state)
{
    static char text[8192];

    repeat(text, sizeof(text), "a.example\n", 300);
    repeat(text, sizeof(text), "# licence\n", 1);
    assert_true(read_text(*state, LIST_DOMAINS, text));
    assert_int_equal(report.note_count, 0);
}

static void read__long_line__a_fault_and_no_end(void **state)
{
    static char text[LIST_LINE_MAX + 100];

    memset(text, 'x', LIST_LINE_MAX + 1);
    repeat(text, sizeof(text), "\na.example\n", 1);
    assert_true(read_text(*state, LIST_DOMAINS, text));
    assert_string_equal(taken.text, "a.example ");
    assert_int_equal(report.faults, 1);
    assert_int_equal(report.fault[0].line, 1);
    assert_string_equal(report.fault[0].text, "the line is longer than 4096 bytes");
}

static void take__says_no__reading_ends(void **state)
{
    taken.stop_at = 2;
    assert_false(read_text(*state, LIST_DOMAINS, "a.example\nb.example\nc.example\n"));
    assert_int_equal(taken.count, 2);
    assert_string_equal(why, "was not read to its end");
}

static void stamp__of_file_and_folder__of_what_is_read(void **state)
{
    struct list_stamp stamp;
    char file[FILES_PATH];

    folder_write(*state, "list", "a.example\n");
    files_touch(files_path(*state, "list", path), 1700000000);
    assert_true(list_stamp(path, &stamp, why));
    assert_int_equal(stamp.size, 10);
    assert_true(stamp.mtime == INT64_C(1700000000000000000));
    assert_false(list_stamp(*state, &stamp, why));
    folder_write(*state, "domains", "b.example\nc.example\n");
    files_touch(files_path(*state, "domains", file), 5);
    assert_true(list_stamp(*state, &stamp, why));
    assert_int_equal(stamp.size, 20);
    assert_true(stamp.mtime == INT64_C(5000000000));
    assert_false(list_stamp(files_path(*state, "missing", path), &stamp, why));
    assert_string_equal(why, "cannot be opened: No such file or directory");
    assert_false(read_path(LIST_AUTO));
    assert_string_equal(why, "cannot be opened: No such file or directory");
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, folder_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(read__each_format__told_and_taken),
        IN_FOLDER(report__faults__first_ones_with_line_and_reason),
        IN_FOLDER(report__many_faults__counted_and_few_kept),
        IN_FOLDER(faults__around_the_limit__refused_from_there),
        IN_FOLDER(faults__too_many__why_shows_the_first),
        IN_FOLDER(read__nothing_in_it__refused_by_name),
        IN_FOLDER(read__gzip__as_plain_and_cut_off_refused),
        IN_FOLDER(read__ut1_folder__its_domains_alone),
        IN_FOLDER(notes__comments_on_the_source__kept_and_printable),
        IN_FOLDER(notes__too_many_or_too_long__cut),
        IN_FOLDER(notes__far_from_the_start__not_kept),
        IN_FOLDER(read__long_line__a_fault_and_no_end),
        IN_FOLDER(take__says_no__reading_ends),
        IN_FOLDER(stamp__of_file_and_folder__of_what_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
