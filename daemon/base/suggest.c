/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/suggest.h"

#include <string.h>

#define WORD_MAX 64

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;

    return least < c ? least : c;
}

/* Levenshtein's distance, one row at a time. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t row[WORD_MAX + 1];

    for (size_t j = 0; j <= b_len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t above = row[j];

            row[j] = smallest(row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[b_len];
}

const char *suggest(const char *text, const char *const *known, size_t count)
{
    size_t len = strlen(text), best = WORD_MAX;
    const char *found = NULL;

    if (len > WORD_MAX)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t other = strlen(known[i]), far;

        if (other > WORD_MAX)
            continue;
        far = distance(text, len, known[i], other);
        if (far < best && far * 3 <= (len > other ? len : other)) {
            best = far;
            found = known[i];
        }
    }
    return found;
}
