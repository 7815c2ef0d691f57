/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The last good content of each external list, and the one before it, in the state folder. What
 * is compiled is always what stands here: a source that vanishes, shrinks or turns into an error
 * page changes nothing.
 *
 * lists/ID.list and lists/ID.before: a head of "# key: value" lines, then "suffix", "=exact" or
 * "!allowed", one per line. Written beside and renamed: a crash leaves the old one. lists/ID.source
 * tells of a source that was refused or rolled back. One process at a time changes a shelf.
 *
 * why is a sentence without its subject, which is the list: "has no content yet".
 */
#ifndef LESPOORT_LISTS_SHELF_H
#define LESPOORT_LISTS_SHELF_H

#include "lists/read.h"

#define SHELF_PATH_MAX 4096

/* What is known of a list without reading it. */
struct shelf_info {
    bool there, has_before;
    uint64_t names, faults, skipped;
    uint64_t digest[2];   /* XXH3 of the entries as they stand in the file */
    int64_t read_at;      /* UTC, when it was taken from its source */
    int64_t source_mtime; /* ns, of that source */
    uint64_t source_size;
    enum list_format format;
    bool held; /* rolled back: the source it came from is not read until it changes */
    char refused[LIST_FAULT_TEXT]; /* why the newest source was not taken; empty: it was */
    char notes[LIST_NOTE_MAX][LIST_FAULT_TEXT];
    unsigned note_count;
};

/* Whether a list is there; a file that is cut off or of another version is none. */
bool shelf_info(const char *state, const char *id, struct shelf_info *ret);

enum shelf_result {
    SHELF_SAME,       /* the source has not changed: nothing was read, or the same content */
    SHELF_TAKEN,      /* the new content stands on the shelf, the old one is kept as `before` */
    SHELF_REFUSED,    /* why; the old content stays */
    SHELF_SUSPICIOUS, /* the same, but FORCE would take it */
};

enum shelf_urge { SHELF_IF_CHANGED, SHELF_AGAIN, SHELF_FORCE };

struct shelf_order {
    const struct plan_list *source;
    enum shelf_urge urge;
    int64_t now; /* UTC */
};

/*
 * Reads the source and takes it. IF_CHANGED: only when its size or time is another than that of
 * what was last taken, refused or rolled back; nor what was rolled back under another time. FORCE:
 * also a suspicious one. Suspicious: less than half or more than three times the names of before
 * (and more than 1000 of difference). A list's first content is never suspicious. What list_read()
 * refuses is never taken. *ret_report is empty when nothing was read.
 */
enum shelf_result shelf_take(const char *state, const char *id, const struct shelf_order *order,
                             struct list_report *ret_report, char why[static LIST_FAULT_TEXT]);

/* `before` becomes the content again, and the source is left alone until it changes. There is no
 * `before` then: what was rolled back is gone. */
bool shelf_rollback(const char *state, const char *id, char why[static LIST_FAULT_TEXT]);

/* Every entry of the content, once its checksum was found right. */
bool shelf_read(const char *state, const char *id, list_take *take, void *arg,
                char why[static LIST_FAULT_TEXT]);

#endif
