/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lists/local.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/parse.h"
#include "base/wall.h"
#include "lists/intake.h"
#include "lists/line_parts.h"
#include "lists/whole.h"

#define FILE_NAME "names"
#define BYTES_MAX (UINT64_C(16) << 20)
#define TEXT_MAX  (HOSTNAME_MAX + SERVICE_ID_MAX + LOCAL_WHO + 64) /* of a line */
#define TIME_TEXT 32
#define WORDS     4 /* before WHO */

/* "2026-11-20T10:15:00Z" */
static bool parse_time(const char *text, int64_t *ret)
{
    char day[] = "0000-00-00", clock[] = "00:00", second[] = "00";
    struct tm tm = {0};
    struct date date;
    int64_t seconds;
    int minute;

    if (strlen(text) != strlen("2026-11-20T10:15:00Z") || text[10] != 'T' || text[16] != ':' ||
        text[19] != 'Z')
        return false;
    memcpy(day, text, strlen(day));
    memcpy(clock, text + 11, strlen(clock));
    memcpy(second, text + 17, strlen(second));
    if (!date_parse(day, &date) || !parse_clock(clock, &minute) || minute == MINUTES_PER_DAY ||
        !parse_int(second, 0, 59, &seconds))
        return false;
    tm.tm_year = date.year - 1900;
    tm.tm_mon = date.month - 1;
    tm.tm_mday = date.day;
    tm.tm_min = minute;
    tm.tm_sec = (int)seconds;
    *ret = timegm(&tm);
    return true;
}

static void print_time(int64_t at, char out[static TIME_TEXT])
{
    time_t t = (time_t)at;
    struct tm tm = {0};

    gmtime_r(&t, &tm);
    if (strftime(out, TIME_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm) != strlen("2026-11-20T10:15:00Z"))
        snprintf(out, TIME_TEXT, "1970-01-01T00:00:00Z");
}

/* NULL, or why it is none. */
static const char *parse_name(const char *text, struct hostname *ret)
{
    struct span name = {text, strlen(text)};

    if (hostname_is_address(name))
        return "an address, not a name";
    if (!hostname_set(ret, name))
        return "no host name";
    return strchr(ret->text, '.') ? NULL : "a whole top-level domain";
}

/* Cuts the line into words, in place; who may hold blanks. */
static size_t cut(char *line, char *words[static WORDS + 1])
{
    size_t count = 0;

    for (;;) {
        line += strspn(line, " \t");
        if (!*line || count == WORDS + 1)
            return count;
        words[count++] = line;
        if (count == WORDS + 1)
            return count;
        line += strcspn(line, " \t");
        if (*line)
            *line++ = '\0';
    }
}

/* *ret_word: the part at fault; empty: all of it. NULL: the line is well. */
static const char *parse_line(char *line, struct local_name *ret, const char **ret_word)
{
    char *words[WORDS + 1] = {NULL};
    size_t count = cut(line, words);
    const char *why;

    *ret_word = "";
    if (count != 3 && count != WORDS + 1)
        return "the line has too few words";
    *ret_word = words[0];
    ret->except = strcmp(words[0], "except") == 0;
    if (!ret->except && strcmp(words[0], "add") != 0)
        return "neither add nor except";
    *ret_word = words[1];
    why = parse_name(words[1], &ret->name);
    if (why)
        return why;
    *ret_word = words[2];
    if (!service_is_id(words[2]))
        return "no id of a service";
    memcpy(ret->service, words[2], strlen(words[2]) + 1);
    if (count == 3)
        return NULL;
    *ret_word = words[3];
    if (!parse_time(words[3], &ret->at))
        return "no time like 2026-11-20T10:15:00Z";
    *ret_word = words[4];
    if (strlen(words[4]) >= LOCAL_WHO)
        return "too long";
    memcpy(ret->who, words[4], strlen(words[4]) + 1);
    return NULL;
}

struct reading {
    const char *state;
    struct local_names *names;
    uint64_t *lines; /* of each name */
    uint64_t line;
    char *why;
};

