/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/bytes.h"
#include "support/test.h"
#include "wire/http.h"

#define GET "GET / HTTP/1.1\r\n"

static enum parse read_exact(struct http_request *ret, struct bytes b)
{
    uint8_t *exact = bytes_exact(b);
    enum parse result = http_read_request(ret, (struct bytes){exact, b.len});

    free(exact);
    return result;
}

/* host: of PARSE_OK; whole heads, used to their last byte. */
static const struct {
    const char *what, *head;
    enum parse want;
    const char *host;
} cases[] = {
    {"plain", GET "Host: www.example.org\r\n\r\n", PARSE_OK, "www.example.org"},
    {"among other fields", "POST /a?b HTTP/1.1\r\nAccept: */*\r\nHost: a.example\r\nX: y\r\n\r\n",
     PARSE_OK, "a.example"},
    {"HTTP/1.0", "HEAD /x HTTP/1.0\r\nHost: a.example\r\n\r\n", PARSE_OK, "a.example"},
    {"no host", "GET / HTTP/1.0\r\n\r\n", PARSE_OK, ""},
    {"empty host", GET "Host:\r\n\r\n", PARSE_OK, ""},
    {"any case", GET "hOsT: WwW.Example.ORG\r\n\r\n", PARSE_OK, "www.example.org"},
    {"no blank", GET "Host:a.example\r\n\r\n", PARSE_OK, "a.example"},
    {"many blanks", GET "Host: \t  a.example \t\r\n\r\n", PARSE_OK, "a.example"},
    {"blank before the colon", GET "Host : a.example\r\n\r\n", PARSE_OK, "a.example"},
    {"port", GET "Host: a.example:8080\r\n\r\n", PARSE_OK, "a.example"},
    {"empty port", GET "Host: a.example:\r\n\r\n", PARSE_OK, "a.example"},
    {"final dot", GET "Host: a.example.\r\n\r\n", PARSE_OK, "a.example"},
    {"final dot and port", GET "Host: a.example.:80\r\n\r\n", PARSE_OK, "a.example"},
    {"two final dots", GET "Host: a.example..\r\n\r\n", PARSE_BAD, NULL},
    {"port with letters", GET "Host: a.example:80b\r\n\r\n", PARSE_BAD, NULL},
    {"two ports", GET "Host: a.example:80:81\r\n\r\n", PARSE_BAD, NULL},
    {"IPv4 address", GET "Host: 192.0.2.1:80\r\n\r\n", PARSE_OK, ""},
    {"IPv4 address with a dot", GET "Host: 192.0.2.1.\r\n\r\n", PARSE_OK, ""},
    {"IPv6 address", GET "Host: [2001:db8::1]:80\r\n\r\n", PARSE_OK, ""},
    {"IPv6 address without brackets", GET "Host: 2001:db8::1\r\n\r\n", PARSE_OK, ""},
    {"IPv6 address not closed", GET "Host: [2001:db8::1\r\n\r\n", PARSE_BAD, NULL},
    {"bytes behind the bracket", GET "Host: [2001:db8::1]a\r\n\r\n", PARSE_BAD, NULL},
    {"no name in brackets", GET "Host: [a.example]\r\n\r\n", PARSE_BAD, NULL},
    {"not a name", GET "Host: a/b\r\n\r\n", PARSE_BAD, NULL},
    {"two in one", GET "Host: a.example, b.example\r\n\r\n", PARSE_BAD, NULL},
    {"U-label",
     GET "Host: b\xc3\xbc"
         "cher.example\r\n\r\n",
     PARSE_BAD, NULL},
    {"same host twice", GET "Host: a.example\r\nHost: A.example:80\r\n\r\n", PARSE_OK, "a.example"},
    {"two hosts", GET "Host: a.example\r\nHost: b.example\r\n\r\n", PARSE_BAD, NULL},
    {"a host and none", GET "Host: a.example\r\nHost:\r\n\r\n", PARSE_BAD, NULL},
    {"a host with the other's start", GET "Host: a.ex\r\nHost: a.example\r\n\r\n", PARSE_BAD, NULL},
    {"fields that only look so", GET "Hos: a\r\nHostx: b\r\nX-Host: c\r\n\r\n", PARSE_OK, ""},
    {"folded host", GET "Host:\r\n a.example\r\n\r\n", PARSE_BAD, NULL},
    {"folded field", GET "X: y\r\n\tHost: a.example\r\n\r\n", PARSE_BAD, NULL},
    {"blank before the first field", GET " Host: a.example\r\n\r\n", PARSE_BAD, NULL},
    {"line of a blank", GET "Host: a.example\r\n \r\n\r\n", PARSE_BAD, NULL},
    {"line without a colon", GET "Host a.example\r\n\r\n", PARSE_BAD, NULL},
    {"line without a field name", GET ": a.example\r\n\r\n", PARSE_BAD, NULL},
    {"vertical tab before the name", GET "\vHost: a.example\r\n\r\n", PARSE_BAD, NULL},
    {"blank inside the name", GET "X Host: a.example\r\n\r\n", PARSE_BAD, NULL},
    {"bare LF", "GET / HTTP/1.1\nHost: a.example\n\n", PARSE_OK, "a.example"},
    {"mixed line ends", "GET / HTTP/1.1\nHost: a.example\r\n\n", PARSE_OK, "a.example"},
    {"bare CR", GET "X: y\rHost: a.example\r\n\r\n", PARSE_BAD, NULL},
    {"CR CR LF", GET "Host: a.example\r\r\n\r\n", PARSE_BAD, NULL},
    {"empty lines first", "\r\n\n\r\n" GET "Host: a.example\r\n\r\n", PARSE_OK, "a.example"},
    {"method with line end before it", "\nGET / HTTP/1.1\r\nHost: a.example\r\n\r\n", PARSE_OK,
     "a.example"},
    {"lower-case method", "get / HTTP/1.1\r\nHost: a.example\r\n\r\n", PARSE_OK, "a.example"},
    {"blanks in the request line", "GET \t /  HTTP/1.1 \r\nHost: a.example\r\n\r\n", PARSE_OK,
     "a.example"},
    {"absolute form", "GET http://a.example/x HTTP/1.1\r\nHost: a.example\r\n\r\n", PARSE_OK,
     "a.example"},
    {"absolute form, no host", "GET http://a.example:80/x HTTP/1.1\r\n\r\n", PARSE_OK, "a.example"},
    {"absolute form, no path", "GET HTTPS://A.example HTTP/1.1\r\n\r\n", PARSE_OK, "a.example"},
    {"absolute form, query", "GET http://a.example?@b.example HTTP/1.1\r\n\r\n", PARSE_OK,
     "a.example"},
    {"absolute form, backslash", "GET http://a.example\\@b.example/ HTTP/1.1\r\n\r\n", PARSE_OK,
     "a.example"},
    {"absolute form, user", "GET http://b.example:x@y@a.example/ HTTP/1.1\r\n\r\n", PARSE_OK,
     "a.example"},
    {"absolute form, address", "GET http://[2001:db8::1]:80/ HTTP/1.1\r\n\r\n", PARSE_OK, ""},
    {"absolute form against host", "GET http://a.example/ HTTP/1.1\r\nHost: b.example\r\n\r\n",
     PARSE_BAD, NULL},
    {"address against host", "GET http://10.0.0.1/ HTTP/1.1\r\nHost: b.example\r\n\r\n", PARSE_BAD,
     NULL},
    {"absolute form, no name", "GET http://a%2eexample/ HTTP/1.1\r\n\r\n", PARSE_BAD, NULL},
    {"bad scheme", "GET 1http://a.example/ HTTP/1.1\r\n\r\n", PARSE_BAD, NULL},
    {"no scheme", "GET ://a.example/ HTTP/1.1\r\n\r\n", PARSE_BAD, NULL},
    {"one slash", "GET http:/a.example/ HTTP/1.1\r\n\r\n", PARSE_BAD, NULL},
    {"target without a slash", "GET a.example HTTP/1.1\r\n\r\n", PARSE_BAD, NULL},
    {"asterisk", "OPTIONS * HTTP/1.1\r\nHost: a.example\r\n\r\n", PARSE_OK, "a.example"},
    {"connect", "CONNECT a.example:443 HTTP/1.1\r\n\r\n", PARSE_OK, "a.example"},
    {"connect with host", "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n", PARSE_OK,
     "a.example"},
    {"connect against host", "CONNECT a.example:443 HTTP/1.1\r\nHost: b.example\r\n\r\n", PARSE_BAD,
     NULL},
    {"connect to an address", "CONNECT 192.0.2.1:443 HTTP/1.1\r\n\r\n", PARSE_OK, ""},
    {"connect to no name", "CONNECT / HTTP/1.1\r\n\r\n", PARSE_BAD, NULL},
    {"h2 preface", "PRI * HTTP/2.0\r\n\r\n", PARSE_OK, ""},
    {"webdav", "PROPFIND /dav HTTP/1.1\r\nHost: a.example\r\n\r\n", PARSE_OK, "a.example"},
    {"HTTP/0.9", "GET /\r\n", PARSE_BAD, NULL},
    {"no target", "GET  HTTP/1.1\r\n", PARSE_BAD, NULL},
    {"four words", "GET / x HTTP/1.1\r\n", PARSE_BAD, NULL},
    {"odd version", "GET / HTTP/1\r\n", PARSE_BAD, NULL},
    {"other protocol", "GET / RTSP/1.0\r\n", PARSE_BAD, NULL},
    {"control character in the target", "GET /\v HTTP/1.1\r\n", PARSE_BAD, NULL},
};

