/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/question.h"

#include <string.h>

#include "base/addr.h"
#include "base/writer.h"

#define FLAG_RD   0x0100
#define FLAG_QR   0x8000
#define FLAG_RA   0x0080
#define HEADER    12
#define NAME_AT   0xc00c
#define TYPE_A    1
#define TYPE_AAAA 28
#define TYPE_OPT  41
#define CLASS_IN  1

static void write_name(struct writer *w, const char *name)
{
    while (*name) {
        size_t len = strcspn(name, ".");

        wr_u8(w, (uint8_t)len);
        wr_bytes(w, name, len);
        name += len + (name[len] == '.');
    }
    wr_u8(w, 0);
}

static void write_opt(struct writer *w)
{
    wr_u8(w, 0);
    wr_u16(w, TYPE_OPT);
    wr_u16(w, 1232);
    wr_zero(w, 6);
}

size_t question_make(uint8_t *buf, size_t cap, const char *name, const struct question_options *o)
{
    static const struct question_options plain;
    struct writer w = wr_init(buf, cap);

    if (!o)
        o = &plain;
    if (o->tcp)
        wr_u16(&w, 0);
    wr_u16(&w, 0x1234);
    wr_u16(&w, FLAG_RD);
    wr_u16(&w, 1);
    wr_u16(&w, 0);
    wr_u16(&w, 0);
    wr_u16(&w, o->edns);
    write_name(&w, name);
    wr_u16(&w, o->type ? o->type : TYPE_A);
    wr_u16(&w, CLASS_IN);
    if (o->edns)
        write_opt(&w);
    if (o->tcp)
        wr_patch16(&w, 0, (uint16_t)(w.len - 2));
    return wr_ok(&w) ? w.len : 0;
}

static void write_address(struct writer *w, const char *text, uint32_t ttl)
{
    struct addr addr;
    bool v4 = addr_parse(text, &addr) && addr_is4(&addr);

    wr_u16(w, NAME_AT);
    wr_u16(w, v4 ? TYPE_A : TYPE_AAAA);
    wr_u16(w, CLASS_IN);
    wr_u32(w, ttl);
    wr_u16(w, v4 ? 4 : 16);
    wr_bytes(w, addr.b + (v4 ? 12 : 0), v4 ? 4 : 16);
}

/* Where the question section ends. */
static size_t section_end(struct bytes question)
{
    size_t at = HEADER;

    while (question.ptr[at])
        at += 1u + question.ptr[at];
    return at + 5;
}

size_t answer_make(uint8_t *buf, size_t cap, struct bytes question, const struct answer_options *o)
{
    struct writer w = wr_init(buf, cap);
    size_t end = section_end(question);
    uint16_t count = 0;

    wr_bytes(&w, question.ptr, end);
    wr_patch16(&w, 2, FLAG_QR | FLAG_RA | FLAG_RD | o->flags);
    for (; count < ARRAY_SIZE(o->addresses) && o->addresses[count]; count++)
        write_address(&w, o->addresses[count], o->ttl);
    wr_patch16(&w, 6, count);
    wr_bytes(&w, question.ptr + end, question.len - end);
    return wr_ok(&w) ? w.len : 0;
}
