/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "lists/content.h"
#include "support/folder.h"
#include "unit/lists/files.h"

static const struct {
    enum list_says says;
    const char *name;
} samples[] = {{LIST_SUFFIX, "a.example"}, {LIST_EXACT, "b.example"}, {LIST_ALLOW, "c.a.example"}};

static char why[LIST_FAULT_TEXT], path[FILES_PATH];

static struct list_entry entry(enum list_says says, const char *name)
{
    struct list_entry e = {.says = says};

    assert_true(hostname_set(&e.name, (struct span){name, strlen(name)}));
    return e;
}

/* Each sample `times` times. */
static struct card write_samples(const char *folder, unsigned times)
{
    struct card card = {.names = 3, .asked = LIST_AUTO, .format = LIST_HOSTS};
    int fd = open(files_path(folder, "list", path), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    struct content *c = content_new(fd);

    assert_non_null(c);
    for (unsigned i = 0; i < times * ARRAY_SIZE(samples); i++) {
        struct list_entry e = entry(samples[i % 3].says, samples[i % 3].name);

        assert_true(content_put(c, &e));
    }
    assert_true(content_end(c, &card));
    assert_int_equal(content_error(c), 0);
    content_free(c);
    close(fd);
    return card;
}

static bool count(void *arg, const struct list_entry *e)
{
    unsigned *n = arg;

    assert_int_equal(e->says, samples[*n % 3].says);
    assert_string_equal(e->name.text, samples[*n % 3].name);
    return ++*n != 1000000;
}

static int open_list(void)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    assert_true(fd >= 0);
    return fd;
}

static void content__written__one_entry_per_line(void **state)
{
    struct card card = write_samples(*state, 1), parsed;
    char *text = folder_read(*state, "list");
    const char *unused;

    assert_string_equal(text + CARD_SIZE, "a.example\n=b.example\n!c.a.example\n");
    assert_int_equal(card.bytes, strlen(text) - CARD_SIZE);
    assert_true(card_parse((struct span){text, strlen(text)}, &parsed, &unused));
    assert_memory_equal(&parsed, &card, sizeof(card));
    free(text);
}

static void content__much__read_as_it_was_written(void **state)
{
    struct card card = write_samples(*state, 20000);
    unsigned n = 0;
    int fd = open_list();

    assert_true(content_check(fd, &card, why));
    assert_true(content_read(fd, count, &n, why));
    assert_int_equal(n, 60000);
}

static void digest__other_content__differs(void **state)
{
    struct card one = write_samples(*state, 1), two = write_samples(*state, 2);
    struct card again = write_samples(*state, 1);

    assert_memory_equal(one.digest, again.digest, sizeof(one.digest));
    assert_memory_not_equal(one.digest, two.digest, sizeof(one.digest));
}

static void check__changed_or_longer__refused(void **state)
{
    static const char *const changes[] = {"a.examplf\n", "a.example\n=b.example\n!c.a.example\nx"};

    for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
        struct card card = write_samples(*state, 1);
        int fd = open(path, O_RDWR | O_CLOEXEC);

        assert_true(content_check(fd, &card, why));
        assert_true(pwrite(fd, changes[i], strlen(changes[i]), CARD_SIZE) > 0);
        assert_false(content_check(fd, &card, why));
        assert_string_equal(why, "was changed by hand or is damaged: its checksum differs");
        close(fd);
    }
}

static void read__line_that_is_no_name__refused(void **state)
{
    unsigned n = 0;

    folder_write(*state, "list", "# comment\na.example\nb..c\n");
    files_path(*state, "list", path);
    assert_false(content_read(open_list(), count, &n, why));
    assert_string_equal(why, "holds a line that is no name");
    assert_int_equal(n, 1);
    folder_write(*state, "list", "\n");
    assert_false(content_read(open_list(), count, &n, why));
}

static void read__take_says_no__ends(void **state)
{
    unsigned n = 999999;

    folder_write(*state, "list", "a.example\nb.example\n");
    files_path(*state, "list", path);
    assert_false(content_read(open_list(), count, &n, why));
    assert_string_equal(why, "was not read to its end");
    assert_int_equal(n, 1000000);
}

static void write__full_disk__told(void **state)
{
    struct list_entry e = entry(LIST_SUFFIX, "a.example");
    struct card card = {0};
    int fd = open(files_path(*state, "list", path), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    struct content *c = content_new(fd);
    unsigned many = 0;

    assert_non_null(c);
    assert_true(dup2(full, fd) >= 0);
    while (content_put(c, &e))
        assert_true(many++ < 100000);
    assert_int_equal(content_error(c), ENOSPC);
    assert_false(content_end(c, &card));
    content_free(c);
    content_free(NULL);
    close(fd);
    close(full);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_set_up, folder_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(content__written__one_entry_per_line),
        IN_FOLDER(content__much__read_as_it_was_written),
        IN_FOLDER(digest__other_content__differs),
        IN_FOLDER(check__changed_or_longer__refused),
        IN_FOLDER(read__line_that_is_no_name__refused),
        IN_FOLDER(read__take_says_no__ends),
        IN_FOLDER(write__full_disk__told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
