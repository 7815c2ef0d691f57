/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/question.h"

#include <string.h>

#include "base/writer.h"

#define FLAG_RD  0x0100
#define TYPE_A   1
#define TYPE_OPT 41
#define CLASS_IN 1

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
