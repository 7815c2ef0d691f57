/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/list.h"

#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "bench/bench.h"

#define SEED       UINT64_C(0x6c6573706f6f7274)
#define NAME_MAX   30
#define CODE_BITS  25 /* one more than LIST_NUMBER_MAX: the upper half is never listed */
#define DIGIT_BITS 5

/* Shares in percent. */
#define SHARE_DEEPER 12
#define SHARE_WWW    10
#define SHARE_TWIN   8 /* "www." before the name before it, which is listed as well */

struct share {
    const char *text;
    unsigned percent;
};

static const struct share ends[] = {
    {".com", 44},
    {".net", 7},
    {".org", 6},
    {".nl", 8},
    {".de", 5},
    {".ru", 5},
    {".info", 4},
    {".xyz", 3},
    {".fr", 3},
    {".top", 2},
    {".io", 2},
    {".eu", 2},
    {".be", 2},
    {".co.uk", 2},
    {".com.br", 1},
    {".blogspot.com", 2},
    {".wordpress.com", 1},
    {".online", 1},
};
static const char *const deeper[] = {"m.",      "blog.", "en.",   "cdn3.",
                                     "static.", "img.",  "shop.", "a.b."};

/* splitmix64 (Steele, Lea and Flood, 2014). */
static uint64_t mix(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static const char *end_of(uint64_t random)
{
    unsigned percent = (unsigned)(random % 100);

    for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
        if (percent < ends[i].percent)
            return ends[i].text;
        percent -= ends[i].percent;
    }
    return ends[0].text;
}

static void set(struct hostname *ret, const char *before, unsigned number, const char *end)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
    uint64_t random = mix(SEED + 1 + number);
    uint32_t code = number * 2654435761u & ((1u << CODE_BITS) - 1); /* odd: no two are equal */
    char word[NAME_MAX + 1], text[2 * NAME_MAX + 1];
    size_t fixed = strlen(before) + strlen(end) + CODE_BITS / DIGIT_BITS, len = 0;
    size_t more = random % 8 + (random >> 8) % 8;

    random = mix(random);
    while (len < more && fixed + len < NAME_MAX) {
        word[len++] = (char)('a' + random % 26);
        random /= 26;
    }
    for (unsigned bit = 0; bit < CODE_BITS; bit += DIGIT_BITS)
        word[len++] = digits[code >> bit & ((1u << DIGIT_BITS) - 1)];
    int all = snprintf(text, sizeof(text), "%s%.*s%s", before, (int)len, word, end);

    bench_require(hostname_set(ret, (struct span){text, (size_t)all}), text);
}

static bool is_plain(unsigned percent)
{
    return percent >= SHARE_DEEPER + SHARE_WWW + SHARE_TWIN;
}

static unsigned kind(unsigned number)
{
    return (unsigned)(mix(SEED ^ number) >> 32) % 100;
}

void list_name(struct hostname *ret, unsigned number)
{
    unsigned percent = kind(number), of = number;
    const char *before = "";

    if (percent < SHARE_DEEPER) {
        before = deeper[mix(number) % ARRAY_SIZE(deeper)];
    } else if (percent < SHARE_DEEPER + SHARE_WWW) {
        before = "www.";
    } else if (!is_plain(percent) && number > 0 && is_plain(kind(number - 1))) {
        before = "www.";
        of = number - 1;
    }
    set(ret, before, of, end_of(mix(SEED - of)));
}

void list_below(struct hostname *ret, unsigned number)
{
    struct hostname name;
    char text[HOSTNAME_MAX + 1];

    list_name(&name, number);
    int len = snprintf(text, sizeof(text), "api.%s", name.text);

    bench_require(hostname_set(ret, (struct span){text, (size_t)len}), text);
}

void list_other(struct hostname *ret, unsigned number)
{
    set(ret, "www.", LIST_NUMBER_MAX + number, ".com");
}
