/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages between the programs: fixed, small, over a SOCK_SEQPACKET unix socket, with the
 * descriptors of sealed memory beside them. lespoortd sends worlds to the supervisor, the
 * supervisor sends them on to its gates; what comes back says how it went.
 */
#ifndef LESPOORT_APP_CHANNEL_H
#define LESPOORT_APP_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/trouble.h"
#include "names/probe.h"

#define CHANNEL_FDS 2

enum channel_kind {
    CHANNEL_WORLD = 1, /* descriptors: snapshot, catalogue */
    CHANNEL_STATE = 2, /* the supervisor's answer */
};

struct channel_message {
    uint32_t magic; /* filled in by channel_send() */
    uint32_t kind;
    uint64_t generation;       /* of the snapshot sent, or in force */
    char backend[16];          /* STATE: "nftables", "iptables"; empty: no rules in force */
    struct probe_report probe; /* STATE */
    struct upkeep upkeep;      /* STATE */
};

enum channel_result { CHANNEL_OK, CHANNEL_AGAIN, CHANNEL_CLOSED, CHANNEL_BROKEN };

/* The descriptors stay the caller's. BROKEN leaves errno. */
enum channel_result channel_send(int sock, const struct channel_message *m, const int *fds,
                                 unsigned fd_count);

/* The descriptors become the caller's; unused ones are -1. BROKEN: not a message of ours. */
enum channel_result channel_receive(int sock, struct channel_message *ret,
                                    int ret_fds[static CHANNEL_FDS]);

/* Close-on-exec, non-blocking. -1 and errno (ENAMETOOLONG for a long path). */
int channel_listen(const char *path);
int channel_connect(const char *path);
bool channel_pair(int ret[static 2]);

#endif
