/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/span.h"
#include "config/scan.h"

#define PIECE_MAX (2 * INCLUDE_MAX + 2)

/* From line `first` of the whole on: that file, from `line` on. */
struct piece {
    unsigned first;
    const char *file;
    unsigned line;
};

/* The whole text while it is put together. */
struct gather {
    struct source *source;
    struct pool *pool;
    struct report *report;
    char *text; /* SOURCE_MAX + 1 */
    size_t len;
    unsigned lines;
    unsigned includes;
};

char *source_path(struct pool *pool, const char *file, const char *path)
{
    const char *slash = strrchr(file, '/');
    size_t folder = slash && *path != '/' ? (size_t)(slash + 1 - file) : 0;
    size_t size = folder + strlen(path) + 1;
    char *joined = pool_get(pool, size, 1);

    if (joined)
        snprintf(joined, size, "%.*s%s", (int)folder, file, path);
    return joined;
}

static struct place piece_place(const struct source *s, unsigned line)
{
    const struct piece *p = s->pieces;

    for (size_t i = 1; i < s->piece_count && s->pieces[i].first <= line; i++)
        p = &s->pieces[i];
    return (struct place){
        .file = p->file,
        .line = p->line + (line - p->first),
        .order = (uint64_t)s->rank << 32 | line,
    };
}

struct place source_place(const struct source *s, const config_setting_t *at)
{
    unsigned line = at ? config_setting_source_line(at) : 0;

    if (!s->piece_count)
        return (struct place){.file = s->path, .order = (uint64_t)s->rank << 32};
    return piece_place(s, line ? line : 1);
}

static struct place here(const struct gather *g, const char *file, unsigned line)
{
    return (struct place){
        .file = file,
        .line = line,
        .order = (uint64_t)g->source->rank << 32 | g->lines,
    };
}

static bool append(struct gather *g, const char *file, struct span text)
{
    if (text.len > SOURCE_MAX - g->len) {
        report_add(g->report, here(g, file, 0), NULL, "at most 4 MiB with all includes",
                   "the config is too large");
        return false;
    }
    memcpy(g->text + g->len, text.ptr, text.len);
    g->len += text.len;
    for (size_t i = 0; i < text.len; i++)
        g->lines += text.ptr[i] == '\n';
    return true;
}

static bool no_memory(const struct gather *g, const char *file)
{
    report_add(g->report, here(g, file, 0), NULL, "more free memory", "there is no memory left");
    return false;
}

static bool begin_piece(struct gather *g, const char *file, unsigned line)
{
    struct source *s = g->source;

    if (s->piece_count == PIECE_MAX)
        return false;
    s->pieces[s->piece_count++] = (struct piece){g->lines, file, line};
    return true;
}

/* Some editors begin UTF-8 with a byte order mark, which no grammar knows. */
static struct span without_mark(struct span text)
{
    static const char mark[] = "\xef\xbb\xbf";
    size_t len = sizeof(mark) - 1;

    if (text.len < len || memcmp(text.ptr, mark, len) != 0)
        return text;
    return (struct span){text.ptr + len, text.len - len};
}

/* A file that is all there: a pipe or device could block or never end. */
static bool read_all(struct gather *g, int fd, struct span *ret, const char **ret_why)
{
    struct stat st;
    size_t len = 0;
    ssize_t n = 0;
    char *text;

    *ret_why = "is not an ordinary file";
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return false;
    *ret_why = "is larger than 4 MiB";
    if (st.st_size > SOURCE_MAX)
        return false;
    *ret_why = "there is no memory left";
    text = pool_get(g->pool, (size_t)st.st_size + 1, 1);
    if (!text)
        return false;
    while (len < (size_t)st.st_size && (n = read(fd, text + len, (size_t)st.st_size - len)) > 0)
        len += (size_t)n;
    *ret_why = strerror(errno);
    if (n < 0)
        return false;
    *ret_why = "holds a zero byte";
    *ret = without_mark((struct span){text, len});
    return !memchr(text, '\0', len);
}

static bool read_file(struct gather *g, const char *file, struct span *ret, const char **ret_why)
{
    /* Not blocking: opening a pipe would wait for a writer. */
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool ok;

    *ret_why = strerror(errno);
    if (fd < 0)
        return false;
    ok = read_all(g, fd, ret, ret_why);
    close(fd);
    return ok;
}

static bool gather_text(struct gather *g, const char *file, struct span text, unsigned depth);

