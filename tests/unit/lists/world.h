/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests of the shelf: a state folder, and beside it the source of one list. */
#ifndef LESPOORT_TESTS_UNIT_LISTS_WORLD_H
#define LESPOORT_TESTS_UNIT_LISTS_WORLD_H

#include "lists/shelf.h"
#include "support/folder.h"
#include "unit/lists/files.h"

#define WORLD_ID  "ads"
#define WORLD_NOW 1795169700

struct world {
    char folder[FOLDER_PATH];
    char state[FILES_PATH], lists[FILES_PATH], source[FILES_PATH];
    struct plan_list plan;
    int64_t time; /* of the source: a second later each time it says something */
};

/* Of the last take or expectation. */
extern char world_why[LIST_FAULT_TEXT];
extern struct list_report world_report;

int world_set_up(void **state);
int world_tear_down(void **state);

/* The source says something else: that text, or the names of files_names(). */
void world_say(struct world *w, const char *text);
void world_say_many(struct world *w, unsigned from, unsigned to);

enum shelf_result world_take(struct world *w, enum shelf_urge urge);
struct shelf_info world_info(const struct world *w);

/* A list_take() that writes "a =b !c " to a text of 2048 bytes, and says no after half of it. */
bool world_append(void *text, const struct list_entry *e);

/* What stands on the shelf: "a.example b.example ", or that many names. */
void world_expect(const struct world *w, const char *content);
void world_expect_count(const struct world *w, unsigned count);

#endif
