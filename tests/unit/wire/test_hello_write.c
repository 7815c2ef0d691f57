/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/hello_write.h"

#include "support/test.h"

#include "wire/tls.h"

static struct tls_scratch scratch;

static void hello_write__a_host__our_own_reader_finds_it(void **state)
{
    static const char *const hosts[] = {"a", "probe.lespoort.invalid", "xn--bcher-kva.example"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(hosts); i++) {
        uint8_t buf[256];
        size_t len = hello_write(buf, sizeof(buf), hosts[i]);
        struct tls_hello hello;

        assert_true(len > 0);
        assert_int_equal(tls_read_hello(&hello, (struct bytes){buf, len}, &scratch), PARSE_OK);
        assert_string_equal(hello.sni.text, hosts[i]);
        assert_int_equal(hello.used, len);
        assert_false(hello.ech);
        for (size_t cut = 0; cut < len; cut++)
            assert_int_equal(tls_read_hello(&hello, (struct bytes){buf, cut}, &scratch),
                             PARSE_MORE);
    }
}

static void hello_write__the_longest_host__fits(void **state)
{
    char host[HOSTNAME_MAX + 1] = "";
    uint8_t buf[512];
    struct tls_hello hello;

    (void)state;
    for (size_t i = 0; i < HOSTNAME_MAX; i++)
        host[i] = i % 2 ? '.' : 'a';
    size_t len = hello_write(buf, sizeof(buf), host);

    assert_int_equal(tls_read_hello(&hello, (struct bytes){buf, len}, &scratch), PARSE_OK);
    assert_string_equal(hello.sni.text, host);
}

static void hello_write__too_little_room__nothing(void **state)
{
    uint8_t buf[256];
    size_t len = hello_write(buf, sizeof(buf), "open.lespoort.invalid");

    (void)state;
    assert_int_equal(hello_write(buf, len, "open.lespoort.invalid"), len);
    for (size_t cap = 0; cap < len; cap++)
        assert_int_equal(hello_write(buf, cap, "open.lespoort.invalid"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hello_write__a_host__our_own_reader_finds_it),
        cmocka_unit_test(hello_write__the_longest_host__fits),
        cmocka_unit_test(hello_write__too_little_room__nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
