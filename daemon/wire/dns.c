/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/dns.h"

#include <string.h>

#include "base/reader.h"
#include "base/writer.h"

#define HEADER         12
#define LABEL_MAX      63
#define NAME_MAX_WIRE  255
#define POINTER        0xc0
#define FLAG_QR        0x8000
#define FLAG_OPCODE    0x7800
#define FLAG_RD        0x0100
#define FLAG_RA        0x0080
#define FLAG_CD        0x0010
#define RCODE_NXDOMAIN 3
#define CLASS_IN       1
#define TYPE_SOA       6
#define TYPE_OPT       41
#define OPT_DO         0x8000
#define OPT_EDE        15
#define OPT_UDP_SIZE   1232 /* what passes every path unfragmented */

static const char ede_text[] = "closed during the lesson";

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

/* Nothing precedes the question that a compression pointer could mean (RFC 1035 4.1.4). */
static void read_name(struct reader *r, struct hostname *ret)
{
    struct name_text t = {.len = 0};
    size_t wire = 1;

    for (uint8_t len = rd_u8(r); len && rd_ok(r); len = rd_u8(r)) {
        wire += 1u + len;
        if (len > LABEL_MAX || wire > NAME_MAX_WIRE)
            rd_fail(r);
        else
            add_label(&t, rd_bytes(r, len));
    }
    *ret = (struct hostname){0};
    if (rd_ok(r) && !t.odd)
        hostname_set(ret, (struct span){t.text, t.len});
}

/* Over the name of a record; whether it is the root. What a pointer means is not looked at. */
static bool skip_name(struct reader *r)
{
    uint8_t len = rd_u8(r);
    bool root = len == 0;

    for (; len && rd_ok(r); len = rd_u8(r)) {
        if ((len & POINTER) == POINTER) {
            rd_skip(r, 1);
            return false;
        }
        if (len > LABEL_MAX)
            rd_fail(r);
        rd_skip(r, len);
    }
    return root;
}

/* One record behind the question: only EDNS says something about it (RFC 6891 section 6.1). */
static void read_record(struct reader *r, struct dns_question *q, bool additional)
{
    bool root = skip_name(r);
    uint16_t type = rd_u16(r);

    rd_skip(r, 2);
    uint32_t flags = rd_u32(r);
    rd_skip(r, rd_u16(r));
    if (!rd_ok(r) || type != TYPE_OPT || !additional)
        return;
    if (!root || q->edns)
        rd_fail(r);
    q->edns = true;
    q->dnssec_ok = flags & OPT_DO;
}

enum parse dns_read_question(struct dns_question *ret, struct bytes message)
{
    struct reader r = rd_message(message);
    struct dns_question q = {.id = rd_u16(&r), .flags = 0};

    q.flags = rd_u16(&r);
    uint16_t questions = rd_u16(&r);
    unsigned plain = rd_u16(&r);
    plain += rd_u16(&r);
    uint16_t additional = rd_u16(&r);
    if (!rd_ok(&r))
        return PARSE_BAD;
    if (q.flags & (FLAG_QR | FLAG_OPCODE))
        return PARSE_NOT_MINE;
    if (questions != 1)
        return PARSE_BAD;
    size_t before = rd_left(&r);
    struct reader start = r;
    read_name(&r, &q.name);
    q.qtype = rd_u16(&r);
    q.qclass = rd_u16(&r);
    q.section = rd_bytes(&start, rd_ok(&r) ? before - rd_left(&r) : 0);
    for (unsigned n = 0; rd_ok(&r) && n < plain + additional; n++)
        read_record(&r, &q, n >= plain);
    if (rd_ok(&r))
        *ret = q;
    return rd_result(&r);
}

/*
 * Where the suffix is in the message. The name's text and its wire form have the same offsets: a
 * dot stands for the length byte of the label behind it, and the first length byte stands at 0.
 * What is no label's start means the whole name.
 */
static uint16_t suffix_offset(const struct dns_question *q, size_t suffix_at)
{
    bool label = suffix_at && suffix_at < q->name.len && q->name.text[suffix_at - 1] == '.';

    return (uint16_t)(HEADER + (label ? suffix_at : 0));
}

/* Negative answers are kept for the smaller of TTL and MINIMUM (RFC 2308 section 5). */
static void write_soa(struct writer *w, uint16_t owner)
{
    /* As empty zones name them (RFC 6303 section 3). */
    static const uint8_t mname[] = "\11localhost";
    static const uint8_t rname[] = "\6nobody\7invalid";

    wr_u16(w, (uint16_t)(POINTER << 8 | owner));
    wr_u16(w, TYPE_SOA);
    wr_u16(w, CLASS_IN);
    wr_u32(w, DNS_NEGATIVE_TTL);
    wr_u16(w, sizeof(mname) + sizeof(rname) + 5 * 4);
    wr_bytes(w, mname, sizeof(mname));
    wr_bytes(w, rname, sizeof(rname));
    wr_u32(w, 1);    /* serial */
    wr_u32(w, 3600); /* refresh, retry, expire: for secondaries, of which there are none */
    wr_u32(w, 600);
    wr_u32(w, 86400);
    wr_u32(w, DNS_NEGATIVE_TTL);
}

static void write_opt(struct writer *w, bool dnssec_ok)
{
    const size_t text = sizeof(ede_text) - 1;

    wr_u8(w, 0);
    wr_u16(w, TYPE_OPT);
    wr_u16(w, OPT_UDP_SIZE);
    wr_u32(w, dnssec_ok ? OPT_DO : 0); /* copied (RFC 3225 section 3) */
    wr_u16(w, (uint16_t)(6 + text));
    wr_u16(w, OPT_EDE);
    wr_u16(w, (uint16_t)(2 + text));
    wr_u16(w, DNS_EDE_BLOCKED);
    wr_bytes(w, ede_text, text);
}

size_t dns_write_refusal(uint8_t *buf, size_t cap, const struct dns_question *q, size_t suffix_at)
{
    struct writer w = wr_init(buf, cap);

    wr_u16(&w, q->id);
    wr_u16(&w, (uint16_t)(FLAG_QR | FLAG_RA | RCODE_NXDOMAIN | (q->flags & (FLAG_RD | FLAG_CD))));
    wr_u16(&w, 1);
    wr_u16(&w, 0);
    wr_u16(&w, 1);
    wr_u16(&w, q->edns);
    wr_bytes(&w, q->section.ptr, q->section.len);
    write_soa(&w, suffix_offset(q, suffix_at));
    if (q->edns)
        write_opt(&w, q->dnssec_ok);
    return wr_ok(&w) ? w.len : 0;
}

enum parse dns_next_message(struct bytes stream, struct bytes *ret, size_t *ret_used)
{
    struct reader r = rd_init(stream.ptr, stream.len);
    uint16_t len = rd_u16(&r);

    if (rd_ok(&r) && len < HEADER)
        return PARSE_BAD;
    struct bytes message = rd_bytes(&r, len);
    if (rd_ok(&r)) {
        *ret = message;
        *ret_used = 2u + len;
    }
    return rd_result(&r);
}
