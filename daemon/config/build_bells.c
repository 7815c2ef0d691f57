/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Streams with their bells, and days off. */
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "config/build.h"

#define WEEK           (7 * MINUTES_PER_DAY)
#define OVER_NIGHT_MAX (12 * 60) /* a longer one is a slip of the pen */

static const char *const day_names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/* A bell on one day, in minutes of the week. */
struct stretch {
    int from, to;
    size_t bell;
};

void build_unique(const struct build *b, const struct list *list, size_t size, const char *path)
{
    const char *items = list->items;
    char where[WHERE_MAX];

    for (size_t i = 1; i < list->count; i++) {
        const char *name = items + i * size;
        size_t k = 0;

        while (k < i && strcmp(items + k * size, name) != 0)
            k++;
        if (k < i && *name)
            load_fault(b->load, load_at(list->at[i], "name"), path, "a name of its own",
                       "'%s' is already the name at %s", name,
                       load_where(b->load, load_at(list->at[k], "name"), where));
    }
}

/* False with a report. */
static bool make_bell(const struct build *b, const struct list *list, size_t i, struct bell *ret)
{
    const struct bell_entry *e = (const struct bell_entry *)list->items + i;
    int end = e->end > e->start ? e->end : e->end + MINUTES_PER_DAY;

    if (end > MINUTES_PER_DAY && end - e->start > OVER_NIGHT_MAX) {
        load_fault(b->load, load_at(list->at[i], "end"), "streams[].bells[].end",
                   "a later time, or one within 12 hours on the next day",
                   e->end == e->start ? "the period ends when it begins"
                                      : "the period ends before it begins");
        return false;
    }
    *ret = (struct bell){.days = e->days, .start = (int16_t)e->start, .end = (int16_t)end};
    if (*e->name)
        memcpy(ret->name, e->name, sizeof(ret->name));
    else
        snprintf(ret->name, sizeof(ret->name), "%zu", i + 1);
    return true;
}

static int by_start(const void *a, const void *b)
{
    const struct stretch *x = a, *y = b;

    if (x->from != y->from)
        return x->from - y->from;
    return x->bell < y->bell ? -1 : x->bell > y->bell;
}

static size_t spread(const struct bell *bell, size_t index, struct stretch *out)
{
    size_t n = 0;

    for (int day = 0; day < 7; day++) {
        int from = day * MINUTES_PER_DAY + bell->start, to = day * MINUTES_PER_DAY + bell->end;

        if (!(bell->days >> day & 1))
            continue;
        out[n++] = (struct stretch){from, to < WEEK ? to : WEEK, index};
        if (to > WEEK)
            out[n++] = (struct stretch){0, to - WEEK, index};
    }
    return n;
}

/* Bells with the index of their entry; a bell that collides is reported once. */
static void check_overlap(const struct build *b, const struct list *list, const struct bell *bells)
{
    struct stretch *s = load_get(b->load, b->load->pool, list->count * 8, sizeof(*s)), *longest = s;
    char where[WHERE_MAX];
    size_t count = 0;

    if (!s)
        return;
    for (size_t i = 0; i < list->count; i++)
        if (list->sound[i])
            count += spread(&bells[i], i, s + count);
    qsort(s, count, sizeof(*s), by_start);
    for (size_t i = 1; i < count; i++) {
        size_t late = s[i].bell > longest->bell ? s[i].bell : longest->bell;
        size_t early = s[i].bell > longest->bell ? longest->bell : s[i].bell;

        if (s[i].from < longest->to && list->sound[late]) {
            list->sound[late] = false;
            load_fault(b->load, list->at[late], "streams[].bells", "periods that do not overlap",
                       "period '%s' overlaps period '%s' (%s) on %s", bells[late].name,
                       bells[early].name, load_where(b->load, list->at[early], where),
                       day_names[s[i].from / MINUTES_PER_DAY]);
        }
        if (s[i].to > longest->to)
            longest = &s[i];
    }
}

static void build_bells(const struct build *b, const struct list *list, struct stream *ret)
{
    struct bell *bells = load_get(b->load, b->keep, list->count, sizeof(*bells));

    if (!bells)
        return;
    for (size_t i = 0; i < list->count; i++)
        list->sound[i] = list->sound[i] && make_bell(b, list, i, &bells[i]);
    check_overlap(b, list, bells);
    ret->bells = bells;
    ret->bell_count = list->count;
}

void build_streams(const struct build *b, struct school *s)
{
    const struct list *list = &b->model->streams;
    const struct stream_entry *e = list->items;
    struct stream *streams = load_get(b->load, b->keep, list->count, sizeof(*streams));

    if (!streams)
        return;
    build_unique(b, list, sizeof(*e), "streams[].name");
    for (size_t i = 0; i < list->count; i++) {
        memcpy(streams[i].name, e[i].name, sizeof(streams[i].name));
        build_bells(b, &e[i].bells, &streams[i]);
    }
    s->streams = streams;
    s->stream_count = list->count;
}

void build_days_off(const struct build *b, struct school *s)
{
    const struct list *list = &b->model->days_off;
    const struct day_off_entry *e = list->items;
    struct day_off *days = load_get(b->load, b->keep, list->count, sizeof(*days));

    if (!days)
        return;
    for (size_t i = 0; i < list->count; i++) {
        days[i].from = e[i].from;
        days[i].to = e[i].to.year ? e[i].to : e[i].from;
        memcpy(days[i].name, e[i].name, sizeof(days[i].name));
        if (list->sound[i] && date_compare(days[i].to, days[i].from) < 0)
            load_fault(b->load, load_at(list->at[i], "to"), "days_off[].to",
                       "the first day or a later one", "'%s' ends before it begins", e[i].name);
    }
    s->days_off = days;
    s->day_off_count = list->count;
}
