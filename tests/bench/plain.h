/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lespoort's catalogue is compared with: a plain hash table of names (open addressing, XXH3,
 * the texts behind one another), asked the same question. Nothing in it is keyed, and it knows
 * that a name is listed, not what for.
 */
#ifndef LESPOORT_TESTS_BENCH_PLAIN_H
#define LESPOORT_TESTS_BENCH_PLAIN_H

#include "base/hostname.h"

struct plain;

/* From a file with a name per line, at most that many. Ends the program when there is none. */
struct plain *plain_read(const char *path, size_t names);
void plain_free(struct plain *p);

size_t plain_bytes(const struct plain *p);

/* Whether the name or one above it is listed. */
bool plain_has(const struct plain *p, const struct hostname *name);

#endif
