/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every counter of a gate, once: struct, names and help come from this table. */
#ifndef LESPOORT_ENGINE_COUNTERS_H
#define LESPOORT_ENGINE_COUNTERS_H

#include <stddef.h>
#include <stdint.h>

#define COUNTERS(X)                                                                                \
    X(packets, "packets that came through the queue")                                              \
    X(dns_questions, "DNS questions read")                                                         \
    X(dns_refused, "DNS questions answered with a refusal")                                        \
    X(dns_bad, "malformed DNS questions dropped")                                                  \
    X(safe_questions, "DNS questions of safe names that went on for their safe host")              \
    X(safe_answers, "answers of safe hosts given for the name that was asked")                     \
    X(safe_replies, "DNS questions of safe names answered here: other types, and TCP")             \
    X(safe_bad, "answers dropped: about a safe name that was not asked for")                       \
    X(safe_evicted, "questions of safe names forgotten early: one client had too many")            \
    X(hellos, "ClientHellos read to the end")                                                      \
    X(requests, "HTTP requests read")                                                              \
    X(quic, "QUIC flows recognised")                                                               \
    X(opaque, "flows that are none of TLS, HTTP, QUIC, DNS")                                       \
    X(waiting, "packets that left a name incomplete")                                              \
    X(confirmed, "names confirmed by the server's acknowledgement")                                \
    X(malformed, "flows condemned: malformed or oversize hello or request")                        \
    X(conflicts, "flows condemned: other bytes for the same range")                                \
    X(orphans, "flows condemned: half read when a gate was replaced")                              \
    X(flows, "flows that were remembered while they were read")                                    \
    X(flows_evicted, "flows forgotten early: the table was full")                                  \
    X(flows_evicted_client, "flows forgotten early: one client had too many")                      \
    X(flows_expired, "flows forgotten after a time without packets")                               \
    X(no_zone, "packets of clients in no zone")                                                    \
    X(unparsed, "packets that are no readable TCP or UDP")

struct counters {
#define X(name, help) uint64_t name;
    COUNTERS(X)
#undef X
};

struct counter_info {
    const char *name, *help;
    size_t offset;
};

extern const struct counter_info counter_info[];
extern const size_t counter_count;

uint64_t counter_value(const struct counters *c, size_t index);

#endif
