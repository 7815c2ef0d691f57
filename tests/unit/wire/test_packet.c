/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <netinet/in.h>

#include "support/bytes.h"
#include "support/test.h"
#include "wire/packet.h"

#define ROOM 512

/* 10.0.0.1 -> 192.0.2.7 */
#define IP4(first, len, frag, proto) first "00" len "0001" frag "40" proto "0000 0a000001 c0000207"
#define ADDR6(last)                  "20010db80000000000000000000000" last
#define IP6(len, next)               "60000000" len next "40" ADDR6("01") ADDR6("02")
#define TCP                          "c350 01bb 00000010 00000020 50 18 ffff 0000 0000"
#define UDP(len)                     "c350 0035" len "0000"
#define MAPPED                       "00000000000000000000ffff0a000001"

static const struct {
    const char *name, *hex, *payload;
    enum parse want;
    uint8_t proto;
    bool cut;
} cases[] = {
    {"tcp, no payload", IP4("45", "0028", "0000", "06") TCP, "", PARSE_OK, 6, false},
    {"tcp with payload", IP4("45", "002b", "0000", "06") TCP "616263", "abc", PARSE_OK, 6, false},
    {"padding behind the IP length", IP4("45", "002b", "0000", "06") TCP "616263 000000", "abc",
     PARSE_OK, 6, false},
    {"capture shorter than the packet", IP4("45", "0100", "0000", "06") TCP "616263", "abc",
     PARSE_OK, 6, true},
    {"total length 0, merged by the kernel", IP4("45", "0000", "0000", "06") TCP "616263", "abc",
     PARSE_OK, 6, false},
    {"ip options", IP4("46", "002f", "0000", "06") "01010101" TCP "616263", "abc", PARSE_OK, 6,
     false},
    {"tcp options",
     IP4("45", "002d", "0000", "06") "c350 01bb 00000010 00000020 60 18 ffff 0000 0000 01010101"
                                     "61",
     "a", PARSE_OK, 6, false},
    {"tcp reserved bits and ECN",
     IP4("45", "0029", "0000", "06") "c350 01bb 00000010 00000020 5f d8 ffff 0000 0000"
                                     "61",
     "a", PARSE_OK, 6, false},
    {"don't fragment", IP4("45", "0029", "4000", "06") TCP "61", "a", PARSE_OK, 6, false},
    {"first fragment", IP4("45", "0029", "2000", "06") TCP "61", "a", PARSE_OK, 6, true},
    {"later fragment", IP4("45", "0029", "0001", "06") TCP "61", NULL, PARSE_NOT_MINE, 0, false},
    {"last fragment of udp", IP4("45", "0020", "0100", "11") UDP("000c") "61", NULL, PARSE_NOT_MINE,
     0, false},
    {"first fragment of udp", IP4("45", "001d", "2000", "11") UDP("0100") "61", "a", PARSE_OK, 17,
     true},
    {"udp", IP4("45", "001f", "0000", "11") UDP("000b") "616263", "abc", PARSE_OK, 17, false},
    {"udp shorter than ip says", IP4("45", "001f", "0000", "11") UDP("0009") "616263", "a",
     PARSE_OK, 17, false},
    {"udp without payload", IP4("45", "001c", "0000", "11") UDP("0008"), "", PARSE_OK, 17, false},
    {"udp cut by the capture", IP4("45", "0030", "0000", "11") UDP("001c") "61", "a", PARSE_OK, 17,
     true},
    {"udp longer than ip says", IP4("45", "001d", "0000", "11") UDP("000a") "61", NULL, PARSE_BAD,
     0, false},
    {"udp length under 8", IP4("45", "001d", "0000", "11") UDP("0007") "61", NULL, PARSE_BAD, 0,
     false},
    {"udp length 0 over IPv4", IP4("45", "001d", "0000", "11") UDP("0000") "61", NULL, PARSE_BAD, 0,
     false},
    {"header length under 5", IP4("44", "0028", "0000", "06") TCP, NULL, PARSE_BAD, 0, false},
    {"total length within the header", IP4("45", "0013", "0000", "06") TCP, NULL, PARSE_BAD, 0,
     false},
    {"total length without a transport", IP4("45", "0014", "0000", "06") TCP, NULL, PARSE_BAD, 0,
     false},
    {"total length within the tcp header", IP4("45", "0027", "0000", "06") TCP, NULL, PARSE_BAD, 0,
     false},
    {"tcp offset under 5",
     IP4("45", "0028", "0000", "06") "c350 01bb 00000010 00000020 40 18 ffff 0000 0000", NULL,
     PARSE_BAD, 0, false},
    {"tcp offset under 5, capture cut",
     IP4("45", "0100", "0000", "06") "c350 01bb 00000010 00000020 40 18 ffff 0000 0000", NULL,
     PARSE_BAD, 0, false},
    {"header length under 5, capture cut", IP4("44", "0100", "0000", "06"), NULL, PARSE_BAD, 0,
     false},
    {"tcp offset behind the end",
     IP4("45", "0028", "0000", "06") "c350 01bb 00000010 00000020 f0 18 ffff 0000 0000", NULL,
     PARSE_BAD, 0, false},
    {"tcp options behind the capture",
     IP4("45", "0100", "0000", "06") "c350 01bb 00000010 00000020 f0 18 ffff 0000 0000", NULL,
     PARSE_MORE, 0, false},
    {"icmp", IP4("45", "001c", "0000", "01") "0800 0000 0001 0001", NULL, PARSE_NOT_MINE, 0, false},
    {"version 5", "55000000", NULL, PARSE_NOT_MINE, 0, false},
    {"nothing", "", NULL, PARSE_MORE, 0, false},

    {"IPv6 tcp", IP6("0015", "06") TCP "61", "a", PARSE_OK, 6, false},
    {"IPv6 udp", IP6("0009", "11") UDP("0009") "61", "a", PARSE_OK, 17, false},
    {"IPv6 padding", IP6("0015", "06") TCP "61 0000", "a", PARSE_OK, 6, false},
    {"IPv6 cut", IP6("0100", "06") TCP "61", "a", PARSE_OK, 6, true},
    {"IPv6 payload length 0, merged", IP6("0000", "06") TCP "61", "a", PARSE_OK, 6, false},
    {"jumbo udp", IP6("0000", "00") "11 00 c204 00020000" UDP("0000") "6162", "ab", PARSE_OK, 17,
     false},
    {"hop-by-hop", IP6("001d", "00") "06 00 010400000000" TCP "61", "a", PARSE_OK, 6, false},
    {"hop-by-hop, routing, destination",
     IP6("0035", "00") "2b 00 010400000000"
                       "3c 01 000000000000 0000000000000000"
                       "06 00 010400000000" TCP "61",
     "a", PARSE_OK, 6, false},
    {"first fragment, IPv6", IP6("001d", "2c") "06 00 0001 00000007" TCP "61", "a", PARSE_OK, 6,
     true},
    {"atomic fragment", IP6("001d", "2c") "06 00 0000 00000007" TCP "61", "a", PARSE_OK, 6, false},
    {"later fragment, IPv6", IP6("001d", "2c") "06 00 0008 00000007" TCP "61", NULL, PARSE_NOT_MINE,
     0, false},
    {"no next header", IP6("0000", "3b"), NULL, PARSE_NOT_MINE, 0, false},
    {"icmpv6", IP6("0004", "3a") "80000000", NULL, PARSE_NOT_MINE, 0, false},
    {"extension longer than the packet", IP6("0008", "00") "06 05 010400000000" TCP, NULL,
     PARSE_BAD, 0, false},
    {"extension longer than the capture", IP6("0100", "00") "06 05 010400000000", NULL, PARSE_MORE,
     0, false},
    {"eight extensions",
     IP6("0054", "3c") "3c00010400000000 3c00010400000000 3c00010400000000"
                       "3c00010400000000 3c00010400000000 3c00010400000000 3c00010400000000 "
                       "0600010400000000" TCP,
     "", PARSE_OK, 6, false},
    {"nine extensions",
     IP6("005c", "3c") "3c00010400000000 3c00010400000000 3c00010400000000"
                       "3c00010400000000 3c00010400000000 3c00010400000000 3c00010400000000 "
                       "3c00010400000000"
                       "0600010400000000" TCP,
     NULL, PARSE_BAD, 0, false},
    {"IPv4 source in IPv6", "60000000 0014 06 40" MAPPED ADDR6("02") TCP, NULL, PARSE_BAD, 0,
     false},
    {"IPv4 destination in IPv6", "60000000 0014 06 40" ADDR6("02") MAPPED TCP, NULL, PARSE_BAD, 0,
     false},
};

