/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What list_next() says of lines, as text that a table of a test can hold. */
#ifndef LESPOORT_TESTS_UNIT_LISTS_SAID_H
#define LESPOORT_TESTS_UNIT_LISTS_SAID_H

#include "lists/line.h"

#define SAID_MAX 2048

/*
 * Every entry of the line as "name", "=name" or "!name", then how the line ended: "." for END,
 * "-" for SKIPPED, "'part' is why" for FAULT; between blanks.
 */
const char *said(struct list_reader *r, const char *line, char out[static SAID_MAX]);

/* Of a line that is the first one. */
const char *said_alone(enum list_format format, const char *line, char out[static SAID_MAX]);

#endif
