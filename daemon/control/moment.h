/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moments as people type them. */
#ifndef LESPOORT_CONTROL_MOMENT_H
#define LESPOORT_CONTROL_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

/* "11:15", "9:00" -> minutes after midnight. */
bool moment_clock(const char *text, int *ret_minutes);

/*
 * "now", "10:15" (today), "thu 10:15" (the coming Thursday, today included), "2026-11-20 10:15"
 * or "2026-11-20T10:15[:00]": the school's wall time; with "Z" or "+01:00" at the end, of that
 * zone. False for anything else.
 */
bool moment_parse(const char *text, int64_t now, int64_t *ret);

#endif
