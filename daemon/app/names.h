/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names that lespoortd starts with, and what its log says of compiling them. */
#ifndef LESPOORT_APP_NAMES_H
#define LESPOORT_APP_NAMES_H

#include "lists/sealed.h"

/*
 * Compiled from the plan, in a helper that is waited for. Where that fails: the last one that was
 * compiled and stored, if it fits the plan; *ret_old is true then. NULL without either. Logs what
 * happened.
 */
struct sealed *names_start(const struct plan *p, bool *ret_old);

/* A line for each list that was not taken and for the first faults of each, and for what else did
 * not go as it should. */
void names_log(const struct plan *p, const struct compile_report *report);

#endif
