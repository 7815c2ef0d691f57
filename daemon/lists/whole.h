/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that after a crash are as they were or as they should be, and nothing between. */
#ifndef LESPOORT_LISTS_WHOLE_H
#define LESPOORT_LISTS_WHOLE_H

#include <stdbool.h>

#include "base/span.h"

/* All of it, whatever interrupts. False: errno. */
bool whole_put(int fd, struct span content);

/* The first `size` bytes from where fd stands; the caller frees them. False: errno, EIO when there
 * are fewer. */
bool whole_read(int fd, size_t size, struct bytes *ret);

/* Renames the file that fd wrote, in that folder, when it is on the disk. False: errno. */
bool whole_rename(int folder, int fd, const char *from, const char *to);

/* Replaces the file's content, by way of NAME.new. False: errno. */
bool whole_write(int folder, const char *name, struct span content);

#endif
