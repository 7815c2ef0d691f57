/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lists/read.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lists/intake.h"
#include "lists/line_parts.h"

#define NOTE_LINES   200 /* the first ones; what a list says of itself stands there */
#define FAULTS_SMALL 100
#define QUOTE_MAX    80
#define NS_PER_S     INT64_C(1000000000)

static_assert(LIST_LINE_MAX == INTAKE_LINE_MAX, "one limit");
static_assert(LIST_FAULT_TEXT == INTAKE_WHY, "one size of text");

struct reading {
    struct intake *in;
    struct list_reader reader;
    list_take *take;
    void *arg;
    struct list_report *report;
    char *why;
};

/* Others wrote it, and it is shown on terminals. */
static void printable(struct span text, char *out, size_t size)
{
    size_t len = text.len < size - 1 ? text.len : size - 1;

    for (size_t i = 0; i < len; i++)
        out[i] = isascii(text.ptr[i]) && isprint(text.ptr[i]) ? text.ptr[i] : '?';
    out[len] = '\0';
}

static void add_fault(struct list_report *report, const char *text)
{
    struct list_fault *f;

    if (report->faults++ >= LIST_FAULTS)
        return;
    f = &report->fault[report->faults - 1];
    f->line = report->lines;
    snprintf(f->text, sizeof(f->text), "%s", text);
}

static void add_quoted_fault(struct list_report *report, struct span bad, const char *why)
{
    char quote[QUOTE_MAX], text[LIST_FAULT_TEXT];

    printable(bad, quote, sizeof(quote));
    snprintf(text, sizeof(text), "'%s' is %s", quote, why);
    add_fault(report, text);
}

static bool speaks_of_source(const char *text)
{
    static const char *const words[] = {"licence", "license",  "copyright",  "source",
                                        "title",   "homepage", "attribution"};

    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        if (strcasestr(text, words[i]))
            return true;
    return false;
}

static void keep_note(struct list_report *report, struct span line)
{
    size_t marks = 0;
    char *note;

    if (report->note_count == LIST_NOTE_MAX || report->lines > NOTE_LINES)
        return;
    while (marks < line.len && is_one_of(line.ptr[marks], "#!; \t"))
        marks++;
    /* A comment has a mark in front of it. */
    if (marks == 0 || !(memchr(line.ptr, '#', marks) || memchr(line.ptr, '!', marks) ||
                        memchr(line.ptr, ';', marks)))
        return;
    note = report->notes[report->note_count];
    while (line.len > marks && is_one_of(line.ptr[line.len - 1], " \t\r"))
        line.len--;
    printable((struct span){line.ptr + marks, line.len - marks}, note, LIST_FAULT_TEXT);
    report->note_count += speaks_of_source(note);
}

static bool read_line(struct reading *r, struct span line)
{
    struct list_entry entry;
    const char *why;

    keep_note(r->report, line);
    for (;;) {
        switch (list_next(&r->reader, &line, &entry, &why)) {
        case LIST_ENTRY:
            r->report->names++;
            if (!r->take(r->arg, &entry)) {
                snprintf(r->why, LIST_FAULT_TEXT, "was not read to its end");
                return false;
            }
            continue;
        case LIST_SKIPPED:
            r->report->skipped++;
            return true;
        case LIST_FAULT:
            add_quoted_fault(r->report, line, why);
            return true;
        case LIST_END:
            return true;
        }
    }
}

static bool read_lines(struct reading *r)
{
    struct span line;

    for (;;) {
        enum intake_line next = intake_next(r->in, &line, r->why);

        if (next == INTAKE_END)
            return true;
        if (next == INTAKE_FAILED)
            return false;
        if (++r->report->lines > LIST_LINES_MAX) {
            snprintf(r->why, LIST_FAULT_TEXT, "has more than %" PRIu64 " lines", LIST_LINES_MAX);
            return false;
        }
        if (next == INTAKE_LONG)
            add_fault(r->report, "the line is longer than 4096 bytes");
        else if (!read_line(r, line))
            return false;
    }
}