__attribute__((format(printf, 2, 3))) static bool fault(const struct reading *r, const char *format,
                                                        ...)
{
    int len = snprintf(r->why, LOCAL_WHY, "%.60s/" FILE_NAME ":%" PRIu64 ": ", r->state, r->line);
    va_list args;

    va_start(args, format);
    vsnprintf(r->why + len, LOCAL_WHY - (size_t)len, format, args);
    va_end(args);
    return false;
}

static bool grow(struct local_names *l)
{
    size_t room = l->room ? 2 * l->room : 64;
    struct local_name *items;

    if (l->count < l->room)
        return true;
    items = realloc(l->items, room * sizeof(*items));
    if (!items)
        return false;
    l->items = items;
    l->room = room;
    return true;
}

/* It is shown on terminals. */
static bool is_text(struct span line)
{
    for (size_t i = 0; i < line.len; i++)
        if (((unsigned char)line.ptr[i] < ' ' && line.ptr[i] != '\t') || line.ptr[i] == 0x7f)
            return false;
    return true;
}

static bool read_line(struct reading *r, struct span line)
{
    static const char expected[] = "expected add|except NAME SERVICE [TIME WHO]";
    struct local_name item = {0};
    char text[TEXT_MAX];
    const char *why, *word;

    while (line.len && is_one_of(line.ptr[line.len - 1], " \t\r"))
        line.len--;
    if (line.len == 0 || line.ptr[0] == '#')
        return true;
    if (line.len >= sizeof(text) || !is_text(line))
        return fault(r, "the line is too long or no text, %s", expected);
    memcpy(text, line.ptr, line.len);
    text[line.len] = '\0';
    why = parse_line(text, &item, &word);
    if (why && *word)
        return fault(r, "'%.40s' is %s, %s", word, why, expected);
    if (why)
        return fault(r, "%s, %s", why, expected);
    if (r->names->count == LOCAL_MAX)
        return fault(r, "there are too many lines, expected at most %d", LOCAL_MAX);
    if (!grow(r->names))
        return fault(r, "there is no memory left");
    r->lines[r->names->count] = r->line;
    r->names->items[r->names->count++] = item;
    return true;
}

static bool is_same(const struct local_name *a, const struct hostname *name, const char *service)
{
    return a->name.len == name->len && memcmp(a->name.text, name->text, name->len) == 0 &&
           strcmp(a->service, service) == 0;
}

static int by_name(const void *a, const void *b)
{
    const struct local_name *x = *(struct local_name *const *)a,
                            *y = *(struct local_name *const *)b;
    int order = strcmp(x->name.text, y->name.text);

    order = order ? order : strcmp(x->service, y->service);
    /* And by place in the file. */
    return order ? order : (x > y) - (x < y);
}

/* Two lines of one name and service contradict each other, or say nothing. */
static bool check_once(struct reading *r)
{
    const struct local_names *l = r->names;
    struct local_name **sorted = malloc((l->count + 1) * sizeof(struct local_name *));
    bool ok = true;

    if (!sorted)
        return fault(r, "there is no memory left");
    for (size_t i = 0; i < l->count; i++)
        sorted[i] = &l->items[i];
    qsort(sorted, l->count, sizeof(struct local_name *), by_name);
    for (size_t i = 1; i < l->count && ok; i++) {
        if (!is_same(sorted[i - 1], &sorted[i]->name, sorted[i]->service))
            continue;
        r->line = r->lines[sorted[i] - l->items];
        ok = fault(r, "'%.40s' and its service are in line %" PRIu64 " already, expected once",
                   sorted[i]->name.text, r->lines[sorted[i - 1] - l->items]);
    }
    free(sorted);
    return ok;
}

static bool read_lines(struct reading *r, struct intake *in)
{
    char text[INTAKE_WHY];
    struct span line;

    for (;;) {
        enum intake_line next = intake_next(in, &line, text);

        r->line++;
        if (next == INTAKE_END)
            return check_once(r);
        if (next == INTAKE_FAILED)
            return fault(r, "the file %s", text);
        if (next == INTAKE_LONG)
            return fault(r, "the line is too long or no text");
        if (!read_line(r, line))
            return false;
    }
}

