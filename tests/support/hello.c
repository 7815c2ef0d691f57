/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/hello.h"

#include <string.h>

#include "base/writer.h"

#define RECORD_MAX         16384
#define EXT_SERVER_NAME    0
#define EXT_PADDING        21
#define EXT_VERSIONS       43
#define EXT_KEY_SHARE      51
#define EXT_ECH            0xfe0d
#define EXT_UNKNOWN        0x4a4a /* a GREASE value */
#define HANDSHAKE          22
#define CLIENT_HELLO       1
#define EXTENSION_OVERHEAD 4

/* Leaves room for a 16-bit length; close_length() fills it in. */
static size_t open_length(struct writer *w)
{
    wr_u16(w, 0);
    return w->len;
}

static void close_length(struct writer *w, size_t start)
{
    wr_patch16(w, start - 2, (uint16_t)(w->len - start));
}

static void extension(struct writer *w, uint16_t type, const void *body, size_t len)
{
    wr_u16(w, type);
    wr_u16(w, (uint16_t)len);
    if (body)
        wr_bytes(w, body, len);
    else
        wr_zero(w, len);
}

static void server_name(struct writer *w, const char *sni, struct bytes body)
{
    size_t ext, list;

    if (body.ptr) {
        extension(w, EXT_SERVER_NAME, body.ptr, body.len);
        return;
    }
    wr_u16(w, EXT_SERVER_NAME);
    ext = open_length(w);
    list = open_length(w);
    wr_u8(w, 0); /* host_name */
    wr_u16(w, (uint16_t)strlen(sni));
    wr_bytes(w, sni, strlen(sni));
    close_length(w, list);
    close_length(w, ext);
}

static void extensions(struct writer *w, const char *sni, const struct hello_options *o)
{
    static const uint8_t versions[] = {4, 3, 4, 3, 3};
    static const uint8_t share[] = {0, 7, 0x2a, 0x2a, 0, 3, 1, 2, 3};
    static const uint8_t ech[] = {0, 0, 1, 0, 1, 7, 0, 2, 8, 9, 0, 2, 5, 6};
    size_t start = open_length(w);

    extension(w, EXT_VERSIONS, versions, sizeof(versions));
    if (o->before)
        extension(w, EXT_UNKNOWN, NULL, o->before);
    for (unsigned i = 0; !o->no_sni && i <= o->sni_copies; i++)
        server_name(w, sni, o->sni_body);
    if (o->ech)
        extension(w, EXT_ECH, ech, sizeof(ech));
    extension(w, EXT_KEY_SHARE, share, sizeof(share));
    if (o->pad_to >= w->len + EXTENSION_OVERHEAD)
        extension(w, EXT_PADDING, NULL, o->pad_to - w->len - EXTENSION_OVERHEAD);
    close_length(w, start);
}

static size_t message(uint8_t *buf, size_t cap, const char *sni, const struct hello_options *o)
{
    static const uint8_t suites[] = {0, 4, 0x13, 0x01, 0x13, 0x02};
    struct writer w = wr_init(buf, cap);

    wr_u8(&w, CLIENT_HELLO);
    wr_u8(&w, 0);
    size_t start = open_length(&w);
    wr_u16(&w, 0x0303);
    for (unsigned i = 0; i < 32; i++)
        wr_u8(&w, (uint8_t)(0xa0 + i)); /* random */
    wr_u8(&w, 32);
    wr_zero(&w, 32); /* session id */
    wr_bytes(&w, suites, sizeof(suites));
    wr_u16(&w, 0x0100); /* the one compression method */
    extensions(&w, sni, o);
    close_length(&w, start);
    return wr_ok(&w) && w.len - start <= HELLO_MESSAGE_MAX ? w.len : 0;
}

static void record(struct writer *w, uint16_t version, const uint8_t *ptr, size_t len)
{
    wr_u8(w, HANDSHAKE);
    wr_u16(w, version);
    wr_u16(w, (uint16_t)len);
    wr_bytes(w, ptr, len);
}

size_t hello_make(uint8_t *buf, size_t cap, const char *sni, const struct hello_options *o)
{
    static const struct hello_options plain;
    static uint8_t whole[4 + HELLO_MESSAGE_MAX];
    struct writer w = wr_init(buf, cap);

    o = o ? o : &plain;
    uint16_t version = o->record_version ? o->record_version : 0x0301;
    size_t size = o->record_size ? o->record_size : RECORD_MAX;
    size_t len = message(whole, sizeof(whole), sni, o);

    for (size_t at = 0; at < len; at += size) {
        if (o->empty_records)
            record(&w, version, whole, 0);
        record(&w, version, whole + at, len - at < size ? len - at : size);
    }
    return wr_ok(&w) ? w.len : 0;
}
