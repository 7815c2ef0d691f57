/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One request to lespoortd. */
#ifndef LESPOORT_CLI_CLIENT_H
#define LESPOORT_CLI_CLIENT_H

#include <jansson.h>

#define CLIENT_TIMEOUT_S 30  /* without a byte from lespoortd */
#define CLIENT_SLOW_S    660 /* the same, while names are compiled */

/* Takes over args. The answer object of the protocol, or a refusal of the same form
 * ("unavailable") when there is no lespoortd to ask; NULL without memory. */
json_t *client_ask(const char *path, const char *verb, json_t *args, int timeout_s);

#endif
