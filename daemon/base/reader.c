/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/reader.h"

struct reader rd_init(const uint8_t *ptr, size_t len)
{
    return (struct reader){.pos = ptr, .end = len ? ptr + len : ptr};
}

struct reader rd_message(struct bytes message)
{
    struct reader r = rd_init(message.ptr, message.len);

    r.declared = true;
    return r;
}

static void stop(struct reader *r, enum reader_state why)
{
    if (r->state == RD_OK)
        r->state = why;
    r->pos = r->end;
}

/* The next len bytes, or NULL and a failed reader. */
static const uint8_t *take(struct reader *r, size_t len)
{
    const uint8_t *at = r->pos;

    if (r->state != RD_OK)
        return NULL;
    if (len > (size_t)(r->end - r->pos)) {
        stop(r, r->declared ? RD_BAD : RD_SHORT);
        return NULL;
    }
    if (len)
        r->pos += len;
    return at;
}

static uint64_t number(struct reader *r, size_t width)
{
    const uint8_t *at = take(r, width);
    uint64_t value = 0;

    for (size_t i = 0; at && i < width; i++)
        value = value << 8 | at[i];
    return value;
}

uint8_t rd_u8(struct reader *r)
{
    return (uint8_t)number(r, 1);
}

uint16_t rd_u16(struct reader *r)
{
    return (uint16_t)number(r, 2);
}

uint32_t rd_u24(struct reader *r)
{
    return (uint32_t)number(r, 3);
}

uint32_t rd_u32(struct reader *r)
{
    return (uint32_t)number(r, 4);
}

struct bytes rd_bytes(struct reader *r, size_t len)
{
    const uint8_t *at = take(r, len);

    return at ? (struct bytes){at, len} : (struct bytes){NULL, 0};
}

void rd_skip(struct reader *r, size_t len)
{
    take(r, len);
}

struct reader rd_child(struct reader *r, size_t len)
{
    const uint8_t *at = take(r, len);
    struct reader child = {.pos = r->end, .end = r->end, .state = r->state, .declared = true};

    if (at && r->state == RD_OK) {
        child.pos = at;
        child.end = r->pos;
    }
    return child;
}

struct reader rd_child8(struct reader *r)
{
    return rd_child(r, rd_u8(r));
}

struct reader rd_child16(struct reader *r)
{
    return rd_child(r, rd_u16(r));
}

void rd_fail(struct reader *r)
{
    stop(r, RD_BAD);
}

bool rd_join(struct reader *r, const struct reader *child)
{
    if (child->state != RD_OK)
        stop(r, child->state);
    return r->state == RD_OK;
}

size_t rd_left(const struct reader *r)
{
    return r->state == RD_OK ? (size_t)(r->end - r->pos) : 0;
}

bool rd_ok(const struct reader *r)
{
    return r->state == RD_OK;
}

bool rd_end(const struct reader *r)
{
    return r->state == RD_OK && r->pos == r->end;
}

enum parse rd_result(const struct reader *r)
{
    static const enum parse result[] = {
        [RD_OK] = PARSE_OK, [RD_SHORT] = PARSE_MORE, [RD_BAD] = PARSE_BAD};

    return result[r->state];
}
