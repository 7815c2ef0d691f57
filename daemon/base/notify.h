/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the service manager is told. Does nothing where there is none. */
#ifndef LESPOORT_BASE_NOTIFY_H
#define LESPOORT_BASE_NOTIFY_H

void notify_ready(void);
void notify_reloading(void);
void notify_stopping(void);
void notify_status(const char *line);

#endif
