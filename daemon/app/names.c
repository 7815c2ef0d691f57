/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "app/names.h"

#include <inttypes.h>
#include <stdlib.h>

#include "app/compiler.h"
#include "base/clock.h"
#include "base/log.h"

#define FAULTS_LOGGED 3 /* of each list */

static void log_list(const char *id, const struct compile_list *l)
{
    uint64_t shown = l->faults < FAULTS_LOGGED ? l->faults : FAULTS_LOGGED;

    if (l->result == SHELF_REFUSED || l->result == SHELF_SUSPICIOUS)
        log_warning("list \"%s\" was not taken: it %s; its names stay what they were", id, l->why);
    for (unsigned i = 0; i < shown; i++)
        log_warning("list \"%s\" line %" PRIu64 ": %s", id, l->fault[i].line, l->fault[i].text);
    if (l->faults > shown)
        log_warning("list \"%s\" has %" PRIu64 " more lines that cannot be used", id,
                    l->faults - shown);
}

void names_log(const struct plan *p, const struct compile_report *report)
{
    for (size_t i = 0; i < p->list_count; i++)
        log_list(p->services[p->lists[i].service].id, &report->lists[p->lists[i].service]);
    if (report->local_unknown)
        log_warning("%" PRIu32 " local names are not used, the first is %s: there is no such "
                    "service, or the name is never blocked",
                    report->local_unknown, report->local_first);
    if (*report->not_stored)
        log_warning("the compiled names are in use, but will be compiled again at the next start: "
                    "%s",
                    report->not_stored);
}

static struct sealed *last_good(const struct plan *p, const char *compile_why)
{
    const char *why;
    struct sealed *s = sealed_stored(p, &why);

    log_error("the names could not be compiled: %s", compile_why);
    if (s)
        log_error("lespoortd works by the names that were compiled last: lists, local names and "
                  "the catalogue file may say something else since; it tries again by itself");
    else
        log_error("the names that were compiled last cannot be used either: %s", why);
    return s;
}

struct sealed *names_start(const struct plan *p, bool *ret_old)
{
    const struct compile_job job = {.now = clock_now().wall};
    struct compile_report *report = calloc(1, sizeof(*report));
    struct sealed *s = NULL;

    *ret_old = false;
    if (!report) {
        log_error("the names could not be compiled: there is no memory left");
        return NULL;
    }
    if (compiler_wait(p, &job, &s, report))
        names_log(p, report);
    else
        *ret_old = (s = last_good(p, report->why)) != NULL;
    free(report);
    return s;
}
