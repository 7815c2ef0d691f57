/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/dns.h"

#include <string.h>

#include "wire/dns_record.h"

#define OPT_EDE      15
#define OPT_UDP_SIZE 1232 /* what passes every path unfragmented */

/* Why an answer is not the server's own (RFC 8914). */
struct extended_error {
    uint16_t code;
    const char *text;
};

static const struct extended_error blocked = {DNS_EDE_BLOCKED, "closed during the lesson"};
static const struct extended_error forged = {DNS_EDE_FORGED, "restricted during the lesson"};

/* One record behind the question: only EDNS says something about it (RFC 6891 section 6.1). */
static void read_record(struct reader *r, struct dns_question *q, bool additional)
{
    struct dns_record record = dns_read_record(r);

    if (!rd_ok(r) || record.type != DNS_TYPE_OPT || !additional)
        return;
    if (!record.root || q->edns)
        rd_fail(r);
    q->edns = true;
    q->dnssec_ok = record.ttl & DNS_OPT_DO;
    q->opt = record.whole;
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
    if (q.flags & (DNS_FLAG_QR | DNS_FLAG_OPCODE))
        return PARSE_NOT_MINE;
    if (questions != 1)
        return PARSE_BAD;
    size_t before = rd_left(&r);
    struct reader start = r;
    /* Nothing precedes the question that a compression pointer could mean. */
    dns_read_name(&r, message, &q.name);
    q.qtype = rd_u16(&r);
    q.qclass = rd_u16(&r);
    q.section = rd_bytes(&start, rd_ok(&r) ? before - rd_left(&r) : 0);
    for (unsigned n = 0; rd_ok(&r) && n < plain + additional; n++)
        read_record(&r, &q, n >= plain);
    if (rd_ok(&r))
        *ret = q;
    return rd_result(&r);
}

bool dns_asks_address(const struct dns_question *q)
{
    return q->qclass == DNS_CLASS_IN && (q->qtype == DNS_TYPE_A || q->qtype == DNS_TYPE_AAAA);
}

/*
 * Where the suffix is in the message. The name's text and its wire form have the same offsets: a
 * dot stands for the length byte of the label behind it, and the first length byte stands at 0.
 * What is no label's start means the whole name.
 */
static uint16_t suffix_offset(const struct dns_question *q, size_t suffix_at)
{
    bool label = suffix_at && suffix_at < q->name.len && q->name.text[suffix_at - 1] == '.';

    return (uint16_t)(DNS_HEADER + (label ? suffix_at : 0));
}

/* Negative answers are kept for the smaller of TTL and MINIMUM (RFC 2308 section 5). */
static void write_soa(struct writer *w, uint16_t owner)
{
    /* As empty zones name them (RFC 6303 section 3). */
    static const uint8_t mname[] = "\11localhost";
    static const uint8_t rname[] = "\6nobody\7invalid";

    wr_u16(w, (uint16_t)(DNS_POINTER << 8 | owner));
    wr_u16(w, DNS_TYPE_SOA);
    wr_u16(w, DNS_CLASS_IN);
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

static void write_opt(struct writer *w, bool dnssec_ok, const struct extended_error *why)
{
    const size_t text = strlen(why->text);

    wr_u8(w, 0);
    wr_u16(w, DNS_TYPE_OPT);
    wr_u16(w, OPT_UDP_SIZE);
    wr_u32(w, dnssec_ok ? DNS_OPT_DO : 0); /* copied (RFC 3225 section 3) */
    wr_u16(w, (uint16_t)(6 + text));
    wr_u16(w, OPT_EDE);
    wr_u16(w, (uint16_t)(2 + text));
    wr_u16(w, why->code);
    wr_bytes(w, why->text, text);
}

static size_t write_negative(struct writer w, const struct dns_question *q, size_t suffix_at,
                             uint16_t rcode, const struct extended_error *why)
{
    uint16_t flags = DNS_FLAG_QR | DNS_FLAG_RA | (q->flags & (DNS_FLAG_RD | DNS_FLAG_CD));
    struct dns_counts counts = {.authority = 1, .additional = q->edns};

    dns_write_header(&w, q->id, flags | rcode, counts);
    wr_bytes(&w, q->section.ptr, q->section.len);
    write_soa(&w, suffix_offset(q, suffix_at));
    if (q->edns)
        write_opt(&w, q->dnssec_ok, why);
    return wr_ok(&w) ? w.len : 0;
}

size_t dns_write_refusal(uint8_t *buf, size_t cap, const struct dns_question *q, size_t suffix_at)
{
    return write_negative(wr_init(buf, cap), q, suffix_at, DNS_RCODE_NXDOMAIN, &blocked);
}

size_t dns_write_nodata(uint8_t *buf, size_t cap, const struct dns_question *q)
{
    return write_negative(wr_init(buf, cap), q, 0, 0, &forged);
}

size_t dns_write_question(uint8_t *buf, size_t cap, const struct dns_question *q, const char *host)
{
    struct writer w = wr_init(buf, cap);
    struct dns_counts counts = {.additional = q->edns};

    dns_write_header(&w, q->id, q->flags, counts);
    dns_write_name(&w, host);
    wr_u16(&w, q->qtype);
    wr_u16(&w, q->qclass);
    wr_bytes(&w, q->opt.ptr, q->opt.len);
    return wr_ok(&w) ? w.len : 0;
}

enum parse dns_next_message(struct bytes stream, struct bytes *ret, size_t *ret_used)
{
    struct reader r = rd_init(stream.ptr, stream.len);
    uint16_t len = rd_u16(&r);

    if (rd_ok(&r) && len < DNS_HEADER)
        return PARSE_BAD;
    struct bytes message = rd_bytes(&r, len);
    if (rd_ok(&r)) {
        *ret = message;
        *ret_used = 2u + len;
    }
    return rd_result(&r);
}
