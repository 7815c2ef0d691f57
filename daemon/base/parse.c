/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/parse.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#define DURATION_MAX (7 * 24 * 3600)

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool parse_int(const char *text, int64_t min, int64_t max, int64_t *ret)
{
    bool negative = *text == '-';
    const char *p = text + negative;
    int64_t value = 0;

    if (!*p)
        return false;
    for (; *p; p++)
        if (!is_digit(*p) || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, *p - '0', &value))
            return false;
    /* Collected below zero, where there is one number more. */
    if (!negative && __builtin_sub_overflow(0, value, &value))
        return false;
    if (value < min || value > max)
        return false;
    *ret = value;
    return true;
}

bool parse_clock(const char *text, int *ret_minutes)
{
    int minutes;

    if (strlen(text) != 5 || text[2] != ':' || !is_digit(text[0]) || !is_digit(text[1]) ||
        !is_digit(text[3]) || !is_digit(text[4]) || text[3] > '5')
        return false;
    minutes = ((text[0] - '0') * 10 + text[1] - '0') * 60 + (text[3] - '0') * 10 + text[4] - '0';
    if (minutes > MINUTES_PER_DAY)
        return false;
    *ret_minutes = minutes;
    return true;
}

bool parse_duration(const char *text, int64_t *ret_seconds)
{
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = {{'h', 3600}, {'m', 60}, {'s', 1}};
    size_t unit = 0;
    int64_t total = 0;

    while (*text) {
        int64_t n = 0;

        if (!is_digit(*text))
            return false;
        for (; is_digit(*text); text++) {
            n = n * 10 + (*text - '0');
            if (n > DURATION_MAX)
                return false;
        }
        /* Each unit at most once, from hours down. */
        while (unit < 3 && units[unit].unit != *text)
            unit++;
        if (unit == 3)
            return false;
        total += n * units[unit++].seconds;
        text++;
    }
    if (total < 1 || total > DURATION_MAX)
        return false;
    *ret_seconds = total;
    return true;
}

bool parse_weekday(const char *text, int *ret_day)
{
    static const char *const names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

    for (int day = 0; day < 7; day++) {
        if (strcasecmp(text, names[day]) == 0) {
            *ret_day = day;
            return true;
        }
    }
    return false;
}
