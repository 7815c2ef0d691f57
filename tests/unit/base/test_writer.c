/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "base/writer.h"

static void writer__numbers__big_endian(void **state)
{
    uint8_t buf[9];
    struct writer w = wr_init(buf, sizeof(buf));

    (void)state;
    wr_u8(&w, 1);
    wr_u16(&w, 0x0203);
    wr_u32(&w, 0x04050607);
    wr_zero(&w, 1);
    wr_bytes(&w, "x", 1);
    assert_true(wr_ok(&w));
    assert_int_equal(w.len, 9);
    assert_memory_equal(buf, "\1\2\3\4\5\6\7\0x", 9);
    wr_patch16(&w, 7, 0x6162);
    assert_memory_equal(buf + 7, "ab", 2);
}

static void writer__limit__minus_one_exact_plus_one(void **state)
{
    uint8_t buf[4] = {0};

    (void)state;
    for (size_t cap = 1; cap <= 3; cap++) {
        struct writer w = wr_init(buf, cap);

        wr_u16(&w, 0xffff);
        assert_int_equal(wr_ok(&w), cap >= 2);
        wr_patch16(&w, 1, 0); /* does not fit: ignored */
        assert_true(buf[2] == 0);
    }
}

static void writer__overflow__sticky(void **state)
{
    uint8_t buf[2];
    struct writer w = wr_init(buf, sizeof(buf));

    (void)state;
    wr_u32(&w, 1);
    wr_u8(&w, 1);
    assert_false(wr_ok(&w));
    assert_int_equal(w.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writer__numbers__big_endian),
        cmocka_unit_test(writer__limit__minus_one_exact_plus_one),
        cmocka_unit_test(writer__overflow__sticky),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
