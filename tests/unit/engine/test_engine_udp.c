/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "pupil.h"

/* A version 1 Initial as far as anybody can see without its keys. */
static struct bytes initial(size_t len)
{
    static uint8_t datagram[1300] = {0xc0, 0, 0, 0, 1, 8, 1, 2, 3, 4, 5, 6, 7, 8};

    return (struct bytes){datagram, len};
}

static void engine_udp__port_443__quic(void **state)
{
    struct pupil *p = *state;

    assert_refused(pupil_udp(p, initial(1200)));
    assert_mark(&p->last, MARK_FINAL, LABEL_QUIC);
    p->me.port++;
    assert_refused(pupil_udp(p, BYTES("\x40 a short header first")));
    assert_mark(&p->last, MARK_FINAL, LABEL_QUIC);
    assert_int_equal(counted(p)->quic, 2);
    pupil_clock(p, "09:17");
    p->me.port++;
    assert_passed(pupil_udp(p, initial(1200)));
    assert_mark(&p->last, MARK_FINAL, LABEL_QUIC);
    pupil_clock(p, "09:20");
    assert_refused(pupil_udp(p, BYTES("\x40 in the next lesson")));
}

static void engine_udp__other_port__by_its_header(void **state)
{
    struct pupil *p = *state;
    static const struct {
        size_t len;
        uint8_t label;
    } cases[] = {{1199, LABEL_OPAQUE}, {1200, LABEL_QUIC}, {1250, LABEL_QUIC}, {0, LABEL_OPAQUE}};

    p->server.port = 8443;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        p->me.port++;
        pupil_udp(p, initial(cases[i].len));
        assert_mark(&p->last, MARK_FINAL, cases[i].label);
    }
}

static void engine_udp__opaque_then_initial__quic(void **state)
{
    struct pupil *p = *state;

    p->server.port = 3478;
    assert_passed(pupil_udp(p, BYTES("stun?")));
    assert_mark(&p->last, MARK_FINAL, LABEL_OPAQUE);
    assert_int_equal(counted(p)->opaque, 1);
    assert_passed(pupil_udp(p, BYTES("\x80\x60\x00\x01\x02\x03\x00\x00 like RTP")));
    assert_mark(&p->last, MARK_FINAL, LABEL_OPAQUE);
    assert_refused(pupil_udp(p, initial(1200)));
    assert_mark(&p->last, MARK_FINAL, LABEL_QUIC);
}

#define PUPIL(test) cmocka_unit_test_setup_teardown(test, pupil_setup, pupil_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PUPIL(engine_udp__port_443__quic),
        PUPIL(engine_udp__other_port__by_its_header),
        PUPIL(engine_udp__opaque_then_initial__quic),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
