/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/clock.h"

#include <time.h>

struct now clock_now(void)
{
    struct timespec wall, mono;

    clock_gettime(CLOCK_REALTIME, &wall);
    clock_gettime(CLOCK_BOOTTIME, &mono); /* goes on while the machine sleeps */
    return (struct now){
        .wall = wall.tv_sec,
        .mono = (int64_t)mono.tv_sec * 1000 + mono.tv_nsec / 1000000,
    };
}
