/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/bytes.h"
#include "support/test.h"
#include "wire/quic.h"

#define ID20 "0102030405060708090a0b0c0d0e0f1011121314"

static const struct {
    const char *name, *hex;
    bool want;
} cases[] = {
    {"v1 initial, 8-byte destination id", "c3 00000001 08 0001020304050607 00 00 449e", true},
    {"v2", "d3 6b3343cf 04 01020304 00", true},
    {"draft 29", "c0 ff00001d 04 01020304 00", true},
    {"a version to force negotiation", "c0 1a2a3a4a 04 01020304 00", true},
    {"fixed bit greased", "80 00000001 00 00", true},
    {"both ids of 20 bytes", "c0 00000001 14" ID20 "14" ID20, true},
    {"destination id of 21 bytes", "c0 00000001 15" ID20 "15 00", false},
    {"source id of 21 bytes", "c0 00000001 00 15" ID20 "15", false},
    {"id longer than the datagram", "c0 00000001 14 0102", false},
    {"version negotiation", "c0 00000000 04 01020304 00", false},
    {"short header", "40 00000001 04 01020304 00", false},
    {"DTLS hello", "16 fefd 0000 000000000000 0079", false},
    {"DNS question", "1234 0100 0001 0000 0000 0000", false},
    {"WireGuard", "01000000 11223344 00 00", false},
    {"empty", "", false},
    {"first byte only", "c0", false},
    {"no room for the source id's length", "c0 00000001 00", false},
};

static void quic__datagrams__long_header_or_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        uint8_t buf[64];
        size_t len = bytes_from_hex(buf, sizeof(buf), cases[i].hex);
        uint8_t *exact = bytes_exact((struct bytes){buf, len});

        if (quic_is_long_header((struct bytes){exact, len}) != cases[i].want)
            fail_msg("%s", cases[i].name);
        free(exact);
    }
}

static void quic__every_cut_of_the_header__not_recognised(void **state)
{
    uint8_t buf[64];
    size_t len = bytes_from_hex(buf, sizeof(buf), "c3 00000001 08 0001020304050607 02 aabb");

    (void)state;
    for (size_t n = 0; n < len; n++) {
        uint8_t *exact = bytes_exact((struct bytes){buf, n});

        assert_false(quic_is_long_header((struct bytes){exact, n}));
        free(exact);
    }
    assert_true(quic_is_long_header((struct bytes){buf, len}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quic__datagrams__long_header_or_not),
        cmocka_unit_test(quic__every_cut_of_the_header__not_recognised),
    };

    return cmocka_run_group_tests_name("wire/quic", tests, NULL, NULL);
}
