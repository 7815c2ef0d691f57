/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>

#include "support/bytes.h"
#include "support/hello.h"
#include "support/test.h"
#include "wire/tls.h"

#define ROOM      131072
#define ABSENT    "-"
#define SNI(body) .sni_body = {(const uint8_t *)(body), sizeof(body) - 1}

static struct tls_scratch scratch;
static uint8_t stream[ROOM];

/* From an exact copy, so that a sanitizer sees every read past the end. */
static enum parse read_exact(struct tls_hello *ret, const uint8_t *ptr, size_t len)
{
    uint8_t *exact = bytes_exact((struct bytes){ptr, len});
    enum parse result = tls_read_hello(ret, (struct bytes){exact, len}, &scratch);

    free(exact);
    return result;
}

static const char *wanted(const char *name)
{
    return strcmp(name, ABSENT) == 0 ? "" : name;
}

static void check_cuts(const char *what, size_t len)
{
    struct tls_hello hello;

    for (size_t n = 0; n < len; n++)
        if (read_exact(&hello, stream, n) != PARSE_MORE)
            fail_msg("%s cut at %zu of %zu", what, n, len);
}

/* A changed byte may make another name or break the hello, but never reads outside. */
static void check_changes(const char *what, size_t len)
{
    static const uint8_t masks[] = {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff};
    struct tls_hello hello;

    for (size_t i = 0; i < len * ARRAY_SIZE(masks); i++) {
        uint8_t *byte = &stream[i / ARRAY_SIZE(masks)], kept = *byte;

        *byte ^= masks[i % ARRAY_SIZE(masks)];
        if (read_exact(&hello, stream, len) == PARSE_OK &&
            (hello.used > len || strlen(hello.sni.text) != hello.sni.len))
            fail_msg("%s changed at %zu", what, i / ARRAY_SIZE(masks));
        *byte = kept;
    }
}

static void check_vector(const char *path)
{
    char name[300];
    size_t len = bytes_from_file(stream, sizeof(stream), path);
    struct tls_hello hello;

    bytes_file_fact(path, "name", name, sizeof(name));
    if (read_exact(&hello, stream, len) != PARSE_OK)
        fail_msg("%s: not read", path);
    assert_string_equal(hello.sni.text, wanted(name));
    assert_int_equal(hello.used, len);
    assert_false(hello.ech);
    check_cuts(path, len);
    check_changes(path, len);
}

static void tls__recorded_clients__name_at_the_last_byte_only(void **state)
{
    DIR *dir = opendir(TEST_SOURCE_DIR "/vectors/tls");
    struct dirent *entry;
    unsigned count = 0;

    (void)state;
    assert_non_null(dir);
    while ((entry = readdir(dir))) {
        char path[300];

        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "vectors/tls/%s", entry->d_name);
        check_vector(path);
        count++;
    }
    closedir(dir);
    assert_true(count >= 10);
}

