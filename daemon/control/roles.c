/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control/roles.h"

#include <stdio.h>
#include <string.h>

static bool has_gid(const struct caller *who, gid_t gid)
{
    for (size_t i = 0; i < who->gid_count; i++)
        if (who->gids[i] == gid)
            return true;
    return false;
}

static bool is_member(const struct role_members *members, const struct caller *who)
{
    for (unsigned i = 0; i < members->uid_count; i++)
        if (members->uids[i] == who->uid)
            return true;
    for (unsigned i = 0; i < members->gid_count; i++)
        if (has_gid(who, members->gids[i]))
            return true;
    return false;
}

unsigned roles_of(const struct config *config, const struct caller *who)
{
    unsigned roles = 0;

    if (who->uid == 0)
        return ROLE_BIT(ROLE_ADMIN);
    for (unsigned role = 0; role < ROLE_COUNT; role++)
        if (is_member(&config->roles[role], who))
            roles |= ROLE_BIT(role);
    return roles;
}

const char *roles_text(unsigned roles, char out[static ROLES_TEXT])
{
    size_t len = 0;

    snprintf(out, ROLES_TEXT, "nobody");
    for (unsigned role = 0; role < ROLE_COUNT; role++) {
        unsigned bit = ROLE_BIT(role);
        bool last = !(roles & ~(bit | (bit - 1)));

        if (!(roles & bit) || len >= ROLES_TEXT)
            continue;
        len += (size_t)snprintf(out + len, ROLES_TEXT - len, "%s%s",
                                !len   ? ""
                                : last ? " or "
                                       : ", ",
                                role_name((enum role)role));
    }
    return out;
}
