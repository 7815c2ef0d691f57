/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What DNS questions and answers are made of (RFC 1035 section 4.1, RFC 6891): for the files that
 * read and write them. */
#ifndef LESPOORT_WIRE_DNS_RECORD_H
#define LESPOORT_WIRE_DNS_RECORD_H

#include "base/hostname.h"
#include "base/reader.h"
#include "base/writer.h"

#define DNS_HEADER         12
#define DNS_POINTER        0xc0
#define DNS_FLAG_QR        0x8000
#define DNS_FLAG_OPCODE    0x7800
#define DNS_FLAG_TC        0x0200
#define DNS_FLAG_RD        0x0100
#define DNS_FLAG_RA        0x0080
#define DNS_FLAG_CD        0x0010
#define DNS_RCODE          0x000f
#define DNS_RCODE_NXDOMAIN 3
#define DNS_CLASS_IN       1
#define DNS_TYPE_A         1
#define DNS_TYPE_CNAME     5
#define DNS_TYPE_SOA       6
#define DNS_TYPE_AAAA      28
#define DNS_TYPE_OPT       41
#define DNS_OPT_DO         0x8000

/* One record, in the message it was read from. */
struct dns_record {
    struct bytes whole; /* from its name to the end of its data */
    uint16_t type, class;
    uint32_t ttl; /* of an OPT: its flags */
    struct bytes data;
    bool root; /* its name is the root */
};

/*
 * A name inside `message`, from where r stands. What is no host name is empty. Pointers lead
 * backwards only, and behind the header: each to before the piece that holds it, so that they end.
 */
void dns_read_name(struct reader *r, struct bytes message, struct hostname *ret);

/* What a pointer in the record's name means is not looked at. All zero when r fails. */
struct dns_record dns_read_record(struct reader *r);

/* A name as labels: at most 255 bytes. */
void dns_write_name(struct writer *w, const char *name);

/* The header of an answer: its counts are those of a question and of what stands behind it. */
struct dns_counts {
    uint16_t answers, authority, additional;
};

void dns_write_header(struct writer *w, uint16_t id, uint16_t flags, struct dns_counts counts);

#endif
