/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts of the config reach JSON, terminals and kernel rules. */
#ifndef LESPOORT_CONFIG_UTF8_H
#define LESPOORT_CONFIG_UTF8_H

#include <stdbool.h>

/* Well-formed UTF-8 (RFC 3629) without control characters. */
bool utf8_printable(const char *text);

/* Puts '?' where it is not that. */
void utf8_tame(char *text);

#endif
