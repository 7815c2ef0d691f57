/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What says no name, to addresses that belong to a service. */
#include "support/test.h"

#include "pupil.h"

static void addresses__tcp_without_a_name__the_label_of_the_service(void **state)
{
    struct pupil *p = *state;
    uint8_t telegram = address_label(p, "149.154.167.50");
    uint8_t buf[512];

    p->server = at("149.154.167.50", 443);
    assert_refused(pupil_tcp(p, FIRST, BYTES("\xef\xef\xef\xef no protocol of ours")));
    assert_mark(&p->last, MARK_TENTATIVE, telegram);
    p->me.port++;
    assert_refused(
        pupil_tcp(p, FIRST,
                  (struct bytes){buf, hello_make(buf, sizeof(buf), NULL,
                                                 &(struct hello_options){.no_sni = true})}));
    assert_mark(&p->last, MARK_TENTATIVE, telegram);
    p->me.port++;
    assert_refused(pupil_tcp(p, FIRST, BYTES("GET / HTTP/1.0\r\n\r\n")));
    assert_mark(&p->last, MARK_FINAL | MARK_REQUESTS, telegram);
    /* A name says more than an address. */
    p->me.port++;
    assert_passed(pupil_tcp(
        p, FIRST, (struct bytes){buf, hello_make(buf, sizeof(buf), "www.magister.net", NULL)}));
    assert_mark(&p->last, MARK_TENTATIVE, LABEL_NEVER);
    p->me = at("2001:db8:306::20", 40001);
    p->server = at("2001:67c:4e8:f004::9", 443);
    assert_refused(pupil_tcp(p, FIRST, BYTES("\xef no protocol of ours")));
}

static void addresses__tcp_in_a_break__closed_by_the_bell(void **state)
{
    struct pupil *p = *state;
    uint8_t telegram = address_label(p, "149.154.167.50");

    p->server = at("149.154.167.50", 443);
    pupil_clock(p, "09:17");
    assert_passed(pupil_tcp(p, FIRST, BYTES("\xef no protocol of ours")));
    assert_mark(&p->last, MARK_FINAL, telegram);
    pupil_clock(p, "09:20");
    assert_refused(pupil_tcp(p, FIRST + 24, BYTES("more")));
    assert_false(p->last.queued);
}

static void addresses__udp_and_quic__the_label_of_the_service(void **state)
{
    struct pupil *p = *state;
    static const uint8_t initial[1200] = {0xc0, 0, 0, 0, 1, 8, 1, 2, 3, 4, 5, 6, 7, 8};
    uint8_t telegram = address_label(p, "149.154.167.50");

    assert_in_range(telegram, 1, LABEL_SERVICE_MAX);
    p->server = at("149.154.167.50", 1400);
    assert_refused(pupil_udp(p, BYTES("a call")));
    assert_mark(&p->last, MARK_FINAL, telegram);
    p->server.port = 443;
    assert_refused(pupil_udp(p, (struct bytes){initial, sizeof(initial)}));
    assert_mark(&p->last, MARK_FINAL, telegram);
    p->server = at("149.154.176.1", 1400); /* behind its last address */
    assert_passed(pupil_udp(p, BYTES("a call")));
    assert_mark(&p->last, MARK_FINAL, LABEL_OPAQUE);
}

#define PUPIL(test) cmocka_unit_test_setup_teardown(test, pupil_setup, pupil_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PUPIL(addresses__tcp_without_a_name__the_label_of_the_service),
        PUPIL(addresses__tcp_in_a_break__closed_by_the_bell),
        PUPIL(addresses__udp_and_quic__the_label_of_the_service),
    };

    return cmocka_run_group_tests_name("engine/addresses", tests, NULL, NULL);
}
