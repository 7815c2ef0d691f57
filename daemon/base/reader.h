/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bounds-checked cursor: the only way to read bytes that others made.
 *
 * The state is sticky. After the first failure every read returns zero and nothing is left, so
 * a parser reads a whole structure and asks once, and loops on rd_left() always end.
 *
 * SHORT: ran off the end of what was captured, so more bytes may help.
 * BAD:   ran off a length that the sender declared, or broke a rule; more bytes cannot help.
 */
#ifndef LESPOORT_BASE_READER_H
#define LESPOORT_BASE_READER_H

#include <stdbool.h>

#include "base/span.h"

enum reader_state { RD_OK, RD_SHORT, RD_BAD };

struct reader {
    const uint8_t *pos, *end;
    enum reader_state state;
    bool declared; /* the end is a declared length, not the end of the capture */
};

/* Over captured bytes: running off the end is SHORT. */
struct reader rd_init(const uint8_t *ptr, size_t len);

/* Over a complete message: running off the end is BAD. */
struct reader rd_message(struct bytes message);

/* Big-endian; 0 after a failure. */
uint8_t rd_u8(struct reader *r);
uint16_t rd_u16(struct reader *r);
uint32_t rd_u24(struct reader *r);
uint32_t rd_u32(struct reader *r);

/* The next len bytes, still owned by the packet; {NULL, 0} after a failure. */
struct bytes rd_bytes(struct reader *r, size_t len);
void rd_skip(struct reader *r, size_t len);

/*
 * A view of the next len bytes, whose end is declared. The parent moves past them. A child of a
 * failed reader has failed in the same way.
 */
struct reader rd_child(struct reader *r, size_t len);
struct reader rd_child8(struct reader *r);
struct reader rd_child16(struct reader *r);

/* A rule was broken. Keeps an earlier failure. */
void rd_fail(struct reader *r);

/* Takes over the failure of a child; returns whether both are well. */
bool rd_join(struct reader *r, const struct reader *child);

size_t rd_left(const struct reader *r);
bool rd_ok(const struct reader *r);

/* Well and fully consumed. */
bool rd_end(const struct reader *r);

/* OK, MORE or BAD. */
enum parse rd_result(const struct reader *r);

#endif
