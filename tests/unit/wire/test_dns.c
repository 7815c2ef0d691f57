/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/reader.h"
#include "support/bytes.h"
#include "support/test.h"
#include "wire/dns.h"

#define ROOM 2048

#define HEAD(flags, qd, an, ns, ar) "1234" flags qd an ns ar
#define ASK(ar)                     HEAD("0100", "0001", "0000", "0000", ar)
#define IN_A                        "0001 0001"
#define WWW_EXAMPLE_ORG             "03 777777 07 6578616d706c65 03 6f7267 00"
#define OPT                         "00 0029 1000 00000000 0000"
#define OPT_DO                      "00 0029 1000 00008000 0000"
#define RECORD                      "c00c 0001 0001 00000001 0004 c0000201"
#define LABEL63                                                                                    \
    "3f "                                                                                          \
    "616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161"   \
    "616161616161616161616161616161616161"

static const struct {
    const char *what, *hex, *name;
    enum parse want;
    bool edns, dnssec_ok;
} cases[] = {
    {"plain", ASK("0000") WWW_EXAMPLE_ORG IN_A, "www.example.org", PARSE_OK, false, false},
    {"mixed case", ASK("0000") "03 575777 07 6558616d706c65 03 4f7267 00" IN_A, "www.example.org",
     PARSE_OK, false, false},
    {"edns", ASK("0001") WWW_EXAMPLE_ORG IN_A OPT, "www.example.org", PARSE_OK, true, false},
    {"edns with do", ASK("0001") WWW_EXAMPLE_ORG IN_A OPT_DO, "www.example.org", PARSE_OK, true,
     true},
    {"edns with options",
     ASK("0001") WWW_EXAMPLE_ORG IN_A "00 0029 1000 00000000 000c 000a 0008 0102030405060708",
     "www.example.org", PARSE_OK, true, false},
    {"edns, unknown version", ASK("0001") WWW_EXAMPLE_ORG IN_A "00 0029 1000 00070000 0000",
     "www.example.org", PARSE_OK, true, false},
    {"opt behind another record", ASK("0002") WWW_EXAMPLE_ORG IN_A RECORD OPT, "www.example.org",
     PARSE_OK, true, false},
    {"opt before a signature",
     ASK("0002") WWW_EXAMPLE_ORG IN_A OPT_DO "036b6579 00 00fa 00ff 00000000 0000",
     "www.example.org", PARSE_OK, true, true},
    {"records in every section",
     HEAD("0100", "0001", "0001", "0001", "0001") WWW_EXAMPLE_ORG IN_A RECORD RECORD OPT,
     "www.example.org", PARSE_OK, true, false},
    {"opt in the answer section",
     HEAD("0100", "0001", "0001", "0000", "0000") WWW_EXAMPLE_ORG IN_A OPT, "www.example.org",
     PARSE_OK, false, false},
    {"two opt", ASK("0002") WWW_EXAMPLE_ORG IN_A OPT OPT, NULL, PARSE_BAD, false, false},
    {"opt with a name", ASK("0001") WWW_EXAMPLE_ORG IN_A "0161" OPT, NULL, PARSE_BAD, false, false},
    {"bytes behind the message", ASK("0000") WWW_EXAMPLE_ORG IN_A "ffff", "www.example.org",
     PARSE_OK, false, false},
    {"root", ASK("0000") "00" IN_A, "", PARSE_OK, false, false},
    {"byte above ASCII", ASK("0000") "05 5f6461e16e 00" IN_A, "", PARSE_OK, false, false},
    {"service name",
     ASK("0000") "045f646e73 08 7265736f6c766572 04 61727061 00"
                 "0040 0001",
     "_dns.resolver.arpa", PARSE_OK, false, false},
    {"dot inside a label", ASK("0000") "05 612e6f7267 00" IN_A, "", PARSE_OK, false, false},
    {"NUL inside a label", ASK("0000") "03 610062 03 6f7267 00" IN_A, "", PARSE_OK, false, false},
    {"star", ASK("0000") "01 2a 03 6f7267 00" IN_A, "", PARSE_OK, false, false},
    {"longest name",
     ASK("0000") LABEL63 LABEL63 LABEL63
     "3d "
     "61616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161"
     "616161616161616161616161616161 00" IN_A,
     NULL, PARSE_OK, false, false},
    {"name of 256",
     ASK("0000") LABEL63 LABEL63 LABEL63
     "3e "
     "61616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161"
     "61616161616161616161616161616161 00" IN_A,
     NULL, PARSE_BAD, false, false},
    {"no question", HEAD("0100", "0000", "0000", "0000", "0000"), NULL, PARSE_BAD, false, false},
    {"two questions",
     HEAD("0100", "0002", "0000", "0000", "0000") WWW_EXAMPLE_ORG IN_A WWW_EXAMPLE_ORG IN_A, NULL,
     PARSE_BAD, false, false},
    {"answer", HEAD("8180", "0001", "0001", "0000", "0000") WWW_EXAMPLE_ORG IN_A RECORD, NULL,
     PARSE_NOT_MINE, false, false},
    {"notify", HEAD("2000", "0001", "0000", "0000", "0000") WWW_EXAMPLE_ORG "0006 0001", NULL,
     PARSE_NOT_MINE, false, false},
    {"update", HEAD("2800", "0001", "0000", "0000", "0000") WWW_EXAMPLE_ORG "0006 0001", NULL,
     PARSE_NOT_MINE, false, false},
    {"pointer in the question", ASK("0000") "c00c" IN_A, NULL, PARSE_BAD, false, false},
    {"pointer behind a label", ASK("0000") "03777777 c00c" IN_A, NULL, PARSE_BAD, false, false},
    {"label type 01", ASK("0000") "41 61 00" IN_A, NULL, PARSE_BAD, false, false},
    {"label longer than the message", ASK("0000") "3f 616161", NULL, PARSE_BAD, false, false},
    {"no end of the name", ASK("0000") "03777777", NULL, PARSE_BAD, false, false},
    {"no class", ASK("0000") WWW_EXAMPLE_ORG "0001", NULL, PARSE_BAD, false, false},
    {"record that is not there", ASK("0001") WWW_EXAMPLE_ORG IN_A, NULL, PARSE_BAD, false, false},
    {"65535 records that are not there",
     HEAD("0100", "0001", "ffff", "ffff", "ffff") WWW_EXAMPLE_ORG IN_A RECORD, NULL, PARSE_BAD,
     false, false},
    {"opt longer than the message", ASK("0001") WWW_EXAMPLE_ORG IN_A "00 0029 1000 00000000 0001",
     NULL, PARSE_BAD, false, false},
    {"11 bytes", "1234 0100 0001 0000 0000 00", NULL, PARSE_BAD, false, false},
    {"nothing", "", NULL, PARSE_BAD, false, false},
};

