/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The head of a client's TCP stream: the first bytes, put together in any order, kept until the
 * server has acknowledged them. Its purpose is one rule: other bytes for a range that was read
 * before are an attempt to show us one thing and the server another.
 */
#ifndef LESPOORT_FLOW_STREAM_H
#define LESPOORT_FLOW_STREAM_H

#include <stdbool.h>

#include "base/span.h"

#define STREAM_MAX_BYTES  20480 /* a hello of 16 kB with its record headers */
#define STREAM_MAX_RANGES 16    /* separate pieces waiting for a gap to close */

struct stream_range {
    uint16_t start, end;
};

struct stream_head {
    uint32_t base; /* sequence number of the first byte */
    uint16_t range_count;
    struct stream_range ranges[STREAM_MAX_RANGES]; /* sorted, disjoint, not touching */
    uint8_t bytes[STREAM_MAX_BYTES];
};

enum stream_add {
    STREAM_GREW,     /* new bytes */
    STREAM_SAME,     /* nothing new: a retransmission */
    STREAM_CONFLICT, /* the same range with other bytes */
    STREAM_FULL,     /* beyond a limit above */
};

/* Sequence numbers wrap: a comes before b when that is the shorter way round. */
static inline bool seq_before(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) < 0;
}

void stream_start(struct stream_head *s, uint32_t base);

/*
 * Bytes before base are ignored. Of a payload that crosses STREAM_MAX_BYTES the part inside is
 * kept (and FULL returned); after CONFLICT, or FULL for too many pieces, nothing is.
 */
enum stream_add stream_add(struct stream_head *s, uint32_t seq, struct bytes payload);

/* What is known without a gap from base on. */
struct bytes stream_known(const struct stream_head *s);

/* Earlier bytes than the first ones turned up (segments overtook each other): base moves back.
 * False and unchanged when what is kept would no longer fit. */
bool stream_rewind(struct stream_head *s, uint32_t base);

/* Forgets the first len bytes (at most the known ones): base moves on. For protocols with many
 * messages in one stream. */
void stream_consume(struct stream_head *s, size_t len);

#endif
