/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/build.h"

#include <netinet/in.h>

#include "base/writer.h"

#define PACKET_MAX        65535
#define IP4_HEADER        20
#define IP6_HEADER        40
#define IP4_DONT_FRAGMENT 0x4000
#define HOP_LIMIT         64
#define TCP_HEADER        20
#define TCP_WINDOW        65535
#define UDP_HEADER        8

/* The Internet checksum's sum (RFC 1071), folded at the end only: 64 kB cannot overflow it. */
static uint32_t add(uint32_t sum, const uint8_t *ptr, size_t len)
{
    for (size_t i = 0; i < len; i++)
        sum += i & 1 ? ptr[i] : (uint32_t)ptr[i] << 8;
    return sum;
}

static uint16_t fold(uint32_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

/* What of an address goes on the wire. */
static struct bytes wire_addr(const struct addr *a)
{
    size_t skip = addr_is4(a) ? ADDR_V4_BITS / 8 : 0;

    return (struct bytes){a->b + skip, sizeof(a->b) - skip};
}

static void write_ip4(struct writer *w, uint8_t proto, size_t len)
{
    wr_u16(w, 0x4500);
    wr_u16(w, (uint16_t)(IP4_HEADER + len));
    wr_u16(w, 0); /* an identification is for fragments only (RFC 6864) */
    wr_u16(w, IP4_DONT_FRAGMENT);
    wr_u8(w, HOP_LIMIT);
    wr_u8(w, proto);
    wr_u16(w, 0);
}

static void write_ip6(struct writer *w, uint8_t proto, size_t len)
{
    wr_u32(w, 0x60000000);
    wr_u16(w, (uint16_t)len);
    wr_u8(w, proto);
    wr_u8(w, HOP_LIMIT);
}

/* The IP header for len bytes of transport. */
static void write_ip(struct writer *w, const struct endpoint *from, const struct endpoint *to,
                     uint8_t proto, size_t len)
{
    struct bytes src = wire_addr(&from->addr), dst = wire_addr(&to->addr);
    bool v4 = addr_is4(&from->addr);

    if (v4 != addr_is4(&to->addr) || (v4 ? IP4_HEADER : IP6_HEADER) + len > PACKET_MAX) {
        w->overflow = true;
        return;
    }
    (v4 ? write_ip4 : write_ip6)(w, proto, len);
    wr_bytes(w, src.ptr, src.len);
    wr_bytes(w, dst.ptr, dst.len);
    if (v4 && wr_ok(w))
        wr_patch16(w, 10, fold(add(0, w->buf, IP4_HEADER)));
}

/* Fills in the transport's checksum, which covers the addresses (RFC 9293 section 3.1). */
static size_t finish(struct writer *w, const struct endpoint *from, uint8_t proto, size_t at)
{
    bool v4 = addr_is4(&from->addr);
    size_t header = v4 ? IP4_HEADER : IP6_HEADER, addrs = v4 ? 8 : 32;

    if (!wr_ok(w))
        return 0;
    uint32_t pseudo = add(proto + (uint32_t)(w->len - header), w->buf + header - addrs, addrs);
    uint16_t sum = fold(add(pseudo, w->buf + header, w->len - header));
    /* Over UDP 0 means "no checksum" (RFC 768); its twin in one's complement says the same sum. */
    wr_patch16(w, header + at, sum || proto != IPPROTO_UDP ? sum : 0xffff);
    return w->len;
}

size_t build_udp(uint8_t *buf, size_t cap, const struct endpoint *from, const struct endpoint *to,
                 struct bytes payload)
{
    struct writer w = wr_init(buf, cap);
    size_t len = UDP_HEADER + payload.len;

    write_ip(&w, from, to, IPPROTO_UDP, len);
    wr_u16(&w, from->port);
    wr_u16(&w, to->port);
    wr_u16(&w, (uint16_t)len);
    wr_u16(&w, 0);
    wr_bytes(&w, payload.ptr, payload.len);
    return finish(&w, from, IPPROTO_UDP, 6);
}

size_t build_tcp(uint8_t *buf, size_t cap, const struct segment *s)
{
    struct writer w = wr_init(buf, cap);

    write_ip(&w, &s->from, &s->to, IPPROTO_TCP, TCP_HEADER + s->payload.len);
    wr_u16(&w, s->from.port);
    wr_u16(&w, s->to.port);
    wr_u32(&w, s->seq);
    wr_u32(&w, s->ack);
    wr_u8(&w, TCP_HEADER / 4 << 4);
    wr_u8(&w, s->flags);
    wr_u16(&w, TCP_WINDOW);
    wr_u32(&w, 0); /* checksum, urgent pointer */
    wr_bytes(&w, s->payload.ptr, s->payload.len);
    return finish(&w, &s->from, IPPROTO_TCP, 16);
}