static enum parse read_exact(struct dns_question *ret, const uint8_t *ptr, size_t len)
{
    uint8_t *exact = bytes_exact((struct bytes){ptr, len});
    enum parse result = dns_read_question(ret, (struct bytes){exact, len});

    if (result == PARSE_OK) /* the section must lie in what was read; then show the caller's */
        ret->section.ptr = ptr + (ret->section.ptr - exact);
    free(exact);
    return result;
}

static void dns__questions__facts_or_refusal(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        uint8_t buf[ROOM];
        size_t len = bytes_from_hex(buf, sizeof(buf), cases[i].hex);
        struct dns_question q;

        if (read_exact(&q, buf, len) != cases[i].want)
            fail_msg("%s: another result", cases[i].what);
        if (cases[i].want != PARSE_OK)
            continue;
        if ((cases[i].name && strcmp(q.name.text, cases[i].name) != 0) || q.edns != cases[i].edns ||
            q.dnssec_ok != cases[i].dnssec_ok)
            fail_msg("%s: other facts (\"%s\")", cases[i].what, q.name.text);
        if (!cases[i].name)
            assert_int_equal(q.name.len, HOSTNAME_MAX);
    }
}

static void dns__plain_question__every_field(void **state)
{
    uint8_t buf[ROOM];
    size_t len = bytes_from_hex(buf, sizeof(buf), ASK("0001") WWW_EXAMPLE_ORG "001c 0003" OPT);
    struct dns_question q;

    (void)state;
    assert_int_equal(dns_read_question(&q, (struct bytes){buf, len}), PARSE_OK);
    assert_int_equal(q.id, 0x1234);
    assert_int_equal(q.flags, 0x0100);
    assert_int_equal(q.qtype, 28);
    assert_int_equal(q.qclass, 3);
    assert_ptr_equal(q.section.ptr, buf + 12);
    assert_int_equal(q.section.len, 17 + 4);
}

