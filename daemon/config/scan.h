/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A look at the text of a config file before libconfig reads it, for what libconfig 1.5 gets
 * wrong: it ends the process when an include is a folder, cuts large numbers to 32 bits, and
 * takes a comment or text that is never closed for the end of the file. Pure.
 */
#ifndef LESPOORT_CONFIG_SCAN_H
#define LESPOORT_CONFIG_SCAN_H

#include <stdbool.h>

#include "base/span.h"

#define NUMBER_LEN_MAX 9 /* characters: any number of that length fits 32 bits */

enum scan_kind { SCAN_INCLUDE, SCAN_LONG_NUMBER, SCAN_OPEN_COMMENT, SCAN_OPEN_TEXT };

struct scan {
    const char *pos, *end;
    unsigned line;
    bool fresh; /* only blanks so far on this line */
};

struct scan_item {
    enum scan_kind kind;
    unsigned line;     /* where it begins */
    struct span text;  /* the path, the number */
    struct span whole; /* what an include replaces */
};

struct scan scan_init(struct span text);

/* The next noteworthy thing; false at the end. */
bool scan_next(struct scan *s, struct scan_item *ret);

#endif
