/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "names/probe.h"

#include "support/test.h"

#include "base/hostname.h"

static void states__each__has_a_word_and_a_text_of_its_own(void **state)
{
    (void)state;
    for (unsigned a = 0; a < PROBE_STATES; a++) {
        assert_non_null(probe_word(a));
        assert_non_null(probe_text(a));
        for (unsigned b = a + 1; b < PROBE_STATES; b++) {
            assert_string_not_equal(probe_word(a), probe_word(b));
            assert_string_not_equal(probe_text(a), probe_text(b));
        }
    }
}

static void states__unheard_of__count_as_unknown(void **state)
{
    static const unsigned odd[] = {PROBE_STATES, PROBE_STATES + 1, UINT8_MAX, UINT32_MAX};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
        assert_string_equal(probe_word(odd[i]), probe_word(PROBE_UNKNOWN));
        assert_string_equal(probe_text(odd[i]), probe_text(PROBE_UNKNOWN));
        assert_int_equal(probe_grade(odd[i]), PROBE_NOTHING_KNOWN);
    }
}

static void states__grades__only_what_is_known_to_be_wrong_is_a_fault(void **state)
{
    (void)state;
    assert_int_equal(probe_grade(PROBE_PASSED), PROBE_FINE);
    assert_int_equal(probe_grade(PROBE_OFF), PROBE_FINE);
    assert_int_equal(probe_grade(PROBE_NO_DEVICE), PROBE_NOTHING_KNOWN);
    assert_int_equal(probe_grade(PROBE_NOT_LET), PROBE_NOTHING_KNOWN);
    for (unsigned s = PROBE_NOT_FORWARDING; s < PROBE_STATES; s++)
        assert_int_equal(probe_grade(s), PROBE_FAULT);
}

static void addresses__both_ends__lie_in_the_net(void **state)
{
    const struct prefix net = {.base = probe_net(), .bits = ADDR_V4_BITS + PROBE_NET_BITS};
    const struct addr client = probe_client(), server = probe_server();

    (void)state;
    assert_true(prefix_contains(&net, &client) && prefix_contains(&net, &server));
    assert_false(addr_equal(&client, &server));
}

static void names__both__are_names_as_they_are_compared(void **state)
{
    static const char *const names[] = {PROBE_CLOSED, PROBE_OPEN};
    struct hostname name;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        assert_true(hostname_set(&name, (struct span){names[i], strlen(names[i])}));
        assert_string_equal(name.text, names[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states__each__has_a_word_and_a_text_of_its_own),
        cmocka_unit_test(states__unheard_of__count_as_unknown),
        cmocka_unit_test(states__grades__only_what_is_known_to_be_wrong_is_a_fault),
        cmocka_unit_test(addresses__both_ends__lie_in_the_net),
        cmocka_unit_test(names__both__are_names_as_they_are_compared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
