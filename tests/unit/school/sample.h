/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A small school for the tests of this layer. Its wall clocks stand in Europe/Amsterdam. */
#ifndef LESPOORT_TESTS_UNIT_SCHOOL_SAMPLE_H
#define LESPOORT_TESTS_UNIT_SCHOOL_SAMPLE_H

#include "school/compile.h"

enum { YOUTUBE, INSTAGRAM, FACEBOOK, MAGISTER, TIKTOK, SAMPLE_SERVICES }; /* TikTok is locked */

/* Labels by the services they hold; Magister is never closed. */
enum {
    L_YOUTUBE = 1,
    L_INSTAGRAM,
    L_META, /* Instagram and Facebook */
    L_YOUTUBE_MAGISTER,
    L_TIKTOK,
    L_YOUTUBE_TIKTOK,
    L_MAGISTER,
    SAMPLE_LABELS
};

enum { DAYTIME, NIGHT, EARLY, SAMPLE_STREAMS };

enum {
    Z_306,  /* daytime, QUIC rejected; 10.3.6.0/24, 2001:db8:306::/48 */
    Z_307,  /* daytime, QUIC passes; 10.3.7.0/24 */
    Z_HALL, /* no stream; 10.3.0.0/16 */
    Z_DNS,  /* a resolver, although it has a stream; 10.3.0.53 */
    Z_DORM, /* night; no prefix */
    Z_GYM,  /* early; no prefix */
    SAMPLE_ZONES
};

/*
 * daytime: Monday to Friday 08:30-09:20, 09:20-10:10 (a double lesson), 10:30-11:20
 * night:   Monday to Friday 22:00-06:00 the next day
 * early:   every day 00:00-02:15, 02:30-02:45, 12:00-24:00
 * off:     Friday 2026-11-27; 2026-12-21 to 2027-01-03
 */
extern const struct school sample_school;
extern const struct gate_settings sample_settings;

/* "2026-11-20 08:30" as seconds. */
int64_t sample_time(const char *text);

/* "10.0.0.0/8" */
struct prefix sample_prefix(const char *text);

/* The compiled catalogue; the caller frees its map. Of its services YouTube has a safe name. */
struct catalogue sample_catalogue(void);

/* Sets the time zone; for cmocka's group set-up. */
int sample_zone(void **state);

void sample_free(struct bytes map);

#endif
