/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/utf8.h"

#include <stddef.h>
#include <stdint.h>

/* Bytes after this first one, or -1. */
static int followers(uint8_t first)
{
    if (first < 0x80)
        return 0;
    if (first >= 0xc2 && first < 0xe0)
        return 1;
    if (first >= 0xe0 && first < 0xf0)
        return 2;
    return first >= 0xf0 && first < 0xf5 ? 3 : -1;
}

/* RFC 3629 section 4: no overlong forms, no surrogates, nothing above U+10FFFF; and section 3 of
 * ISO 6429: no C1 controls. */
static bool second_allowed(uint8_t first, uint8_t second)
{
    uint8_t low = 0x80, high = 0xbf;

    if (first == 0xc2 || first == 0xe0)
        low = 0xa0;
    if (first == 0xed)
        high = 0x9f;
    if (first == 0xf0)
        low = 0x90;
    if (first == 0xf4)
        high = 0x8f;
    return second >= low && second <= high;
}

/* The length of the character at p, or 0: none that may be printed. */
static size_t character(const uint8_t *p)
{
    int more = followers(*p);

    if (more < 0 || *p < ' ' || *p == 0x7f)
        return 0;
    for (int i = 1; i <= more; i++)
        if (i == 1 ? !second_allowed(*p, p[1]) : (p[i] & 0xc0) != 0x80)
            return 0;
    return (size_t)more + 1;
}

bool utf8_printable(const char *text)
{
    const uint8_t *p = (const uint8_t *)text;

    while (*p) {
        size_t len = character(p);

        if (!len)
            return false;
        p += len;
    }
    return true;
}

void utf8_tame(char *text)
{
    while (*text) {
        size_t len = character((const uint8_t *)text);

        if (!len)
            *text = '?';
        text += len ? len : 1;
    }
}
