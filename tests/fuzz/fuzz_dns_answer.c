/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "wire/dns_answer.h"

#define HOST "restrict.youtube.com"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

static bool inside(struct bytes part, struct bytes whole)
{
    return part.ptr >= whole.ptr && part.len <= whole.len &&
           (size_t)(part.ptr - whole.ptr) <= whole.len - part.len;
}

static void check_facts(const struct dns_answer *a, struct bytes message)
{
    require(a->count <= DNS_ANSWER_ADDRESSES && strlen(a->name.text) == a->name.len);
    require(!a->opt.len || inside(a->opt, message));
    for (unsigned i = 0; i < a->count; i++)
        require(a->addresses[i].len == (a->qtype == 1 ? 4 : 16) &&
                inside(a->addresses[i], message));
}

/* Whatever is written can be read again, and is an answer to that question. */
static void check_written(const struct dns_question *q, struct bytes message)
{
    struct dns_answer again;

    require(!memcmp(message.ptr + 12, q->section.ptr, q->section.len));
    require(dns_read_answer(&again, message) == PARSE_OK);
    require(again.id == q->id && !strcmp(again.name.text, q->name.text));
    require(!again.opt.len || q->edns);
}

/* The question is the same each time, so that the answer is what is searched through. */
static struct dns_question question(bool edns, uint16_t qtype)
{
    static const uint8_t section[] = "\3wWw\7YouTube\3com\0\0\1\0"; /* and the 1 of class IN */
    static uint8_t copy[sizeof(section)];
    struct dns_question q = {
        .id = 0x1234, .flags = 0x0100, .qtype = qtype, .qclass = 1, .edns = edns};

    memcpy(copy, section, sizeof(section));
    copy[sizeof(section) - 3] = (uint8_t)qtype;
    copy[sizeof(section) - 1] = 1;
    q.section = (struct bytes){copy, sizeof(copy)};
    hostname_set(&q.name, (struct span){"www.youtube.com", 15});
    return q;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t caps[] = {512, 1232};
    struct bytes message = {data, size};
    struct dns_answer a;
    uint8_t buf[1232];

    if (dns_read_answer(&a, message) != PARSE_OK)
        return 0;
    check_facts(&a, message);
    for (unsigned edns = 0; edns < 2; edns++) {
        struct dns_question q = question(edns, a.qtype == 28 ? 28 : 1);
        size_t len = dns_write_alias(buf, caps[edns], &q, HOST, &a);

        require(len > 0 && len <= caps[edns]);
        check_written(&q, (struct bytes){buf, len});
    }
    return 0;
}
