/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the generators and the server (answer.c) agree on. */
#ifndef LESPOORT_TESTS_BENCH_ANSWER_H
#define LESPOORT_TESTS_BENCH_ANSWER_H

#define ANSWER_TLS_PORT 443
#define ANSWER_DNS_PORT 53

/* A server's first flight with a short certificate chain, in one write: TLS libraries collect it.
 * It crosses the gateway as one packet, as after a network card that merges segments (GRO). */
#define ANSWER_SIZE 3000

#endif
