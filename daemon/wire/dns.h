/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DNS questions and our own answers to them: RFC 1035, RFC 6891 (EDNS), RFC 2308 (negative
 * answers), RFC 8914 (extended errors), RFC 7766 (TCP). */
#ifndef LESPOORT_WIRE_DNS_H
#define LESPOORT_WIRE_DNS_H

#include <stdbool.h>

#include "base/hostname.h"
#include "base/span.h"

#define DNS_NEGATIVE_TTL 1 /* seconds: an unlocked service must not stay refused in a cache */
#define DNS_EDE_FORGED   4
#define DNS_EDE_BLOCKED  15

struct dns_question {
    uint16_t id, flags, qtype, qclass;
    struct hostname name; /* empty when the name has bytes that no host name has */
    struct bytes
        section; /* the question section, bit-exact (mixed case is an anti-spoofing tool) */
    bool edns;   /* an OPT record came with it */
    bool dnssec_ok;
    struct bytes opt; /* that record, whole */
};

/*
 * One whole message, without the TCP length. NOT_MINE: an answer (QR), another opcode than QUERY.
 * BAD: QDCOUNT is not 1, a compression pointer in the question, a length that lies.
 */
enum parse dns_read_question(struct dns_question *ret, struct bytes message);

/* It asks for the addresses of a host: class IN, type A or AAAA. */
bool dns_asks_address(const struct dns_question *q);

/*
 * Writes the refusal: NXDOMAIN, RA, the question echoed, SOA of the closed suffix with
 * TTL = MINIMUM = DNS_NEGATIVE_TTL, and with EDNS an OPT with EDE 15. suffix_at: where the
 * closed suffix starts in q->name.text. Returns the length, 0 when cap is too small.
 */
size_t dns_write_refusal(uint8_t *buf, size_t cap, const struct dns_question *q, size_t suffix_at);

/* The same for "the name exists, but has nothing of that type" (NODATA), with EDE 4. */
size_t dns_write_nodata(uint8_t *buf, size_t cap, const struct dns_question *q);

/* The question with another name in it, under its own id and with its own OPT; other records are
 * left out. The length, 0 when cap is too small. */
size_t dns_write_question(uint8_t *buf, size_t cap, const struct dns_question *q, const char *host);

/* The first message of a TCP stream, without its two-byte length; *ret_used is what it took. */
enum parse dns_next_message(struct bytes stream, struct bytes *ret, size_t *ret_used);

#endif
