/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/trouble.h"

#include "support/test.h"

static void add__two_of_a_kind__both_named(void **state)
{
    struct troubles t = {0};
    char text[TROUBLE_TEXT];

    (void)state;
    assert_false(troubles_has(&t, TROUBLE_INTERFACE));
    troubles_add(&t, TROUBLE_INTERFACE, "room1");
    troubles_add(&t, TROUBLE_INTERFACE, "room2");
    assert_true(troubles_has(&t, TROUBLE_INTERFACE));
    assert_false(troubles_has(&t, TROUBLE_ICMP));
    assert_non_null(
        strstr(trouble_text(&t, TROUBLE_INTERFACE, text), "interface room1, room2 now"));
}

static void add__more_than_fits__cut_and_terminated(void **state)
{
    struct troubles t = {0};
    char text[TROUBLE_TEXT];

    (void)state;
    for (unsigned i = 0; i < TROUBLE_WHAT; i++)
        troubles_add(&t, TROUBLE_INTERFACE, "abcdefghijklmno");
    assert_int_equal(strlen(t.what[TROUBLE_INTERFACE]), TROUBLE_WHAT - 1);
    assert_int_equal(t.what[TROUBLE_BRIDGE_PORT][0], '\0');
    memset(t.what, 'x', sizeof(t.what)); /* as a stranger's message may be */
    trouble_text(&t, TROUBLE_BRIDGE_HOOKS, text);
    assert_non_null(strstr(text, "br_netfilter"));
}

static void text__each__fits_and_has_a_code(void **state)
{
    struct troubles t = {0};
    char what[TROUBLE_WHAT], text[TROUBLE_TEXT];

    (void)state;
    memset(what, 'w', sizeof(what) - 1);
    what[sizeof(what) - 1] = '\0';
    for (unsigned i = 0; i < TROUBLE_COUNT; i++) {
        troubles_add(&t, (enum trouble)i, what);
        assert_true(strlen(trouble_text(&t, (enum trouble)i, text)) < TROUBLE_TEXT - 1);
        assert_non_null(strstr(text, what));
        assert_true(strlen(trouble_code((enum trouble)i)) > 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(add__two_of_a_kind__both_named),
        cmocka_unit_test(add__more_than_fits__cut_and_terminated),
        cmocka_unit_test(text__each__fits_and_has_a_code),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
