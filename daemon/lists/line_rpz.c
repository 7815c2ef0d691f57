/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Response policy zones (draft-vixie-dnsop-dns-rpz-00 section 4) as master files (RFC 1035 5). */
#include <string.h>
#include <strings.h>

#include "lists/line_parts.h"

#define OPEN_LINES 64 /* of one record in parentheses */

enum kind { KIND_CNAME, KIND_ADDRESS, KIND_SOA, KIND_OTHER };

static const struct {
    const char *name;
    enum kind kind;
} types[] = {
    {"CNAME", KIND_CNAME},      {"A", KIND_ADDRESS},    {"AAAA", KIND_ADDRESS},
    {"SOA", KIND_SOA},          {"NS", KIND_OTHER},     {"TXT", KIND_OTHER},
    {"MX", KIND_OTHER},         {"SRV", KIND_OTHER},    {"PTR", KIND_OTHER},
    {"DNAME", KIND_OTHER},      {"HTTPS", KIND_OTHER},  {"SVCB", KIND_OTHER},
    {"CAA", KIND_OTHER},        {"NAPTR", KIND_OTHER},  {"TLSA", KIND_OTHER},
    {"RRSIG", KIND_OTHER},      {"DNSKEY", KIND_OTHER}, {"NSEC", KIND_OTHER},
    {"NSEC3", KIND_OTHER},      {"DS", KIND_OTHER},     {"HINFO", KIND_OTHER},
    {"NSEC3PARAM", KIND_OTHER},
};

/* What a CNAME to these asks for; to any other name: local data, of which we know no more. */
static const struct {
    const char *target;
    enum list_line result;
    enum list_says says;
} actions[] = {
    {".", LIST_ENTRY, LIST_EXACT},
    {"*.", LIST_ENTRY, LIST_EXACT},
    {"rpz-drop.", LIST_ENTRY, LIST_EXACT},
    {"rpz-passthru.", LIST_ENTRY, LIST_ALLOW},
    {"rpz-tcp-only.", LIST_SKIPPED, LIST_EXACT},
};

/* The end of `name` after its last dot. */
static struct span last_label(struct span name)
{
    const char *dot = name.len ? memrchr(name.ptr, '.', name.len) : NULL;

    return dot ? span_from(name, (size_t)(dot + 1 - name.ptr)) : name;
}

/* Cuts the comment off; returns how many parentheses open more than close. */
static int scan(struct span *text)
{
    bool quoted = false;
    int depth = 0;

    for (size_t i = 0; i < text->len; i++) {
        char c = text->ptr[i];

        if (c == '"')
            quoted = !quoted;
        if (quoted)
            continue;
        if (c == ';') {
            text->len = i;
            break;
        }
        depth += (c == '(') - (c == ')');
    }
    return depth;
}

/* A parenthesis is as good as a blank once it is counted. */
static bool is_gap(char c)
{
    return is_blank(c) || c == '(' || c == ')';
}

static bool field(struct span *rest, struct span *ret)
{
    size_t from = 0, to;

    while (from < rest->len && is_gap(rest->ptr[from]))
        from++;
    for (to = from; to < rest->len && !is_gap(rest->ptr[to]); to++)
        ;
    *ret = (struct span){rest->ptr + from, to - from};
    *rest = span_from(*rest, to);
    return to > from;
}

/* "3600" or "1h30m", and a class: both may be missing, in any order. */
static bool is_ttl_or_class(struct span word)
{
    if (span_is(word, "IN") || span_is(word, "CH") || span_is(word, "HS"))
        return true;
    for (size_t i = 0; i < word.len; i++)
        if (!is_one_of(word.ptr[i], "0123456789smhdwSMHDW"))
            return false;
    return word.ptr[0] >= '0' && word.ptr[0] <= '9';
}

/* The whole name of what stands in the file; the empty one is the root. */
static bool complete(const struct list_reader *r, struct span name, struct hostname *ret)
{
    char text[2 * HOSTNAME_MAX + 2];
    size_t len = name.len;

    *ret = (struct hostname){0};
    if (span_is(name, "."))
        return true;
    if (span_is(name, "@")) {
        *ret = r->origin;
        return true;
    }
    if (len == 0 || len > HOSTNAME_MAX + 1)
        return false;
    memcpy(text, name.ptr, len);
    if (text[len - 1] != '.' && r->origin.len) {
        text[len++] = '.';
        memcpy(text + len, r->origin.text, r->origin.len);
        len += r->origin.len;
    }
    return hostname_set(ret, (struct span){text, len});
}

static void set_owner(struct list_reader *r, struct span word)
{
    r->owner_wild = span_is(word, "*") || span_begins(word, "*.");
    if (r->owner_wild)
        word = word.len == 1 ? (struct span){"@", 1} : span_from(word, 2);
    /* "*." is below the root. */
    if (word.len == 0)
        word = (struct span){".", 1};
    r->owner_bad = !complete(r, word, &r->owner);
    r->owner_known = true;
}

static enum list_line directive(struct line *l, struct span line)
{
    struct list_reader *r = l->reader;
    struct span rest = line, word, value;