static bool read_file(struct reading *r, int fd)
{
    char text[INTAKE_WHY];
    struct intake *in = intake_from(fd, BYTES_MAX, text);
    bool ok;

    if (!in) {
        snprintf(r->why, LOCAL_WHY, "%.60s/" FILE_NAME " %.80s", r->state, text);
        return false;
    }
    r->lines = malloc(LOCAL_MAX * sizeof(*r->lines));
    ok = r->lines ? read_lines(r, in) : fault(r, "there is no memory left");
    free(r->lines);
    intake_close(in);
    return ok;
}

bool local_read(const char *state, struct local_names *ret, char why[static LOCAL_WHY])
{
    struct reading r = {.state = state, .names = ret, .why = why};
    char path[PATH_MAX];
    int fd;

    *ret = (struct local_names){0};
    *why = '\0';
    if (snprintf(path, sizeof(path), "%s/" FILE_NAME, state) >= (int)sizeof(path))
        errno = ENAMETOOLONG;
    else if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) >= 0) {
        if (read_file(&r, fd))
            return true;
        local_done(ret);
        return false;
    }
    if (errno == ENOENT)
        return true;
    snprintf(why, LOCAL_WHY, "%.60s/" FILE_NAME " cannot be opened: %s", state, strerror(errno));
    return false;
}

/* Who comes from outside, and has a line of ours to break. */
static void print_who(const char *who, char out[static LOCAL_WHO])
{
    size_t len = 0;

    who += strspn(who, " ");
    for (; *who && len < LOCAL_WHO - 1; who++)
        out[len++] = (unsigned char)*who < ' ' || *who == 0x7f ? '?' : *who;
    while (len && out[len - 1] == ' ')
        len--;
    out[len] = '\0';
    if (!len)
        memcpy(out, "-", 2);
}

static size_t print_line(const struct local_name *item, char *out, size_t room)
{
    char time[TIME_TEXT], who[LOCAL_WHO];

    print_time(item->at, time);
    print_who(item->who, who);
    return (size_t)snprintf(out, room, "%s %s %s %s %s\n", item->except ? "except" : "add",
                            item->name.text, item->service, time, who);
}

static bool write_text(const char *state, struct span text)
{
    int folder = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC), saved;
    bool ok;

    if (folder < 0)
        return false;
    ok = whole_write(folder, FILE_NAME, text);
    saved = errno;
    close(folder);
    errno = saved;
    return ok;
}

bool local_write(const char *state, const struct local_names *l, char why[static LOCAL_WHY])
{
    char *text = malloc(l->count * TEXT_MAX + 1);
    size_t len = 0;
    bool ok;

    for (size_t i = 0; text && i < l->count; i++)
        len += print_line(&l->items[i], text + len, TEXT_MAX);
    ok = text && write_text(state, (struct span){text, len});
    if (!ok)
        snprintf(why, LOCAL_WHY, "%.60s/" FILE_NAME " cannot be written: %s", state,
                 strerror(text ? errno : ENOMEM));
    free(text);
    return ok;
}

void local_done(struct local_names *l)
{
    free(l->items);
    *l = (struct local_names){0};
}

struct local_name *local_find(const struct local_names *l, const struct hostname *name,
                              const char *service)
{
    for (size_t i = 0; i < l->count; i++)
        if (is_same(&l->items[i], name, service))
            return &l->items[i];
    return NULL;
}

bool local_put(struct local_names *l, const struct local_name *item)
{
    struct local_name *old = local_find(l, &item->name, item->service);

    if (!old && (l->count == LOCAL_MAX || !grow(l)))
        return false;
    if (!old)
        old = &l->items[l->count++];
    *old = *item;
    return true;
}

bool local_drop(struct local_names *l, const struct hostname *name, const char *service)
{
    struct local_name *item = local_find(l, name, service);
    size_t at = item ? (size_t)(item - l->items) : 0;

    if (!item)
        return false;
    l->count--;
    memmove(item, item + 1, (l->count - at) * sizeof(*item));
    return true;
}
