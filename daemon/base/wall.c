/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/wall.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/parse.h"

#define ZONE_FOLDER "/usr/share/zoneinfo/"

bool wall_set_zone(const char *name)
{
    char path[128];
    struct stat st;

    /* The C library takes a name it does not know for UTC, silently. */
    if (!*name || *name == '/' || *name == '.' || strstr(name, "..") ||
        snprintf(path, sizeof(path), ZONE_FOLDER "%s", name) >= (int)sizeof(path) ||
        stat(path, &st) != 0 || !S_ISREG(st.st_mode) || setenv("TZ", name, 1) != 0)
        return false;
    tzset();
    return true;
}

struct wall wall_from_utc(int64_t utc)
{
    time_t t = (time_t)utc;
    struct tm tm = {0};

    localtime_r(&t, &tm);
    return (struct wall){
        .date = {(int16_t)(tm.tm_year + 1900), (uint8_t)(tm.tm_mon + 1), (uint8_t)tm.tm_mday},
        .minute = tm.tm_hour * 60 + tm.tm_min,
        .weekday = (tm.tm_wday + 6) % 7,
    };
}

static struct tm clock_face(struct date date, int minute, int dst)
{
    return (struct tm){
        .tm_year = date.year - 1900,
        .tm_mon = date.month - 1,
        .tm_mday = date.day,
        .tm_hour = minute / 60,
        .tm_min = minute % 60,
        .tm_isdst = dst,
    };
}

static bool shows(int64_t utc, struct date date, int minute)
{
    struct wall w = wall_from_utc(utc);

    return w.minute == minute && date_compare(w.date, date) == 0;
}

/* The first second after `from` whose clock shows date and minute or later. */
static int64_t first_at_or_after(int64_t from, int64_t to, struct date date, int minute)
{
    while (from + 1 < to) {
        int64_t middle = from + (to - from) / 2;
        struct wall w = wall_from_utc(middle);
        int order = date_compare(w.date, date);

        if (order > 0 || (order == 0 && w.minute >= minute))
            to = middle;
        else
            from = middle;
    }
    return to;
}

int64_t wall_to_utc(struct date date, int minute)
{
    int64_t best = INT64_MAX, low = INT64_MAX, high = INT64_MIN;

    if (minute >= MINUTES_PER_DAY) {
        date = date_add(date, minute / MINUTES_PER_DAY);
        minute %= MINUTES_PER_DAY;
    }
    /* Summer and winter reading of the same clock face; the earlier true one. */
    for (int dst = 0; dst <= 1; dst++) {
        struct tm tm = clock_face(date, minute, dst);
        int64_t t = mktime(&tm);

        low = t < low ? t : low;
        high = t > high ? t : high;
        if (shows(t, date, minute) && t < best)
            best = t;
    }
    if (best != INT64_MAX)
        return best;
    /* The clock skips this minute: the moment of the change lies between the readings. */
    return first_at_or_after(low - 7200, high + 7200, date, minute);
}

/* Days since 1970-01-01 in the proleptic Gregorian calendar, by counting from March. */
static int64_t day_number(struct date d)
{
    int64_t year = d.month > 2 ? d.year : d.year - 1;
    int64_t month = d.month > 2 ? d.month - 3 : d.month + 9;

    return 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + d.day - 719469;
}

static bool leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && leap(year));
}

static struct date next_day(struct date d)
{
    if (d.day < month_days(d.year, d.month))
        d.day++;
    else if (d.month < 12)
        d = (struct date){d.year, (uint8_t)(d.month + 1), 1};
    else
        d = (struct date){(int16_t)(d.year + 1), 1, 1};
    return d;
}

static struct date previous_day(struct date d)
{
    if (d.day > 1)
        d.day--;
    else if (d.month > 1)
        d = (struct date){d.year, (uint8_t)(d.month - 1), (uint8_t)month_days(d.year, d.month - 1)};
    else
        d = (struct date){(int16_t)(d.year - 1), 12, 31};
    return d;
}

struct date date_add(struct date date, int days)
{
    for (; days > 0; days--)
        date = next_day(date);
    for (; days < 0; days++)
        date = previous_day(date);
    return date;
}

int date_weekday(struct date date)
{
    return (int)((day_number(date) + 3) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
}

int date_compare(struct date a, struct date b)
{
    if (a.year != b.year)
        return a.year - b.year;
    return a.month != b.month ? a.month - b.month : a.day - b.day;
}

bool date_parse(const char *text, struct date *ret)
{
    char part[3][5] = {{0}};
    int64_t year, month, day;

    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-')
        return false;
    memcpy(part[0], text, 4);
    memcpy(part[1], text + 5, 2);
    memcpy(part[2], text + 8, 2);
    if (!parse_int(part[0], 1970, 9999, &year) || !parse_int(part[1], 1, 12, &month) ||
        !parse_int(part[2], 1, month_days((int)year, (int)month), &day))
        return false;
    *ret = (struct date){(int16_t)year, (uint8_t)month, (uint8_t)day};
    return true;
}

const char *wall_clock_text(int64_t utc, int64_t today, char *out, size_t size)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    struct wall w = wall_from_utc(utc), t = wall_from_utc(today);
    int hour = w.minute / 60, minute = w.minute % 60;

    if (date_compare(w.date, t.date) == 0)
        snprintf(out, size, "%02d:%02d", hour, minute);
    else
        snprintf(out, size, "%s %02d:%02d", days[w.weekday], hour, minute);
    return out;
}

const char *wall_iso_text(int64_t utc, char *out, size_t size)
{
    time_t t = (time_t)utc;
    struct tm tm = {0};
    char offset[8];

    localtime_r(&t, &tm);
    strftime(offset, sizeof(offset), "%z", &tm);
    snprintf(out, size, "%04d-%02d-%02dT%02d:%02d:%02d%.3s:%.2s", tm.tm_year + 1900, tm.tm_mon + 1,
             tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, offset, offset + 3);
    return out;
}
