/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A school of any size, compiled: lessons from 9 to 10 close every service in every zone. */
#ifndef LESPOORT_TESTS_BENCH_FIXTURE_H
#define LESPOORT_TESTS_BENCH_FIXTURE_H

#include "names/catalogue.h"
#include "school/snapshot.h"

struct fixture_size {
    unsigned zones;  /* zone Z: 10.<Z>.0.0/16 and fd00:<Z>::/32; at most 256 */
    unsigned labels; /* closed ones; QUIC is one of them, the others have "service<N>.example" */
    unsigned names;  /* of a list that no lesson closes: "name<N>.example.org" */
};

struct fixture {
    struct catalogue catalogue;
    struct snapshot snapshot;
    int64_t before, during, after; /* wall: without, with, without a lesson */
};

/* Lives until the program ends. */
void fixture_make(struct fixture *ret, const struct fixture_size *size);

#endif
