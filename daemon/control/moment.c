/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control/moment.h"

#include <ctype.h>
#include <string.h>

#include "base/parse.h"
#include "base/wall.h"

#define DATE_LEN  10 /* "2026-11-20" */
#define CLOCK_LEN 5  /* "10:15" */

bool moment_clock(const char *text, int *ret_minutes)
{
    char padded[CLOCK_LEN + 1] = "0";

    if (strlen(text) != CLOCK_LEN - 1)
        return parse_clock(text, ret_minutes);
    memcpy(padded + 1, text, CLOCK_LEN);
    return parse_clock(padded, ret_minutes);
}

/* Moves *at past len characters, a copy of which goes to out. */
static bool take(const char **at, size_t len, char *out)
{
    if (strlen(*at) < len)
        return false;
    memcpy(out, *at, len);
    out[len] = '\0';
    *at += len;
    return true;
}

static bool take_clock(const char **at, int *ret_minutes)
{
    char clock[CLOCK_LEN + 1];

    return take(at, CLOCK_LEN, clock) && parse_clock(clock, ret_minutes);
}

/* "Z", "+01:00" or nothing; *ret_fixed says whether there was one. */
static bool take_offset(const char **at, int *ret_minutes, bool *ret_fixed)
{
    int sign = **at == '-' ? -1 : 1;

    *ret_minutes = 0;
    *ret_fixed = **at != '\0';
    if (!strcmp(*at, "Z")) {
        (*at)++;
        return true;
    }
    if (**at != '+' && **at != '-')
        return **at == '\0';
    (*at)++;
    if (!take_clock(at, ret_minutes))
        return false;
    *ret_minutes *= sign;
    return true;
}

static int64_t days_since_1970(struct date date)
{
    /* Days of the civil calendar with the year starting in March, so that leap days come last. */
    int64_t y = date.month <= 2 ? date.year - 1 : date.year;
    int64_t month = (date.month + 9) % 12;
    int64_t era = y / 400, of_era = y % 400;
    int64_t of_year = (153 * month + 2) / 5 + date.day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool parse_seconds(const char **at, int64_t *ret)
{
    char text[3];

    *ret = 0;
    if (**at != ':')
        return true;
    (*at)++;
    return take(at, 2, text) && parse_int(text[0] == '0' ? text + 1 : text, 0, 59, ret);
}

static bool parse_dated(const char *text, int64_t *ret)
{
    char day[DATE_LEN + 1];
    struct date date;
    int minute, offset;
    int64_t seconds;
    bool fixed;

    if (!take(&text, DATE_LEN, day) || !date_parse(day, &date) || date.year < 1970)
        return false;
    if (*text != 'T' && *text != ' ')
        return false;
    text++;
    if (!take_clock(&text, &minute) || !parse_seconds(&text, &seconds) ||
        !take_offset(&text, &offset, &fixed) || *text)
        return false;
    *ret = seconds + (fixed ? days_since_1970(date) * 86400 + (minute - offset) * INT64_C(60)
                            : wall_to_utc(date, minute));
    return true;
}

static bool parse_weekly(const char *text, struct wall today, int64_t *ret)
{
    char name[4];
    int day, minute;

    if (!take(&text, 3, name) || *text != ' ')
        return false;
    text++;
    for (char *c = name; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    if (!parse_weekday(name, &day) || !moment_clock(text, &minute))
        return false;
    *ret = wall_to_utc(date_add(today.date, (day - today.weekday + 7) % 7), minute);
    return true;
}

bool moment_parse(const char *text, int64_t now, int64_t *ret)
{
    struct wall today = wall_from_utc(now);
    int minute;

    if (!strcmp(text, "now")) {
        *ret = now;
        return true;
    }
    if (moment_clock(text, &minute)) {
        *ret = wall_to_utc(today.date, minute);
        return true;
    }
    return parse_weekly(text, today, ret) || parse_dated(text, ret);
}