static enum parse read_exact(const uint8_t *ptr, size_t len, struct packet *ret, bool *ret_cut,
                             uint8_t **ret_exact)
{
    *ret_exact = bytes_exact((struct bytes){ptr, len});
    return packet_read(ret, (struct bytes){*ret_exact, len}, ret_cut);
}

static void packet__table__facts_or_refusal(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        uint8_t buf[ROOM], *exact;
        size_t len = bytes_from_hex(buf, sizeof(buf), cases[i].hex);
        struct packet p;
        bool cut = !cases[i].cut;

        if (read_exact(buf, len, &p, &cut, &exact) != cases[i].want)
            fail_msg("%s: another result", cases[i].name);
        if (cases[i].want == PARSE_OK) {
            size_t want = strlen(cases[i].payload);

            if (p.proto != cases[i].proto || cut != cases[i].cut || p.payload.len != want ||
                (want && memcmp(p.payload.ptr, cases[i].payload, want) != 0))
                fail_msg("%s: other facts", cases[i].name);
        }
        free(exact);
    }
}

static void packet__tcp_segment__every_field(void **state)
{
    uint8_t buf[ROOM];
    size_t len = bytes_from_hex(buf, sizeof(buf), IP4("45", "002b", "0000", "06") TCP "616263");
    char text[ADDR_TEXT];
    struct packet p;
    bool cut;

    (void)state;
    assert_int_equal(packet_read(&p, (struct bytes){buf, len}, &cut), PARSE_OK);
    assert_string_equal(addr_text(&p.src.addr, text), "10.0.0.1");
    assert_string_equal(addr_text(&p.dst.addr, text), "192.0.2.7");
    assert_int_equal(p.src.port, 50000);
    assert_int_equal(p.dst.port, 443);
    assert_int_equal(p.seq, 16);
    assert_int_equal(p.ack, 32);
    assert_int_equal(p.flags, TCP_PSH | TCP_ACK);
    assert_ptr_equal(p.payload.ptr, buf + 40);
}

