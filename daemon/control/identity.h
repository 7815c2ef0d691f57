/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is at the other end of a unix socket: the kernel's word, not the client's. */
#ifndef LESPOORT_CONTROL_IDENTITY_H
#define LESPOORT_CONTROL_IDENTITY_H

#include "control/desk.h"

/* *ret->gids is malloc'ed: identity_done(). False when the kernel does not say, or without
 * memory. */
bool identity_of(int fd, struct caller *ret);
void identity_done(struct caller *who);

#endif
