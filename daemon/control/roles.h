/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which roles a caller has. */
#ifndef LESPOORT_CONTROL_ROLES_H
#define LESPOORT_CONTROL_ROLES_H

#include "control/desk.h"

#define ROLE_BIT(role) (1u << (role))
#define ROLES_TEXT     128

/* Bits. root is the administrator and nothing else: whoever edits the config may not by that
 * right decide for a teacher. */
unsigned roles_of(const struct config *config, const struct caller *who);

/* "teacher, leader or director"; "nobody" for none. */
const char *roles_text(unsigned roles, char out[static ROLES_TEXT]);

#endif
