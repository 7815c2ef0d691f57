/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A gate process: reads one queue, names flows, answers DNS. Knows no file, no socket but its
 * own, no grant and no log of what it sees. */
#ifndef LESPOORT_APP_WORKER_H
#define LESPOORT_APP_WORKER_H

#include "net/queue.h"

struct worker_options {
    struct queue_options queue;
    int control; /* worlds come from the supervisor; its end is our end */
};

/* Runs until the supervisor closes the control socket and the queue is drained. The exit code of
 * the process. */
int worker_run(const struct worker_options *o);

#endif