static void dns__every_cut_of_a_question__bad(void **state)
{
    uint8_t buf[ROOM];
    size_t len = bytes_from_hex(buf, sizeof(buf), ASK("0001") WWW_EXAMPLE_ORG IN_A OPT_DO);
    struct dns_question q;

    (void)state;
    for (size_t n = 0; n < len; n++)
        assert_int_equal(read_exact(&q, buf, n), PARSE_BAD);
}

/* An independent reading of an answer: names are written out, pointers must go backwards. */
static void read_name(struct reader *r, struct bytes message, char out[static 256])
{
    struct reader at = *r;
    size_t len = 0;
    bool jumped = false;

    for (;;) {
        uint8_t n = rd_u8(&at);

        if (n >= 0xc0) {
            size_t target = (size_t)(n & 0x3f) << 8 | rd_u8(&at);

            if (!jumped)
                *r = at;
            jumped = true;
            assert_true(target < (size_t)(at.pos - 2 - message.ptr));
            at = rd_message((struct bytes){message.ptr + target, message.len - target});
            continue;
        }
        struct bytes label = rd_bytes(&at, n);

        assert_true(rd_ok(&at));
        if (n == 0)
            break;
        memcpy(out + len, label.ptr, n);
        len += n;
        out[len++] = '.';
    }
    out[len] = '\0';
    if (!jumped)
        *r = at;
}

static void check_soa(struct reader *r, struct bytes message, const char *owner)
{
    char name[256];

    read_name(r, message, name);
    assert_string_equal(name, owner);
    assert_int_equal(rd_u16(r), 6);
    assert_int_equal(rd_u16(r), 1);
    assert_int_equal(rd_u32(r), DNS_NEGATIVE_TTL);
    struct reader rdata = rd_child16(r);
    read_name(&rdata, message, name);
    assert_string_equal(name, "localhost.");
    read_name(&rdata, message, name);
    assert_string_equal(name, "nobody.invalid.");
    rd_skip(&rdata, 16);
    assert_int_equal(rd_u32(&rdata), DNS_NEGATIVE_TTL);
    assert_true(rd_end(&rdata));
}

static void check_opt(struct reader *r, bool dnssec_ok)
{
    assert_int_equal(rd_u8(r), 0);
    assert_int_equal(rd_u16(r), 41);
    assert_true(rd_u16(r) >= 512);
    assert_int_equal(rd_u32(r), dnssec_ok ? 0x8000 : 0);
    struct reader options = rd_child16(r);
    assert_int_equal(rd_u16(&options), 15);
    struct reader ede = rd_child16(&options);
    assert_int_equal(rd_u16(&ede), DNS_EDE_BLOCKED);
    assert_true(rd_left(&ede) > 0);
    assert_true(rd_end(&options));
}

static void check_refusal(struct bytes question, struct bytes answer, const char *owner)
{
    struct reader r = rd_message(answer), asked = rd_message(question);
    struct dns_question q;
    uint16_t flags;

    assert_int_equal(dns_read_question(&q, question), PARSE_OK);
    assert_int_equal(rd_u16(&r), rd_u16(&asked));
    flags = rd_u16(&asked);
    assert_int_equal(rd_u16(&r), 0x8083 | (flags & 0x0110));
    assert_int_equal(rd_u16(&r), 1);
    assert_int_equal(rd_u16(&r), 0);
    assert_int_equal(rd_u16(&r), 1);
    assert_int_equal(rd_u16(&r), q.edns ? 1 : 0);
    assert_memory_equal(rd_bytes(&r, q.section.len).ptr, question.ptr + 12, q.section.len);
    check_soa(&r, answer, owner);
    if (q.edns)
        check_opt(&r, q.dnssec_ok);
    assert_true(rd_end(&r));
}

