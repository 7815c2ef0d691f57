/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "base/span.h"
#include "base/suggest.h"

static const char *const words[] = {"instagram", "facebook", "youtube", "zones"};

static void suggest__typing_error__nearest(void **state)
{
    (void)state;
    assert_string_equal(suggest("instagarm", words, ARRAY_SIZE(words)), "instagram");
    assert_string_equal(suggest("youtub", words, ARRAY_SIZE(words)), "youtube");
    assert_string_equal(suggest("zone", words, ARRAY_SIZE(words)), "zones");
}

static void suggest__nothing_near__none(void **state)
{
    char big[200];

    (void)state;
    memset(big, 'a', sizeof(big) - 1);
    big[sizeof(big) - 1] = '\0';
    assert_null(suggest("bells", words, ARRAY_SIZE(words)));
    assert_null(suggest("", words, ARRAY_SIZE(words)));
    assert_null(suggest(big, words, ARRAY_SIZE(words)));
    assert_null(suggest("x", NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(suggest__typing_error__nearest),
        cmocka_unit_test(suggest__nothing_near__none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
