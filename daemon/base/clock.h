/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Time is taken once per event and handed down; no layer below app asks for it. */
#ifndef LESPOORT_BASE_CLOCK_H
#define LESPOORT_BASE_CLOCK_H

#include <stdint.h>

struct now {
    int64_t wall; /* seconds since 1970, UTC: for policy */
    int64_t mono; /* milliseconds since boot: for expiry */
};

struct now clock_now(void);

#endif
