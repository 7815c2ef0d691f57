/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What around the rules makes them useless or harmful, however right they are: interfaces, bridges,
 * flowtables, and the kernel's limits on ICMP. */
#ifndef LESPOORT_NET_SURROUNDINGS_H
#define LESPOORT_NET_SURROUNDINGS_H

#include "base/trouble.h"
#include "school/snapshot.h"

/*
 * A class: 30 devices, each with 10 open flows over UDP that a bell closes. Each of them must be
 * told, or its app waits. One device may have 6 answers at once, more by the limit of its own
 * (net/ipv4/inetpeer, XRLIM_BURST_FACTOR).
 */
#define ICMP_CLASS_BURST 300  /* answers at once, for all */
#define ICMP_CLASS_RATE  1000 /* answers per second, for all */
#define ICMP_PEER_MS     100  /* between two for one device, once it had six */

struct icmp_limits {
    int64_t peer_ms;     /* icmp_ratelimit; 0: none */
    int64_t rate, burst; /* icmp_msgs_per_sec, icmp_msgs_burst: both families together */
    bool counts;         /* "destination unreachable" is limited at all (icmp_ratemask) */
};

/* NULL: refusals get through; else the setting that holds them back, into out: "name = value". */
const char *surroundings_icmp(const struct icmp_limits *l, bool v4, char out[static TROUBLE_WHAT]);

/* Bit `type` in a list as the kernel prints it: "0-1,3-127". */
bool surroundings_listed(const char *list, unsigned type);

/* The interface of the default route in the text of /proc/net/route; false: there is none. */
bool surroundings_default(const char *routes, char ret[static INTERFACE_MAX]);

/* The next flowtable in the text of "list flowtables" from *at on: its table ("inet filter") and
 * its name. False: no more. *table is kept between calls; it begins empty. */
#define FLOWTABLE_NAME 64
bool surroundings_flowtable(const char **at, char table[static FLOWTABLE_NAME],
                            char ret_name[static FLOWTABLE_NAME]);

/* All that is wrong now. Takes some milliseconds. */
void surroundings_look(const struct gate_settings *g, struct troubles *ret);

#endif
