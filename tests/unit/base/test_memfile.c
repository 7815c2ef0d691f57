/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memfile.h"

static void memfile__sealed__mapped_and_unchangeable(void **state)
{
    struct bytes map;
    int fd = memfile_seal("test", "lesson", 6);

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "x", 1), -1);
    assert_int_equal(ftruncate(fd, 0), -1);
    assert_true(memfile_map(fd, 6, &map));
    close(fd);
    assert_int_equal(map.len, 6);
    assert_memory_equal(map.ptr, "lesson", 6);
    memfile_unmap(map);
}

static void memfile__unsealed_empty_or_large__refused(void **state)
{
    struct bytes map;
    int open_fd = memfd_create("open", MFD_CLOEXEC), large = memfile_seal("large", "abc", 3),
        empty = memfile_seal("empty", "", 0);

    (void)state;
    assert_int_equal(write(open_fd, "abc", 3), 3);
    assert_false(memfile_map(open_fd, 100, &map));
    assert_int_equal(errno, EINVAL);
    assert_false(memfile_map(large, 2, &map));
    assert_false(memfile_map(empty, 100, &map));
    assert_false(memfile_map(0, 100, &map)); /* no memfd at all */
    close(open_fd);
    close(large);
    close(empty);
}

static void memfile__filled_later__mapped_once_it_is_sealed(void **state)
{
    struct bytes map;
    int fd = memfile_new("test");

    (void)state;
    assert_true(fd >= 0);
    assert_false(memfile_map(fd, 100, &map));
    assert_true(memfile_fill(fd, "lesson", 6));
    assert_false(memfile_fill(fd, "break", 5));
    assert_true(memfile_map(fd, 100, &map));
    assert_memory_equal(map.ptr, "lesson", 6);
    memfile_unmap(map);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memfile__sealed__mapped_and_unchangeable),
        cmocka_unit_test(memfile__filled_later__mapped_once_it_is_sealed),
        cmocka_unit_test(memfile__unsealed_empty_or_large__refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
