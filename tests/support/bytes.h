/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes for tests: from hex, from files, in exact copies. */
#ifndef LESPOORT_TESTS_SUPPORT_BYTES_H
#define LESPOORT_TESTS_SUPPORT_BYTES_H

#include "base/span.h"

/* A string literal as bytes, without its terminator; it may hold NULs. */
#define BYTES(literal) ((struct bytes){(const uint8_t *)(literal), sizeof(literal) - 1})

struct bytes bytes_of(const char *text);

/* "16 03 01" -> 3 bytes. Blanks and line ends are skipped, '#' starts a comment to the end of
 * the line. The test fails on anything else, and when cap is too small. */
size_t bytes_from_hex(uint8_t *buf, size_t cap, const char *hex);

/* The file tests/<path>, read as bytes_from_hex() reads. */
size_t bytes_from_file(uint8_t *buf, size_t cap, const char *path);

/* The value of a "# key: value" line of that file. */
void bytes_file_fact(const char *path, const char *key, char *value, size_t cap);

/* A copy on the heap with nothing behind it, so that a sanitizer sees every read past the end.
 * The caller frees it. */
uint8_t *bytes_exact(struct bytes b);

#endif
