/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Views: a pointer and a length by value. Nobody owns anything through them. */
#ifndef LESPOORT_BASE_SPAN_H
#define LESPOORT_BASE_SPAN_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* Text, not terminated. */
struct span {
    const char *ptr;
    size_t len;
};

/* Raw bytes, of a packet or a file. */
struct bytes {
    const uint8_t *ptr;
    size_t len;
};

/* For bytes that malloc() gave. */
static inline void bytes_free(struct bytes b)
{
    free((void *)(uintptr_t)b.ptr);
}

/* What a parser says of its input. */
enum parse {
    PARSE_OK,       /* complete and well formed */
    PARSE_MORE,     /* a prefix of something well formed: come back with more bytes */
    PARSE_BAD,      /* broken, whatever follows */
    PARSE_NOT_MINE, /* another protocol */
};

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
