/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The generated list: names of the lengths (8 to 30), depths and top-level domains that lists of
 * sites have, in no order. A name is a function of its number alone, and no two are equal.
 */
#ifndef LESPOORT_TESTS_BENCH_LIST_H
#define LESPOORT_TESTS_BENCH_LIST_H

#include "base/hostname.h"

#define LIST_NUMBER_MAX (1u << 24)

/* Some begin with "www."; of some of these the rest is listed, too. */
void list_name(struct hostname *ret, unsigned number);

/* A name right below a listed one. */
void list_below(struct hostname *ret, unsigned number);

/* A name of three labels that is neither listed nor below one that is. */
void list_other(struct hostname *ret, unsigned number);

#endif
