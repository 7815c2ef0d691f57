/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv4 (RFC 791) and IPv6 with extension headers (RFC 8200), down to the TCP (RFC 9293) or UDP
 * (RFC 768) payload. */
#ifndef LESPOORT_WIRE_PACKET_H
#define LESPOORT_WIRE_PACKET_H

#include "base/addr.h"
#include "base/span.h"

#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_PSH 0x08
#define TCP_ACK 0x10

struct endpoint {
    struct addr addr;
    uint16_t port;
};

struct packet {
    struct endpoint src, dst;
    uint8_t proto;        /* IPPROTO_TCP or IPPROTO_UDP */
    struct bytes payload; /* inside the caller's buffer; padding behind the IP length is cut */
    uint32_t seq, ack;    /* TCP only */
    uint8_t flags;        /* TCP only: TCP_* */
};

/*
 * NOT_MINE: another transport, or a later fragment. MORE: the capture ends before the headers.
 * A payload that the capture cuts short is given as far as it goes (*ret_cut).
 * Packets that the kernel merged (GSO) may be longer than any link's MTU.
 */
enum parse packet_read(struct packet *ret, struct bytes ip, bool *ret_cut);

#endif
