/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which services the safe names of a catalogue are about. */
#ifndef LESPOORT_NAMES_SAFE_H
#define LESPOORT_NAMES_SAFE_H

#include "names/catalogue.h"

/* Those that own a name for which catalogue_safe() has a host: a restricted grant of them, and of
 * no others, has an effect. Walks all safe names. */
struct set256 safe_services(const struct catalogue *c);

#endif
