/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tells a gate that hangs from one that has nothing to do: by what its queue does, not by
 * whether the process lives. */
#ifndef LESPOORT_APP_WATCH_H
#define LESPOORT_APP_WATCH_H

#include "net/backlog.h"

#define WATCH_TICK_MS 100
#define WATCH_TICKS   3 /* looks in a row at which packets wait and none got a verdict */

struct watch {
    uint32_t done; /* packets that had a verdict at the last look */
    unsigned ticks;
};

/* One look. True: it hangs; the count begins anew. */
bool watch_hangs(struct watch *w, const struct backlog *b);

#endif
