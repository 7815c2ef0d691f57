/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ClientHello (RFC 8446 section 4.1.2) at the start of a TCP stream, over any number of
 * records; the name it asks for (RFC 6066 section 3). */
#ifndef LESPOORT_WIRE_TLS_H
#define LESPOORT_WIRE_TLS_H

#include <stdbool.h>

#include "base/hostname.h"
#include "base/span.h"

#define TLS_HELLO_MAX   16384 /* browsers stay under 4 kB; what is longer is refused, not passed */
#define TLS_RECORDS_MAX 4096

struct tls_hello {
    struct hostname sni; /* empty: none, or an address literal */
    bool ech;            /* extension present; proves nothing, every browser sends it (GREASE) */
    size_t used;         /* bytes of the stream up to the end of the hello's last record */
};

/* Where the handshake message is put together. The caller's, reused for every call. */
struct tls_scratch {
    uint8_t message[TLS_HELLO_MAX + 4];
};

/*
 * stream: the client's bytes from the first on. NOT_MINE as soon as they cannot be a TLS
 * handshake record. BAD: malformed, longer than TLS_HELLO_MAX, another record inside the hello,
 * two names, a name that is none.
 */
enum parse tls_read_hello(struct tls_hello *ret, struct bytes stream, struct tls_scratch *scratch);

#endif
