/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/http.h"

#include <string.h>
#include <strings.h>

#include "base/reader.h"

static const char *const methods[] = {
    "GET",      "HEAD",      "POST",   "PUT",  "DELETE", "CONNECT", "OPTIONS",
    "TRACE",    "PATCH",     "PRI",    "COPY", "LOCK",   "MKCOL",   "MOVE",
    "PROPFIND", "PROPPATCH", "REPORT", "BIND", "UNLOCK", "SEARCH",  "MKCALENDAR",
};

/* Whom the head names so far. Every place that says it must say the same. */
struct authority {
    bool said;
    struct hostname host;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct span trim(struct span s)
{
    for (; s.len && is_blank(s.ptr[0]); s.len--)
        s.ptr++;
    for (; s.len && is_blank(s.ptr[s.len - 1]); s.len--)
        ;
    return s;
}

static struct span drop(struct span s, size_t n)
{
    return (struct span){s.ptr + n, s.len - n};
}

/* What stands before the first of the characters in `stop`; *s keeps the rest from there on. */
static struct span cut(struct span *s, const char *stop)
{
    struct span head = {s->ptr, 0};

    while (head.len < s->len && (!s->ptr[head.len] || !strchr(stop, s->ptr[head.len])))
        head.len++;
    *s = drop(*s, head.len);
    return head;
}

/* Blanks apart, servers disagree on what a control character separates. */
static bool has_control(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((uint8_t)s.ptr[i] <= ' ' || s.ptr[i] == 0x7f)
            return true;
    return false;
}

static bool equals(struct span s, const char *text)
{
    return s.len == strlen(text) && !strncasecmp(s.ptr, text, s.len);
}

/*
 * The next line without its end, LF or CRLF (RFC 9112 section 2.2). Any other CR in it is a line
 * end to some servers and a blank to others: BAD.
 */
static enum parse next_line(struct reader *r, struct span *ret)
{
    const uint8_t *lf = rd_left(r) ? memchr(r->pos, '\n', rd_left(r)) : NULL;

    if (!lf)
        return PARSE_MORE;
    struct bytes line = rd_bytes(r, (size_t)(lf - r->pos) + 1);
    line.len--;
    if (line.len && line.ptr[line.len - 1] == '\r')
        line.len--;
    if (line.len && memchr(line.ptr, '\r', line.len))
        return PARSE_BAD;
    *ret = (struct span){(const char *)line.ptr, line.len};
    return PARSE_OK;
}

/* "host:port" without the port. False for a port that is none. */
static bool strip_port(struct span *s)
{
    struct span rest = *s;

    if (s->len && s->ptr[0] == '[') { /* an IPv6 address (RFC 3986 section 3.2.2) */
        struct span inner = cut(&rest, "]");

        if (!rest.len)
            return false;
        s->len = inner.len + 1;
        rest = drop(rest, 1);
    } else {
        s->len = cut(&rest, ":").len;
    }
    if (rest.len == 0)
        return true;
    for (size_t i = 1; i < rest.len; i++)
        if (rest.ptr[i] < '0' || rest.ptr[i] > '9')
            return false;
    return rest.ptr[0] == ':';
}

/* An address or nothing at all is no name. False: neither this nor a name. */
static bool read_host(struct span s, struct hostname *ret)
{
    *ret = (struct hostname){0};
    if (s.len && s.ptr[0] != '[' && hostname_is_address(s)) /* "::1" without brackets */
        return true;
    if (!strip_port(&s))
        return false;
    if (s.len == 0 || hostname_is_address(s))
        return true;
    if (!hostname_set(ret, s))
        return false;
    if (hostname_is_address(hostname_span(ret))) /* "10.0.0.1." */
        *ret = (struct hostname){0};
    return true;
}

/* One more place says whom the request is for. */
static enum parse say(struct authority *a, struct span text)
{
    struct hostname host;

    if (!read_host(text, &host))
        return PARSE_BAD;
    if (a->said && (host.len != a->host.len || memcmp(host.text, a->host.text, host.len) != 0))
        return PARSE_BAD;
    a->said = true;
    a->host = host;
    return PARSE_OK;
}

static bool is_scheme(struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        char lower = (char)(s.ptr[i] | 0x20);
        bool letter = lower >= 'a' && lower <= 'z';

        if (!letter && (i == 0 || !strchr("0123456789+-.", s.ptr[i]) || !s.ptr[i]))
            return false;
    }
    return s.len > 0;
}

