/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/bytes.h"
#include "support/test.h"
#include "wire/dns_answer.h"
#include "wire/dns_record.h"

#define ROOM 4096

/* restrict.youtube.com: 12 to 34; its parts: youtube.com at 21, com at 29. */
#define HOST     "08 7265737472696374 07 796f7574756265 03 636f6d 00 "
#define IN_A     "0001 0001 "
#define IN_AAAA  "001c 0001 "
#define NONE     "0000 0000 0000 "
#define A1       "c00c 0001 0001 0000012c 0004 d8ef2678 "
#define A2       "c00c 0001 0001 00000014 0004 d8ef2679 "
#define SIX      "c00c 001c 0001 0000000a 0010 20010db8 00000000 00000000 00000021 "
#define SOA      "c015 0006 0001 0000003c 0018 c015 c015 00000001 00000002 00000003 00000004 00000005 "
#define OPT      "00 0029 04d0 00000000 0000 "
#define COOKIE   "00 0029 04d0 00000000 000c 000a 0008 0102030405060708 "
#define REPLY(n) "5678 8180 0001 " n

static const struct {
    const char *what, *hex;
    enum parse want;
    unsigned count;
    uint32_t ttl;
    size_t opt;
} answers[] = {
    {"an address", REPLY("0001 0000 0000") HOST IN_A A1, PARSE_OK, 1, 300, 0},
    {"the smallest TTL", REPLY("0002 0000 0000") HOST IN_A A1 A2, PARSE_OK, 2, 20, 0},
    {"IPv6", REPLY("0001 0000 0000") HOST IN_AAAA SIX, PARSE_OK, 1, 10, 0},
    {"an OPT", REPLY("0001 0000 0001") HOST IN_A A1 OPT, PARSE_OK, 1, 300, 11},
    {"an OPT with a cookie", REPLY("0001 0000 0001") HOST IN_A A1 COOKIE, PARSE_OK, 1, 300, 23},
    {"an OPT among answers", REPLY("0002 0000 0000") HOST IN_A A1 OPT, PARSE_OK, 1, 300, 0},
    {"of the other family", REPLY("0001 0000 0000") HOST IN_A SIX, PARSE_OK, 0, 0, 0},
    {"addresses in the additional section", REPLY("0000 0000 0001") HOST IN_A A1, PARSE_OK, 0, 0,
     0},
    {"an alias", /* com: CNAME of the host, an odd but valid name; then its address */
     REPLY("0002 0000 0000") HOST IN_A "c00c 0005 0001 00000005 0002 c01d"
                                       "c01d 0001 0001 0000012c 0004 d8ef2678",
     PARSE_OK, 1, 5, 0},
    {"an alias behind its address",
     REPLY("0002 0000 0000") HOST IN_A "c01d 0001 0001 0000012c 0004 d8ef2678"
                                       "c00c 0005 0001 00000005 0002 c01d",
     PARSE_OK, 1, 5, 0},
    {"an alias of itself", REPLY("0002 0000 0000") HOST IN_A "c00c 0005 0001 00000005 0002 c00c" A1,
     PARSE_OK, 1, 5, 0},
    {"an alias to nothing", REPLY("0001 0000 0000") HOST IN_A "c00c 0005 0001 00000005 0002 c01d",
     PARSE_OK, 0, 0, 0},
    {"an alias to no host name",
     REPLY("0002 0000 0000") HOST IN_A "c00c 0005 0001 00000005 0003 012a00" A1, PARSE_OK, 0, 0, 0},
    {"bytes behind an alias",
     REPLY("0002 0000 0000") HOST IN_A "c00c 0005 0001 00000005 0003 c01d00"
                                       "c01d 0001 0001 0000012c 0004 d8ef2678",
     PARSE_OK, 0, 0, 0},
    {"of another name", REPLY("0001 0000 0000") HOST IN_A "c015 0001 0001 0000012c 0004 d8ef2678",
     PARSE_OK, 0, 0, 0},
    {"of another class", REPLY("0001 0000 0000") HOST IN_A "c00c 0001 0003 0000012c 0004 d8ef2678",
     PARSE_OK, 0, 0, 0},
    {"an address of five bytes",
     REPLY("0001 0000 0000") HOST IN_A "c00c 0001 0001 0000012c 0005 d8ef267800", PARSE_OK, 0, 0,
     0},
    {"of a name that leads forwards",
     REPLY("0002 0000 0000") HOST IN_A "c0ff 0001 0001 0000012c 0004 d8ef2678" A1, PARSE_OK, 1, 300,
     0},
    {"negative", REPLY("0000 0001 0000") HOST IN_A SOA, PARSE_OK, 0, 0, 0},
    {"another type", REPLY("0000 0000 0000") HOST "0041 0001", PARSE_OK, 0, 0, 0},
    {"a question", "5678 0100 0001" NONE HOST IN_A, PARSE_NOT_MINE, 0, 0, 0},
    {"a notify", "5678 a000 0001" NONE HOST IN_A, PARSE_NOT_MINE, 0, 0, 0},
    {"no question", "5678 8181 0000" NONE, PARSE_BAD, 0, 0, 0},
    {"two questions", "5678 8180 0002" NONE HOST IN_A HOST IN_A, PARSE_BAD, 0, 0, 0},
    {"a record that is not there", REPLY("0002 0000 0000") HOST IN_A A1, PARSE_BAD, 0, 0, 0},
    {"65535 of each", REPLY("ffff ffff ffff") HOST IN_A A1, PARSE_BAD, 0, 0, 0},
    {"a pointer in the question", REPLY("0000 0000 0000") "c00c" IN_A, PARSE_BAD, 0, 0, 0},
    {"nothing", "", PARSE_BAD, 0, 0, 0},
};

