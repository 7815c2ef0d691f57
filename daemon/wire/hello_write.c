/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/hello_write.h"

#include <string.h>

#include "base/writer.h"

#define RECORD_HANDSHAKE   22
#define RECORD_VERSION     0x0301
#define CLIENT_HELLO       1
#define LEGACY_VERSION     0x0303
#define RANDOM_SIZE        32
#define NO_COMPRESSION     0x0100 /* a list of one: null */
#define EXT_SERVER_NAME    0
#define EXT_GROUPS         10
#define EXT_SIGNATURES     13
#define EXT_VERSIONS       43
#define EXT_KEY_SHARE      51
#define X25519             0x001d
#define X25519_SIZE        32
#define ECDSA_P256_SHA256  0x0403
#define AES_128_GCM_SHA256 0x1301
#define TLS_1_3            0x0304

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

static void write_server_name(struct writer *w, const char *host)
{
    wr_u16(w, EXT_SERVER_NAME);
    size_t ext = open_length(w), list = open_length(w);

    wr_u8(w, 0); /* host_name */
    wr_u16(w, (uint16_t)strlen(host));
    wr_bytes(w, host, strlen(host));
    close_length(w, list);
    close_length(w, ext);
}

/* An extension whose body is one list of one 16-bit value. */
static void write_choice(struct writer *w, uint16_t type, uint16_t value)
{
    wr_u16(w, type);
    wr_u16(w, 4);
    wr_u16(w, 2);
    wr_u16(w, value);
}

static void write_extensions(struct writer *w, const char *host)
{
    size_t all = open_length(w);

    write_server_name(w, host);
    write_choice(w, EXT_GROUPS, X25519);
    write_choice(w, EXT_SIGNATURES, ECDSA_P256_SHA256);
    wr_u16(w, EXT_VERSIONS);
    wr_u16(w, 3);
    wr_u8(w, 2);
    wr_u16(w, TLS_1_3);
    wr_u16(w, EXT_KEY_SHARE);
    size_t ext = open_length(w), list = open_length(w);

    wr_u16(w, X25519);
    wr_u16(w, X25519_SIZE);
    wr_zero(w, X25519_SIZE);
    close_length(w, list);
    close_length(w, ext);
    close_length(w, all);
}

size_t hello_write(uint8_t *buf, size_t cap, const char *host)
{
    struct writer w = wr_init(buf, cap);

    wr_u8(&w, RECORD_HANDSHAKE);
    wr_u16(&w, RECORD_VERSION);
    size_t record = open_length(&w);

    wr_u8(&w, CLIENT_HELLO);
    wr_u8(&w, 0); /* the upper byte of its length */
    size_t message = open_length(&w);

    wr_u16(&w, LEGACY_VERSION);
    wr_zero(&w, RANDOM_SIZE);
    wr_u8(&w, 0); /* no session id */
    wr_u16(&w, 2);
    wr_u16(&w, AES_128_GCM_SHA256);
    wr_u16(&w, NO_COMPRESSION);
    write_extensions(&w, host);
    close_length(&w, message);
    close_length(&w, record);
    return wr_ok(&w) ? w.len : 0;
}
