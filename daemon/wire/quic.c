/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/quic.h"

#include "base/reader.h"

#define LONG_HEADER       0x80
#define CONNECTION_ID_MAX 20

static void skip_connection_id(struct reader *r)
{
    uint8_t len = rd_u8(r);

    if (len > CONNECTION_ID_MAX)
        rd_fail(r);
    rd_skip(r, len);
}

bool quic_is_long_header(struct bytes datagram)
{
    struct reader r = rd_message(datagram);
    uint8_t first = rd_u8(&r);
    uint32_t version = rd_u32(&r);

    skip_connection_id(&r);
    skip_connection_id(&r);
    return rd_ok(&r) && first & LONG_HEADER && version != 0;
}
