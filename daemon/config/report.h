/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Collects what is wrong with a config, so that one run shows everything in the order of the
 * file. */
#ifndef LESPOORT_CONFIG_REPORT_H
#define LESPOORT_CONFIG_REPORT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define REPORT_MAX      500 /* faults shown; the rest are counted */
#define REPORT_TEXT_MAX 1024

struct place {
    const char *file;
    unsigned line;  /* 0: the file as a whole */
    uint64_t order; /* faults are shown by it */
};

struct report {
    struct fault *faults;
    size_t count, room;
    size_t total; /* with those that are not kept */
};

/*
 * "file:line: key 'x': reason, expected y". key may be NULL. What is not printable UTF-8 is
 * replaced: the text reaches terminals and JSON.
 */
void report_add(struct report *r, struct place at, const char *key, const char *expected,
                const char *reason, ...) __attribute__((format(printf, 5, 6)));
void report_addv(struct report *r, struct place at, const char *key, const char *expected,
                 const char *reason, va_list args) __attribute__((format(printf, 5, 0)));

/* Anything at all, kept or not? */
bool report_any(const struct report *r);

void report_print(struct report *r, FILE *out);
void report_done(struct report *r);

#endif
