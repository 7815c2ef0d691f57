/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control/identity.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define PEER_GROUPS_MAX 65536 /* NGROUPS_MAX of Linux */
#define PASSWD_BUFFER   4096

/* The supplementary groups as they were when the peer connected, with room for one more: looked
 * up by name they might be others by now, and the look-up may hang on a directory server. */
static gid_t *peer_groups(int fd, size_t *ret_count)
{
    socklen_t size = 0;
    gid_t *gids;

    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &size) < 0 && errno != ERANGE)
        return NULL;
    if (size > PEER_GROUPS_MAX * sizeof(gid_t))
        return NULL;
    gids = malloc(size + sizeof(gid_t));
    if (gids && size && getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, gids, &size) < 0) {
        free(gids);
        return NULL;
    }
    *ret_count = size / sizeof(gid_t);
    return gids;
}

/* A login that does not fit is shown by number: cut off, two people might become one. */
static void set_login(struct caller *who)
{
    char buffer[PASSWD_BUFFER];
    struct passwd entry, *found = NULL;

    if (!getpwuid_r(who->uid, &entry, buffer, sizeof(buffer), &found) && found &&
        strlen(entry.pw_name) < sizeof(who->login))
        snprintf(who->login, sizeof(who->login), "%s", entry.pw_name);
    else
        snprintf(who->login, sizeof(who->login), "#%u", (unsigned)who->uid);
}

bool identity_of(int fd, struct caller *ret)
{
    struct ucred peer;
    socklen_t size = sizeof(peer);
    size_t count = 0;
    gid_t *gids;

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
        return false;
    gids = peer_groups(fd, &count);
    if (!gids)
        return false;
    gids[count] = peer.gid;
    *ret = (struct caller){.uid = peer.uid, .gids = gids, .gid_count = count + 1};
    set_login(ret);
    return true;
}

void identity_done(struct caller *who)
{
    free((void *)(uintptr_t)who->gids);
    who->gids = NULL;
    who->gid_count = 0;
}
