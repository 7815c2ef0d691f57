/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wall time of the school and seconds since 1970. The zone is the process's own (TZ), set once
 * at start and at reload; the C library knows the rules.
 */
#ifndef LESPOORT_BASE_WALL_H
#define LESPOORT_BASE_WALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct date {
    int16_t year;
    uint8_t month, day; /* from 1 */
};

struct wall {
    struct date date;
    int minute;  /* after midnight, on the clock */
    int weekday; /* Monday 0 */
};

#define WALL_TEXT 32

/* "Europe/Amsterdam". False if the machine does not know the zone; nothing has changed then. */
bool wall_set_zone(const char *name);

struct wall wall_from_utc(int64_t utc);

/*
 * The instant a clock on the wall shows date and minute (0..1440, where 1440 is the next
 * midnight). In the hour that the spring change skips: the moment of the change. In the hour
 * that autumn repeats: the first of the two, so that a bell rings once.
 */
int64_t wall_to_utc(struct date date, int minute);

struct date date_add(struct date date, int days);
int date_weekday(struct date date);
int date_compare(struct date a, struct date b);

/* "2026-11-20", a day that exists. */
bool date_parse(const char *text, struct date *ret);

/* "11:15", with the weekday when it is another day than today's: "Fri 11:15". */
const char *wall_clock_text(int64_t utc, int64_t today, char *out, size_t size);

/* "2026-11-20T11:15:00+01:00". */
const char *wall_iso_text(int64_t utc, char *out, size_t size);

#endif
