/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lists/line.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "lists/line_parts.h"

static const struct {
    const char *name;
    enum list_line (*next)(struct line *l);
} formats[LIST_FORMAT_COUNT] = {
    [LIST_AUTO] = {"auto", NULL},
    [LIST_HOSTS] = {"hosts", line_hosts},
    [LIST_DOMAINS] = {"domains", line_domains},
    [LIST_DNSMASQ] = {"dnsmasq", line_dnsmasq},
    [LIST_ADBLOCK] = {"adblock", line_adblock},
    [LIST_RPZ] = {"rpz", line_rpz},
};

bool span_is(struct span s, const char *text)
{
    return s.len == strlen(text) && strncasecmp(s.ptr, text, s.len) == 0;
}

bool span_begins(struct span s, const char *text)
{
    size_t len = strlen(text);

    return s.len >= len && memcmp(s.ptr, text, len) == 0;
}

bool span_has(struct span s, const char *chars)
{
    for (; *chars; chars++)
        if (memchr(s.ptr, *chars, s.len))
            return true;
    return false;
}

struct span span_from(struct span s, size_t at)
{
    return (struct span){s.ptr + at, s.len - at};
}

struct span span_until(struct span s, char c)
{
    const char *at = s.len ? memchr(s.ptr, c, s.len) : NULL;

    return (struct span){s.ptr, at ? (size_t)(at - s.ptr) : s.len};
}

bool line_word(struct span *rest, struct span *ret)
{
    size_t from = 0, to;

    while (from < rest->len && is_blank(rest->ptr[from]))
        from++;
    for (to = from; to < rest->len && !is_blank(rest->ptr[to]); to++)
        ;
    *ret = (struct span){rest->ptr + from, to - from};
    *rest = span_from(*rest, to);
    return to > from;
}

bool line_wild(struct span *name)
{
    size_t len = span_begins(*name, "*.") ? 2 : span_begins(*name, ".") ? 1 : 0;

    *name = span_from(*name, len);
    return len > 0;
}

bool line_nowhere(struct span address)
{
    static const char *const nowhere[] = {"0.0.0.0",         "127.0.0.1",      "::", "::1", "0",
                                          "0:0:0:0:0:0:0:0", "0:0:0:0:0:0:0:1"};

    for (size_t i = 0; i < ARRAY_SIZE(nowhere); i++)
        if (span_is(address, nowhere[i]))
            return true;
    return false;
}

/* Looks closer only at what could be one: there are millions of names. */
bool line_address(struct span text)
{
    char last = text.len ? text.ptr[text.len - 1] : '\0';
    bool possible = (last >= '0' && last <= '9') || (text.len && memchr(text.ptr, ':', text.len));

    return possible && hostname_is_address(text);
}

enum list_line line_fault(struct line *l, struct span bad, const char *why)
{
    *l->rest = bad;
    *l->ret_why = why;
    return LIST_FAULT;
}

static bool ascii(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] >= 0x80)
            return false;
    return true;
}

enum list_line line_name(struct line *l, struct span name, enum list_says says)
{
    if (line_address(name))
        return line_fault(l, name, "an address");
    if (!hostname_set(&l->ret->name, name))
        return line_fault(l, name, ascii(name) ? "no host name" : "not ASCII; write it as xn--");
    if (!memchr(l->ret->name.text, '.', l->ret->name.len))
        return line_fault(l, name, "a whole top-level domain");
    l->ret->says = says;
    return LIST_ENTRY;
}

enum list_line list_next(struct list_reader *r, struct span *rest, struct list_entry *ret,
                         const char **ret_why)
{
    struct line l = {r, rest, ret, ret_why};
    enum list_line result;

    assert(r->format > LIST_AUTO && r->format < LIST_FORMAT_COUNT);
    while (rest->len && (is_blank(rest->ptr[rest->len - 1]) || rest->ptr[rest->len - 1] == '\r'))
        rest->len--;
    result = formats[r->format].next(&l);
    r->inside = result == LIST_ENTRY;
    return result;
}

/* How many more of these lines have an entry than are at fault. */
static int fitness(enum list_format f, struct span text)
{
    struct list_reader r = {.format = f};
    struct list_entry entry;
    const char *why;
    int score = 0;

    while (text.len) {
        struct span line = span_until(text, '\n');
        enum list_line result;

        text = span_from(text, line.len < text.len ? line.len + 1 : text.len);
        result = list_next(&r, &line, &entry, &why);
        score += (result == LIST_ENTRY) - (result == LIST_FAULT);
        while (result == LIST_ENTRY)
            result = list_next(&r, &line, &entry, &why);
    }
    return score;
}

enum list_format list_sniff(struct span start_of_file)
{
    const char *end =
        start_of_file.len ? memrchr(start_of_file.ptr, '\n', start_of_file.len) : NULL;
    enum list_format best = LIST_AUTO;
    int most = 0;

    /* The last line may be cut. */
    if (end)
        start_of_file.len = (size_t)(end - start_of_file.ptr);
    for (enum list_format f = LIST_AUTO + 1; f < LIST_FORMAT_COUNT; f++) {
        int score = fitness(f, start_of_file);

        if (score > most) {
            most = score;
            best = f;
        }
    }
    return best;
}

const char *list_format_name(enum list_format f)
{
    return formats[f].name;
}
