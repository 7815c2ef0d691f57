/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files for tests of lists, plain and gzip. Each aborts the test program when it cannot. */
#ifndef LESPOORT_TESTS_UNIT_LISTS_FILES_H
#define LESPOORT_TESTS_UNIT_LISTS_FILES_H

#include <stdbool.h>

#include "base/span.h"

#define FILES_PATH 128

/* "FOLDER/NAME" */
const char *files_path(const char *folder, const char *name, char out[static FILES_PATH]);

/* As one gzip member behind what the file holds already. */
void files_gzip(const char *path, struct span content);

/* Lines "n<i>.many.example" for i in from..to-1. */
void files_names(const char *folder, const char *name, unsigned from, unsigned to);

/* At that second since 1970: file systems may be too coarse to tell two writes apart. */
void files_touch(const char *path, int64_t mtime);
void files_cut(const char *path, size_t size);
size_t files_size(const char *path);
bool files_there(const char *folder, const char *name);

#endif
