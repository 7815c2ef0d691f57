/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/writer.h"

#include <string.h>

struct writer wr_init(uint8_t *buf, size_t cap)
{
    return (struct writer){.buf = buf, .cap = cap};
}

/* Room for len more bytes, or NULL and a failed writer. */
static uint8_t *grow(struct writer *w, size_t len)
{
    uint8_t *at = w->buf + w->len;

    if (w->overflow || len > w->cap - w->len) {
        w->overflow = true;
        return NULL;
    }
    w->len += len;
    return at;
}

static void number(struct writer *w, uint32_t value, unsigned width)
{
    uint8_t *at = grow(w, width);

    for (unsigned i = 0; at && i < width; i++)
        at[i] = (uint8_t)(value >> (8 * (width - 1 - i)));
}

void wr_u8(struct writer *w, uint8_t value)
{
    number(w, value, 1);
}

void wr_u16(struct writer *w, uint16_t value)
{
    number(w, value, 2);
}

void wr_u32(struct writer *w, uint32_t value)
{
    number(w, value, 4);
}

void wr_bytes(struct writer *w, const void *ptr, size_t len)
{
    uint8_t *at = grow(w, len);

    if (at && len)
        memcpy(at, ptr, len);
}

void wr_zero(struct writer *w, size_t len)
{
    uint8_t *at = grow(w, len);

    if (at && len)
        memset(at, 0, len);
}

void wr_patch16(struct writer *w, size_t at, uint16_t value)
{
    if (w->overflow || at + 2 > w->len)
        return;
    w->buf[at] = (uint8_t)(value >> 8);
    w->buf[at + 1] = (uint8_t)value;
}

bool wr_ok(const struct writer *w)
{
    return !w->overflow;
}
