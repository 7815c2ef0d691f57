/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dnsmasq(8): address=/NAME/…/ADDRESS, server= and local= alike. */
#include <string.h>

#include "lists/line_parts.h"

static bool is_option(struct span word)
{
    for (size_t i = 0; i < word.len; i++)
        if (!((word.ptr[i] >= 'a' && word.ptr[i] <= 'z') || word.ptr[i] == '-' ||
              (word.ptr[i] >= '0' && word.ptr[i] <= '9')))
            return false;
    return word.len > 0;
}

/* ENTRY: the names of the line, and what is said of them, are known. */
static enum list_line by_target(struct line *l, bool address, struct span target)
{
    l->reader->says = LIST_SUFFIX;
    if (target.len == 0)
        return LIST_ENTRY;
    if (address)
        return span_is(target, "#") || line_nowhere(target) ? LIST_ENTRY : LIST_SKIPPED;
    /* The usual servers, in spite of what is said of a name above it. */
    l->reader->says = LIST_ALLOW;
    return span_is(target, "#") ? LIST_ENTRY : LIST_SKIPPED;
}

/* Leaves "name/name" in *l->rest. */
static enum list_line begin(struct line *l)
{
    struct span line, option, value;
    const char *last;

    if (!line_word(l->rest, &line) || line.ptr[0] == '#')
        return LIST_END;
    option = span_until(line, '=');
    if (!is_option(option))
        return line_fault(l, line, "no line of dnsmasq, as address=/NAME/ is");
    if (option.len == line.len ||
        !(span_is(option, "address") || span_is(option, "server") || span_is(option, "local")))
        return LIST_SKIPPED;
    value = span_from(line, option.len + 1);
    if (!span_begins(value, "/"))
        return LIST_SKIPPED;
    value = span_from(value, 1);
    last = value.len ? memrchr(value.ptr, '/', value.len) : NULL;
    if (!last)
        return line_fault(l, line, "without a '/' behind the name");
    *l->rest = (struct span){value.ptr, (size_t)(last - value.ptr)};
    return by_target(l, span_is(option, "address"), span_from(value, l->rest->len + 1));
}

enum list_line line_dnsmasq(struct line *l)
{
    bool inside = l->reader->inside;
    enum list_line result = inside ? LIST_ENTRY : begin(l);

    if (result != LIST_ENTRY)
        return result;
    while (l->rest->len) {
        struct span name = span_until(*l->rest, '/');
        size_t used = name.len < l->rest->len ? name.len + 1 : name.len;

        if (span_is(name, "#"))
            return line_fault(l, name, "every name there is");
        *l->rest = span_from(*l->rest, used);
        line_wild(&name);
        if (name.len && !span_has(name, "*"))
            return line_name(l, name, l->reader->says);
    }
    return inside ? LIST_END : LIST_SKIPPED;
}
