/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/bytes.h"
#include "support/test.h"
#include "wire/dns_record.h"

#define ROOM    2048
#define HEADER  "0000 0000 0000 0000 0000 0000 "
#define EXAMPLE "07 6578616d706c65 03 6f7267 00 " /* 13 bytes, from 12 to 25 */

static const struct {
    const char *what, *hex;
    size_t at;
    const char *name; /* NULL: BAD */
    size_t end;       /* where the reader stands behind it */
} names[] = {
    {"plain", HEADER EXAMPLE, 12, "example.org", 25},
    {"mixed case", HEADER "07 4578616d706c65 03 4f5247 00", 12, "example.org", 25},
    {"root", HEADER "00", 12, "", 13},
    {"a pointer alone", HEADER EXAMPLE "c00c ffff", 25, "example.org", 27},
    {"a label and a pointer", HEADER EXAMPLE "03 777777 c00c", 25, "www.example.org", 31},
    {"a pointer to a pointer", HEADER EXAMPLE "03 777777 c00c 01 61 c019", 31, "a.www.example.org",
     35},
    {"a pointer into a name", HEADER EXAMPLE "c014", 25, "org", 27},
    {"a pointer to the root", HEADER EXAMPLE "01 61 c018", 25, "a", 29},
    {"no host name", HEADER "01 2a 03 6f7267 00", 12, "", 19},
    {"a dot in a label", HEADER "03 612e62 00", 12, "", 17},
    {"a pointer to itself", HEADER "c00c", 12, NULL, 0},
    {"a pointer to its own label", HEADER "01 61 c00c", 12, NULL, 0},
    {"a pointer forwards", HEADER "c00e 01 61 00", 12, NULL, 0},
    {"two that meet", HEADER "c00e c00c", 12, NULL, 0},
    {"a pointer into the header", HEADER EXAMPLE "c00b", 25, NULL, 0},
    {"a pointer past the end", HEADER EXAMPLE "ffff", 25, NULL, 0},
    {"half a pointer", HEADER EXAMPLE "c0", 25, NULL, 0},
    {"label of type 01", HEADER "41 61 00", 12, NULL, 0},
    {"no end", HEADER "01 61", 12, NULL, 0},
    {"no end behind a pointer", HEADER "01 61 05 c00c", 15, NULL, 0},
    {"nothing", HEADER, 12, NULL, 0},
};

static void read_name__each__text_or_bad(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        uint8_t buf[ROOM];
        size_t len = bytes_from_hex(buf, sizeof(buf), names[i].hex);
        uint8_t *exact = bytes_exact((struct bytes){buf, len});
        struct reader r = rd_message((struct bytes){exact, len});
        struct hostname name;

        rd_skip(&r, names[i].at);
        dns_read_name(&r, (struct bytes){exact, len}, &name);
        if (rd_ok(&r) != !!names[i].name)
            fail_msg("%s: another result", names[i].what);
        if (names[i].name &&
            (strcmp(name.text, names[i].name) != 0 || rd_left(&r) != len - names[i].end))
            fail_msg("%s: \"%s\", %zu bytes left", names[i].what, name.text, rd_left(&r));
        free(exact);
    }
}

/* A chain of pointers as long as the message, and a name as long as the longest. */
static void read_name__many_hops__end(void **state)
{
    uint8_t buf[4000] = {[12] = 0};
    struct hostname name;
    size_t last = 0;

    (void)state;
    for (size_t at = 13; at + 2 <= sizeof(buf); at += 2) {
        size_t target = at == 13 ? 12 : at - 2;

        buf[at] = (uint8_t)(DNS_POINTER | target >> 8);
        buf[at + 1] = (uint8_t)target;
        struct reader r = rd_message((struct bytes){buf, at + 2});

        rd_skip(&r, at);
        dns_read_name(&r, (struct bytes){buf, at + 2}, &name);
        if (rd_ok(&r))
            last = at;
    }
    assert_in_range(last, 13 + 2 * 16, 13 + 2 * 64);
}

static void read_record__each_field(void **state)
{
    uint8_t buf[ROOM];
    size_t len = bytes_from_hex(buf, sizeof(buf),
                                HEADER EXAMPLE "c00c 0001 0003 00000e10 0004 c0000201"
                                               "00 0029 04d0 00008000 0000");
    struct reader r = rd_message((struct bytes){buf, len});
    struct dns_record record;

    (void)state;
    rd_skip(&r, 25);
    record = dns_read_record(&r);
    assert_ptr_equal(record.whole.ptr, buf + 25);
    assert_int_equal(record.whole.len, 16);
    assert_int_equal(record.type, DNS_TYPE_A);
    assert_int_equal(record.class, 3);
    assert_int_equal(record.ttl, 3600);
    assert_ptr_equal(record.data.ptr, buf + 37);
    assert_int_equal(record.data.len, 4);
    assert_false(record.root);
    record = dns_read_record(&r);
    assert_int_equal(record.type, DNS_TYPE_OPT);
    assert_int_equal(record.ttl, DNS_OPT_DO);
    assert_int_equal(record.whole.len, 11);
    assert_true(record.root);
    assert_true(rd_end(&r));
}

static void read_record__every_cut__bad_and_empty(void **state)
{
    uint8_t buf[ROOM];
    size_t len =
        bytes_from_hex(buf, sizeof(buf), "03 777777 c00c 0001 0001 00000e10 0004 c0000201");

    (void)state;
    for (size_t n = 0; n < len; n++) {
        uint8_t *exact = bytes_exact((struct bytes){buf, n});
        struct reader r = rd_message((struct bytes){exact, n});
        struct dns_record record = dns_read_record(&r);

        assert_false(rd_ok(&r));
        assert_null(record.whole.ptr);
        assert_int_equal(record.type, 0);
        free(exact);
    }
}

static void write__name_and_header__as_on_the_wire(void **state)
{
    uint8_t buf[ROOM], wanted[ROOM];
    size_t len =
        bytes_from_hex(wanted, sizeof(wanted), "1234 8180 0001 0002 0003 0004" EXAMPLE "00");
    struct writer w = wr_init(buf, sizeof(buf));

    (void)state;
    dns_write_header(&w, 0x1234, DNS_FLAG_QR | DNS_FLAG_RD | DNS_FLAG_RA,
                     (struct dns_counts){2, 3, 4});
    dns_write_name(&w, "example.org");
    dns_write_name(&w, "");
    assert_int_equal(w.len, len);
    assert_memory_equal(buf, wanted, len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_name__each__text_or_bad),
        cmocka_unit_test(read_name__many_hops__end),
        cmocka_unit_test(read_record__each_field),
        cmocka_unit_test(read_record__every_cut__bad_and_empty),
        cmocka_unit_test(write__name_and_header__as_on_the_wire),
    };

    return cmocka_run_group_tests_name("wire/dns_record", tests, NULL, NULL);
}
