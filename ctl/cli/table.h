/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text in columns that fit the terminal: what is too wide is wrapped in its column, at blanks and
 * behind commas. Where that would cut words, each row becomes a paragraph. */
#ifndef LESPOORT_CLI_TABLE_H
#define LESPOORT_CLI_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define TABLE_COLUMNS 8

struct table;

/* head: the titles, kept by reference. NULL without memory; the others accept that. */
struct table *table_new(const char *const *head, size_t columns);
void table_free(struct table *t);

/* Copies the cells of one row. */
void table_add(struct table *t, const char *const *cells);

/* width 0: as wide as it gets. False without memory at any earlier step. */
bool table_print(const struct table *t, FILE *out, size_t width);

/* Columns on the screen of UTF-8 text. */
size_t text_width(const char *text);

#endif
