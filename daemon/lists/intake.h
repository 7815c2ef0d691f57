/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a file, plain or gzip (RFC 1952), in memory that does not grow with it. */
#ifndef LESPOORT_LISTS_INTAKE_H
#define LESPOORT_LISTS_INTAKE_H

#include <stdbool.h>

#include "base/span.h"

#define INTAKE_LINE_MAX  4096
#define INTAKE_AHEAD_MAX 65536
#define INTAKE_WHY       160

struct intake;

enum intake_line {
    INTAKE_LINE, /* *ret, without its newline, until the next call */
    INTAKE_LONG, /* a line over INTAKE_LINE_MAX; it was read over */
    INTAKE_END,
    INTAKE_FAILED, /* damaged or cut off gzip, larger than max, or the disk says so: why */
};

/* An ordinary file; NULL and why otherwise. max: unpacked bytes. A byte order mark at its start
 * is passed over. */
struct intake *intake_open(const char *path, uint64_t max, char why[static INTAKE_WHY]);

/* The same for a descriptor, which is taken over, also where this fails. */
struct intake *intake_from(int fd, uint64_t max, char why[static INTAKE_WHY]);
void intake_close(struct intake *in); /* takes NULL */

/* Before the first line: what the file begins with, at most INTAKE_AHEAD_MAX. */
struct span intake_ahead(const struct intake *in);

enum intake_line intake_next(struct intake *in, struct span *ret, char why[static INTAKE_WHY]);

#endif
