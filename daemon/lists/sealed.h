/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A compiled catalogue as sealed memory: what lespoortd works by and hands to the gates. */
#ifndef LESPOORT_LISTS_SEALED_H
#define LESPOORT_LISTS_SEALED_H

#include "lists/compile.h"

struct sealed {
    int fd; /* of the memory; stays ours */
    struct catalogue catalogue;
};

/* Takes over the descriptor, also on failure. NULL and a static reason when it does not hold
 * what it should. */
struct sealed *sealed_open(int fd, const char **ret_why);
void sealed_free(struct sealed *s);

/* The plan's services are those of the catalogue, in that order: numbers mean the same in both. */
bool sealed_fits(const struct sealed *s, const struct plan *p);

/*
 * The last one that was compiled and stored, whatever it was made from, when it is intact and
 * fits: for a start without a compiler. NULL and a static reason.
 */
struct sealed *sealed_stored(const struct plan *p, const char **ret_why);

/*
 * Compiles in this process, which waits: for one that has nothing else to do. NULL and the reason
 * of report->why; the caller gives room for the report, which is large.
 */
struct sealed *sealed_compile(const struct plan *p, const struct compile_job *job,
                              struct compile_report *report);

#endif
