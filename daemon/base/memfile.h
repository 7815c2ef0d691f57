/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sealed memory: bytes handed to another process that nobody can change any more. */
#ifndef LESPOORT_BASE_MEMFILE_H
#define LESPOORT_BASE_MEMFILE_H

#include <stdbool.h>

#include "base/span.h"

/* A new memfd with these bytes, sealed against writing, growing and shrinking. The caller
 * closes it. -1 and errno on failure. */
int memfile_seal(const char *name, const void *ptr, size_t len);

/* The same in two steps, for two processes: an empty memfd that the caller closes (-1 and errno
 * on failure), and its bytes and seals. On false, with errno, it may hold some of the bytes. */
int memfile_new(const char *name);
bool memfile_fill(int fd, const void *ptr, size_t len);

/*
 * Maps a sealed memfd read-only; the descriptor stays the caller's. Refuses (EINVAL) what is not
 * fully sealed, is empty, or exceeds max: the sender could otherwise pull the pages away.
 */
bool memfile_map(int fd, size_t max, struct bytes *ret);
void memfile_unmap(struct bytes map);

#endif