/* The four forms of RFC 9112 section 3.2. */
static enum parse read_target(struct authority *a, struct span method, struct span target)
{
    struct span rest = target;

    if (equals(method, "CONNECT"))
        return say(a, target);
    if (target.ptr[0] == '/' || equals(target, "*"))
        return PARSE_OK;
    if (!is_scheme(cut(&rest, ":")) || rest.len < 3 || memcmp(rest.ptr, "://", 3) != 0)
        return PARSE_BAD;
    rest = drop(rest, 3);
    struct span where = cut(&rest, "/?#\\"); /* some take a backslash for a slash */
    const char *user = memrchr(where.ptr, '@', where.len);
    return say(a, user ? drop(where, (size_t)(user - where.ptr) + 1) : where);
}

/* HTTP/0.9 has no version and no head: its answer comes before we could have read a name. */
static bool is_version(struct span s)
{
    return s.len == 8 && equals((struct span){s.ptr, 5}, "HTTP/") && s.ptr[5] >= '1' &&
           s.ptr[5] <= '9' && s.ptr[6] == '.' && s.ptr[7] >= '0' && s.ptr[7] <= '9';
}

/* Three words with any blanks between them, as lenient servers read it. */
static enum parse read_request_line(struct authority *a, struct span line)
{
    struct span method = cut(&line, " \t");
    struct span rest = trim(line);
    struct span target = cut(&rest, " \t");

    if (target.len == 0 || has_control(target) || !is_version(trim(rest)))
        return PARSE_BAD;
    return read_target(a, method, target);
}

/* A folded line (RFC 9112 section 5.2) is a value's second part to some, a field to others. */
static enum parse read_field(struct authority *a, struct span line)
{
    struct span name = cut(&line, ":");

    if (!line.len || !name.len || is_blank(name.ptr[0]))
        return PARSE_BAD;
    name = trim(name);
    if (has_control(name))
        return PARSE_BAD;
    if (!equals(name, "host"))
        return PARSE_OK;
    return say(a, trim(drop(line, 1)));
}

/* What the bytes begin with: one of the methods and a blank, the first part of that, or neither. */
static enum parse match_method(struct bytes b)
{
    for (size_t i = 0; i < ARRAY_SIZE(methods); i++) {
        size_t len = strlen(methods[i]);

        /* Method names have a case; some servers do not care. */
        if (strncasecmp(methods[i], (const char *)b.ptr, b.len < len ? b.len : len) != 0)
            continue;
        if (b.len <= len)
            return PARSE_MORE;
        if (is_blank((char)b.ptr[len]))
            return PARSE_OK;
    }
    return PARSE_NOT_MINE;
}

/* Empty lines may precede a request (RFC 9112 section 2.2). */
static enum parse skip_empty_lines(struct reader *r)
{
    while (rd_left(r)) {
        struct reader after = *r;
        uint8_t c = rd_u8(&after);

        if (c == '\r' && rd_left(&after) == 0)
            return PARSE_MORE;
        if (c == '\r')
            c = rd_u8(&after);
        if (c != '\n')
            return match_method((struct bytes){r->pos, rd_left(r)});
        *r = after;
    }
    return PARSE_MORE;
}

static enum parse read_head(struct reader *r, struct authority *a)
{
    enum parse result = skip_empty_lines(r);
    struct span line = {NULL, 0};

    if (result == PARSE_OK)
        result = next_line(r, &line);
    if (result == PARSE_OK)
        result = read_request_line(a, line);
    while (result == PARSE_OK) {
        result = next_line(r, &line);
        if (result != PARSE_OK || line.len == 0)
            break;
        result = read_field(a, line);
    }
    return result;
}

enum parse http_read_request(struct http_request *ret, struct bytes stream)
{
    size_t limit = stream.len < HTTP_HEAD_MAX ? stream.len : HTTP_HEAD_MAX;
    struct reader r = rd_init(stream.ptr, limit);
    struct authority a = {.said = false};
    enum parse result = read_head(&r, &a);

    if (result == PARSE_MORE && limit == HTTP_HEAD_MAX)
        return PARSE_BAD;
    if (result == PARSE_OK)
        *ret = (struct http_request){.host = a.host, .used = limit - rd_left(&r)};
    return result;
}
