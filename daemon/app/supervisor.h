/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The supervisor of the gates: owns queues, rules and sets, rings the bells. */
#ifndef LESPOORT_APP_SUPERVISOR_H
#define LESPOORT_APP_SUPERVISOR_H

/* Runs until SIGTERM or SIGINT, then takes everything out of the kernel. The exit code.
 * At SIGUSR2 it becomes argv[0] anew, with argv and the queues: an upgrade without a gap. */
int supervisor_run(const char *snapshot_socket, char *const argv[]);

#endif
