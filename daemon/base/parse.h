/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Strict parsing: the whole text or nothing, no leading blanks, no overflow. */
#ifndef LESPOORT_BASE_PARSE_H
#define LESPOORT_BASE_PARSE_H

#include <stdbool.h>
#include <stdint.h>

#define MINUTES_PER_DAY 1440

bool parse_int(const char *text, int64_t min, int64_t max, int64_t *ret);

/* "08:30" -> minutes after midnight; "24:00" is 1440. */
bool parse_clock(const char *text, int *ret_minutes);

/* "90s", "20m", "1h30m", "2h" -> seconds, 1 second to 7 days. */
bool parse_duration(const char *text, int64_t *ret_seconds);

/* "mon".."sun" -> 0..6. */
bool parse_weekday(const char *text, int *ret_day);

#endif
