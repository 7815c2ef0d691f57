/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "wire/dns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

/* Every question can be asked for another host: with the same id and type, and its own OPT. */
static void ask_instead(const struct dns_question *q)
{
    uint8_t buf[66000];
    struct dns_question again;
    size_t len = dns_write_question(buf, sizeof(buf), q, "restrict.youtube.com");

    require(len > 0);
    require(dns_read_question(&again, (struct bytes){buf, len}) == PARSE_OK);
    require(!strcmp(again.name.text, "restrict.youtube.com"));
    require(again.id == q->id && again.qtype == q->qtype && again.edns == q->edns);
    require(again.opt.len == q->opt.len && again.dnssec_ok == q->dnssec_ok);
}

/* Every question can be refused; the refusal echoes it and is no question itself. */
static void ask(struct bytes message)
{
    uint8_t buf[1024];
    struct dns_question q, again;

    if (dns_read_question(&q, message) != PARSE_OK)
        return;
    require(q.section.ptr == message.ptr + 12 && q.section.len <= message.len - 12);
    require(strlen(q.name.text) == q.name.len);
    require(dns_write_nodata(buf, sizeof(buf), &q) > 0);
    ask_instead(&q);
    for (size_t at = 0; at <= q.name.len; at++) {
        size_t len = dns_write_refusal(buf, sizeof(buf), &q, at);

        require(len > 0);
        require(!memcmp(buf + 12, q.section.ptr, q.section.len));
        require(dns_read_question(&again, (struct bytes){buf, len}) == PARSE_NOT_MINE);
        buf[2] &= 0x7f; /* without QR it is a whole question again */
        require(dns_read_question(&again, (struct bytes){buf, len}) == PARSE_OK);
        require(again.edns == q.edns && !strcmp(again.name.text, q.name.text));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes stream = {data, size}, message;
    size_t used;

    ask(stream);
    while (dns_next_message(stream, &message, &used) == PARSE_OK) {
        require(used == message.len + 2 && used <= stream.len);
        ask(message);
        stream.ptr += used;
        stream.len -= used;
    }
    return 0;
}