static void http__table__host_or_refusal(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct bytes head = bytes_of(cases[i].head);
        struct http_request request = {.used = 0};

        if (read_exact(&request, head) != cases[i].want)
            fail_msg("%s: another result", cases[i].what);
        if (cases[i].want == PARSE_OK &&
            (strcmp(request.host.text, cases[i].host) != 0 || request.used != head.len))
            fail_msg("%s: \"%s\", %zu of %zu", cases[i].what, request.host.text, request.used,
                     head.len);
    }
}

static void http__cut_anywhere__more(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct bytes head = bytes_of(cases[i].head);
        struct http_request request;

        for (size_t n = 0; cases[i].want == PARSE_OK && n < head.len; n++)
            if (read_exact(&request, (struct bytes){head.ptr, n}) != PARSE_MORE)
                fail_msg("%s cut at %zu", cases[i].what, n);
    }
}

static void http__every_byte_changed__no_harm(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct bytes head = bytes_of(cases[i].head);
        uint8_t *copy = bytes_exact(head);
        struct http_request request;

        for (size_t n = 0; n < head.len * 256; n++) {
            copy[n / 256] = (uint8_t)n;
            if (http_read_request(&request, (struct bytes){copy, head.len}) == PARSE_OK)
                assert_true(request.used <= head.len);
            copy[n / 256] = head.ptr[n / 256];
        }
        free(copy);
    }
}

