/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "wire/build.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

static size_t rebuild(uint8_t *buf, size_t cap, const struct packet *p)
{
    struct segment s = {.from = p->src,
                        .to = p->dst,
                        .seq = p->seq,
                        .ack = p->ack,
                        .flags = p->flags,
                        .payload = p->payload};

    return p->proto == IPPROTO_TCP ? build_tcp(buf, cap, &s)
                                   : build_udp(buf, cap, &p->src, &p->dst, p->payload);
}

/* What was read can be built, and reads the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t buf[65536];
    struct packet p, again;
    bool cut;

    if (packet_read(&p, (struct bytes){data, size}, &cut) != PARSE_OK)
        return 0;
    require(p.payload.len <= size);
    if (p.payload.len)
        require(p.payload.ptr >= data && p.payload.ptr + p.payload.len <= data + size);
    size_t len = rebuild(buf, sizeof(buf), &p);
    if (len == 0)
        return 0;
    require(packet_read(&again, (struct bytes){buf, len}, &cut) == PARSE_OK && !cut);
    require(addr_equal(&p.src.addr, &again.src.addr) && addr_equal(&p.dst.addr, &again.dst.addr));
    require(p.src.port == again.src.port && p.dst.port == again.dst.port);
    require(p.seq == again.seq && p.ack == again.ack && p.flags == again.flags);
    require(p.payload.len == again.payload.len);
    require(!p.payload.len || !memcmp(p.payload.ptr, again.payload.ptr, p.payload.len));
    return 0;
}