static bool is_list(const struct list_report *report, char why[static LIST_FAULT_TEXT])
{
    if (report->faults > FAULTS_SMALL && report->faults > report->lines / 10) {
        snprintf(why, LIST_FAULT_TEXT,
                 "is no list of format %s: %" PRIu64 " of %" PRIu64
                 " lines are at fault, line %" PRIu64 " first: %.60s",
                 list_format_name(report->format), report->faults, report->lines,
                 report->fault[0].line, report->fault[0].text);
        return false;
    }
    if (report->names == 0) {
        snprintf(why, LIST_FAULT_TEXT, "has no names in format %s",
                 list_format_name(report->format));
        return false;
    }
    return true;
}

static bool read_all(struct reading *r, enum list_format format)
{
    struct span ahead = intake_ahead(r->in);

    r->report->format = format == LIST_AUTO ? list_sniff(ahead) : format;
    r->reader.format = r->report->format;
    if (ahead.len == 0) {
        struct span none;

        /* Empty, or damaged from the start. */
        if (intake_next(r->in, &none, r->why) != INTAKE_FAILED)
            snprintf(r->why, LIST_FAULT_TEXT, "has no names: it is empty");
        return false;
    }
    if (r->report->format == LIST_AUTO) {
        snprintf(r->why, LIST_FAULT_TEXT, "has no names in any known format");
        return false;
    }
    return read_lines(r) && is_list(r->report, r->why);
}

static bool is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The file of a UT1 folder; the path itself otherwise. */
static bool find_file(const char *path, char out[static PATH_MAX], char why[static LIST_FAULT_TEXT])
{
    static const char *const names[] = {"", "/domains", "/domains.gz"};
    bool folder = is_folder(path);

    for (size_t i = folder ? 1 : 0; i < (folder ? ARRAY_SIZE(names) : 1); i++)
        if (snprintf(out, PATH_MAX, "%s%s", path, names[i]) < PATH_MAX && access(out, F_OK) == 0)
            return true;
    if (folder)
        snprintf(why, LIST_FAULT_TEXT, "has no file 'domains' or 'domains.gz'");
    else
        snprintf(why, LIST_FAULT_TEXT, "cannot be opened: %s", strerror(errno));
    return false;
}

/* A time that does not fit, as before 1970 or after 2262, is as good as the nearest that does. */
static int64_t nanoseconds(struct timespec t)
{
    if (t.tv_sec < 0)
        return 0;
    if (t.tv_sec >= INT64_MAX / NS_PER_S)
        return INT64_MAX;
    return (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

bool list_stamp(const char *path, struct list_stamp *ret, char why[static LIST_FAULT_TEXT])
{
    char file[PATH_MAX];
    struct stat st;

    if (!find_file(path, file, why))
        return false;
    if (stat(file, &st) != 0) {
        snprintf(why, LIST_FAULT_TEXT, "cannot be opened: %s", strerror(errno));
        return false;
    }
    *ret = (struct list_stamp){
        .size = (uint64_t)st.st_size,
        .mtime = nanoseconds(st.st_mtim),
    };
    return true;
}

static void note_unread(const char *folder, struct list_report *report)
{
    static const char *const names[] = {"urls", "expressions"};
    char path[PATH_MAX];

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        if (snprintf(path, sizeof(path), "%s/%s", folder, names[i]) >= PATH_MAX ||
            access(path, F_OK) != 0)
            continue;
        snprintf(report->notes[report->note_count++], LIST_FAULT_TEXT,
                 "its file '%s' is not read: it is not about whole names", names[i]);
    }
}

bool list_read(const char *path, enum list_format format, list_take *take, void *arg,
               struct list_report *ret, char why[static LIST_FAULT_TEXT])
{
    struct reading r = {.take = take, .arg = arg, .report = ret, .why = why};
    char file[PATH_MAX];
    bool ok;

    *ret = (struct list_report){.format = format};
    if (!find_file(path, file, why))
        return false;
    if (is_folder(path)) {
        format = LIST_DOMAINS;
        note_unread(path, ret);
    }
    r.in = intake_open(file, LIST_BYTES_MAX, why);
    ok = r.in && read_all(&r, format);
    intake_close(r.in);
    return ok;
}
