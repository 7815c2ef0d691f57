/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A small plan for tests: two services that share a name, one that is never blocked. */
#ifndef LESPOORT_TESTS_SUPPORT_PLAN_H
#define LESPOORT_TESTS_SUPPORT_PLAN_H

#include "names/plan.h"

/*
 * facebook: facebook.com, fbcdn.net. instagram: instagram.com, fbcdn.net. Never blocked:
 * magister.net. With swapped, the services stand in the other order. state may be NULL; what the
 * plan points to is the support's, and stays until the next call.
 */
struct plan plan_make(const char *state, bool swapped);

/* The label of a name by its text. */
uint8_t plan_label(const struct catalogue *c, const char *name);

#endif
