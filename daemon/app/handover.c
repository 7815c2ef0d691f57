/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "app/handover.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"

#define NUMBER_TEXT 12

bool handover_write(const struct handover *h, char *out, size_t size)
{
    int len = snprintf(out, size, "%d %d", h->world[0], h->world[1]);
    size_t used = (size_t)len;

    for (unsigned i = 0; i < h->count && used < size; i++) {
        const struct handed_queue *q = &h->queues[i];

        len = snprintf(out + used, size - used, " %u:%d:%d", q->number, q->ct, q->fd);
        used += (size_t)len;
    }
    return used < size;
}

/* A number up to the end or to this character, which is skipped. */
static bool take(const char **at, char end, int64_t max, int64_t *ret)
{
    size_t len = strspn(*at, "0123456789");
    char text[NUMBER_TEXT] = "";

    if (len == 0 || len >= sizeof(text) || ((*at)[len] != end && (*at)[len]))
        return false;
    memcpy(text, *at, len);
    *at += len + ((*at)[len] != '\0');
    return parse_int(text, 0, max, ret);
}

static bool take_fd(const char **at, int *ret)
{
    int64_t fd;

    if (!take(at, ' ', INT_MAX, &fd))
        return false;
    *ret = (int)fd;
    return true;
}

bool handover_read(const char *text, struct handover *ret)
{
    struct handover h = {0};

    for (unsigned i = 0; i < CHANNEL_FDS; i++)
        if (!take_fd(&text, &h.world[i]))
            return false;
    while (*text) {
        struct handed_queue *q = &h.queues[h.count];
        int64_t number, ct;

        if (h.count++ == GATE_MAX || !take(&text, ':', UINT16_MAX, &number) ||
            !take(&text, ':', 1, &ct) || !take_fd(&text, &q->fd))
            return false;
        q->number = (uint16_t)number;
        q->ct = ct;
    }
    *ret = h;
    return true;
}

void handover_pass(const struct handover *h, bool pass)
{
    const int flags = pass ? 0 : FD_CLOEXEC;

    for (unsigned i = 0; i < CHANNEL_FDS; i++)
        fcntl(h->world[i], F_SETFD, flags);
    for (unsigned i = 0; i < h->count; i++)
        fcntl(h->queues[i].fd, F_SETFD, flags);
}
