/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "did you mean": the nearest of a list of known words. */
#ifndef LESPOORT_BASE_SUGGEST_H
#define LESPOORT_BASE_SUGGEST_H

#include <stddef.h>

/* The known word at the smallest edit distance from text, or NULL when none is close (more than
 * a third of the longer word differs). The result is one of known[]. */
const char *suggest(const char *text, const char *const *known, size_t count);

#endif
