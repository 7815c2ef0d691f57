/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two formats of plain names: hosts(5), and one name per line. */
#include <string.h>

#include "lists/line_parts.h"

/* What hosts files say of the machine itself. */
static bool is_local(struct span name)
{
    static const char *const local[] = {
        "localhost",  "localhost.localdomain",   "localhost4",    "localhost4.localdomain4",
        "localhost6", "localhost6.localdomain6", "broadcasthost", "local",
        "0.0.0.0"};

    if (span_begins(name, "ip6-"))
        return true;
    for (size_t i = 0; i < ARRAY_SIZE(local); i++)
        if (span_is(name, local[i]))
            return true;
    return false;
}

enum list_line line_hosts(struct line *l)
{
    bool inside = l->reader->inside, local = false;
    struct span address, name;

    *l->rest = span_until(*l->rest, '#');
    if (!inside) {
        if (!line_word(l->rest, &address))
            return LIST_END;
        if (!line_nowhere(address))
            /* "fe80::1%lo0": an interface may follow. */
            return line_address(span_until(address, '%'))
                       ? LIST_SKIPPED
                       : line_fault(l, address, "no address, with which a hosts line begins");
    }
    while (line_word(l->rest, &name)) {
        if (!is_local(name))
            return line_name(l, name, LIST_EXACT);
        local = true;
    }
    if (local)
        return LIST_SKIPPED;
    return inside ? LIST_END : line_fault(l, address, "an address without a name");
}

static bool is_comment(struct span word)
{
    return is_one_of(word.ptr[0], "#;!");
}

/* "http://name:80/path": what follows the name in *ret_more, from its ':' or '/' on. */
static struct span host_of(struct span url, struct span *ret_more)
{
    const char *scheme = memmem(url.ptr, url.len, "://", 3);
    struct span host = scheme ? span_from(url, (size_t)(scheme + 3 - url.ptr)) : url;
    size_t len = 0;

    while (len < host.len && host.ptr[len] != '/' && host.ptr[len] != ':')
        len++;
    *ret_more = span_from(host, len);
    return (struct span){host.ptr, len};
}

enum list_line line_domains(struct line *l)
{
    struct span word, more, host, line = *l->rest;
    enum list_line result;

    if (l->reader->inside || !line_word(l->rest, &word) || is_comment(word))
        return LIST_END;
    if (line_word(l->rest, &more) && !is_comment(more))
        return line_fault(l, line, "more than one name");
    /* Blocklists of names hold addresses, too: UT1 puts both into one file. */
    if (line_address(word))
        return LIST_SKIPPED;
    host = host_of(word, &more);
    line_wild(&host);
    if (line_address(host))
        return LIST_SKIPPED;
    result = line_name(l, host, LIST_SUFFIX);
    if (result == LIST_ENTRY && more.len && !span_is(more, "/"))
        return LIST_SKIPPED;
    return result;
}
