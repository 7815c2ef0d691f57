/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/scan.h"

#include <string.h>

static const char include_word[] = "@include";

struct scan scan_init(struct span text)
{
    return (struct scan){.pos = text.ptr, .end = text.ptr + text.len, .line = 1, .fresh = true};
}

static size_t left(const struct scan *s)
{
    return (size_t)(s->end - s->pos);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void step(struct scan *s)
{
    char c = *s->pos++;

    if (c == '\n') {
        s->line++;
        s->fresh = true;
    } else if (c != ' ' && c != '\t') {
        s->fresh = false;
    }
}

/* Up to the newline, which stays. */
static bool line_comment(struct scan *s, struct scan_item *ret)
{
    (void)ret;
    while (left(s) && *s->pos != '\n')
        step(s);
    return false;
}

static bool block_comment(struct scan *s, struct scan_item *ret)
{
    *ret = (struct scan_item){.kind = SCAN_OPEN_COMMENT, .line = s->line};
    s->pos += 2;
    for (; left(s); step(s)) {
        if (left(s) >= 2 && s->pos[0] == '*' && s->pos[1] == '/') {
            s->pos += 2;
            s->fresh = false;
            return false;
        }
    }
    return true;
}

static bool text(struct scan *s, struct scan_item *ret)
{
    *ret = (struct scan_item){.kind = SCAN_OPEN_TEXT, .line = s->line};
    step(s);
    while (left(s)) {
        char c = *s->pos;

        step(s);
        if (c == '"')
            return false;
        if (c == '\\' && left(s))
            step(s);
    }
    return true;
}

static bool number(struct scan *s, struct scan_item *ret)
{
    const char *start = s->pos;

    step(s);
    while (left(s) && (is_digit(*s->pos) || is_letter(*s->pos) || *s->pos == '.'))
        step(s);
    *ret = (struct scan_item){
        .kind = SCAN_LONG_NUMBER,
        .line = s->line,
        .text = {start, (size_t)(s->pos - start)},
    };
    return ret->text.len > NUMBER_LEN_MAX;
}

/* A name may hold digits that are no number. */
static bool name(struct scan *s, struct scan_item *ret)
{
    (void)ret;
    while (left(s) && (is_digit(*s->pos) || is_letter(*s->pos) || *s->pos == '-' || *s->pos == '_'))
        step(s);
    return false;
}

/* @include "path", alone at the start of a line. */
static bool include(struct scan *s, struct scan_item *ret)
{
    const char *start = s->pos, *p = start + sizeof(include_word) - 1, *quote;

    step(s);
    if ((size_t)(s->end - start) < sizeof(include_word) ||
        memcmp(start, include_word, sizeof(include_word) - 1) != 0 || (*p != ' ' && *p != '\t'))
        return false;
    while (p < s->end && (*p == ' ' || *p == '\t'))
        p++;
    if (p == s->end || *p++ != '"')
        return false;
    quote = memchr(p, '"', (size_t)(s->end - p));
    if (!quote || memchr(p, '\n', (size_t)(quote - p)))
        return false;
    s->pos = quote + 1;
    *ret = (struct scan_item){
        .kind = SCAN_INCLUDE,
        .line = s->line,
        .text = {p, (size_t)(quote - p)},
        .whole = {start, (size_t)(quote + 1 - start)},
    };
    return true;
}

static bool other(struct scan *s, struct scan_item *ret)
{
    (void)ret;
    step(s);
    return false;
}

static bool (*reader_for(const struct scan *s))(struct scan *, struct scan_item *)
{
    char c = *s->pos, next = left(s) > 1 ? s->pos[1] : '\0';

    if (c == '#' || (c == '/' && next == '/'))
        return line_comment;
    if (c == '/' && next == '*')
        return block_comment;
    if (c == '"')
        return text;
    if (c == '@' && s->fresh)
        return include;
    if (is_letter(c))
        return name;
    return is_digit(c) || c == '-' || c == '+' ? number : other;
}

bool scan_next(struct scan *s, struct scan_item *ret)
{
    while (left(s))
        if (reader_for(s)(s, ret))
            return true;
    return false;
}
