/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/notify.h"

#include <stdint.h>
#include <systemd/sd-daemon.h>
#include <time.h>

void notify_ready(void)
{
    sd_notify(0, "READY=1");
}

void notify_reloading(void)
{
    struct timespec t;

    /* Type=notify-reload wants to know when it began. */
    clock_gettime(CLOCK_MONOTONIC, &t);
    sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%jd",
               (intmax_t)t.tv_sec * 1000000 + t.tv_nsec / 1000);
}

void notify_stopping(void)
{
    sd_notify(0, "STOPPING=1");
}

void notify_status(const char *line)
{
    sd_notifyf(0, "STATUS=%s", line);
}
