/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include <sys/stat.h>

#include "unit/lists/world.h"

char world_why[LIST_FAULT_TEXT];
struct list_report world_report;

int world_set_up(void **state)
{
    struct world *w = calloc(1, sizeof(*w));

    if (!w)
        return -1;
    folder_make(w->folder);
    files_path(w->folder, "state", w->state);
    files_path(w->state, "lists", w->lists);
    files_path(w->folder, "source", w->source);
    w->plan = (struct plan_list){.path = w->source, .format = LIST_AUTO};
    w->time = 1700000000;
    *state = w;
    return mkdir(w->state, 0700);
}

int world_tear_down(void **state)
{
    struct world *w = *state;

    folder_remove(w->folder);
    free(w);
    return 0;
}

void world_say(struct world *w, const char *text)
{
    folder_write(w->folder, "source", text);
    files_touch(w->source, ++w->time);
}

void world_say_many(struct world *w, unsigned from, unsigned to)
{
    files_names(w->folder, "source", from, to);
    files_touch(w->source, ++w->time);
}

enum shelf_result world_take(struct world *w, enum shelf_urge urge)
{
    const struct shelf_order order = {&w->plan, urge, WORLD_NOW};

    return shelf_take(w->state, WORLD_ID, &order, &world_report, world_why);
}

struct shelf_info world_info(const struct world *w)
{
    struct shelf_info info;
    bool there = shelf_info(w->state, WORLD_ID, &info);

    assert_int_equal(there, info.there);
    return info;
}

bool world_append(void *text, const struct list_entry *e)
{
    static const char *const marks[] = {[LIST_SUFFIX] = "", [LIST_EXACT] = "=", [LIST_ALLOW] = "!"};
    size_t len = strlen(text);

    len += (size_t)snprintf((char *)text + len, 2048 - len, "%s%s ", marks[e->says], e->name.text);
    return len < 1024;
}

void world_expect(const struct world *w, const char *content)
{
    char text[2048] = "";

    if (!shelf_read(w->state, WORLD_ID, world_append, text, world_why))
        fail_msg("%s", world_why);
    assert_string_equal(text, content);
}

static bool one_more(void *arg, const struct list_entry *e)
{
    (void)e;
    ++*(unsigned *)arg;
    return true;
}

void world_expect_count(const struct world *w, unsigned count)
{
    unsigned found = 0;

    assert_true(shelf_read(w->state, WORLD_ID, one_more, &found, world_why));
    assert_int_equal(found, count);
    assert_int_equal(world_info(w).names, count);
}