static const struct {
    const char *what, *bytes;
    enum parse want;
} starts[] = {
    {"nothing", "", PARSE_MORE},
    {"empty lines", "\r\n\n\r", PARSE_MORE},
    {"G", "G", PARSE_MORE},
    {"PROP", "PROP", PARSE_MORE},
    {"GET", "GET", PARSE_MORE},
    {"GETS", "GETS", PARSE_NOT_MINE},
    {"GET/", "GET/", PARSE_NOT_MINE},
    {"blank first", " GET / HTTP/1.1", PARSE_NOT_MINE},
    {"CR first", "\rGET / HTTP/1.1", PARSE_NOT_MINE},
    {"unknown method", "FETCH / HTTP/1.1", PARSE_NOT_MINE},
    {"ssh", "SSH-2.0-x", PARSE_NOT_MINE},
    {"tls", "\x16\x03\x01", PARSE_NOT_MINE},
    {"answer", "HTTP/1.1 200 OK", PARSE_NOT_MINE},
    {"two hosts, head not ended", GET "Host: a.example\r\nHost: b.example\r\n", PARSE_BAD},
};

static void http__first_bytes__decided_as_soon_as_possible(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
        struct http_request request;

        if (read_exact(&request, bytes_of(starts[i].bytes)) != starts[i].want)
            fail_msg("%s", starts[i].what);
    }
}

static void http__second_request_in_the_stream__left_alone(void **state)
{
    static const char first[] = GET "Host: a.example\r\n\r\n";
    static const char both[] = GET "Host: a.example\r\n\r\n" GET "Host: b.example\r\n\r\n";
    struct http_request request;

    (void)state;
    assert_int_equal(read_exact(&request, bytes_of(both)), PARSE_OK);
    assert_string_equal(request.host.text, "a.example");
    assert_int_equal(request.used, strlen(first));
    assert_int_equal(read_exact(&request, bytes_of(both + request.used)), PARSE_OK);
    assert_string_equal(request.host.text, "b.example");
}

/* A head of `len` bytes with the name at its end. */
static enum parse read_long(size_t len, struct http_request *ret)
{
    static const char start[] = GET "X: ", end[] = "\r\nHost: a.example\r\n\r\n";
    uint8_t *head = malloc(len);
    enum parse result;

    assert_non_null(head);
    memset(head, 'x', len);
    memcpy(head, start, sizeof(start) - 1);
    memcpy(head + len - (sizeof(end) - 1), end, sizeof(end) - 1);
    result = http_read_request(ret, (struct bytes){head, len});
    free(head);
    return result;
}

static void http__head_around_the_limit__bad_beyond_it(void **state)
{
    struct http_request request;

    (void)state;
    assert_int_equal(read_long(HTTP_HEAD_MAX - 1, &request), PARSE_OK);
    assert_int_equal(read_long(HTTP_HEAD_MAX, &request), PARSE_OK);
    assert_string_equal(request.host.text, "a.example");
    assert_int_equal(request.used, HTTP_HEAD_MAX);
    assert_int_equal(read_long(HTTP_HEAD_MAX + 1, &request), PARSE_BAD);
}

static void http__nothing_but_empty_lines__bad_at_the_limit(void **state)
{
    static uint8_t lines[HTTP_HEAD_MAX];
    struct http_request request;

    (void)state;
    memset(lines, '\n', sizeof(lines));
    assert_int_equal(http_read_request(&request, (struct bytes){lines, sizeof(lines) - 1}),
                     PARSE_MORE);
    assert_int_equal(http_read_request(&request, (struct bytes){lines, sizeof(lines)}), PARSE_BAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(http__table__host_or_refusal),
        cmocka_unit_test(http__cut_anywhere__more),
        cmocka_unit_test(http__every_byte_changed__no_harm),
        cmocka_unit_test(http__first_bytes__decided_as_soon_as_possible),
        cmocka_unit_test(http__second_request_in_the_stream__left_alone),
        cmocka_unit_test(http__head_around_the_limit__bad_beyond_it),
        cmocka_unit_test(http__nothing_but_empty_lines__bad_at_the_limit),
    };

    return cmocka_run_group_tests_name("wire/http", tests, NULL, NULL);
}
