/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Catalogues from text, for the tests of this layer. Everything asserts that it works. */
#ifndef LESPOORT_TESTS_UNIT_NAMES_MAKER_H
#define LESPOORT_TESTS_UNIT_NAMES_MAKER_H

#include "names/catalogue.h"

struct maker {
    struct catalogue_builder *b;
    char ids[SERVICE_MAX][SERVICE_ID_MAX];
    unsigned count;
};

struct hostname maker_name(const char *text);

/* "youtube facebook +ads": what begins with '+' is a list, and has it in its id. */
void maker_start(struct maker *m, const char *services);
void maker_service(struct maker *m, const char *id);
void maker_done(struct maker *m);

/*
 * "youtube youtube.com" a suffix, "youtube =www.youtube.com" that name alone, "youtube !a.b" an
 * exception, "never a.b", "hidden a.b", "youtube 10.0.0.0/8" a prefix, "safe a.b host.b".
 */
enum catalogue_error maker_try(struct maker *m, const char *line);
void maker_add(struct maker *m, const char *const *lines, size_t count);

/* Opened; the caller frees its map. */
struct catalogue maker_build(struct maker *m);

/* All of it at once. */
struct catalogue maker_catalogue(const char *services, const char *const *lines, size_t count);

/* "facebook +ads" in the order of services, "never", "hidden", "other". Until the next call. */
const char *maker_label(const struct catalogue *c, uint8_t label);
const char *maker_match(const struct catalogue *c, const char *name);

#endif
