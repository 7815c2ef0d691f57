/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For memory that another process made: the input is a list of changes to a valid piece, so that
 * the fuzzer starts behind the checks of magic and length, and the corpus outlives the format.
 */
#ifndef LESPOORT_TESTS_FUZZ_EDITS_H
#define LESPOORT_TESTS_FUZZ_EDITS_H

#include <stdlib.h>
#include <string.h>

#include "base/span.h"

/* data: how many bytes to cut off (2), then position (2), value (1), again and again. Returns an
 * exact copy, so that the sanitizer sees a read behind the end; the caller frees it. */
static uint8_t *apply_edits(struct bytes valid, const uint8_t *data, size_t size, size_t *ret_len)
{
    size_t cut = size < 2 ? 0 : (size_t)data[0] << 8 | data[1];
    uint8_t *copy;

    *ret_len = cut < valid.len ? valid.len - cut : 0;
    copy = malloc(*ret_len ? *ret_len : 1);
    if (!copy)
        abort();
    memcpy(copy, valid.ptr, *ret_len);
    for (size_t i = 2; i + 3 <= size && *ret_len; i += 3)
        copy[((size_t)data[i] << 8 | data[i + 1]) % *ret_len] = data[i + 2];
    return copy;
}

#endif