static enum parse read_hex(struct dns_answer *ret, uint8_t buf[static ROOM], const char *hex)
{
    size_t len = bytes_from_hex(buf, ROOM, hex);
    uint8_t *exact = bytes_exact((struct bytes){buf, len});
    enum parse result = dns_read_answer(ret, (struct bytes){exact, len});

    free(exact);
    /* Once more, so that what is found lies in memory that stays. */
    assert_int_equal(dns_read_answer(ret, (struct bytes){buf, len}), result);
    return result;
}

static void read_answer__each__its_addresses(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
        uint8_t buf[ROOM];
        struct dns_answer a;

        if (read_hex(&a, buf, answers[i].hex) != answers[i].want)
            fail_msg("%s: another result", answers[i].what);
        if (answers[i].want != PARSE_OK)
            continue;
        if (a.count != answers[i].count || a.opt.len != answers[i].opt ||
            (a.count && a.ttl != answers[i].ttl))
            fail_msg("%s: %u addresses, TTL %u, OPT of %zu", answers[i].what, a.count, a.ttl,
                     a.opt.len);
        assert_string_equal(a.name.text, "restrict.youtube.com");
        assert_int_equal(a.id, 0x5678);
    }
}

static void read_answer__every_cut__bad(void **state)
{
    uint8_t buf[ROOM];
    size_t len =
        bytes_from_hex(buf, sizeof(buf), REPLY("0002 0001 0001") HOST IN_A A1 A2 SOA COOKIE);
    struct dns_answer a;

    (void)state;
    for (size_t n = 0; n < len; n++) {
        uint8_t *exact = bytes_exact((struct bytes){buf, n});

        assert_int_equal(dns_read_answer(&a, (struct bytes){exact, n}), PARSE_BAD);
        free(exact);
    }
    assert_int_equal(dns_read_answer(&a, (struct bytes){buf, len}), PARSE_OK);
}

static void read_answer__more_than_it_takes__the_first(void **state)
{
    uint8_t buf[ROOM * 2], record[64];
    size_t len = bytes_from_hex(buf, sizeof(buf), REPLY("0096 0000 0000") HOST IN_A);
    size_t each = bytes_from_hex(record, sizeof(record), A1);
    struct dns_answer a;

    (void)state;
    for (unsigned i = 0; i < 0x96; i++, len += each) {
        memcpy(buf + len, record, each);
        buf[len + each - 1] = (uint8_t)i;
    }
    assert_int_equal(dns_read_answer(&a, (struct bytes){buf, len}), PARSE_OK);
    assert_int_equal(a.count, DNS_ANSWER_ADDRESSES);
    for (unsigned i = 0; i < a.count; i++)
        assert_int_equal(a.addresses[i].ptr[3], i);
}

/* ---- writing ---- */

