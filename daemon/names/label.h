/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A label is what a flow's mark carries: one distinct set of services, or a reserved number. It
 * says what a flow is, never whether it is closed; kernel sets say that, per zone and moment.
 */
#ifndef LESPOORT_NAMES_LABEL_H
#define LESPOORT_NAMES_LABEL_H

#include <stdint.h>

#define LABEL_COUNT       256
#define LABEL_SERVICE_MAX 239 /* 1..239: sets of services */

enum {
    LABEL_NONE = 0,     /* nothing known yet */
    LABEL_PROBE = 249,  /* the closed name of the self-probe (names/probe.h) */
    LABEL_QUIC = 250,   /* QUIC whose name was not read */
    LABEL_OPAQUE = 251, /* not TLS, QUIC, HTTP or DNS */
    LABEL_NO_NAME = 252,
    LABEL_HIDDEN = 253, /* the outer name of an encrypted ClientHello */
    LABEL_OTHER = 254,  /* a name that no service owns */
    LABEL_NEVER = 255,  /* never blocked */
};

/* "quic", "other name", …; NULL for the label of a set of services. */
const char *label_reserved_name(uint8_t label);

#endif
