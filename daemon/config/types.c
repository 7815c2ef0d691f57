/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/types.h"

#include <stdio.h>
#include <string.h>

#include "base/addr.h"
#include "base/parse.h"
#include "base/wall.h"
#include "config/utf8.h"

#define DAYS_TEXT_MAX 64

static const char unknown[] = "is unknown";

const char *type_text(const char *text, const struct key_rule *rule, void *ret)
{
    size_t len = strlen(text);

    if (len == 0)
        return "is empty";
    if (len >= rule->size)
        return "is too long";
    if (!utf8_printable(text))
        return "holds bytes that are not printable UTF-8";
    memcpy(ret, text, len + 1);
    return NULL;
}

/* A zone's name becomes part of kernel rules, in quotes. */
const char *type_zone(const char *text, const struct key_rule *rule, void *ret)
{
    if (strpbrk(text, "\"\\"))
        return "holds a quote or a backslash";
    return type_text(text, rule, ret);
}

const char *type_path(const char *text, const struct key_rule *rule, void *ret)
{
    if (*text && text[strlen(text) - 1] == '/')
        return "is a folder";
    return type_text(text, rule, ret);
}

const char *type_absolute(const char *text, const struct key_rule *rule, void *ret)
{
    if (*text != '/')
        return "is not an absolute path";
    return type_path(text, rule, ret);
}

const char *type_file(const char *text, const struct key_rule *rule, void *ret)
{
    return *text ? type_path(text, rule, ret) : NULL;
}

const char *type_folder(const char *text, const struct key_rule *rule, void *ret)
{
    size_t len = strlen(text);
    char *folder = ret;
    const char *why;

    if (!len)
        return NULL;
    if (*text != '/' || len == strspn(text, "/"))
        return "is not the absolute path of a folder";
    why = type_text(text, rule, ret);
    while (!why && folder[len - 1] == '/')
        folder[--len] = '\0';
    return why;
}

/* What the kernel takes as the name of an interface (dev_valid_name), and no pattern: '+' and
 * '*' mean something to packet filters. */
const char *type_interface(const char *text, const struct key_rule *rule, void *ret)
{
    if (strpbrk(text, " /:*+\"\\") || strcmp(text, ".") == 0 || strcmp(text, "..") == 0)
        return "is not the name of an interface";
    return type_text(text, rule, ret);
}

const char *type_id(const char *text, const struct key_rule *rule, void *ret)
{
    if (text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-_")])
        return "is not an id";
    return type_text(text, rule, ret);
}

const char *type_word(const char *text, const struct key_rule *rule, void *ret)
{
    for (int i = 0; rule->words[i]; i++) {
        if (strcmp(text, rule->words[i]) == 0) {
            *(int *)ret = i;
            return NULL;
        }
    }
    return unknown;
}

const char *type_flag(const char *text, const struct key_rule *rule, void *ret)
{
    bool yes = strcmp(text, "true") == 0;

    (void)rule;
    if (!yes && strcmp(text, "false") != 0)
        return "is neither true nor false";
    *(uint8_t *)ret = yes;
    return NULL;
}

const char *type_number(const char *text, const struct key_rule *rule, void *ret)
{
    return parse_int(text, rule->min, rule->max, ret) ? NULL : "is out of range";
}

const char *type_clock(const char *text, const struct key_rule *rule, void *ret)
{
    int minutes;

    if (!parse_clock(text, &minutes) || minutes > rule->max)
        return "is not a time";
    *(int *)ret = minutes;
    return NULL;
}

/* "mon", "mon-fri", and "fri-mon" over the weekend. */
static bool day_range(char *text, uint8_t *days)
{
    char *dash = strchr(text, '-');
    int from, to;

    if (dash)
        *dash = '\0';
    if (!parse_weekday(text, &from) || !parse_weekday(dash ? dash + 1 : text, &to))
        return false;
    for (int day = from; day != to; day = (day + 1) % 7)
        *days |= (uint8_t)(1 << day);
    *days |= (uint8_t)(1 << to);
    return true;
}

const char *type_days(const char *text, const struct key_rule *rule, void *ret)
{
    char copy[DAYS_TEXT_MAX], *rest = copy;
    uint8_t days = 0;

    (void)rule;
    if ((size_t)snprintf(copy, sizeof(copy), "%s", text) >= sizeof(copy))
        return "is too long";
    while (rest) {
        char *part = strsep(&rest, ",");

        if (!day_range(part + strspn(part, " "), &days))
            return "is not a list of days";
    }
    *(uint8_t *)ret = days;
    return NULL;
}

const char *type_date(const char *text, const struct key_rule *rule, void *ret)
{
    (void)rule;
    return date_parse(text, ret) ? NULL : "is not a date that exists";
}

const char *type_duration(const char *text, const struct key_rule *rule, void *ret)
{
    int64_t seconds;

    if (!parse_duration(text, &seconds))
        return "is not a duration";
    if (seconds < rule->min || seconds > rule->max)
        return "is out of range";
    *(int64_t *)ret = seconds;
    return NULL;
}

/* As the rest of a sentence. */
static const char *prefix_fault(const char *why)
{
    static const struct {
        const char *why, *sentence;
    } known[] = {
        {"prefix length out of range", "has a prefix length out of range"},
        {"bits behind the prefix length are set", "has bits set behind the prefix length"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(known); i++)
        if (strcmp(why, known[i].why) == 0)
            return known[i].sentence;
    return "is not an address";
}

const char *type_prefix(const char *text, const struct key_rule *rule, void *ret)
{
    const char *why;

    (void)rule;
    return prefix_parse(text, ret, &why) ? NULL : prefix_fault(why);
}

const char *type_hostname(const char *text, const struct key_rule *rule, void *ret)
{
    const char *why;

    (void)rule;
    return config_hostname(text, ret, &why) ? NULL : why;
}

const char *type_safe(const char *text, const struct key_rule *rule, void *ret)
{
    const struct hostname *name = ret;
    const char *why;

    if (*text == '*' || *text == '.')
        return "has a wildcard, and names here stand for themselves alone";
    why = type_hostname(text, rule, ret);
    return !why && name->len >= SAFE_TEXT_MAX ? "is longer than 63 bytes" : why;
}
