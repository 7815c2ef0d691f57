/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ClientHello of our own: the smallest that a TLS 1.3 server would take for one. */
#ifndef LESPOORT_WIRE_HELLO_WRITE_H
#define LESPOORT_WIRE_HELLO_WRITE_H

#include "base/span.h"

/* In one record (RFC 8446 sections 4.1.2 and 5.1), for that host (RFC 6066 section 3). Always the
 * same bytes: nobody makes keys of it. The length, 0 when cap is too small. */
size_t hello_write(uint8_t *buf, size_t cap, const char *host);

#endif
