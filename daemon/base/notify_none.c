/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where there is no libsystemd: nobody to tell. */
#include "base/notify.h"

void notify_ready(void)
{
}

void notify_reloading(void)
{
}

void notify_stopping(void)
{
}

void notify_status(const char *line)
{
    (void)line;
}
