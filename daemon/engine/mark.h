/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the gate says of a flow, in 16 bits of the conntrack mark (shifted by a configured
 * amount): state in the low byte, label in the high byte. States only add bits, so no moment
 * between two writers is wrong.
 */
#ifndef LESPOORT_ENGINE_MARK_H
#define LESPOORT_ENGINE_MARK_H

#include <stdint.h>

#define MARK_TENTATIVE 0x0001 /* bytes were read; the server has not acknowledged them */
#define MARK_FINAL     0x0002 /* named for good: the kernel does the rest */
#define MARK_CONDEMNED 0x0004 /* refused for ever, whatever the hour */
#define MARK_REQUESTS  0x0008 /* plain HTTP: every client payload is still read */
#define MARK_STATE     0x000f
#define MARK_ANSWERS   0x0040 /* DNS: a question was translated, its answer must be, too */
#define MARK_CT        0xff4f /* the bits that live in the conntrack mark */

/* In the conntrack mark, too, and only the rules know it: the client has sent a SYN on ports whose
 * connection has a mark. With the server's SYN and ACK all our bits go. */
#define MARK_AGAIN 0x0080

/* In the packet mark only. */
#define MARK_SAVE 0x0010 /* this verdict carries a mark: the save rule copies it */
#define MARK_OWN  0x0020 /* a packet of our own making: not tracked, not queued */
#define MARK_SKB  0xff7f

#define MARK_LABEL_SHIFT 8

static inline uint32_t mark_make(uint8_t label, uint32_t state)
{
    return (uint32_t)label << MARK_LABEL_SHIFT | state;
}

static inline uint8_t mark_label(uint32_t mark)
{
    return (uint8_t)(mark >> MARK_LABEL_SHIFT);
}

#endif
