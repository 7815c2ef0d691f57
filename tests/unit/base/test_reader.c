/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "base/reader.h"

static const uint8_t bytes[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08};

static void reader__numbers__big_endian(void **state)
{
    struct reader r = rd_init(bytes, 8);

    (void)state;
    assert_int_equal(rd_u8(&r), 0x01);
    assert_int_equal(rd_u16(&r), 0x0203);
    assert_int_equal(rd_u24(&r), 0x040506);
    assert_int_equal(rd_left(&r), 2);
    assert_false(rd_end(&r));
    assert_int_equal(rd_u16(&r), 0x0708);
    assert_true(rd_end(&r));
}

static void reader__behind_the_capture__short_and_sticky(void **state)
{
    struct reader r = rd_init(bytes, 3);

    (void)state;
    assert_int_equal(rd_u32(&r), 0);
    assert_int_equal(rd_result(&r), PARSE_MORE);
    assert_int_equal(rd_left(&r), 0);
    assert_int_equal(rd_u8(&r), 0);
    rd_fail(&r);
    assert_int_equal(rd_result(&r), PARSE_MORE);
}

static void reader__behind_a_declared_end__bad(void **state)
{
    struct reader r = rd_init(bytes, 8);
    struct reader child = rd_child8(&r); /* one byte long */

    (void)state;
    assert_int_equal(rd_u16(&child), 0);
    assert_int_equal(rd_result(&child), PARSE_BAD);
    assert_true(rd_ok(&r));
    assert_false(rd_join(&r, &child));
    assert_int_equal(rd_result(&r), PARSE_BAD);
}

static void reader__child_longer_than_capture__short_in_both(void **state)
{
    struct reader r = rd_init(bytes, 8);
    struct reader child;

    (void)state;
    rd_skip(&r, 4);
    child = rd_child16(&r);
    assert_int_equal(rd_result(&r), PARSE_MORE);
    assert_int_equal(rd_result(&child), PARSE_MORE);
    assert_int_equal(rd_left(&child), 0);
}

static void reader__child_longer_than_declared_parent__bad(void **state)
{
    struct reader r = rd_message((struct bytes){bytes, 8});
    struct reader child;

    (void)state;
    rd_skip(&r, 7);
    child = rd_child8(&r);
    assert_int_equal(rd_result(&r), PARSE_BAD);
    assert_int_equal(rd_result(&child), PARSE_BAD);
}

static void reader__bytes__exact_or_nothing(void **state)
{
    struct reader r = rd_init(bytes, 8);
    struct bytes all = rd_bytes(&r, 8);

    (void)state;
    assert_ptr_equal(all.ptr, bytes);
    assert_int_equal(all.len, 8);
    assert_int_equal(rd_bytes(&r, 0).len, 0);
    assert_true(rd_ok(&r));
    assert_null(rd_bytes(&r, 1).ptr);
    assert_int_equal(rd_result(&r), PARSE_MORE);
}

static void reader__nothing_at_all__fine(void **state)
{
    struct reader r = rd_init(NULL, 0);

    (void)state;
    assert_true(rd_end(&r));
    rd_skip(&r, SIZE_MAX);
    assert_int_equal(rd_result(&r), PARSE_MORE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reader__numbers__big_endian),
        cmocka_unit_test(reader__behind_the_capture__short_and_sticky),
        cmocka_unit_test(reader__behind_a_declared_end__bad),
        cmocka_unit_test(reader__child_longer_than_capture__short_in_both),
        cmocka_unit_test(reader__child_longer_than_declared_parent__bad),
        cmocka_unit_test(reader__bytes__exact_or_nothing),
        cmocka_unit_test(reader__nothing_at_all__fine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
