/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "support/test.h"

#include "config/config.h"

static const struct {
    const char *typed, *name; /* NULL: refused */
    const char *why;
} cases[] = {
    {"Example.NL", "example.nl", NULL},
    {"example.nl.", "example.nl", NULL},
    {"_sip._tcp.example.nl", "_sip._tcp.example.nl", NULL},
    {"youtube", "youtube", NULL},
    {"b\xc3\xbc"
     "cher.example",
     "xn--bcher-kva.example", NULL},
    {"B\xc3\x9c"
     "CHER.example",
     "xn--bcher-kva.example", NULL},
    {"fa\xc3\x9f.example", "xn--fa-hia.example", NULL}, /* not transitional: no "fass" */
    {"bu\xcc\x88"
     "cher.example",
     "xn--bcher-kva.example", NULL}, /* a combining mark */
    {"", NULL, "is empty"},
    {".", NULL, "has a wildcard, though names below a name always belong to it"},
    {"*.example.nl", NULL, "has a wildcard, though names below a name always belong to it"},
    {"10.1.2.3", NULL, "is an address"},
    {"2001:db8::1", NULL, "is an address"},
    {"[::1]", NULL, "is an address"},
    {"http://example.nl/", NULL, "is a web address"},
    {"example.nl:443", NULL, "is a web address"},
    {"a..b", NULL, "is not a host name"},
    {"a b", NULL, "is not a host name"},
    {"caf\xe9.example", NULL, "is not a host name"},
    {"xn--\xc3\xa9.nl", NULL, "is not a host name"},
    {"\xe2\x98\x83\xef\xbf\xbe.nl", NULL, "is not a host name"},
};

static void config_hostname__each_typed_name__is_normal_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct hostname name;
        const char *why = NULL;
        bool ok = config_hostname(cases[i].typed, &name, &why);

        if (ok != (cases[i].name != NULL))
            fail_msg("%s", cases[i].typed);
        if (ok)
            assert_string_equal(name.text, cases[i].name);
        else
            assert_string_equal(why, cases[i].why);
    }
}

static void config_hostname__very_long__is_refused(void **state)
{
    static char text[100000];
    struct hostname name;
    const char *why;

    (void)state;
    memset(text, 'a', sizeof(text) - 1);
    assert_false(config_hostname(text, &name, &why));
    for (size_t i = 0; i + 1 < sizeof(text) - 1; i++)
        text[i] = i % 2 ? '\xa9' : '\xc3';
    assert_false(config_hostname(text, &name, &why));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config_hostname__each_typed_name__is_normal_or_refused),
        cmocka_unit_test(config_hostname__very_long__is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
