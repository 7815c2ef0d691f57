/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes TLS ClientHellos, ordinary and odd. Without options: TLS 1.3 in shape, one record, the
 * extensions supported_versions, server_name, key_share.
 *
 *     uint8_t buf[512];
 *     size_t len = hello_make(buf, sizeof(buf), "www.example.org", NULL);
 */
#ifndef LESPOORT_TESTS_SUPPORT_HELLO_H
#define LESPOORT_TESTS_SUPPORT_HELLO_H

#include <stdbool.h>

#include "base/span.h"

#define HELLO_MESSAGE_MAX 65535 /* the handshake message without its four header bytes */

struct hello_options {
    bool no_sni;           /* no server_name extension at all */
    struct bytes sni_body; /* the extension's body as it is, instead of one made from sni */
    unsigned sni_copies;   /* more server_name extensions of the same content */
    size_t before;         /* an unknown extension with this many bytes precedes the name */
    bool ech;              /* an encrypted_client_hello extension (outer, GREASE content) */
    size_t pad_to;         /* a padding extension fills the message, header included, up to this */
    size_t record_size;    /* handshake bytes per record; 0: as many as a record holds */
    bool empty_records;    /* an empty record precedes each record */
    uint16_t record_version; /* 0: 0x0301 */
};

/* o may be NULL. The stream's length, or 0 when it does not fit into cap. */
size_t hello_make(uint8_t *buf, size_t cap, const char *sni, const struct hello_options *o);

#endif
