/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a shelf notes down: the card at the head of each list, and the slip beside it about a
 * source that did not become the list. Lines "# key: value"; every key but note exactly once.
 */
#ifndef LESPOORT_LISTS_CARD_H
#define LESPOORT_LISTS_CARD_H

#include "lists/read.h"

#define CARD_SIZE 2048 /* always: it is filled in when the rest of the file is written */
#define SLIP_MAX  1024

struct card {
    uint64_t names, skipped, faults;
    uint64_t bytes;     /* behind the card */
    uint64_t digest[2]; /* of those: XXH3 */
    int64_t read_at;
    struct list_stamp source;
    enum list_format asked, format; /* by the config; found */
    char notes[LIST_NOTE_MAX][LIST_FAULT_TEXT];
    unsigned note_count;
};

struct slip {
    uint64_t beside[2]; /* the digest of the list that stands: with another one it is outdated */
    struct list_stamp source; /* the newest one; 0, 0: it is missing */
    enum list_format asked;
    uint64_t held;           /* 1: rolled back */
    uint64_t held_digest[2]; /* from that content */
    char refused[LIST_FAULT_TEXT];
};

void card_print(const struct card *c, char out[static CARD_SIZE]);

/* False: *ret_why is a static text, and *ret is empty. */
bool card_parse(struct span text, struct card *ret, const char **ret_why);

/* Its length. */
size_t slip_print(const struct slip *s, char out[static SLIP_MAX]);
bool slip_parse(struct span text, struct slip *ret, const char **ret_why);

#endif
