/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A folder of a test's own, gone with all that is in it when the test ends. */
#ifndef LESPOORT_TESTS_SUPPORT_FOLDER_H
#define LESPOORT_TESTS_SUPPORT_FOLDER_H

#include <stdbool.h>

#define FOLDER_PATH 64

/* For cmocka: *state is the path. */
int folder_set_up(void **state);
int folder_tear_down(void **state);

/* Aborts the test program when it cannot. */
void folder_make(char path[static FOLDER_PATH]);
void folder_remove(const char *path);
void folder_write(const char *folder, const char *name, const char *text);

/* malloc'ed; NULL when there is no such file. */
char *folder_read(const char *folder, const char *name);

#endif