/* wWw.YouTube.com, as a client spells it. */
#define ASKED         "03 775777 07 596f7554756265 03 636f6d 00 "
#define QUESTION(t)   "1234 0120 0001 0000 0000 0000 " ASKED t
#define QUESTION_E(t) "1234 0110 0001 0000 0000 0001 " ASKED t COOKIE
/* The name of an alias' target stands behind 12 + 17 + 4 + 12 bytes: at 45. */
#define CNAME(ttl)    "c00c 0005 0001 " ttl " 0016 " HOST
#define NODATA_SOA                                                                                 \
    "c00c 0006 0001 00000001 002f 09 6c6f63616c686f7374 00 06 6e6f626f6479 07 696e76616c6964 00"   \
    "00000001 00000e10 00000258 00015180 00000001"

static const struct {
    const char *what, *question, *answer, *want;
} written[] = {
    {"an address", QUESTION(IN_A), REPLY("0001 0000 0000") HOST IN_A A2,
     "1234 8180 0001 0002 0000 0000" ASKED IN_A CNAME(
         "00000014") "c02d 0001 0001 00000014 0004 d8ef2679"},
    {"at most a minute", QUESTION(IN_A), REPLY("0001 0000 0000") HOST IN_A A1,
     "1234 8180 0001 0002 0000 0000" ASKED IN_A CNAME(
         "0000003c") "c02d 0001 0001 0000003c 0004 d8ef2678"},
    {"two and EDNS", QUESTION_E(IN_A), REPLY("0002 0000 0001") HOST IN_A A1 A2 OPT,
     "1234 8190 0001 0003 0000 0001" ASKED IN_A CNAME(
         "00000014") "c02d 0001 0001 00000014 0004 d8ef2678 c02d 0001 0001 00000014 0004 "
                     "d8ef2679" OPT},
    {"the resolver's cookie", QUESTION_E(IN_AAAA), REPLY("0001 0000 0001") HOST IN_AAAA SIX COOKIE,
     "1234 8190 0001 0002 0000 0001" ASKED IN_AAAA CNAME(
         "0000000a") "c02d 001c 0001 0000000a 0010 20010db8 00000000 00000000 00000021" COOKIE},
    {"no OPT for who sent none", QUESTION(IN_A), REPLY("0001 0000 0001") HOST IN_A A2 OPT,
     "1234 8180 0001 0002 0000 0000" ASKED IN_A CNAME(
         "00000014") "c02d 0001 0001 00000014 0004 d8ef2679"},
    {"AD and AA are not passed on", QUESTION(IN_A), "5678 85a0 0001 0001 0000 0000" HOST IN_A A2,
     "1234 8180 0001 0002 0000 0000" ASKED IN_A CNAME(
         "00000014") "c02d 0001 0001 00000014 0004 d8ef2679"},
    {"cut short, but with an address", QUESTION(IN_A), "5678 8380 0001 0001 0000 0000" HOST IN_A A2,
     "1234 8180 0001 0002 0000 0000" ASKED IN_A CNAME(
         "00000014") "c02d 0001 0001 00000014 0004 d8ef2679"},
    {"cut short", QUESTION(IN_A), "5678 8380 0001" NONE HOST IN_A,
     "1234 8380 0001 0000 0000 0000" ASKED IN_A},
    {"no address", QUESTION(IN_AAAA), REPLY("0000 0001 0000") HOST IN_AAAA SOA,
     "1234 8180 0001 0000 0001 0000" ASKED IN_AAAA NODATA_SOA},
    {"no such host", QUESTION(IN_A), "5678 8183 0001 0000 0001 0000" HOST IN_A SOA,
     "1234 8180 0001 0000 0001 0000" ASKED IN_A NODATA_SOA},
    {"the resolver failed", QUESTION_E(IN_A), "5678 8182 0001 0000 0000 0001" HOST IN_A OPT,
     "1234 8192 0001 0000 0000 0001" ASKED IN_A OPT},
    {"the resolver refuses", QUESTION(IN_A), "5678 8105 0001" NONE HOST IN_A,
     "1234 8185 0001 0000 0000 0000" ASKED IN_A},
};

static void write_alias__each__as_the_client_may_read_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(written); i++) {
        uint8_t question[ROOM], answer[ROOM], want[ROOM], got[ROOM];
        size_t len = bytes_from_hex(question, sizeof(question), written[i].question);
        size_t want_len = bytes_from_hex(want, sizeof(want), written[i].want);
        struct dns_question q;
        struct dns_answer a;

        assert_int_equal(dns_read_question(&q, (struct bytes){question, len}), PARSE_OK);
        assert_int_equal(read_hex(&a, answer, written[i].answer), PARSE_OK);
        size_t got_len = dns_write_alias(got, 512, &q, "restrict.youtube.com", &a);

        if (got_len != want_len || memcmp(got, want, want_len) != 0)
            fail_msg("%s: other bytes (%zu)", written[i].what, got_len);
        for (size_t cap = 0; cap < want_len; cap++) {
            uint8_t *exact = malloc(cap + 1);

            assert_non_null(exact);
            /* Addresses that do not fit are left out. */
            assert_true(dns_write_alias(exact, cap, &q, "restrict.youtube.com", &a) <= cap);
            free(exact);
        }
    }
}

