/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "support/test.h"

#include "base/span.h"
#include "config/utf8.h"

static const struct {
    const char *text, *tamed;
    bool printable;
} cases[] = {
    {"", "", true},
    {"Regenboog 7a", "Regenboog 7a", true},
    {"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
     true},
    {"\xc2\xa0\xf4\x8f\xbf\xbf", "\xc2\xa0\xf4\x8f\xbf\xbf", true},
    {"a\tb\n", "a?b?", false},
    {"\x1b[31m", "?[31m", false},
    {"\x7f", "?", false},
    {"\xc2\x85", "??", false},      /* a C1 control */
    {"\xc0\xaf", "??", false},      /* overlong */
    {"\xe0\x80\xaf", "???", false}, /* overlong */
    {"\xf0\x80\x80\xaf", "????", false},
    {"\xed\xa0\x80", "???", false},      /* a surrogate */
    {"\xf4\x90\x80\x80", "????", false}, /* above U+10FFFF */
    {"\xff", "?", false},
    {"\xe2\x82", "??", false}, /* cut short */
    {"\xe2\x82z", "??z", false},
    {"\x80\xbf", "??", false},
};

static void utf8_printable__each_form__is_judged(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(utf8_printable(cases[i].text), cases[i].printable);
}

static void utf8_tame__each_form__becomes_printable(void **state)
{
    char text[32];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        snprintf(text, sizeof(text), "%s", cases[i].text);
        utf8_tame(text);
        assert_string_equal(text, cases[i].tamed);
        assert_true(utf8_printable(text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_printable__each_form__is_judged),
        cmocka_unit_test(utf8_tame__each_form__becomes_printable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
