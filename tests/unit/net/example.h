/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A small school as a snapshot, and texts compared with files. */
#ifndef LESPOORT_TESTS_UNIT_NET_EXAMPLE_H
#define LESPOORT_TESTS_UNIT_NET_EXAMPLE_H

#include "net/rules.h"

#define EXAMPLE_ZONES    4
#define EXAMPLE_PREFIXES 7
#define EXAMPLE_NOW      1000000

/* Zones: 0 "306" (labels 1, 2 and "quic" closed until NOW + 3000, then all open),
 * 1 "mediatheek" (label 2 closed to the horizon), 2 "dns" (a resolver), 3 "staff" (open). */
struct example {
    struct snapshot snapshot;
    struct gate_settings settings;
    struct snap_zone zones[EXAMPLE_ZONES];
    struct snap_state states[EXAMPLE_ZONES + 1];
    struct snap_prefix prefixes[EXAMPLE_PREFIXES];
};

/* One gate on queue 10, interface "lan0", mark shift 0, open when it fails, packets are tidied up
 * in every way but for their TTL; lessons close zones 0 and 1. */
void example_init(struct example *e);

struct rules_plan example_plan(const struct example *e, bool ct);

/* Compares what the back end prints with unit/net/<name>.golden. With LESPOORT_GOLDEN=write in
 * the environment it writes that file instead. */
void example_golden(const struct rules_backend *backend, const struct rules_plan *plan,
                    const char *name);

/* What the back end prints; the caller frees it. */
char *example_text(const struct rules_backend *backend, const struct rules_plan *plan);

#endif
