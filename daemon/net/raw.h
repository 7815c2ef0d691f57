/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets of our own: answers to closed questions, segments that end a connection. */
#ifndef LESPOORT_NET_RAW_H
#define LESPOORT_NET_RAW_H

#include <stdbool.h>

#include "base/span.h"

/* A complete IP packet through the socket of its family, towards the address in its header.
 * ifindex: where its cause came from, for destinations that mean nothing without it. */
bool raw_send(int raw4, int raw6, struct bytes ip, unsigned ifindex);

#endif
