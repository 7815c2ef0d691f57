/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel around an engine, as far as the engine's work depends on it: marks of connections,
 * which packets are queued, and what the sets of closed labels refuse.
 */
#ifndef LESPOORT_TESTS_SUPPORT_GATEWAY_H
#define LESPOORT_TESTS_SUPPORT_GATEWAY_H

#include "engine/engine.h"
#include "wire/packet.h"

#define GATEWAY_FLOWS 64

struct connection {
    struct endpoint client, server;
    uint8_t proto;
    uint32_t mark;
};

struct gateway {
    struct engine *engine; /* borrowed */
    const struct snapshot *snapshot;
    struct now now;
    struct connection connections[GATEWAY_FLOWS];
    unsigned count;
};

/* What became of a packet. */
struct passage {
    bool queued;  /* the engine saw it */
    bool dropped; /* by the engine's verdict */
    bool refused; /* by the kernel: its label is closed, or the connection is condemned */
    uint32_t mark;
    struct verdict verdict;
};

/* The packet meets queue, mark and sets. False when it cannot be read at all. */
bool gateway_pass(struct gateway *g, struct bytes ip, struct passage *ret);

/* A client that uses its ports again: conntrack begins anew. */
void gateway_forget(struct gateway *g, const struct endpoint *client);

#endif
