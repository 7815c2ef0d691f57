/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "net/tun.h"

#include <errno.h>

#include "support/test.h"

static void others_forward__nothing_there_to_ask__says_nothing_against_it(void **state)
{
    static const char names[][16] = {"no-such-device", ""};

    (void)state;
    assert_true(tun_others_forward(names, 0));
    assert_true(tun_others_forward(names, ARRAY_SIZE(names)));
}

/* Of all that exist, what the kernel says of one is what counts. */
static void others_forward__loopback__as_its_setting_says(void **state)
{
    static const char names[][16] = {"no-such-device", "lo"};
    FILE *f = fopen("/proc/sys/net/ipv4/conf/lo/forwarding", "r");
    int value;

    (void)state;
    if (!f)
        skip();
    value = fgetc(f);
    fclose(f);
    assert_int_equal(tun_others_forward(names, ARRAY_SIZE(names)), value != '0');
}

/* Nothing is left behind by a name that no device can have. */
static void open__impossible_name__fails_with_a_reason(void **state)
{
    const struct prefix net = {.base = {{[10] = 0xff, 0xff, 198, 19, 255, 252}}, .bits = 126};

    (void)state;
    errno = 0;
    assert_int_equal(tun_open("a/b", &net), -1);
    assert_int_not_equal(errno, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(others_forward__nothing_there_to_ask__says_nothing_against_it),
        cmocka_unit_test(others_forward__loopback__as_its_setting_says),
        cmocka_unit_test(open__impossible_name__fails_with_a_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
