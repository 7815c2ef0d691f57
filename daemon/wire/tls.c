/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/tls.h"

#include <string.h>

#include "base/reader.h"

#define RECORD_MAX       16384
#define RECORD_HANDSHAKE 22
#define VERSION_MAJOR    3 /* 0x0300 to 0x03ff: servers look at no more than this */
#define CLIENT_HELLO     1
#define MESSAGE_HEADER   4
#define RANDOM_SIZE      32
#define SESSION_ID_MAX   32
#define NAME_HOST        0

struct hello {
    struct tls_hello facts;
    bool named, ech; /* each extension once */
};

/* The message as far as the records gave it. */
struct assembly {
    uint8_t *message;
    size_t len;
    size_t want; /* the message's whole length, header included; the limit until it is known */
};

/*
 * Adds what is here of a record with `declared` bytes. False when this cannot become one hello,
 * alone in its records: nothing may follow before the server has answered.
 */
static bool assemble(struct assembly *a, struct bytes part, size_t declared)
{
    size_t end = a->len + declared;

    if (end > a->want)
        return false;
    if (part.len)
        memcpy(a->message + a->len, part.ptr, part.len);
    a->len += part.len;

    struct reader r = rd_init(a->message, a->len);
    uint8_t type = rd_u8(&r);
    uint32_t len = rd_u24(&r);

    if (a->len && type != CLIENT_HELLO)
        return false;
    if (!rd_ok(&r))
        return true;
    if (len > TLS_HELLO_MAX)
        return false;
    a->want = MESSAGE_HEADER + len;
    return end <= a->want;
}

static enum parse read_record_header(struct reader *r, size_t *ret_len)
{
    uint8_t type = rd_u8(r);
    bool other = rd_ok(r) && type != RECORD_HANDSHAKE;
    uint8_t major = rd_u8(r);

    if (other || (rd_ok(r) && major != VERSION_MAJOR))
        return PARSE_NOT_MINE;
    rd_skip(r, 1);
    *ret_len = rd_u16(r);
    if (*ret_len > RECORD_MAX)
        rd_fail(r);
    return rd_result(r);
}

/* Puts the message together. Records may be empty or of one byte: senders cut where they like. */
static enum parse gather(struct bytes stream, struct assembly *a, size_t *ret_used)
{
    struct reader r = rd_init(stream.ptr, stream.len);

    for (unsigned n = 0; n < TLS_RECORDS_MAX; n++) {
        size_t declared = 0;
        enum parse header = read_record_header(&r, &declared);

        if (header != PARSE_OK)
            return header == PARSE_NOT_MINE && n > 0 ? PARSE_BAD : header;
        size_t left = rd_left(&r);
        if (!assemble(a, rd_bytes(&r, declared < left ? declared : left), declared))
            return PARSE_BAD;
        if (declared > left)
            return PARSE_MORE;
        if (a->len == a->want) {
            *ret_used = stream.len - rd_left(&r);
            return PARSE_OK;
        }
    }
    return PARSE_BAD;
}

/* One host name, as the only entry: servers refuse everything else too. */
static void read_server_name(struct reader *ext, struct hello *h)
{
    struct reader list = rd_child16(ext);
    uint8_t type = rd_u8(&list);
    struct reader name = rd_child16(&list);
    struct bytes b = rd_bytes(&name, rd_left(&name));
    struct span text = {(const char *)b.ptr, b.len};

    if (h->named || type != NAME_HOST || !rd_end(&list)) {
        rd_fail(ext);
        return;
    }
    h->named = true;
    if (!hostname_is_address(text) && !hostname_set(&h->facts.sni, text))
        rd_fail(ext);
}

/* Encrypted ClientHello (RFC 9849): that it is there is all that can be seen. */
static void read_ech(struct reader *ext, struct hello *h)
{
    rd_skip(ext, rd_left(ext));
    if (h->ech)
        rd_fail(ext);
    h->ech = true;
}

static const struct {
    uint16_t type;
    void (*read)(struct reader *ext, struct hello *h);
} extensions[] = {
    {0, read_server_name},
    {0xfe0d, read_ech},
};

static void read_extension(struct reader *r, struct hello *h)
{
    uint16_t type = rd_u16(r);
    struct reader ext = rd_child16(r);

    for (size_t i = 0; i < ARRAY_SIZE(extensions); i++) {
        if (extensions[i].type != type)
            continue;
        extensions[i].read(&ext, h);
        if (!rd_end(&ext))
            rd_fail(r);
    }
}

static void read_session_id(struct reader *r)
{
    struct reader id = rd_child8(r);

    if (rd_left(&id) > SESSION_ID_MAX)
        rd_fail(r);
}

static void read_cipher_suites(struct reader *r)
{
    struct reader suites = rd_child16(r);

    if (rd_left(&suites) < 2 || rd_left(&suites) % 2)
        rd_fail(r);
}

static void read_compressions(struct reader *r)
{
    struct reader methods = rd_child8(r);

    if (rd_left(&methods) < 1)
        rd_fail(r);
}

static enum parse read_message(struct hello *h, struct bytes body)
{
    struct reader r = rd_message(body);

    if (rd_u16(&r) >> 8 != VERSION_MAJOR)
        rd_fail(&r);
    rd_skip(&r, RANDOM_SIZE);
    read_session_id(&r);
    read_cipher_suites(&r);
    read_compressions(&r);
    if (rd_end(&r)) /* before TLS 1.2 there may be no extensions */
        return PARSE_OK;
    struct reader list = rd_child16(&r);
    while (rd_left(&list))
        read_extension(&list, h);
    rd_join(&r, &list);
    return rd_end(&r) ? PARSE_OK : PARSE_BAD;
}

enum parse tls_read_hello(struct tls_hello *ret, struct bytes stream, struct tls_scratch *scratch)
{
    struct assembly a = {.message = scratch->message, .want = sizeof(scratch->message)};
    struct hello h = {.named = false};
    enum parse result = gather(stream, &a, &h.facts.used);

    if (result != PARSE_OK)
        return result;
    result = read_message(&h, (struct bytes){a.message + MESSAGE_HEADER, a.len - MESSAGE_HEADER});
    if (result != PARSE_OK)
        return result;
    h.facts.ech = h.ech;
    *ret = h.facts;
    return PARSE_OK;
}