static bool gather_include(struct gather *g, const char *file, const struct scan_item *item,
                           unsigned depth)
{
    static const char key[] = "@include", limits[] = "at most 10 levels and 256 includes";
    char *path = pool_text(g->pool, item->text.ptr, item->text.len);
    struct span text;
    const char *why;

    path = path ? source_path(g->pool, file, path) : NULL;
    if (!path)
        return no_memory(g, file);
    if (depth == INCLUDE_DEPTH_MAX || g->includes++ == INCLUDE_MAX) {
        report_add(g->report, here(g, file, item->line), key, limits, "too many includes");
        return false;
    }
    if (!read_file(g, path, &text, &why)) {
        report_add(g->report, here(g, file, item->line), key, "a readable config file", "'%s': %s",
                   path, why);
        return false;
    }
    return gather_text(g, path, text, depth + 1) && begin_piece(g, file, item->line);
}

/* Reading goes on, so that the other faults show as well. */
static bool number_fault(struct gather *g, const char *file, const struct scan_item *item)
{
    report_add(g->report, here(g, file, item->line), NULL, "at most 9 digits",
               "number %.*s is too long", (int)(item->text.len < 100 ? item->text.len : 100),
               item->text.ptr);
    return true;
}

static bool open_fault(struct gather *g, const char *file, const struct scan_item *item)
{
    bool comment = item->kind == SCAN_OPEN_COMMENT;

    report_add(g->report, here(g, file, item->line), NULL, comment ? "*/" : "a closing quote",
               "the %s that begins here has no end", comment ? "comment" : "text");
    return false;
}

static bool gather_item(struct gather *g, const char *file, const struct scan_item *item,
                        unsigned depth)
{
    if (item->kind == SCAN_INCLUDE)
        return gather_include(g, file, item, depth);
    return item->kind == SCAN_LONG_NUMBER ? number_fault(g, file, item) : open_fault(g, file, item);
}

/* Copies up to each include, and puts the other file in its place. */
static bool gather_text(struct gather *g, const char *file, struct span text, unsigned depth)
{
    struct scan scan = scan_init(text);
    struct scan_item item;
    const char *from = text.ptr;

    if (!begin_piece(g, file, 1))
        return false;
    while (scan_next(&scan, &item)) {
        if (item.kind == SCAN_INCLUDE) {
            if (!append(g, file, (struct span){from, (size_t)(item.whole.ptr - from)}))
                return false;
            from = item.whole.ptr + item.whole.len;
        }
        if (!gather_item(g, file, &item, depth))
            return false;
    }
    if (!append(g, file, (struct span){from, (size_t)(text.ptr + text.len - from)}))
        return false;
    /* What follows an include begins a line of its own. */
    return depth == 0 || append(g, file, (struct span){"\n", 1});
}

static const char *remedy(const char *error)
{
    static const struct {
        const char *error, *expected;
    } known[] = {
        {"syntax error", "key = value; with text in \"quotes\", groups in { } and lists in ( )"},
        {"duplicate setting name", "each key once"},
        {"mismatched element type in array", "elements of one kind between [ and ]"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(known); i++)
        if (strcmp(error, known[i].error) == 0)
            return known[i].expected;
    return "a plainer file";
}

static bool parse(struct gather *g)
{
    struct source *s = g->source;

    if (config_read_string(&s->tree, g->text) == CONFIG_TRUE)
        return true;
    report_add(g->report, piece_place(s, (unsigned)config_error_line(&s->tree)), NULL,
               remedy(config_error_text(&s->tree)), "%s", config_error_text(&s->tree));
    return false;
}

bool source_open(struct source *s, const char *path, unsigned rank, struct pool *pool,
                 struct report *r)
{
    struct gather g = {.source = s, .pool = pool, .report = r, .lines = 1};
    struct span text;
    const char *why;

    *s = (struct source){.path = path, .rank = rank};
    config_init(&s->tree);
    s->pieces = pool_get(pool, PIECE_MAX, sizeof(*s->pieces));
    g.text = pool_get(pool, SOURCE_MAX + 1, 1);
    if (!s->pieces || !g.text)
        return no_memory(&g, path);
    if (!read_file(&g, path, &text, &why)) {
        report_add(r, here(&g, path, 0), NULL, "a readable config file", "%s", why);
        return false;
    }
    return gather_text(&g, path, text, 0) && parse(&g);
}

void source_close(struct source *s)
{
    config_destroy(&s->tree);
}
