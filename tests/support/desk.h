/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A desk for tests, over the school of tests/ctl/school.conf. Its people:
 *
 *   jan (1001), els (1002)   teachers, by their group 500 and by uid
 *   mia (1003)               leader
 *   dir (1004)               director
 *   ict (1005)               administrator, like root
 *   pupil (1009)             nobody
 */
#ifndef LESPOORT_TESTS_SUPPORT_DESK_H
#define LESPOORT_TESTS_SUPPORT_DESK_H

#include "control/desk.h"

/* The people above in place of those that the config names: tests of a school need no accounts on
 * this machine. */
void desk_test_people(struct config *c, enum exceptions exceptions);

/* Without a state folder: nothing outlives a test. Aborts the test program when the files of
 * tests/ctl are not what they should be. */
struct config *desk_test_config(enum exceptions exceptions);

/* The names of that config, compiled here; of no list. */
struct sealed *desk_test_names(const struct config *c);

/* Takes a fresh config and its names into use. */
void desk_test_use(struct desk *desk, enum exceptions exceptions, int64_t now);

/* NULL for nobody known. */
const struct caller *desk_test_person(const char *login);

/* "2026-11-20 10:52", the school's wall time. */
int64_t desk_test_time(const char *text);

#endif
