/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include <stdbool.h>

#include "names/label.h"

static void reserved_name__every_label__only_reserved_ones_have_one(void **state)
{
    (void)state;
    for (unsigned label = 0; label < LABEL_COUNT; label++) {
        bool reserved = label == LABEL_NONE || label >= LABEL_PROBE;

        assert_int_equal(label_reserved_name((uint8_t)label) != NULL, reserved);
    }
}

static void reserved_name__two_labels__differ(void **state)
{
    (void)state;
    for (unsigned a = LABEL_PROBE; a < LABEL_COUNT; a++)
        for (unsigned b = a + 1; b < LABEL_COUNT; b++)
            assert_string_not_equal(label_reserved_name((uint8_t)a),
                                    label_reserved_name((uint8_t)b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reserved_name__every_label__only_reserved_ones_have_one),
        cmocka_unit_test(reserved_name__two_labels__differ),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
