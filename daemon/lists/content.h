/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands on the shelf behind the card: "suffix", "=exact" or "!allowed", one per line. */
#ifndef LESPOORT_LISTS_CONTENT_H
#define LESPOORT_LISTS_CONTENT_H

#include "lists/card.h"

/* While it is written. */
struct content;

/* Writes to fd, which stays the caller's, behind the room of the card. NULL: errno. */
struct content *content_new(int fd);
void content_free(struct content *c);

/* A list_take(): arg is the struct content. False: content_error(). */
bool content_put(void *arg, const struct list_entry *e);

/* Writes the rest, and the card with its bytes and digest filled in. False: content_error(). */
bool content_end(struct content *c, struct card *card);

/* errno of what went wrong first; 0: nothing. */
int content_error(const struct content *c);

/* The size and the digest are what the card says. False: why. */
bool content_check(int fd, const struct card *card, char why[static LIST_FAULT_TEXT]);

/* Every entry. fd is taken over. False: why, also when `take` said so. */
bool content_read(int fd, list_take *take, void *arg, char why[static LIST_FAULT_TEXT]);

#endif
