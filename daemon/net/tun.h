/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The device of the self-probe (Documentation/networking/tuntap.rst): what is written into it
 * comes into the gateway by it, what the gateway sends by it is read here. */
#ifndef LESPOORT_NET_TUN_H
#define LESPOORT_NET_TUN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/addr.h"

/*
 * A new device of that name, up, with a route to that IPv4 prefix, and no address: none of the
 * gateway's own packets leave by it. It goes with the descriptor, which is non-blocking. -1 and
 * errno: EBUSY or EINVAL when the name is in use.
 */
int tun_open(const char *name, const struct prefix *to);

/* What comes in by it is forwarded, whatever the gateway does with the rest. Again before each
 * use: who switches forwarding of the gateway switches that of every device. */
void tun_forward(const char *name);

/*
 * Whether the gateway forwards IPv4 that comes in by one of these interfaces. Those that do not
 * exist say nothing, and bridges and their ports, which forward without the IP layer, are a yes.
 */
bool tun_others_forward(const char (*names)[16], unsigned count);

#endif
