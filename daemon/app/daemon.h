/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lespoortd put together: desk, control socket, publisher, signals. */
#ifndef LESPOORT_APP_DAEMON_H
#define LESPOORT_APP_DAEMON_H

#include "config/config.h"

/* Takes over the config. path is read again on SIGHUP and `reload`. Runs until SIGTERM or
 * SIGINT; the exit code. */
int daemon_run(const char *path, struct config *config);

#endif
