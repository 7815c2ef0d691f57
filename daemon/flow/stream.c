/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/stream.h"

#include <string.h>

_Static_assert(STREAM_MAX_BYTES <= UINT16_MAX, "ranges count in 16 bits");

/* A payload as a stretch of the stream. */
struct piece {
    size_t start, end;
    const uint8_t *ptr;
};

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

void stream_start(struct stream_head *s, uint32_t base)
{
    s->base = base;
    s->range_count = 0;
}

static bool same_bytes(const struct stream_head *s, const struct piece *p)
{
    for (unsigned i = 0; i < s->range_count; i++) {
        size_t from = larger(p->start, s->ranges[i].start);
        size_t to = smaller(p->end, s->ranges[i].end);

        if (from < to && memcmp(s->bytes + from, p->ptr + (from - p->start), to - from) != 0)
            return false;
    }
    return true;
}

static bool covered(const struct stream_head *s, const struct piece *p)
{
    for (unsigned i = 0; i < s->range_count; i++)
        if (s->ranges[i].start <= p->start && p->end <= s->ranges[i].end)
            return true;
    return false;
}

/* Ranges [first, last) become one. */
static void replace(struct stream_head *s, unsigned first, unsigned last, struct stream_range with)
{
    memmove(s->ranges + first + 1, s->ranges + last,
            (s->range_count - last) * sizeof(s->ranges[0]));
    s->ranges[first] = with;
    s->range_count = (uint16_t)(s->range_count - (last - first) + 1);
}

/* Joins the piece with every range it overlaps or touches. */
static bool join(struct stream_head *s, const struct piece *p)
{
    struct stream_range whole = {(uint16_t)p->start, (uint16_t)p->end};
    unsigned first = 0, last;

    while (first < s->range_count && s->ranges[first].end < p->start)
        first++;
    for (last = first; last < s->range_count && s->ranges[last].start <= p->end; last++) {
        whole.start = (uint16_t)smaller(whole.start, s->ranges[last].start);
        whole.end = (uint16_t)larger(whole.end, s->ranges[last].end);
    }
    if (first == last && s->range_count == STREAM_MAX_RANGES)
        return false;
    replace(s, first, last, whole);
    return true;
}

static enum stream_add add_piece(struct stream_head *s, const struct piece *p)
{
    if (!same_bytes(s, p))
        return STREAM_CONFLICT;
    if (p->start == p->end || covered(s, p))
        return STREAM_SAME;
    if (!join(s, p))
        return STREAM_FULL;
    memcpy(s->bytes + p->start, p->ptr, p->end - p->start);
    return STREAM_GREW;
}

enum stream_add stream_add(struct stream_head *s, uint32_t seq, struct bytes payload)
{
    size_t skip = seq_before(seq, s->base) ? s->base - seq : 0;
    size_t start = skip ? 0 : seq - s->base;
    struct piece p;
    enum stream_add added;

    if (skip >= payload.len)
        return STREAM_SAME;
    if (start >= STREAM_MAX_BYTES)
        return STREAM_FULL;
    p = (struct piece){start, smaller(start + payload.len - skip, STREAM_MAX_BYTES),
                       payload.ptr + skip};
    added = add_piece(s, &p);
    if (added != STREAM_CONFLICT && start + payload.len - skip > STREAM_MAX_BYTES)
        return STREAM_FULL;
    return added;
}

struct bytes stream_known(const struct stream_head *s)
{
    bool started = s->range_count && s->ranges[0].start == 0;

    return (struct bytes){s->bytes, started ? s->ranges[0].end : 0};
}

/* Where the last byte that is kept ends. */
static size_t reach(const struct stream_head *s)
{
    return s->range_count ? s->ranges[s->range_count - 1].end : 0;
}

bool stream_rewind(struct stream_head *s, uint32_t base)
{
    size_t shift = s->base - base;

    if (shift > STREAM_MAX_BYTES - reach(s))
        return false;
    memmove(s->bytes + shift, s->bytes, reach(s));
    for (unsigned i = 0; i < s->range_count; i++) {
        s->ranges[i].start = (uint16_t)(s->ranges[i].start + shift);
        s->ranges[i].end = (uint16_t)(s->ranges[i].end + shift);
    }
    s->base = base;
    return true;
}

void stream_consume(struct stream_head *s, size_t len)
{
    size_t known = stream_known(s).len;

    len = smaller(len, known);
    memmove(s->bytes, s->bytes + len, reach(s) - len);
    for (unsigned i = 0; i < s->range_count; i++) {
        s->ranges[i].start = (uint16_t)(i || !known ? s->ranges[i].start - len : 0);
        s->ranges[i].end = (uint16_t)(s->ranges[i].end - len);
    }
    if (known && len == known) {
        s->range_count--;
        memmove(s->ranges, s->ranges + 1, s->range_count * sizeof(s->ranges[0]));
    }
    s->base += (uint32_t)len;
}
