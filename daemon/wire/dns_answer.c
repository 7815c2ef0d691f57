/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/dns_answer.h"

#include <string.h>

#include "wire/dns_record.h"

#define RECORD_FIXED 10 /* type, class, TTL and length */
#define OPT_MAX      256

/* The answer section, as far as it is used. */
struct section {
    struct bytes message;
    struct dns_record records[DNS_ANSWER_RECORDS];
    unsigned count;
};

static bool same_name(const struct hostname *a, const struct hostname *b)
{
    return a->len && a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

/* A record of that name, type and of class IN. */
static bool belongs(const struct section *s, const struct dns_record *record, uint16_t type,
                    const struct hostname *name)
{
    struct reader at = rd_message(record->whole);
    struct hostname owner;

    if (record->type != type || record->class != DNS_CLASS_IN)
        return false;
    dns_read_name(&at, s->message, &owner);
    return same_name(&owner, name);
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* One alias further; the name is empty when that cannot be read. */
static bool follow_alias(const struct section *s, struct dns_answer *a, struct hostname *name)
{
    for (unsigned i = 0; i < s->count; i++) {
        const struct dns_record *record = &s->records[i];
        struct reader data = rd_message(record->data);

        if (!belongs(s, record, DNS_TYPE_CNAME, name))
            continue;
        dns_read_name(&data, s->message, name);
        if (!rd_end(&data))
            *name = (struct hostname){0};
        a->ttl = smaller(a->ttl, record->ttl);
        return true;
    }
    return false;
}

static void take_addresses(const struct section *s, struct dns_answer *a,
                           const struct hostname *name)
{
    size_t len = a->qtype == DNS_TYPE_A ? 4 : 16;

    for (unsigned i = 0; i < s->count && a->count < DNS_ANSWER_ADDRESSES; i++) {
        const struct dns_record *record = &s->records[i];

        if (record->data.len != len || !belongs(s, record, a->qtype, name))
            continue;
        a->addresses[a->count++] = record->data;
        a->ttl = smaller(a->ttl, record->ttl);
    }
}

static void find_addresses(const struct section *s, struct dns_answer *a)
{
    struct hostname name = a->name;

    if (a->qtype != DNS_TYPE_A && a->qtype != DNS_TYPE_AAAA)
        return;
    for (unsigned n = 0; n < DNS_ANSWER_ALIASES && follow_alias(s, a, &name); n++)
        ;
    take_addresses(s, a, &name);
}

static void read_records(struct reader *r, struct dns_answer *a, struct section *s,
                         unsigned answers, unsigned all)
{
    for (unsigned n = 0; rd_ok(r) && n < all; n++) {
        struct dns_record record = dns_read_record(r);

        if (n < answers && s->count < DNS_ANSWER_RECORDS)
            s->records[s->count++] = record;
        if (n >= answers && record.type == DNS_TYPE_OPT && record.root)
            a->opt = record.whole;
    }
}

enum parse dns_read_answer(struct dns_answer *ret, struct bytes message)
{
    struct reader r = rd_message(message);
    struct dns_answer a = {.id = rd_u16(&r), .ttl = UINT32_MAX};
    struct section s = {.message = message};

    a.flags = rd_u16(&r);
    uint16_t questions = rd_u16(&r);
    unsigned answers = rd_u16(&r);
    unsigned all = answers + rd_u16(&r);
    all += rd_u16(&r);
    if (!rd_ok(&r))
        return PARSE_BAD;
    if (!(a.flags & DNS_FLAG_QR) || a.flags & DNS_FLAG_OPCODE)
        return PARSE_NOT_MINE;
    if (questions != 1)
        return PARSE_BAD;
    dns_read_name(&r, message, &a.name);
    a.qtype = rd_u16(&r);
    a.qclass = rd_u16(&r);
    read_records(&r, &a, &s, answers, all);
    if (!rd_ok(&r))
        return PARSE_BAD;
    find_addresses(&s, &a);
    *ret = a;
    return PARSE_OK;
}

/* Type, class, TTL and length of a record whose name stands already. */
static void write_fixed(struct writer *w, uint16_t type, uint32_t ttl, size_t len)
{
    wr_u16(w, type);
    wr_u16(w, DNS_CLASS_IN);
    wr_u32(w, ttl);
    wr_u16(w, (uint16_t)len);
}

static void write_pointer(struct writer *w, size_t at)
{
    wr_u16(w, (uint16_t)(DNS_POINTER << 8 | at));
}

/* How many addresses fit behind what is written. */
static unsigned fitting(const struct writer *w, const struct dns_answer *a, size_t reserved)
{
    size_t each = 2 + RECORD_FIXED + a->addresses[0].len;
    size_t used = w->len + reserved, count = used < w->cap ? (w->cap - used) / each : 0;

    return count < a->count ? (unsigned)count : a->count;
}

static uint16_t answer_flags(const struct dns_question *q)
{
    return DNS_FLAG_QR | DNS_FLAG_RA | (q->flags & (DNS_FLAG_RD | DNS_FLAG_CD));
}

/* The OPT that goes back to the client. */
static struct bytes client_opt(const struct dns_question *q, const struct dns_answer *a)
{
    return q->edns && a->opt.len <= OPT_MAX ? a->opt : (struct bytes){NULL, 0};
}

static size_t write_addresses(struct writer w, const struct dns_question *q, const char *host,
                              const struct dns_answer *a)
{
    struct bytes opt = client_opt(q, a);
    uint32_t ttl = smaller(a->ttl, DNS_ALIAS_TTL);
    size_t alias = DNS_HEADER + q->section.len + 2 + RECORD_FIXED;
    unsigned count = fitting(&w, a, alias + 2 + strlen(host) + opt.len);
    struct dns_counts counts = {.answers = (uint16_t)(1 + count), .additional = opt.len > 0};

    dns_write_header(&w, q->id, answer_flags(q), counts);
    wr_bytes(&w, q->section.ptr, q->section.len);
    write_pointer(&w, DNS_HEADER);
    write_fixed(&w, DNS_TYPE_CNAME, ttl, strlen(host) + 2);
    dns_write_name(&w, host);
    for (unsigned i = 0; i < count; i++) {
        write_pointer(&w, alias);
        write_fixed(&w, q->qtype, ttl, a->addresses[i].len);
        wr_bytes(&w, a->addresses[i].ptr, a->addresses[i].len);
    }
    wr_bytes(&w, opt.ptr, opt.len);
    return wr_ok(&w) ? w.len : 0;
}

/* No records: only how it ended. */
static size_t write_end(struct writer w, const struct dns_question *q, uint16_t flags,
                        const struct dns_answer *a)
{
    struct bytes opt = client_opt(q, a);
    struct dns_counts counts = {.additional = opt.len > 0};

    dns_write_header(&w, q->id, answer_flags(q) | flags, counts);
    wr_bytes(&w, q->section.ptr, q->section.len);
    wr_bytes(&w, opt.ptr, opt.len);
    return wr_ok(&w) ? w.len : 0;
}

size_t dns_write_alias(uint8_t *buf, size_t cap, const struct dns_question *q, const char *host,
                       const struct dns_answer *a)
{
    static const struct dns_answer none = {.ttl = DNS_ALIAS_TTL};
    struct writer w = wr_init(buf, cap);
    uint16_t rcode = a ? a->flags & DNS_RCODE : 0;

    if (!a || a->count > 0)
        return write_addresses(w, q, host, a ? a : &none);
    if (a->flags & DNS_FLAG_TC || (rcode && rcode != DNS_RCODE_NXDOMAIN))
        return write_end(w, q, a->flags & (DNS_FLAG_TC | DNS_RCODE), a);
    return dns_write_nodata(buf, cap, q);
}