#define LABEL63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define NAME253                                                                                    \
    LABEL63 "." LABEL63 "." LABEL63 "."                                                            \
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
    const char *what, *sni;
    enum parse want;
    const char *name; /* of PARSE_OK */
    struct hello_options o;
} made[] = {
    {"plain", "www.example.org", PARSE_OK, "www.example.org", {0}},
    {"mixed case", "WwW.Example.ORG", PARSE_OK, "www.example.org", {0}},
    {"final dot", "example.org.", PARSE_OK, "example.org", {0}},
    {"two final dots", "example.org..", PARSE_BAD, NULL, {0}},
    {"only a dot", ".", PARSE_BAD, NULL, {0}},
    {"leading dot", ".example.org", PARSE_BAD, NULL, {0}},
    {"empty label", "www..example.org", PARSE_BAD, NULL, {0}},
    {"underscore", "_a.example.org", PARSE_OK, "_a.example.org", {0}},
    {"A-label", "xn--bcher-kva.example", PARSE_OK, "xn--bcher-kva.example", {0}},
    {"U-label",
     "b\xc3\xbc"
     "cher.example",
     PARSE_BAD,
     NULL,
     {0}},
    {"fullwidth dot",
     "www\xef\xbc\x8e"
     "example.org",
     PARSE_BAD,
     NULL,
     {0}},
    {"blank", "www.example.org ", PARSE_BAD, NULL, {0}},
    {"star", "*.example.org", PARSE_BAD, NULL, {0}},
    {"253 bytes", NAME253, PARSE_OK, NAME253, {0}},
    {"254 bytes", NAME253 "a", PARSE_BAD, NULL, {0}},
    {"label of 64", LABEL63 "a.example", PARSE_BAD, NULL, {0}},
    {"IPv4 address", "192.0.2.1", PARSE_OK, ABSENT, {0}},
    {"IPv6 address", "2001:db8::1", PARSE_OK, ABSENT, {0}},
    {"nearly an address", "192.0.2.1.nip.example", PARSE_OK, "192.0.2.1.nip.example", {0}},
    {"no name", NULL, PARSE_OK, ABSENT, {.no_sni = true}},
    {"two server_name extensions", "example.org", PARSE_BAD, NULL, {.sni_copies = 1}},
    {"empty extension", NULL, PARSE_BAD, NULL, {SNI("")}},
    {"empty list", NULL, PARSE_BAD, NULL, {SNI("\0\0")}},
    {"empty name", NULL, PARSE_BAD, NULL, {SNI("\0\3\0\0\0")}},
    {"two names", NULL, PARSE_BAD, NULL, {SNI("\0\x08\0\0\1a\0\0\1b")}},
    {"name type 1", NULL, PARSE_BAD, NULL, {SNI("\0\4\1\0\1a")}},
    {"NUL in the name", NULL, PARSE_BAD, NULL, {SNI("\0\6\0\0\3a\0b")}},
    {"list longer than the extension", NULL, PARSE_BAD, NULL, {SNI("\0\5\0\0\1a")}},
    {"name longer than the list", NULL, PARSE_BAD, NULL, {SNI("\0\4\0\0\2a")}},
    {"bytes behind the list", NULL, PARSE_BAD, NULL, {SNI("\0\4\0\0\1ax")}},
    {"bytes behind the name", NULL, PARSE_BAD, NULL, {SNI("\0\5\0\0\1ax")}},
    {"ech", "cover.example", PARSE_OK, "cover.example", {.ech = true}},
    {"name behind 5000 bytes", "example.org", PARSE_OK, "example.org", {.before = 5000}},
    {"1-byte records", "example.org", PARSE_OK, "example.org", {.record_size = 1}},
    {"empty records between",
     "example.org",
     PARSE_OK,
     "example.org",
     {.record_size = 7, .empty_records = true}},
    {"version 0300", "example.org", PARSE_OK, "example.org", {.record_version = 0x0300}},
    {"version 0304", "example.org", PARSE_OK, "example.org", {.record_version = 0x0304}},
    {"version 03ff", "example.org", PARSE_OK, "example.org", {.record_version = 0x03ff}},
    {"version 0200", "example.org", PARSE_NOT_MINE, NULL, {.record_version = 0x0200}},
    {"version 0401", "example.org", PARSE_NOT_MINE, NULL, {.record_version = 0x0401}},
    {"the longest hello", "example.org", PARSE_OK, "example.org", {.pad_to = TLS_HELLO_MAX + 4}},
    {"one byte longer", "example.org", PARSE_BAD, NULL, {.pad_to = TLS_HELLO_MAX + 5}},
    {"60 kB", "example.org", PARSE_BAD, NULL, {.before = 60000}},
    {"60 kB in small records",
     "example.org",
     PARSE_BAD,
     NULL,
     {.before = 60000, .record_size = 100}},
    {"as many records as allowed",
     "example.org",
     PARSE_OK,
     "example.org",
     {.pad_to = TLS_RECORDS_MAX, .record_size = 1}},
    {"one record more",
     "example.org",
     PARSE_BAD,
     NULL,
     {.pad_to = TLS_RECORDS_MAX + 1, .record_size = 1}},
};

