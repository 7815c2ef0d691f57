/* SPDX-License-Identifier: GPL-2.0-or-later */
/* AdBlock-style filters, of which only those for whole names mean something to us. */
#include <string.h>

#include "lists/line_parts.h"

static bool is_comment(struct span line)
{
    if (line.ptr[0] == '!' || line.ptr[0] == '[')
        return true;
    /* "##.banner" and "#@#.banner" hide parts of pages. */
    return line.ptr[0] == '#' && (line.len == 1 || !is_one_of(line.ptr[1], "#@?$%"));
}

/* "$important,all": nothing that only a browser could tell. */
static bool is_plain(struct span modifiers)
{
    while (modifiers.len) {
        struct span one = span_until(modifiers, ',');

        if (!span_is(one, "important") && !span_is(one, "all"))
            return false;
        modifiers = span_from(modifiers, one.len < modifiers.len ? one.len + 1 : one.len);
    }
    return true;
}

enum list_line line_adblock(struct line *l)
{
    struct span rule = *l->rest, name, more;
    enum list_says says = LIST_SUFFIX;

    while (rule.len && is_blank(rule.ptr[0]))
        rule = span_from(rule, 1);
    if (l->reader->inside || rule.len == 0 || is_comment(rule))
        return LIST_END;
    if (span_begins(rule, "@@")) {
        says = LIST_ALLOW;
        rule = span_from(rule, 2);
    }
    if (!span_begins(rule, "||"))
        return LIST_SKIPPED;
    rule = span_from(rule, 2);
    name = span_until(rule, '^');
    if (name.len == rule.len)
        return LIST_SKIPPED;
    more = span_from(rule, name.len + 1);
    if (span_begins(more, "|"))
        more = span_from(more, 1);
    if (more.len && (more.ptr[0] != '$' || more.len == 1 || !is_plain(span_from(more, 1))))
        return LIST_SKIPPED;
    line_wild(&name);
    if (line_address(name) || span_has(name, "*/:?=&$|#"))
        return LIST_SKIPPED;
    return line_name(l, name, says);
}
