/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a list's file, plain or gzip (RFC 1952), of any size in bounded memory. */
#ifndef LESPOORT_LISTS_READ_H
#define LESPOORT_LISTS_READ_H

#include "lists/line.h"

#define LIST_LINE_MAX   4096                /* bytes; a longer line is a fault, and read over */
#define LIST_BYTES_MAX  (UINT64_C(4) << 30) /* unpacked; a gzip bomb ends here */
#define LIST_LINES_MAX  UINT64_C(100000000) /* likewise for one of blank lines */
#define LIST_FAULTS     10                  /* shown, of each list */
#define LIST_FAULT_TEXT 160
#define LIST_NOTE_MAX   8 /* comment lines that speak of the source or the licence, kept */

struct list_fault {
    uint64_t line;
    char text[LIST_FAULT_TEXT]; /* "'foo..com' is no host name" */
};

struct list_report {
    enum list_format format;
    uint64_t lines, names, skipped, faults;
    struct list_fault fault[LIST_FAULTS]; /* the first ones */
    char notes[LIST_NOTE_MAX][LIST_FAULT_TEXT];
    unsigned note_count;
};

/* False ends the reading. */
typedef bool list_take(void *arg, const struct list_entry *e);

/* What a changed source shows by. */
struct list_stamp {
    uint64_t size;
    int64_t mtime; /* ns since 1970 */
};

/* Of the file that list_read() would read. False: there is none; why tells. */
bool list_stamp(const char *path, struct list_stamp *ret, char why[static LIST_FAULT_TEXT]);

/*
 * path as in struct plan_list. A folder (UT1) is in the format DOMAINS, whatever was asked; its
 * files `urls` and `expressions` are not read, and a note says so.
 *
 * False: it cannot be read, is no list of that format (no line is an entry, or more than one line
 * in ten and more than 100 are faults), is too large, is damaged or cut off gzip, or `take` said
 * so. why tells, as what follows the name of the list: "has no names in format hosts". By then
 * `take` may have had entries.
 */
bool list_read(const char *path, enum list_format format, list_take *take, void *arg,
               struct list_report *ret, char why[static LIST_FAULT_TEXT]);

#endif
