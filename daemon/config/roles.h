/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Logins and groups of the config -> ids of this machine. */
#ifndef LESPOORT_CONFIG_ROLES_H
#define LESPOORT_CONFIG_ROLES_H

#include "config/walk.h"

void roles_build(const struct load *l, const struct config_model *m,
                 struct role_members roles[static ROLE_COUNT]);

/* Reports a login that this machine does not know. */
void roles_check_user(const struct load *l, const config_setting_t *at, const char *path,
                      const char *login);

#endif
