/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/report.h"

#include <stdlib.h>

#include "config/utf8.h"

struct fault {
    uint64_t order;
    size_t turn; /* faults of one line stay in the order they were found */
    char *text;
};

static char *compose(struct place at, const char *key, const char *reason, const char *expected)
{
    char line[16] = "", *text = NULL;
    int len;

    if (at.line)
        snprintf(line, sizeof(line), "%u:", at.line);
    if (key)
        len = asprintf(&text, "%s:%s key '%s': %s, expected %s", at.file, line, key, reason,
                       expected);
    else
        len = asprintf(&text, "%s:%s %s, expected %s", at.file, line, reason, expected);
    return len < 0 ? NULL : text;
}

static struct fault *room(struct report *r)
{
    size_t more = r->room ? r->room * 2 : 16;
    struct fault *grown;

    if (r->count == REPORT_MAX)
        return NULL;
    if (r->count < r->room)
        return &r->faults[r->count];
    grown = reallocarray(r->faults, more, sizeof(*grown));
    if (!grown)
        return NULL;
    r->faults = grown;
    r->room = more;
    return &r->faults[r->count];
}

void report_addv(struct report *r, struct place at, const char *key, const char *expected,
                 const char *reason, va_list args)
{
    char why[REPORT_TEXT_MAX];
    struct fault *f = room(r);

    r->total++;
    if (!f)
        return;
    vsnprintf(why, sizeof(why), reason, args);
    *f = (struct fault){at.order, r->total, compose(at, key, why, expected)};
    if (!f->text)
        return;
    utf8_tame(f->text);
    r->count++;
}

void report_add(struct report *r, struct place at, const char *key, const char *expected,
                const char *reason, ...)
{
    va_list args;

    va_start(args, reason);
    report_addv(r, at, key, expected, reason, args);
    va_end(args);
}

bool report_any(const struct report *r)
{
    return r->total > 0;
}

static int by_place(const void *a, const void *b)
{
    const struct fault *x = a, *y = b;

    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return x->turn < y->turn ? -1 : x->turn > y->turn;
}

void report_print(struct report *r, FILE *out)
{
    if (r->count)
        qsort(r->faults, r->count, sizeof(*r->faults), by_place);
    for (size_t i = 0; i < r->count; i++)
        fprintf(out, "%s\n", r->faults[i].text);
    if (r->total > r->count)
        fprintf(out, "%zu more errors are not shown\n", r->total - r->count);
}

void report_done(struct report *r)
{
    for (size_t i = 0; i < r->count; i++)
        free(r->faults[i].text);
    free(r->faults);
    *r = (struct report){0};
}
