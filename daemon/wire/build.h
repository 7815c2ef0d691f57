/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Complete IP packets to send, with all checksums. */
#ifndef LESPOORT_WIRE_BUILD_H
#define LESPOORT_WIRE_BUILD_H

#include "wire/packet.h"

struct segment {
    struct endpoint from, to;
    uint32_t seq, ack;
    uint8_t flags; /* TCP_* */
    struct bytes payload;
};

/* Both endpoints must be of one family. The length, or 0 when cap is too small or the payload
 * too long for one packet. */
size_t build_udp(uint8_t *buf, size_t cap, const struct endpoint *from, const struct endpoint *to,
                 struct bytes payload);
size_t build_tcp(uint8_t *buf, size_t cap, const struct segment *s);

#endif
