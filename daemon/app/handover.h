/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a supervisor leaves to the program that it becomes at an upgrade: the world it works by,
 * and its queues with the packets that wait in them. Descriptors stay open over execve(2); their
 * numbers travel as text in the environment.
 */
#ifndef LESPOORT_APP_HANDOVER_H
#define LESPOORT_APP_HANDOVER_H

#include "app/channel.h"
#include "school/snapshot.h"

#define HANDOVER_VARIABLE "LESPOORT_HANDOVER"
#define HANDOVER_TEXT     512 /* of GATE_MAX queues */

struct handover {
    int world[CHANNEL_FDS];
    unsigned count;
    struct handed_queue {
        uint16_t number;
        bool ct; /* as queue_open() said */
        int fd;
    } queues[GATE_MAX];
};

/* "SNAPSHOT CATALOGUE NUMBER:CT:FD …"; false when there is no room. */
bool handover_write(const struct handover *h, char *out, size_t size);

/* False: no such text, and nothing in *ret. Whether the descriptors are open is not looked at. */
bool handover_read(const char *text, struct handover *ret);

/* Whether they stay open over execve(). */
void handover_pass(const struct handover *h, bool pass);

#endif