static const struct {
    const char *what, *hex, *owner;
    size_t suffix_at;
} refusals[] = {
    {"suffix behind a label", ASK("0000") WWW_EXAMPLE_ORG IN_A, "example.org.", 4},
    {"the whole name", ASK("0000") WWW_EXAMPLE_ORG IN_A, "www.example.org.", 0},
    {"the last label", ASK("0000") WWW_EXAMPLE_ORG IN_A, "org.", 12},
    {"mixed case comes back", ASK("0001") "03575777 076558616d706c65 034f7267 00" IN_A OPT,
     "eXample.Org.", 4},
    {"do and cd", HEAD("0110", "0001", "0000", "0000", "0001") WWW_EXAMPLE_ORG "0041 0001" OPT_DO,
     "example.org.", 4},
    {"no recursion asked", HEAD("0000", "0001", "0000", "0000", "0000") WWW_EXAMPLE_ORG IN_A,
     "example.org.", 4},
    {"flags that are ours", HEAD("0768", "0001", "0000", "0000", "0000") WWW_EXAMPLE_ORG IN_A,
     "example.org.", 4},
    {"inside a label: the whole name", ASK("0000") WWW_EXAMPLE_ORG IN_A, "www.example.org.", 5},
    {"behind the name: the whole name", ASK("0000") WWW_EXAMPLE_ORG IN_A, "www.example.org.", 900},
    {"at the name's end", ASK("0000") WWW_EXAMPLE_ORG IN_A, "www.example.org.", 15},
    {"odd name", ASK("0000") "01 2a 036f7267 00" IN_A, "*.org.", 2},
    {"root", ASK("0001") "00" IN_A OPT, "", 0},
};

static void dns__refusals__every_record_in_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
        uint8_t question[ROOM], answer[ROOM];
        size_t len = bytes_from_hex(question, sizeof(question), refusals[i].hex);
        const char *owner = refusals[i].owner;
        struct dns_question q;

        assert_int_equal(dns_read_question(&q, (struct bytes){question, len}), PARSE_OK);
        size_t out = dns_write_refusal(answer, sizeof(answer), &q, refusals[i].suffix_at);
        assert_true(out > 0);
        assert_true(out <= 512); /* fits into what every client takes */
        check_refusal((struct bytes){question, len}, (struct bytes){answer, out}, owner);
    }
}

static void dns__refusal_with_too_little_room__nothing(void **state)
{
    uint8_t question[ROOM], answer[ROOM];
    size_t len = bytes_from_hex(question, sizeof(question), ASK("0001") WWW_EXAMPLE_ORG IN_A OPT);
    struct dns_question q;

    (void)state;
    assert_int_equal(dns_read_question(&q, (struct bytes){question, len}), PARSE_OK);
    size_t whole = dns_write_refusal(answer, sizeof(answer), &q, 4);
    for (size_t cap = 0; cap <= whole; cap++) {
        uint8_t *exact = malloc(cap ? cap : 1);

        assert_non_null(exact);
        assert_int_equal(dns_write_refusal(exact, cap, &q, 4), cap < whole ? 0 : whole);
        free(exact);
    }
}

static const struct {
    const char *what, *hex, *want;
} rewritten[] = {
    {"plain", ASK("0000") WWW_EXAMPLE_ORG IN_A, ASK("0000") "02 6e6c 00" IN_A},
    {"flags and class stay",
     HEAD("0130", "0001", "0000", "0000", "0000") WWW_EXAMPLE_ORG "001c 0003",
     HEAD("0130", "0001", "0000", "0000", "0000") "02 6e6c 00 001c 0003"},
    {"with OPT",
     ASK("0001") WWW_EXAMPLE_ORG IN_A "00 0029 1000 00008000 000c 000a 0008 0102030405060708",
     ASK("0001") "02 6e6c 00" IN_A "00 0029 1000 00008000 000c 000a 0008 0102030405060708"},
    {"other records go", ASK("0002") WWW_EXAMPLE_ORG IN_A RECORD OPT,
     ASK("0001") "02 6e6c 00" IN_A OPT},
    {"bytes behind it go", ASK("0000") WWW_EXAMPLE_ORG IN_A "ffff", ASK("0000") "02 6e6c 00" IN_A},
};

static void dns__question_for_another_host__the_rest_stays(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rewritten); i++) {
        uint8_t buf[ROOM], want[ROOM], got[ROOM];
        size_t len = bytes_from_hex(buf, sizeof(buf), rewritten[i].hex);
        size_t want_len = bytes_from_hex(want, sizeof(want), rewritten[i].want);
        struct dns_question q;

        assert_int_equal(dns_read_question(&q, (struct bytes){buf, len}), PARSE_OK);
        len = dns_write_question(got, sizeof(got), &q, "nl");
        if (len != want_len || memcmp(got, want, len) != 0)
            fail_msg("%s: other bytes", rewritten[i].what);
        assert_int_equal(dns_write_question(got, want_len - 1, &q, "nl"), 0);
    }
}

