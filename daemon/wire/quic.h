/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recognising QUIC (RFC 8999, version-independent). */
#ifndef LESPOORT_WIRE_QUIC_H
#define LESPOORT_WIRE_QUIC_H

#include <stdbool.h>

#include "base/span.h"

/*
 * A long header by its invariant part: first bit set, a version that is not 0, connection ids of
 * at most 20 bytes that fit. The "fixed bit" is not looked at: clients grease it (RFC 9287).
 */
bool quic_is_long_header(struct bytes datagram);

#endif
