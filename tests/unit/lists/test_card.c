/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "lists/card.h"

static const struct card sample = {
    .names = 123456,
    .skipped = 7,
    .faults = 2,
    .bytes = 3000000,
    .digest = {UINT64_C(0x0123456789abcdef), UINT64_C(0xfedcba9876543210)},
    .read_at = 1795169700,
    .source = {4000000, INT64_C(1795169600123456789)},
    .asked = LIST_AUTO,
    .format = LIST_HOSTS,
    .notes = {"License: CC BY-SA 4.0", "Title: a: b"},
    .note_count = 2,
};

static const struct slip sample_slip = {
    .beside = {1, 2},
    .source = {50, 60},
    .asked = LIST_RPZ,
    .held = 1,
    .held_digest = {3, UINT64_MAX},
    .refused = "has no names: it is empty",
};

static const char *why;

static bool parse(const char *text, size_t len, struct card *ret)
{
    return card_parse((struct span){text, len}, ret, &why);
}

static bool parse_slip(const char *text, size_t len, struct slip *ret)
{
    return slip_parse((struct span){text, len}, ret, &why);
}

static void card__printed__lines_that_people_can_read(void **state)
{
    static const char start[] = "# lespoort list 1\n"
                                "# format: hosts\n"
                                "# asked: auto\n"
                                "# names: 123456\n"
                                "# skipped: 7\n"
                                "# faults: 2\n"
                                "# read-at: 1795169700\n"
                                "# source-size: 4000000\n"
                                "# source-mtime: 1795169600123456789\n"
                                "# bytes: 3000000\n"
                                "# digest: 0123456789abcdeffedcba9876543210\n"
                                "# note: License: CC BY-SA 4.0\n"
                                "# note: Title: a: b\n"
                                "#...";
    char text[CARD_SIZE];

    (void)state;
    card_print(&sample, text);
    assert_memory_equal(text, start, sizeof(start) - 1);
    assert_memory_equal(text + CARD_SIZE - 3, "..\n", 3);
}

static void card__printed__parsed_as_it_was(void **state)
{
    char text[CARD_SIZE + 10] = {0};
    struct card card;

    (void)state;
    card_print(&sample, text);
    assert_true(parse(text, CARD_SIZE, &card));
    assert_memory_equal(&card, &sample, sizeof(card));
    assert_true(parse(text, sizeof(text), &card));
    assert_memory_equal(&card, &sample, sizeof(card));
}

static void card__of_greatest_content__fits(void **state)
{
    struct card large = {.names = INT64_MAX,
                         .skipped = INT64_MAX,
                         .faults = INT64_MAX,
                         .bytes = INT64_MAX,
                         .digest = {UINT64_MAX, UINT64_MAX},
                         .read_at = INT64_MAX,
                         .source = {INT64_MAX, INT64_MAX},
                         .asked = LIST_DNSMASQ,
                         .format = LIST_DNSMASQ,
                         .note_count = LIST_NOTE_MAX};
    char text[CARD_SIZE];
    struct card card;

    (void)state;
    for (unsigned i = 0; i < LIST_NOTE_MAX; i++)
        memset(large.notes[i], 'n', LIST_FAULT_TEXT - 1);
    card_print(&large, text);
    assert_true(parse(text, CARD_SIZE, &card));
    assert_memory_equal(&card, &large, sizeof(card));
}

static void card__cut_anywhere__refused(void **state)
{
    char text[CARD_SIZE];
    struct card card;

    (void)state;
    card_print(&sample, text);
    for (size_t len = 0; len < CARD_SIZE; len++) {
        assert_false(parse(text, len, &card));
        assert_string_equal(why, "is cut off");
        assert_int_equal(card.names, 0);
    }
}

/* What people do to files: other numbers, other words, a line more or less. */
static void card__changed_by_hand__refused(void **state)
{
    static const struct {
        const char *old, *new, *why;
    } cases[] = {
        {"list 1", "list 2", "was not made by this version of lespoortd"},
        {"# lesp", "lesp# ", "was not made by this version of lespoortd"},
        {"names: 1", "names:-1", "has a head that was changed by hand or is damaged"},
        {"names: 1", "names: x", "has a head that was changed by hand or is damaged"},
        {"names", "other", "has a head that was changed by hand or is damaged"},
        {"skipped:", "names: 1", "has a head that was changed by hand or is damaged"},
        {"hosts", "hoste", "has a head that was changed by hand or is damaged"},
        {"0123456789ab", "0123456789aB", "has a head that was changed by hand or is damaged"},
        {"0123456789abcdef", "0123456789abcde\n",
         "has a head that was changed by hand or is "
         "damaged"},
        {"# names: 123456\n", "# note: 1234567\n", "has a head that is not complete"},
        {"# names: 123456\n", "# faults: 12345\n",
         "has a head that was changed by hand or is damaged"},
        {"# names: 123456\n", "#. names: 12345\n", "has a head that is not complete"},
    };
    char text[CARD_SIZE + 1] = {0};
    struct card card;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        card_print(&sample, text);
        char *at = strstr(text, cases[i].old);

        assert_non_null(at);
        assert_int_equal(strlen(cases[i].old), strlen(cases[i].new));
        memcpy(at, cases[i].new, strlen(cases[i].new));
        assert_false(parse(text, CARD_SIZE, &card));
        assert_string_equal(why, cases[i].why);
    }
}

static void slip__printed__parsed_as_it_was(void **state)
{
    struct slip large = sample_slip, slip;
    char text[SLIP_MAX];
    size_t len = slip_print(&sample_slip, text);

    (void)state;
    assert_true(parse_slip(text, len, &slip));
    assert_memory_equal(&slip, &sample_slip, sizeof(slip));
    for (size_t cut = 0; cut < len; cut++)
        assert_false(parse_slip(text, cut, &slip));
    memset(large.refused, 'x', LIST_FAULT_TEXT - 1);
    len = slip_print(&large, text);
    assert_true(parse_slip(text, len, &slip));
    assert_string_equal(slip.refused, large.refused);
    memset(&large, 0, sizeof(large));
    len = slip_print(&large, text);
    assert_true(parse_slip(text, len, &slip));
    assert_string_equal(slip.refused, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(card__printed__lines_that_people_can_read),
        cmocka_unit_test(card__printed__parsed_as_it_was),
        cmocka_unit_test(card__of_greatest_content__fits),
        cmocka_unit_test(card__cut_anywhere__refused),
        cmocka_unit_test(card__changed_by_hand__refused),
        cmocka_unit_test(slip__printed__parsed_as_it_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
