/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/roles.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#define ENTRY_START 4096
#define ENTRY_MAX   (16u << 20) /* a group of a large school lists every pupil */

static const char *const names[ROLE_COUNT] = {
    [ROLE_TEACHER] = "teacher", [ROLE_ATTENDANT] = "attendant", [ROLE_SCHEDULER] = "scheduler",
    [ROLE_LEADER] = "leader",   [ROLE_DIRECTOR] = "director",   [ROLE_ADMIN] = "admin",
    [ROLE_PRIVACY] = "privacy",
};

const char *role_name(enum role role)
{
    return (unsigned)role < ROLE_COUNT ? names[role] : "none";
}

/* Asks the name service; 0 and *ret_found, or an errno. */
static int ask_user(const char *name, char *buf, size_t size, uint32_t *ret, bool *ret_found)
{
    struct passwd entry, *found = NULL;
    int error = getpwnam_r(name, &entry, buf, size, &found);

    *ret_found = found;
    if (found)
        *ret = found->pw_uid;
    return error;
}

static int ask_group(const char *name, char *buf, size_t size, uint32_t *ret, bool *ret_found)
{
    struct group entry, *found = NULL;
    int error = getgrnam_r(name, &entry, buf, size, &found);

    *ret_found = found;
    if (found)
        *ret = found->gr_gid;
    return error;
}

struct directory {
    const char *noun, *database;
    int (*ask)(const char *name, char *buf, size_t size, uint32_t *ret, bool *ret_found);
};

static const struct directory users = {"user", "passwd", ask_user};
static const struct directory groups = {"group", "group", ask_group};

/* With a buffer that grows until the entry fits. */
static int look_up(const struct directory *d, const char *name, uint32_t *ret, bool *ret_found)
{
    int error = ERANGE;

    for (size_t size = ENTRY_START; error == ERANGE && size <= ENTRY_MAX; size *= 2) {
        char *buf = malloc(size);

        if (!buf)
            return ENOMEM;
        error = d->ask(name, buf, size, ret, ret_found);
        free(buf);
    }
    return error;
}

/* The name service says "not found" in several ways (getpwnam(3), NOTES). */
static bool means_absent(int error)
{
    return error == 0 || error == ENOENT || error == ESRCH || error == EBADF || error == EPERM;
}

static bool resolve(const struct load *l, const struct directory *d, const config_setting_t *at,
                    const char *path, const char *name, uint32_t *ret)
{
    char expected[2 * ACCOUNT_MAX];
    bool found = false;
    int error = look_up(d, name, ret, &found);

    if (found)
        return true;
    if (means_absent(error)) {
        snprintf(expected, sizeof(expected), "a name that 'getent %s %s' finds", d->database, name);
        load_fault(l, at, path, expected, "there is no %s '%s' here", d->noun, name);
    } else {
        load_fault(l, at, path, "a name service that answers", "%s '%s' cannot be looked up: %s",
                   d->noun, name, strerror(error));
    }
    return false;
}

static unsigned resolve_list(const struct load *l, const struct directory *d,
                             const struct list *list, const char *path,
                             uint32_t ids[static ROLE_MEMBER_MAX])
{
    const char(*name)[ACCOUNT_MAX] = list->items;
    unsigned count = 0;

    for (size_t i = 0; i < list->count; i++)
        if (list->sound[i] && resolve(l, d, list->at[i], path, name[i], &ids[count]))
            count++;
    return count;
}

_Static_assert(sizeof(uid_t) == sizeof(uint32_t) && sizeof(gid_t) == sizeof(uint32_t),
               "ids are 32 bits");

void roles_build(const struct load *l, const struct config_model *m,
                 struct role_members roles[static ROLE_COUNT])
{
    char path[64];

    for (int i = 0; i < ROLE_COUNT; i++) {
        snprintf(path, sizeof(path), "roles.%s.users", names[i]);
        roles[i].uid_count = resolve_list(l, &users, &m->roles[i].users, path, roles[i].uids);
        snprintf(path, sizeof(path), "roles.%s.groups", names[i]);
        roles[i].gid_count = resolve_list(l, &groups, &m->roles[i].groups, path, roles[i].gids);
    }
}

void roles_check_user(const struct load *l, const config_setting_t *at, const char *path,
                      const char *login)
{
    uint32_t id;

    resolve(l, &users, at, path, login, &id);
}
