/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One pupil in zone 306, one server, the gateway between them. */
#ifndef LESPOORT_TESTS_UNIT_ENGINE_PUPIL_H
#define LESPOORT_TESTS_UNIT_ENGINE_PUPIL_H

#include "support/bytes.h"
#include "support/classroom.h"
#include "support/gateway.h"
#include "support/hello.h"

#define FIRST 5001u /* sequence number of the first byte a client sends */

struct pupil {
    struct classroom room;
    struct engine *engine;
    struct gateway gate;
    struct endpoint me, server;
    struct passage last;
    uint8_t packet[66000];
};

/* At 08:31, in a lesson. */
int pupil_setup(void **state);
int pupil_teardown(void **state);

struct endpoint at(const char *addr, uint16_t port);

/* The label of what says no name to that address. */
uint8_t address_label(const struct pupil *p, const char *addr);

/* The clock of the school; the monotonic one goes along. */
void pupil_clock(struct pupil *p, const char *clock);

/* Each gives what became of the packet, valid until the next. */
const struct passage *pupil_tcp(struct pupil *p, uint32_t seq, struct bytes payload);
const struct passage *pupil_flags(struct pupil *p, uint32_t seq, struct bytes payload,
                                  uint8_t flags);
const struct passage *server_tcp(struct pupil *p, uint32_t ack); /* with payload */
const struct passage *pupil_udp(struct pupil *p, struct bytes payload);
const struct passage *server_udp(struct pupil *p, struct bytes payload);

const struct counters *counted(const struct pupil *p);

static inline bool is_passed(const struct passage *p)
{
    return !p->refused && !p->dropped;
}

static inline bool is_mark(const struct passage *p, uint32_t state, uint8_t label)
{
    return p->mark == mark_make(label, state);
}

/* Fail the test with the caller's line. */
#define assert_passed(passage)             assert_true(is_passed(passage))
#define assert_refused(passage)            assert_true((passage)->refused)
#define assert_mark(passage, state, label) assert_true(is_mark(passage, state, label))

#endif
