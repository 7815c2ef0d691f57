/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The addresses in a DNS answer, and the answer that gives them for another name: RFC 1034
 * section 3.6.2 (aliases), RFC 1035 section 4.1.
 */
#ifndef LESPOORT_WIRE_DNS_ANSWER_H
#define LESPOORT_WIRE_DNS_ANSWER_H

#include "wire/dns.h"

#define DNS_ANSWER_RECORDS   64 /* of the answer section; what stands behind them is not used */
#define DNS_ANSWER_ALIASES   8  /* in a row */
#define DNS_ANSWER_ADDRESSES 16
#define DNS_ALIAS_TTL        60 /* seconds at most: an exception ends soon in caches, too */

struct dns_answer {
    uint16_t id, flags, qtype, qclass;
    struct hostname name;                         /* that was asked for */
    uint32_t ttl;                                 /* the smallest of the aliases and addresses */
    struct bytes addresses[DNS_ANSWER_ADDRESSES]; /* 4 or 16 bytes each, in the message */
    unsigned count;
    struct bytes opt; /* the OPT record, whole; empty without one */
};

/*
 * One whole message, without the TCP length. The addresses are those of the type that was asked
 * for, of the name that was asked for or, through its aliases, of another one. NOT_MINE: a
 * question, another opcode than QUERY. BAD: QDCOUNT is not 1, a length that lies, a pointer that
 * does not lead back.
 */
enum parse dns_read_answer(struct dns_answer *ret, struct bytes message);

/*
 * Writes the answer to q, whose name is an alias of host, from what host was answered: the
 * question echoed, CNAME host, the addresses that fit, and with EDNS the OPT of a. Without
 * addresses: what a says is cut short, or failed, is so; else NODATA. a NULL: the alias alone.
 * Returns the length, 0 when cap is too small.
 */
size_t dns_write_alias(uint8_t *buf, size_t cap, const struct dns_question *q, const char *host,
                       const struct dns_answer *a);

#endif
