/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/dns_record.h"

#include <string.h>

#define LABEL_MAX     63
#define NAME_MAX_WIRE 255
#define NO_POINTER    (-1)
#define HOPS_MAX      32

/* A name's labels as text. A dot inside a label would read as the end of it. */
struct name_text {
    char text[NAME_MAX_WIRE];
    size_t len;
    bool odd;
};

static void add_label(struct name_text *t, struct bytes label)
{
    if (t->len)
        t->text[t->len++] = '.';
    if (label.len)
        memcpy(t->text + t->len, label.ptr, label.len);
    t->len += label.len;
    if (label.len && memchr(label.ptr, '.', label.len))
        t->odd = true;
}

/* Labels up to the root, or to a pointer: where that leads. */
static int read_labels(struct reader *r, struct name_text *t)
{
    for (uint8_t len = rd_u8(r); len && rd_ok(r); len = rd_u8(r)) {
        if ((len & DNS_POINTER) == DNS_POINTER)
            return (len & ~DNS_POINTER) << 8 | rd_u8(r);
        /* With the dot in front of it, and the root behind the last. */
        if (len > LABEL_MAX || t->len + !!t->len + len + 2u > NAME_MAX_WIRE)
            rd_fail(r);
        else
            add_label(t, rd_bytes(r, len));
    }
    return NO_POINTER;
}

/* The rest of the message from where a pointer leads; failed when it does not lead back. */
static struct reader follow(struct bytes message, const uint8_t *piece, int target)
{
    size_t at = (size_t)target;
    struct reader failed = rd_message((struct bytes){piece, 0});

    if (at >= DNS_HEADER && at < (size_t)(piece - message.ptr))
        return rd_message((struct bytes){message.ptr + at, message.len - at});
    rd_fail(&failed);
    return failed;
}

void dns_read_name(struct reader *r, struct bytes message, struct hostname *ret)
{
    struct name_text t = {.len = 0};
    const uint8_t *piece = r->pos;
    int target = read_labels(r, &t);

    for (unsigned hops = 0; rd_ok(r) && target != NO_POINTER; hops++) {
        struct reader next = follow(message, piece, target);

        if (hops == HOPS_MAX)
            rd_fail(&next);
        piece = next.pos;
        target = read_labels(&next, &t);
        rd_join(r, &next);
    }
    *ret = (struct hostname){0};
    if (rd_ok(r) && !t.odd)
        hostname_set(ret, (struct span){t.text, t.len});
}

/* Over the name of a record; whether it is the root. */
static bool skip_name(struct reader *r)
{
    uint8_t len = rd_u8(r);
    bool root = len == 0;

    for (; len && rd_ok(r); len = rd_u8(r)) {
        if ((len & DNS_POINTER) == DNS_POINTER) {
            rd_skip(r, 1);
            return false;
        }
        if (len > LABEL_MAX)
            rd_fail(r);
        rd_skip(r, len);
    }
    return root;
}

struct dns_record dns_read_record(struct reader *r)
{
    struct reader start = *r;
    struct dns_record record = {.root = skip_name(r)};

    record.type = rd_u16(r);
    record.class = rd_u16(r);
    record.ttl = rd_u32(r);
    record.data = rd_bytes(r, rd_u16(r));
    if (!rd_ok(r))
        return (struct dns_record){.root = false};
    record.whole = rd_bytes(&start, rd_left(&start) - rd_left(r));
    return record;
}

void dns_write_name(struct writer *w, const char *name)
{
    while (*name) {
        size_t len = strcspn(name, ".");

        wr_u8(w, (uint8_t)len);
        wr_bytes(w, name, len);
        name += len + (name[len] == '.');
    }
    wr_u8(w, 0);
}

void dns_write_header(struct writer *w, uint16_t id, uint16_t flags, struct dns_counts counts)
{
    wr_u16(w, id);
    wr_u16(w, flags);
    wr_u16(w, 1);
    wr_u16(w, counts.answers);
    wr_u16(w, counts.authority);
    wr_u16(w, counts.additional);
}
