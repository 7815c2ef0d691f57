/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every unit test includes. */
#ifndef LESPOORT_TESTS_SUPPORT_TEST_H
#define LESPOORT_TESTS_SUPPORT_TEST_H

/* cmocka.h wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#endif
