/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the generators and the server (answer.c) agree on. */
#ifndef LESPOORT_TESTS_BENCH_ANSWER_H
#define LESPOORT_TESTS_BENCH_ANSWER_H

#define ANSWER_TLS_PORT 443
#define ANSWER_DNS_PORT 53

/* A server's first flight with a short certificate chain, in separate segments: what a real
 * network card may or may not have merged. */
#define ANSWER_SEGMENT  1000
#define ANSWER_SEGMENTS 3
#define ANSWER_SIZE     (ANSWER_SEGMENT * ANSWER_SEGMENTS)

#endif
