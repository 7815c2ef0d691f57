/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the formats of list_next() share. */
#ifndef LESPOORT_LISTS_LINE_PARTS_H
#define LESPOORT_LISTS_LINE_PARTS_H

#include <string.h>

#include "lists/line.h"

/* The arguments of list_next(); *rest has no blanks at its end. */
struct line {
    struct list_reader *reader;
    struct span *rest;
    struct list_entry *ret;
    const char **ret_why;
};

enum list_line line_hosts(struct line *l);
enum list_line line_domains(struct line *l);
enum list_line line_dnsmasq(struct line *l);
enum list_line line_adblock(struct line *l);
enum list_line line_rpz(struct line *l);

/* "'BAD' is WHY". */
enum list_line line_fault(struct line *l, struct span bad, const char *why);

/* ENTRY, or FAULT for what is no name of at least two labels. */
enum list_line line_name(struct line *l, struct span name, enum list_says says);

/* The next word between blanks, taken from *rest; false: there is none. */
bool line_word(struct span *rest, struct span *ret);

/* Takes "*." or "." from the front of a name; false: there was none. */
bool line_wild(struct span *name);

/* What a blocked name is sent to: 0.0.0.0 and its like. */
bool line_nowhere(struct span address);

bool line_address(struct span text);
bool span_is(struct span s, const char *text); /* in any case */
bool span_begins(struct span s, const char *text);
bool span_has(struct span s, const char *chars); /* any of them */
struct span span_from(struct span s, size_t at);
struct span span_until(struct span s, char c); /* all of it without that char */

static inline bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static inline bool is_one_of(char c, const char *set)
{
    return c && strchr(set, c);
}

#endif
