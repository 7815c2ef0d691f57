/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/packet.h"

#include <netinet/in.h>

#include "base/reader.h"

#define IP4_HEADER         20
#define IP4_MORE_FRAGMENTS 0x2000
#define IP4_OFFSET         0x1fff
#define IP6_MORE_FRAGMENTS 0x0001
#define IP6_OFFSET         0xfff8
#define IP6_EXTENSIONS_MAX 8 /* the most that a sane sender chains is four */
#define TCP_HEADER         20
#define TCP_FLAGS          0x3f
#define UDP_HEADER         8

/* What an IP header leaves for the transport. */
struct transport {
    struct reader body; /* ends where the sender or the capture ended the packet */
    uint8_t proto;
    bool partial; /* more of it exists: behind the capture's end or in other fragments */
};

/*
 * The next len bytes, or what the capture has of them. A length of 0 stands for "too long for
 * the field": the kernel merges segments beyond 64 kB, and jumbograms do the same (RFC 2675).
 */
static struct transport take_body(struct reader *r, size_t len)
{
    size_t left = rd_left(r);

    if (len > left)
        return (struct transport){.body = *r, .partial = true};
    return (struct transport){.body = rd_child(r, len ? len : left)};
}

static struct addr read_addr4(struct reader *r)
{
    struct bytes b = rd_bytes(r, 4);

    return b.ptr ? addr_from4(b.ptr) : (struct addr){0};
}

static struct addr read_addr6(struct reader *r)
{
    struct bytes b = rd_bytes(r, 16);

    return b.ptr ? addr_from6(b.ptr) : (struct addr){0};
}

static enum parse read_ip4(struct packet *p, struct reader *r, struct transport *ret)
{
    size_t header = (size_t)(rd_u8(r) & 0x0f) * 4;

    rd_skip(r, 1);
    size_t total = rd_u16(r);
    rd_skip(r, 2);
    uint16_t fragment = rd_u16(r);
    rd_skip(r, 1);
    uint8_t proto = rd_u8(r);
    rd_skip(r, 2);
    p->src.addr = read_addr4(r);
    p->dst.addr = read_addr4(r);
    if (rd_ok(r) && (header < IP4_HEADER || (total && total <= header)))
        return PARSE_BAD;
    rd_skip(r, header - IP4_HEADER);
    if (!rd_ok(r))
        return rd_result(r);
    if (fragment & IP4_OFFSET)
        return PARSE_NOT_MINE;
    *ret = take_body(r, total ? total - header : 0);
    ret->proto = proto;
    ret->partial = ret->partial || fragment & IP4_MORE_FRAGMENTS;
    return PARSE_OK;
}

/* One extension header off the front of t. NOT_MINE: t->proto is none, or a later fragment. */
static enum parse skip_extension(struct transport *t)
{
    struct reader *r = &t->body;
    uint8_t kind = t->proto;

    if (kind != IPPROTO_HOPOPTS && kind != IPPROTO_ROUTING && kind != IPPROTO_FRAGMENT &&
        kind != IPPROTO_DSTOPTS)
        return PARSE_NOT_MINE;
    t->proto = rd_u8(r);
    uint8_t units = rd_u8(r);
    if (kind != IPPROTO_FRAGMENT) {
        rd_skip(r, 6 + (size_t)units * 8);
        return rd_result(r);
    }
    uint16_t fragment = rd_u16(r);
    rd_skip(r, 4);
    if (fragment & IP6_OFFSET)
        return PARSE_NOT_MINE;
    t->partial = t->partial || fragment & IP6_MORE_FRAGMENTS;
    return rd_result(r);
}

static bool is_transport(uint8_t proto)
{
    return proto == IPPROTO_TCP || proto == IPPROTO_UDP;
}

static enum parse read_ip6(struct packet *p, struct reader *r, struct transport *ret)
{
    enum parse result = PARSE_OK;

    rd_skip(r, 4);
    size_t len = rd_u16(r);
    uint8_t proto = rd_u8(r);
    rd_skip(r, 1);
    p->src.addr = read_addr6(r);
    p->dst.addr = read_addr6(r);
    if (!rd_ok(r))
        return rd_result(r);
    /* An IPv4 address in IPv6's clothes would borrow that client's zone; no router emits it. */
    if (addr_is4(&p->src.addr) || addr_is4(&p->dst.addr))
        return PARSE_BAD;
    *ret = take_body(r, len);
    ret->proto = proto;
    for (unsigned n = 0; result == PARSE_OK && !is_transport(ret->proto); n++)
        result = n < IP6_EXTENSIONS_MAX ? skip_extension(ret) : PARSE_BAD;
    return result;
}

static enum parse read_tcp(struct packet *p, struct transport *t)
{
    struct reader *r = &t->body;

    p->src.port = rd_u16(r);
    p->dst.port = rd_u16(r);
    p->seq = rd_u32(r);
    p->ack = rd_u32(r);
    size_t header = (size_t)(rd_u8(r) >> 4) * 4;
    p->flags = rd_u8(r) & TCP_FLAGS;
    rd_skip(r, 6);
    if (rd_ok(r) && header < TCP_HEADER)
        return PARSE_BAD;
    rd_skip(r, header - TCP_HEADER);
    p->payload = rd_bytes(r, rd_left(r));
    return rd_result(r);
}

static enum parse read_udp(struct packet *p, struct transport *t)
{
    struct reader *r = &t->body;

    p->src.port = rd_u16(r);
    p->dst.port = rd_u16(r);
    size_t len = rd_u16(r);
    rd_skip(r, 2);
    size_t left = rd_left(r);
    if (!rd_ok(r))
        return rd_result(r);
    if (len == 0 && !addr_is4(&p->src.addr)) /* RFC 2675 section 4 */
        len = UDP_HEADER + left;
    if (len < UDP_HEADER || (len - UDP_HEADER > left && !t->partial))
        return PARSE_BAD;
    t->partial = len - UDP_HEADER > left;
    p->payload = rd_bytes(r, t->partial ? left : len - UDP_HEADER);
    return PARSE_OK;
}

static enum parse read_transport(struct packet *p, struct transport *t)
{
    p->proto = t->proto;
    switch (t->proto) {
    case IPPROTO_TCP:
        return read_tcp(p, t);
    case IPPROTO_UDP:
        return read_udp(p, t);
    default:
        return PARSE_NOT_MINE;
    }
}

enum parse packet_read(struct packet *ret, struct bytes ip, bool *ret_cut)
{
    struct reader r = rd_init(ip.ptr, ip.len);
    struct reader peek = r;
    struct packet p = {0};
    struct transport t = {.proto = 0};
    enum parse result;

    switch (rd_u8(&peek) >> 4) {
    case 4:
        result = read_ip4(&p, &r, &t);
        break;
    case 6:
        result = read_ip6(&p, &r, &t);
        break;
    default:
        return ip.len ? PARSE_NOT_MINE : PARSE_MORE;
    }
    if (result == PARSE_OK)
        result = read_transport(&p, &t);
    if (result == PARSE_OK) {
        *ret = p;
        *ret_cut = t.partial;
    }
    return result;
}
