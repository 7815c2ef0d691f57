/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What another catalogue would change, for people to read. */
#ifndef LESPOORT_CONTROL_CHANGES_H
#define LESPOORT_CONTROL_CHANGES_H

#include <jansson.h>

#include "config/config.h"

#define CHANGES_SHOWN 8 /* names of one service; the rest are counted */

/* See `services.update` in docs/control-protocol.md. NULL without memory. */
json_t *changes_json(const struct config *before, const struct config *after);

#endif
