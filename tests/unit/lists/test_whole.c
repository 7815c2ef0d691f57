/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lists/whole.h"
#include "support/folder.h"
#include "unit/lists/files.h"

#define TEXT(literal) ((struct span){literal, sizeof(literal) - 1})

static int open_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    assert_true(fd >= 0);
    return fd;
}

static void expect(const char *folder, const char *name, const char *text)
{
    char *found = folder_read(folder, name);

    assert_string_equal(found, text);
    free(found);
}

static void write__again_and_again__replaced(void **state)
{
    int folder = open_folder(*state);

    assert_true(whole_write(folder, "f", TEXT("one")));
    expect(*state, "f", "one");
    assert_true(whole_write(folder, "f", TEXT("")));
    expect(*state, "f", "");
    assert_false(files_there(*state, "f.new"));
    close(folder);
}

static void write__beside_what_a_crash_left__replaced(void **state)
{
    int folder = open_folder(*state);

    folder_write(*state, "f", "old");
    folder_write(*state, "f.new", "half of the ne");
    assert_true(whole_write(folder, "f", TEXT("new")));
    expect(*state, "f", "new");
    assert_false(files_there(*state, "f.new"));
    close(folder);
}

static void write__beside_a_pipe__not_waited_for(void **state)
{
    int folder = open_folder(*state);
    char path[FILES_PATH];

    assert_int_equal(mkfifo(files_path(*state, "f.new", path), 0600), 0);
    assert_true(whole_write(folder, "f", TEXT("new")));
    expect(*state, "f", "new");
    close(folder);
}

static void read__as_much_as_asked__or_told(void **state)
{
    int folder = open_folder(*state), fd;
    struct bytes got;

    folder_write(*state, "f", "one two");
    fd = openat(folder, "f", O_RDONLY | O_CLOEXEC);
    assert_true(whole_read(fd, 3, &got));
    assert_int_equal(got.len, 3);
    assert_memory_equal(got.ptr, "one", 3);
    bytes_free(got);
    assert_false(whole_read(fd, 5, &got));
    assert_int_equal(errno, EIO);
    assert_null(got.ptr);
    close(fd);
    assert_false(whole_read(fd, 1, &got));
    assert_int_equal(errno, EBADF);
    close(folder);
}

static void write__impossible__old_one_stays_and_errno_tells(void **state)
{
    int folder = open_folder(*state);
    char path[FILES_PATH];
    static char name[300];

    assert_int_equal(mkdir(files_path(*state, "f", path), 0700), 0);
    assert_false(whole_write(folder, "f", TEXT("new")));
    assert_int_equal(errno, EISDIR);
    assert_false(files_there(*state, "f.new"));
    memset(name, 'x', sizeof(name) - 1);
    assert_false(whole_write(folder, name, TEXT("new")));
    assert_int_equal(errno, ENAMETOOLONG);
    close(folder);
    assert_false(whole_write(folder, "g", TEXT("new")));
    assert_int_equal(errno, EBADF);
}

static void put__full_disk__told(void **state)
{
    int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

    (void)state;
    assert_true(fd >= 0);
    assert_false(whole_put(fd, TEXT("text")));
    assert_int_equal(errno, ENOSPC);
    assert_true(whole_put(fd, TEXT("")));
    close(fd);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_set_up, folder_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(write__again_and_again__replaced),
        IN_FOLDER(write__beside_what_a_crash_left__replaced),
        IN_FOLDER(write__beside_a_pipe__not_waited_for),
        IN_FOLDER(read__as_much_as_asked__or_told),
        IN_FOLDER(write__impossible__old_one_stays_and_errno_tells),
        cmocka_unit_test(put__full_disk__told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