static void write_alias__without_an_answer__the_alias_alone(void **state)
{
    uint8_t question[ROOM], want[ROOM], got[ROOM];
    size_t len = bytes_from_hex(question, sizeof(question), QUESTION_E(IN_A));
    size_t want_len = bytes_from_hex(want, sizeof(want),
                                     "1234 8190 0001 0001 0000 0000" ASKED IN_A CNAME("0000003c"));
    struct dns_question q;

    (void)state;
    assert_int_equal(dns_read_question(&q, (struct bytes){question, len}), PARSE_OK);
    assert_int_equal(dns_write_alias(got, sizeof(got), &q, "restrict.youtube.com", NULL), want_len);
    assert_memory_equal(got, want, want_len);
}

static void write_alias__more_addresses_than_fit__as_many_as_do(void **state)
{
    uint8_t question[ROOM], buf[ROOM], record[64], got[ROOM];
    size_t len = bytes_from_hex(question, sizeof(question), QUESTION(IN_AAAA));
    size_t answer = bytes_from_hex(buf, sizeof(buf), REPLY("0010 0000 0000") HOST IN_AAAA);
    size_t each = bytes_from_hex(record, sizeof(record), SIX);
    struct dns_question q;
    struct dns_answer a, again;

    (void)state;
    for (unsigned i = 0; i < 16; i++, answer += each)
        memcpy(buf + answer, record, each);
    assert_int_equal(dns_read_question(&q, (struct bytes){question, len}), PARSE_OK);
    assert_int_equal(dns_read_answer(&a, (struct bytes){buf, answer}), PARSE_OK);
    assert_int_equal(a.count, 16);
    len = dns_write_alias(got, 512, &q, "restrict.youtube.com", &a);
    assert_in_range(len, 512 - each, 512);
    assert_int_equal(dns_read_answer(&again, (struct bytes){got, len}), PARSE_OK);
    assert_int_equal(again.count, got[7] - 1);
    assert_in_range(again.count, 10, 15);
    len = dns_write_alias(got, 1232, &q, "restrict.youtube.com", &a);
    assert_int_equal(dns_read_answer(&again, (struct bytes){got, len}), PARSE_OK);
    assert_int_equal(again.count, 16);
}

static void answer__every_byte_changed__no_harm(void **state)
{
    uint8_t question[ROOM], buf[ROOM], got[ROOM];
    size_t len = bytes_from_hex(question, sizeof(question), QUESTION_E(IN_A));
    size_t answer = bytes_from_hex(buf, sizeof(buf),
                                   REPLY("0003 0001 0001") HOST IN_A
                                   "c00c 0005 0001 00000005 0002 c01d" A1 A2 SOA COOKIE);
    struct dns_question q;

    (void)state;
    assert_int_equal(dns_read_question(&q, (struct bytes){question, len}), PARSE_OK);
    for (size_t n = 0; n < answer * 256; n++) {
        uint8_t kept = buf[n / 256];
        struct dns_answer a;

        buf[n / 256] = (uint8_t)n;
        if (dns_read_answer(&a, (struct bytes){buf, answer}) == PARSE_OK)
            assert_true(dns_write_alias(got, 512, &q, "restrict.youtube.com", &a) > 0);
        buf[n / 256] = kept;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_answer__each__its_addresses),
        cmocka_unit_test(read_answer__every_cut__bad),
        cmocka_unit_test(read_answer__more_than_it_takes__the_first),
        cmocka_unit_test(write_alias__each__as_the_client_may_read_it),
        cmocka_unit_test(write_alias__without_an_answer__the_alias_alone),
        cmocka_unit_test(write_alias__more_addresses_than_fit__as_many_as_do),
        cmocka_unit_test(answer__every_byte_changed__no_harm),
    };

    return cmocka_run_group_tests_name("wire/dns_answer", tests, NULL, NULL);
}
