/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "app/watch.h"

bool watch_hangs(struct watch *w, const struct backlog *b)
{
    uint32_t done = b->last - b->waiting;

    if (b->waiting == 0 || done != w->done) {
        *w = (struct watch){.done = done};
        return false;
    }
    if (++w->ticks < WATCH_TICKS)
        return false;
    w->ticks = 0;
    return true;
}