static void tls__made_hellos__name_or_refusal(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(made); i++) {
        size_t len = hello_make(stream, sizeof(stream), made[i].sni, &made[i].o);
        struct tls_hello hello = {.used = 0};

        assert_true(len > 0);
        if (read_exact(&hello, stream, len) != made[i].want)
            fail_msg("%s: another result", made[i].what);
        if (made[i].want != PARSE_OK)
            continue;
        if (strcmp(hello.sni.text, wanted(made[i].name)) != 0 || hello.used != len ||
            hello.ech != made[i].o.ech)
            fail_msg("%s: %s, %zu of %zu", made[i].what, hello.sni.text, hello.used, len);
    }
}

static void tls__made_hellos_cut_anywhere__more(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(made); i++) {
        size_t len = hello_make(stream, sizeof(stream), made[i].sni, &made[i].o);

        if (made[i].want == PARSE_OK && len < 2000)
            check_cuts(made[i].what, len);
    }
}

static void tls__made_hellos_changed_anywhere__no_harm(void **state)
{
    static const struct hello_options o = {.record_size = 50, .empty_records = true, .ech = true};
    size_t len = hello_make(stream, sizeof(stream), "www.example.org", &o);

    (void)state;
    check_changes("made", len);
}

static const struct {
    const char *what, *hex;
    enum parse want;
} starts[] = {
    {"nothing", "", PARSE_MORE},
    {"handshake", "16", PARSE_MORE},
    {"handshake, TLS", "1603", PARSE_MORE},
    {"a whole record header", "16 0301 0200", PARSE_MORE},
    {"empty record", "16 0301 0000", PARSE_MORE},
    {"empty records", "16 0301 0000 16 0303 0000 16 03", PARSE_MORE},
    {"http", "47", PARSE_NOT_MINE},
    {"ssh", "5353482d", PARSE_NOT_MINE},
    {"SSLv2 hello", "802e 01 0301", PARSE_NOT_MINE},
    {"not TLS 1", "16 02", PARSE_NOT_MINE},
    {"alert first", "15 0301 0002 0100", PARSE_NOT_MINE},
    {"record over 16384", "16 0301 4001", PARSE_BAD},
    {"server hello", "16 0301 0050 02", PARSE_BAD},
    {"hello over the limit", "16 0301 0100 01 004001", PARSE_BAD},
    {"record goes on behind the hello", "16 0301 0100 01 000010", PARSE_BAD},
    {"second record up to the hello's end", "16 0301 0004 01 004000 16 0301 4000", PARSE_MORE},
    {"second record beyond it", "16 0301 0004 01 003fff 16 0301 4000", PARSE_BAD},
    {"alert inside", "16 0301 0001 01 15", PARSE_BAD},
    {"change cipher spec inside", "16 0301 0001 01 14 0303 0001 01", PARSE_BAD},
    {"application data inside", "16 0301 0001 01 17", PARSE_BAD},
    {"other version inside", "16 0301 0001 01 16 04", PARSE_BAD},
    {"empty hello", "16 0301 0004 01 000000", PARSE_BAD},
};

static void tls__first_bytes__decided_as_soon_as_possible(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
        size_t len = bytes_from_hex(stream, sizeof(stream), starts[i].hex);
        struct tls_hello hello;

        if (read_exact(&hello, stream, len) != starts[i].want)
            fail_msg("%s", starts[i].what);
    }
}

#define RANDOM "00000000000000000000000000000000 00000000000000000000000000000000"

