/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the benches share: a clock, the spread of several rounds, strict arguments. */
#ifndef LESPOORT_TESTS_BENCH_H
#define LESPOORT_TESTS_BENCH_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_SAMPLES_MAX 1000

/* Prints the text and the error of the last system call, and ends the program. */
void bench_die(const char *what) __attribute__((noreturn));

/* Ends the program with that text when it is not so. */
void bench_require(bool ok, const char *what);

/* Monotonic, in ns. */
int64_t bench_clock(void);

/* CPU time that the whole machine was busy since it started, in us: work in interrupts belongs to
 * nobody, so nothing narrower would be complete. */
int64_t bench_busy(void);

/* Numbers of one measure, a fixed number of them. */
struct samples {
    double value[BENCH_SAMPLES_MAX];
    size_t count;
};

void samples_add(struct samples *s, double value); /* ignored when it is full */

/* One line for table.py: what, minimum, median, maximum, unit. */
void samples_print(struct samples *s, const char *what, const char *unit);

/* Arguments; both end the program when the text is something else. */
int64_t bench_number(const char *text, int64_t min, int64_t max);
struct sockaddr_in bench_address(const char *text, uint16_t port);

/* A DNS question for the address of that name; its length, at most cap. */
size_t bench_question(uint8_t *buf, size_t cap, const char *name);

/* A TCP or UDP socket that does not block. */
int bench_socket(int type);

#endif
