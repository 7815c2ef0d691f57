/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers as text for people: one function per verb. */
#ifndef LESPOORT_CLI_SHOW_H
#define LESPOORT_CLI_SHOW_H

#include <jansson.h>
#include <stdio.h>

struct screen {
    FILE *out;
    size_t width; /* 0: no limit */
};

#define LEFT_TEXT 32

/* The text of a key, "" when there is none. */
const char *show_text(const json_t *object, const char *key);

/* The "text" of a time object. */
const char *show_time(const json_t *object, const char *key);

/* A list of texts with that between them and, before the last one, `last`. malloc'ed, never
 * NULL: without memory the program ends. */
char *show_list(const json_t *list, const char *between, const char *last);

/* "23 min", "1 h 05 min", "under 1 min". */
const char *show_left(json_int_t seconds, char out[static LEFT_TEXT]);

/* The services of a grant, by id, and whether it is restricted. malloc'ed. */
char *show_granted_services(const json_t *grant);

/* Text and a newline, wrapped at blanks to the screen, the lines after the first one indented. */
void show_wrapped(const struct screen *screen, size_t indent, const char *text);

/* The title of a service or category, in the language of the reader. */
const char *show_title(const json_t *object);

json_int_t show_number(const json_t *object, const char *key);

/* "1 name", "2 names". malloc'ed, never NULL. */
char *show_names_count(json_int_t count);

/* The report of over-blocking; with a mark before each line ("+ ") without headings. */
void show_conflicts(const struct screen *screen, const json_t *conflicts, const char *mark);

/* A warning where a change reaches no gate. */
void show_gate_note(const struct screen *screen, const json_t *result);

/* snprintf into new memory; the program ends without any. */
char *show_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

void show_status(const struct screen *screen, const json_t *result);
void show_health(const struct screen *screen, const json_t *result);
void show_grant(const struct screen *screen, const json_t *result);
void show_revoke(const struct screen *screen, const json_t *result);
void show_grants(const struct screen *screen, const json_t *result);
void show_why(const struct screen *screen, const json_t *result);
void show_zones(const struct screen *screen, const json_t *result);
void show_services(const struct screen *screen, const json_t *result);
void show_update(const struct screen *screen, const json_t *result);
void show_name(const struct screen *screen, const json_t *result);
void show_name_change(const struct screen *screen, const json_t *result);
void show_names(const struct screen *screen, const json_t *result);
void show_sources(const struct screen *screen, const json_t *result);
void show_sources_update(const struct screen *screen, const json_t *result);
void show_sources_rollback(const struct screen *screen, const json_t *result);
void show_reload(const struct screen *screen, const json_t *result);
void show_version(const struct screen *screen, const json_t *result);

#endif