/* Whole messages of lengths that fit and contents that do not. */
static const struct {
    const char *what, *hex;
    enum parse want;
} bodies[] = {
    {"no extensions", "0303" RANDOM "00 0002 1301 01 00", PARSE_OK},
    {"empty list of extensions", "0303" RANDOM "00 0002 1301 01 00 0000", PARSE_OK},
    {"one unknown extension", "0303" RANDOM "00 0002 1301 01 00 0004 4a4a 0000", PARSE_OK},
    {"version 0200", "0200" RANDOM "00 0002 1301 01 00 0000", PARSE_BAD},
    {"session id of 33", "0303" RANDOM "21 00" RANDOM "0002 1301 01 00 0000", PARSE_BAD},
    {"no cipher suites", "0303" RANDOM "00 0000 01 00 0000", PARSE_BAD},
    {"odd cipher suites", "0303" RANDOM "00 0003 130113 01 00 0000", PARSE_BAD},
    {"no compression methods", "0303" RANDOM "00 0002 1301 00 0000", PARSE_BAD},
    {"one byte behind the extensions", "0303" RANDOM "00 0002 1301 01 00 0000 00", PARSE_BAD},
    {"half a length of extensions", "0303" RANDOM "00 0002 1301 01 00 00", PARSE_BAD},
    {"extensions longer than the hello", "0303" RANDOM "00 0002 1301 01 00 0005 4a4a 0000",
     PARSE_BAD},
    {"extension longer than its list", "0303" RANDOM "00 0002 1301 01 00 0004 4a4a 0001 00",
     PARSE_BAD},
    {"half an extension", "0303" RANDOM "00 0002 1301 01 00 0003 4a4a00", PARSE_BAD},
    {"two ech", "0303" RANDOM "00 0002 1301 01 00 000a fe0d 0001 01 fe0d 0001 01", PARSE_BAD},
    {"short random", "0303 00", PARSE_BAD},
};

static void tls__odd_messages__strict(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bodies); i++) {
        size_t len = bytes_from_hex(stream + 9, sizeof(stream) - 9, bodies[i].hex);
        struct tls_hello hello;

        assert_true(len < 250);
        bytes_from_hex(stream, 9, "16 0301 0000 01 000000");
        stream[4] = (uint8_t)(len + 4);
        stream[8] = (uint8_t)len;
        if (read_exact(&hello, stream, len + 9) != bodies[i].want)
            fail_msg("%s", bodies[i].what);
    }
}

/* A TLS 1.3 client may send early data right behind its hello. */
static void tls__bytes_behind_the_hello__left_alone(void **state)
{
    size_t len = hello_make(stream, sizeof(stream), "example.org", NULL);
    struct tls_hello hello;

    (void)state;
    size_t more = bytes_from_hex(stream + len, sizeof(stream) - len, "17 0303 0001 78");
    assert_int_equal(read_exact(&hello, stream, len + more), PARSE_OK);
    assert_string_equal(hello.sni.text, "example.org");
    assert_int_equal(hello.used, len);
}

/* The scratch is full to its last byte when one more comes. */
static void tls__longest_hello_in_a_record_too_long__bad(void **state)
{
    static const struct hello_options o = {.pad_to = TLS_HELLO_MAX + 4, .record_size = 16383};
    size_t len = hello_make(stream, sizeof(stream), "example.org", &o);
    struct tls_hello hello;

    (void)state;
    assert_int_equal(stream[len - 6], 5); /* the second record's length */
    assert_int_equal(read_exact(&hello, stream, len), PARSE_OK);
    stream[len - 6]++;
    stream[len] = 'x';
    assert_int_equal(read_exact(&hello, stream, len + 1), PARSE_BAD);
}

static void tls__endless_empty_records__bad(void **state)
{
    struct tls_hello hello;

    (void)state;
    for (size_t n = 0; n <= TLS_RECORDS_MAX; n++)
        bytes_from_hex(stream + 5 * n, 5, "16 0301 0000");
    assert_int_equal(read_exact(&hello, stream, 5u * TLS_RECORDS_MAX - 1), PARSE_MORE);
    assert_int_equal(read_exact(&hello, stream, 5u * TLS_RECORDS_MAX), PARSE_BAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tls__recorded_clients__name_at_the_last_byte_only),
        cmocka_unit_test(tls__made_hellos__name_or_refusal),
        cmocka_unit_test(tls__made_hellos_cut_anywhere__more),
        cmocka_unit_test(tls__made_hellos_changed_anywhere__no_harm),
        cmocka_unit_test(tls__first_bytes__decided_as_soon_as_possible),
        cmocka_unit_test(tls__odd_messages__strict),
        cmocka_unit_test(tls__bytes_behind_the_hello__left_alone),
        cmocka_unit_test(tls__longest_hello_in_a_record_too_long__bad),
        cmocka_unit_test(tls__endless_empty_records__bad),
    };

    return cmocka_run_group_tests_name("wire/tls", tests, NULL, NULL);
}