static void packet__ipv6__addresses(void **state)
{
    uint8_t buf[ROOM];
    size_t len = bytes_from_hex(buf, sizeof(buf), IP6("0015", "06") TCP "61");
    char text[ADDR_TEXT];
    struct packet p;
    bool cut;

    (void)state;
    assert_int_equal(packet_read(&p, (struct bytes){buf, len}, &cut), PARSE_OK);
    assert_string_equal(addr_text(&p.src.addr, text), "2001:db8::1");
    assert_string_equal(addr_text(&p.dst.addr, text), "2001:db8::2");
}

/* A capture cut at any byte: more is wanted until the headers are there, then it is a cut. */
static void packet__every_cut__more_or_a_shorter_payload(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        uint8_t buf[ROOM], *exact;
        size_t len = bytes_from_hex(buf, sizeof(buf), cases[i].hex);

        for (size_t n = 0; cases[i].want == PARSE_OK && n < len; n++) {
            struct packet p;
            bool cut;
            enum parse result = read_exact(buf, n, &p, &cut, &exact);

            /* With length 0 the capture itself is the packet; it may then end too early. */
            if (result == PARSE_NOT_MINE ||
                (result == PARSE_BAD && !strstr(cases[i].name, "merged") &&
                 !strstr(cases[i].name, "jumbo")))
                fail_msg("%s cut at %zu", cases[i].name, n);
            if (result == PARSE_OK)
                assert_true(p.payload.len <= strlen(cases[i].payload));
            free(exact);
        }
    }
}

static void packet__every_byte_changed__payload_stays_inside(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        uint8_t buf[ROOM], *exact;
        size_t len = bytes_from_hex(buf, sizeof(buf), cases[i].hex);

        for (size_t n = 0; n < len * 256; n++) {
            struct packet p;
            bool cut;
            uint8_t kept = buf[n / 256];

            buf[n / 256] = (uint8_t)n;
            if (read_exact(buf, len, &p, &cut, &exact) == PARSE_OK && p.payload.len) {
                assert_true(p.payload.ptr >= exact);
                assert_true(p.payload.ptr + p.payload.len <= exact + len);
            }
            buf[n / 256] = kept;
            free(exact);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packet__table__facts_or_refusal),
        cmocka_unit_test(packet__tcp_segment__every_field),
        cmocka_unit_test(packet__ipv6__addresses),
        cmocka_unit_test(packet__every_cut__more_or_a_shorter_payload),
        cmocka_unit_test(packet__every_byte_changed__payload_stays_inside),
    };

    return cmocka_run_group_tests_name("wire/packet", tests, NULL, NULL);
}