static void dns__nodata__is_no_refusal_and_says_why(void **state)
{
    uint8_t buf[ROOM], answer[ROOM], refusal[ROOM];
    size_t len = bytes_from_hex(buf, sizeof(buf), ASK("0001") WWW_EXAMPLE_ORG "0041 0001" OPT);
    struct dns_question q;

    (void)state;
    assert_int_equal(dns_read_question(&q, (struct bytes){buf, len}), PARSE_OK);
    size_t whole = dns_write_nodata(answer, sizeof(answer), &q);
    size_t other = dns_write_refusal(refusal, sizeof(refusal), &q, 0);

    /* The same records, but for the OPT at the end. */
    assert_true(whole > len && other > len);
    assert_int_equal(answer[3], refusal[3] & 0xf0);
    answer[3] = refusal[3];
    len = other - 11 - 6 - strlen("closed during the lesson");
    assert_memory_equal(answer, refusal, len);
    assert_int_equal(answer[len + 10 + 6], DNS_EDE_FORGED);
    assert_int_equal(whole - len - 11 - 6, strlen("restricted during the lesson"));
    assert_int_equal(dns_write_nodata(answer, whole - 1, &q), 0);
}

static void dns__addresses_asked__class_in_only(void **state)
{
    static const struct {
        uint16_t type, class;
        bool want;
    } types[] = {{1, 1, true}, {28, 1, true}, {65, 1, false}, {255, 1, false}, {1, 3, false}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(types); i++)
        assert_int_equal(dns_asks_address(&(struct dns_question){.qtype = types[i].type,
                                                                 .qclass = types[i].class}),
                         types[i].want);
}

static void dns__messages_in_a_stream__one_by_one(void **state)
{
    uint8_t buf[ROOM];
    size_t len = bytes_from_hex(buf, sizeof(buf), "000c" ASK("0000") "000d" ASK("0000") "ff");
    struct bytes message;
    size_t used;

    (void)state;
    for (size_t n = 0; n < 14; n++)
        assert_int_equal(dns_next_message((struct bytes){buf, n}, &message, &used), PARSE_MORE);
    assert_int_equal(dns_next_message((struct bytes){buf, len}, &message, &used), PARSE_OK);
    assert_ptr_equal(message.ptr, buf + 2);
    assert_int_equal(message.len, 12);
    assert_int_equal(used, 14);
    assert_int_equal(dns_next_message((struct bytes){buf + 14, len - 14}, &message, &used),
                     PARSE_OK);
    assert_int_equal(message.len, 13);
    assert_int_equal(used, 15);
}

static void dns__message_without_room_for_a_header__bad(void **state)
{
    struct bytes message;
    size_t used;

    (void)state;
    assert_int_equal(dns_next_message(BYTES("\0\13"), &message, &used), PARSE_BAD);
    assert_int_equal(dns_next_message(BYTES("\0\14"), &message, &used), PARSE_MORE);
}

static void dns__every_byte_changed__no_harm(void **state)
{
    uint8_t buf[ROOM], answer[ROOM];
    size_t len = bytes_from_hex(buf, sizeof(buf), ASK("0002") WWW_EXAMPLE_ORG IN_A RECORD OPT_DO);

    (void)state;
    for (size_t n = 0; n < len * 256; n++) {
        uint8_t kept = buf[n / 256];
        struct dns_question q;

        buf[n / 256] = (uint8_t)n;
        if (read_exact(&q, buf, len) == PARSE_OK)
            assert_true(dns_write_refusal(answer, sizeof(answer), &q, 4) > 0);
        buf[n / 256] = kept;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dns__questions__facts_or_refusal),
        cmocka_unit_test(dns__plain_question__every_field),
        cmocka_unit_test(dns__every_cut_of_a_question__bad),
        cmocka_unit_test(dns__refusals__every_record_in_place),
        cmocka_unit_test(dns__refusal_with_too_little_room__nothing),
        cmocka_unit_test(dns__question_for_another_host__the_rest_stays),
        cmocka_unit_test(dns__nodata__is_no_refusal_and_says_why),
        cmocka_unit_test(dns__addresses_asked__class_in_only),
        cmocka_unit_test(dns__messages_in_a_stream__one_by_one),
        cmocka_unit_test(dns__message_without_room_for_a_header__bad),
        cmocka_unit_test(dns__every_byte_changed__no_harm),
    };

    return cmocka_run_group_tests_name("wire/dns", tests, NULL, NULL);
}
