/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compiles catalogues in a helper process, so that five million names stall neither the clock nor
 * the control socket. The helper is a fork with limits on memory and CPU and no descriptors but
 * its own; it fills and seals a memfd that we made, and stores it in the state folder. What it
 * leaves behind is checked like that of a stranger: it has read the lists of others. Only one works
 * at a time.
 */
#ifndef LESPOORT_APP_COMPILER_H
#define LESPOORT_APP_COMPILER_H

#include <event2/event.h>

#include "lists/sealed.h"

#ifndef COMPILER_PATIENCE_S
#define COMPILER_PATIENCE_S 600 /* then the helper is killed */
#endif

/* What came out. The catalogue, NULL when unchanged, becomes the callee's; the report lasts until
 * the callback returns. Not ok: report->why tells. */
struct compiled {
    bool ok;
    struct sealed *catalogue;
    const struct compile_report *report;
};

typedef void compiler_callback(void *arg, const struct compiled *result);

struct compiler;

struct compiler *compiler_new(struct event_base *base);
void compiler_free(struct compiler *c); /* kills a helper; no callback. Not from a callback */

/*
 * False and errno (EBUSY while one works): nothing was started. The plan must last until the
 * callback, which never comes before this returns; by then another one can be started.
 */
bool compiler_start(struct compiler *c, const struct plan *p, const struct compile_job *job,
                    compiler_callback *done, void *arg);
bool compiler_busy(const struct compiler *c);

/* The same, waited for: before the loop runs. */
bool compiler_wait(const struct plan *p, const struct compile_job *job, struct sealed **ret,
                   struct compile_report *ret_report);

#endif