    field(&rest, &word);
    if (span_is(word, "$TTL"))
        return LIST_SKIPPED;
    if (!span_is(word, "$ORIGIN"))
        return line_fault(l, word, "not followed here");
    struct hostname origin;

    if (!field(&rest, &value) || !complete(r, value, &origin))
        return line_fault(l, line, "no $ORIGIN with a name");
    r->origin = origin;
    if (!r->zone_known && !r->zone.len)
        r->zone = origin;
    return LIST_SKIPPED;
}

/* The owner without the zone. False: it is not in the zone. */
static bool relative(const struct list_reader *r, struct span *ret)
{
    struct span owner = hostname_span(&r->owner);
    size_t head = owner.len - r->zone.len;

    *ret = owner;
    if (r->zone.len == 0)
        return true;
    if (owner.len < r->zone.len || memcmp(owner.ptr + head, r->zone.text, r->zone.len) != 0 ||
        (head && owner.ptr[head - 1] != '.'))
        return false;
    *ret = (struct span){owner.ptr, head ? head - 1 : 0};
    return true;
}

/* Conditions on addresses and name servers: a name alone does not tell. */
static bool is_trigger(struct span name)
{
    static const char *const triggers[] = {"rpz-ip", "rpz-client-ip", "rpz-nsip", "rpz-nsdname"};
    struct span last = last_label(name);

    for (size_t i = 0; i < ARRAY_SIZE(triggers); i++)
        if (span_is(last, triggers[i]))
            return true;
    return false;
}

/* A name that is answered by itself is left alone: how passthru was written at first. */
static bool is_itself(struct span target, struct span name)
{
    if (target.len && target.ptr[target.len - 1] == '.')
        target.len--;
    return target.len == name.len && strncasecmp(target.ptr, name.ptr, name.len) == 0;
}

static enum list_line action(struct span target, struct span name, enum list_says *ret)
{
    for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
        if (!span_is(target, actions[i].target))
            continue;
        *ret = actions[i].says;
        return actions[i].result;
    }
    *ret = LIST_ALLOW;
    return is_itself(target, name) ? LIST_ENTRY : LIST_SKIPPED;
}

static enum list_line policy(struct line *l, enum kind kind, struct span data)
{
    const struct list_reader *r = l->reader;
    struct span owner = hostname_span(&r->owner), name;
    enum list_says says = LIST_EXACT;
    enum list_line result;

    if (!relative(r, &name))
        return line_fault(l, owner, "outside of the zone");
    if (is_trigger(name))
        return LIST_SKIPPED;
    if (kind == KIND_ADDRESS)
        result = line_address(data) ? LIST_ENTRY : line_fault(l, data, "no address");
    else
        result = action(data, name, &says);
    if (result != LIST_ENTRY)
        return result;
    if (name.len == 0)
        return r->owner_wild ? line_fault(l, data, "said of every name there is") : LIST_SKIPPED;
    if (says == LIST_EXACT && r->owner_wild)
        says = LIST_SUFFIX;
    return line_name(l, name, says);
}

static bool find_type(struct span word, enum kind *ret)
{
    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        if (!span_is(word, types[i].name))
            continue;
        *ret = types[i].kind;
        return true;
    }
    *ret = KIND_OTHER;
    return word.len > 4 && strncasecmp(word.ptr, "TYPE", 4) == 0 &&
           is_ttl_or_class(span_from(word, 4)); /* RFC 3597 5 */
}

static enum list_line record(struct line *l, struct span line)
{
    struct list_reader *r = l->reader;
    struct span rest = line, word, data;
    enum kind kind;

    if (!is_gap(line.ptr[0])) {
        field(&rest, &word);
        set_owner(r, word);
    }
    while (field(&rest, &word) && is_ttl_or_class(word))
        ;
    if (!word.len || !find_type(word, &kind))
        return line_fault(l, line, "no record of a known type");
    if (!r->owner_known || r->owner_bad)
        return line_fault(l, line, "a record without a host name");
    if (kind == KIND_SOA) {
        r->zone = r->owner;
        r->zone_known = true;
    }
    if (kind == KIND_SOA || kind == KIND_OTHER)
        return LIST_SKIPPED;
    if (!field(&rest, &data))
        return line_fault(l, line, "a record without data");
    return policy(l, kind, data);
}

/* A record that began on a line before this one. */
static enum list_line go_on(struct line *l, int depth)
{
    struct list_reader *r = l->reader;

    if (++r->open_lines > OPEN_LINES) {
        r->open = 0;
        return line_fault(l, *l->rest, "behind a '(' that is never closed");
    }
    r->open = depth < 0 && (unsigned)-depth >= r->open ? 0 : (unsigned)((int)r->open + depth);
    return LIST_END;
}

enum list_line line_rpz(struct line *l)
{
    struct list_reader *r = l->reader;
    struct span line = *l->rest, rest, word;
    int depth;

    if (r->inside)
        return LIST_END;
    depth = scan(&line);
    if (r->open)
        return go_on(l, depth);
    rest = line;
    if (!field(&rest, &word))
        return LIST_END;
    if (depth > 0) {
        r->open = (unsigned)depth;
        r->open_lines = 0;
    }
    return line.ptr[0] == '$' ? directive(l, line) : record(l, line);
}
