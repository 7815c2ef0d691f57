/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Giving up rights. Each function logs why it failed; the program must then not go on. */
#ifndef LESPOORT_APP_SANDBOX_H
#define LESPOORT_APP_SANDBOX_H

#include <stdbool.h>

/* No core dumps (names of sites are in memory), no new privileges by exec. */
bool sandbox_common(void);

/* Becomes that user, with its groups and no capability. */
bool sandbox_become(const char *user);

/* No capability at all, now or after an exec. */
bool sandbox_no_capabilities(void);

/* Only those for the packet filter and raw packets, in every set; false without them. */
bool sandbox_network_only(void);

#endif
