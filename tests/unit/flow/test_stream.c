/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "flow/stream.h"

#define BASE 1000u

static struct stream_head head;

static enum stream_add add(uint32_t seq, const char *text)
{
    return stream_add(&head, seq, (struct bytes){(const uint8_t *)text, strlen(text)});
}

static void assert_known(const char *text)
{
    struct bytes known = stream_known(&head);

    assert_int_equal(known.len, strlen(text));
    assert_memory_equal(known.ptr, text, known.len);
}

static int start(void **state)
{
    (void)state;
    stream_start(&head, BASE);
    return 0;
}

struct step {
    uint32_t at; /* behind BASE */
    const char *text;
    enum stream_add result;
};

static const struct {
    const char *name;
    struct step steps[6];
    const char *known;
} orders[] = {
    {"in order", {{0, "abc", STREAM_GREW}, {3, "def", STREAM_GREW}}, "abcdef"},
    {"reversed", {{3, "def", STREAM_GREW}, {0, "abc", STREAM_GREW}}, "abcdef"},
    {"a gap stays", {{0, "ab", STREAM_GREW}, {3, "d", STREAM_GREW}}, "ab"},
    {"a gap closes", {{0, "a", STREAM_GREW}, {2, "c", STREAM_GREW}, {1, "b", STREAM_GREW}}, "abc"},
    {"nothing at the start", {{1, "b", STREAM_GREW}}, ""},
    {"twice", {{0, "abc", STREAM_GREW}, {0, "abc", STREAM_SAME}}, "abc"},
    {"inside", {{0, "abcd", STREAM_GREW}, {1, "bc", STREAM_SAME}}, "abcd"},
    {"cut in another way", {{0, "abc", STREAM_GREW}, {1, "bcde", STREAM_GREW}}, "abcde"},
    {"over two pieces and their gap",
     {{0, "ab", STREAM_GREW}, {4, "ef", STREAM_GREW}, {1, "bcde", STREAM_GREW}},
     "abcdef"},
    {"other bytes later", {{0, "abc", STREAM_GREW}, {0, "abX", STREAM_CONFLICT}}, "abc"},
    {"other bytes over the end", {{0, "abc", STREAM_GREW}, {2, "Xde", STREAM_CONFLICT}}, "abc"},
    {"other bytes before the gap closes",
     {{3, "def", STREAM_GREW}, {0, "abcX", STREAM_CONFLICT}, {0, "abcd", STREAM_GREW}},
     "abcdef"},
    {"a conflict keeps nothing of it",
     {{0, "ab", STREAM_GREW}, {1, "Xcd", STREAM_CONFLICT}, {2, "zz", STREAM_GREW}},
     "abzz"},
    {"empty", {{0, "", STREAM_SAME}, {7, "", STREAM_SAME}}, ""},
};

static void stream_add__any_order__one_stream(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(orders); i++) {
        start(state);
        for (const struct step *s = orders[i].steps; s->text; s++)
            if (add(BASE + s->at, s->text) != s->result)
                fail_msg("%s: step %zu", orders[i].name, (size_t)(s - orders[i].steps));
        assert_known(orders[i].known);
    }
}

static void stream_add__before_base__ignored(void **state)
{
    (void)state;
    assert_int_equal(add(BASE - 1, "x"), STREAM_SAME);
    assert_int_equal(add(BASE - 2, "xxab"), STREAM_GREW);
    assert_known("ab");
    assert_int_equal(add(BASE - 100000, "zz"), STREAM_SAME);
    assert_known("ab");
}

static void stream_add__sequence_wraps__goes_on(void **state)
{
    (void)state;
    stream_start(&head, UINT32_MAX - 1);
    assert_int_equal(add(1, "def"), STREAM_GREW);
    assert_int_equal(add(UINT32_MAX - 1, "abc"), STREAM_GREW);
    assert_known("abcdef");
    assert_int_equal(add(0, "cX"), STREAM_CONFLICT);
}

static void stream_add__at_the_limit__keeps_what_fits(void **state)
{
    static uint8_t bytes[STREAM_MAX_BYTES + 1];
    static const struct {
        size_t len;
        enum stream_add result;
        size_t known;
    } cases[] = {
        {STREAM_MAX_BYTES - 1, STREAM_GREW, STREAM_MAX_BYTES - 1},
        {STREAM_MAX_BYTES, STREAM_GREW, STREAM_MAX_BYTES},
        {STREAM_MAX_BYTES + 1, STREAM_FULL, STREAM_MAX_BYTES},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        start(state);
        assert_int_equal(stream_add(&head, BASE, (struct bytes){bytes, cases[i].len}),
                         cases[i].result);
        assert_int_equal(stream_known(&head).len, cases[i].known);
    }
    assert_int_equal(add(BASE + STREAM_MAX_BYTES - 1, "X"), STREAM_CONFLICT);
    assert_int_equal(add(BASE + STREAM_MAX_BYTES, "X"), STREAM_FULL);
    assert_int_equal(add(BASE + (1u << 30), "X"), STREAM_FULL);
}

static void stream_add__too_many_pieces__full_and_unchanged(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < STREAM_MAX_RANGES; i++)
        assert_int_equal(add(BASE + 1 + 2 * i, "x"), STREAM_GREW);
    assert_int_equal(head.range_count, STREAM_MAX_RANGES);
    assert_int_equal(add(BASE + 1 + 2 * STREAM_MAX_RANGES, "x"), STREAM_FULL);
    assert_int_equal(head.range_count, STREAM_MAX_RANGES);
    /* What joins pieces needs no place of its own. */
    assert_int_equal(add(BASE + 2, "y"), STREAM_GREW);
    assert_int_equal(head.range_count, STREAM_MAX_RANGES - 1);
    assert_int_equal(add(BASE, "z"), STREAM_GREW);
    assert_known("zxyx");
}

static void stream_rewind__earlier_bytes__base_moves_back(void **state)
{
    (void)state;
    assert_int_equal(add(BASE, "def"), STREAM_GREW);
    assert_int_equal(add(BASE + 5, "i"), STREAM_GREW);
    assert_true(stream_rewind(&head, BASE - 3));
    assert_known("");
    assert_int_equal(add(BASE - 3, "abc"), STREAM_GREW);
    assert_known("abcdef");
    assert_int_equal(add(BASE + 3, "gh"), STREAM_GREW);
    assert_known("abcdefghi");
}

static void stream_rewind__no_room__unchanged(void **state)
{
    (void)state;
    assert_int_equal(add(BASE, "ab"), STREAM_GREW);
    assert_false(stream_rewind(&head, BASE - (STREAM_MAX_BYTES - 1)));
    assert_false(stream_rewind(&head, BASE - (1u << 30)));
    assert_known("ab");
    assert_true(stream_rewind(&head, BASE - (STREAM_MAX_BYTES - 2)));
    assert_int_equal(head.ranges[0].end, STREAM_MAX_BYTES);
}

static void stream_consume__message_by_message__base_moves_on(void **state)
{
    (void)state;
    assert_int_equal(add(BASE, "abcd"), STREAM_GREW);
    assert_int_equal(add(BASE + 6, "gh"), STREAM_GREW);
    stream_consume(&head, 3);
    assert_known("d");
    assert_int_equal(head.base, BASE + 3);
    stream_consume(&head, 100);
    assert_known("");
    assert_int_equal(head.base, BASE + 4);
    assert_int_equal(add(BASE + 4, "ef"), STREAM_GREW);
    assert_known("efgh");
    stream_consume(&head, 4);
    assert_int_equal(head.range_count, 0);
    assert_int_equal(add(BASE, "old"), STREAM_SAME);
}

/* A fixed generator: the same test every time. */
static uint32_t random_next(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33);
}

#define PROPERTY_BYTES 400

static void stream_add__random_pieces__the_same_stream(void **state)
{
    const uint64_t first = 20261120;
    uint8_t bytes[PROPERTY_BYTES];

    print_message("seed %llu\n", (unsigned long long)first);
    for (uint64_t round = 0, seed = first; round < 500; round++) {
        uint32_t base = random_next(&seed);
        bool seen[PROPERTY_BYTES] = {false};
        size_t missing = PROPERTY_BYTES, known = 0;

        for (size_t i = 0; i < PROPERTY_BYTES; i++)
            bytes[i] = (uint8_t)random_next(&seed);
        stream_start(&head, base);
        while (missing) {
            size_t at = random_next(&seed) % PROPERTY_BYTES;
            size_t len = 1 + random_next(&seed) % (PROPERTY_BYTES - at);
            enum stream_add added =
                stream_add(&head, base + (uint32_t)at, (struct bytes){bytes + at, len});
            bool fresh = false;

            assert_int_not_equal(added, STREAM_CONFLICT);
            if (added == STREAM_FULL)
                continue;
            for (size_t i = at; i < at + len; i++) {
                fresh = fresh || !seen[i];
                missing -= !seen[i];
                seen[i] = true;
            }
            assert_int_equal(added, fresh ? STREAM_GREW : STREAM_SAME);
            while (known < PROPERTY_BYTES && seen[known])
                known++;
            assert_int_equal(stream_known(&head).len, known);
            assert_memory_equal(stream_known(&head).ptr, bytes, known);
        }
        /* And every single other byte is noticed. */
        uint8_t other = (uint8_t)(bytes[round % PROPERTY_BYTES] ^ 1);
        assert_int_equal(
            stream_add(&head, base + (uint32_t)(round % PROPERTY_BYTES), (struct bytes){&other, 1}),
            STREAM_CONFLICT);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(stream_add__any_order__one_stream, start),
        cmocka_unit_test_setup(stream_add__before_base__ignored, start),
        cmocka_unit_test_setup(stream_add__sequence_wraps__goes_on, start),
        cmocka_unit_test_setup(stream_add__at_the_limit__keeps_what_fits, start),
        cmocka_unit_test_setup(stream_add__too_many_pieces__full_and_unchanged, start),
        cmocka_unit_test_setup(stream_rewind__earlier_bytes__base_moves_back, start),
        cmocka_unit_test_setup(stream_rewind__no_room__unchanged, start),
        cmocka_unit_test_setup(stream_consume__message_by_message__base_moves_on, start),
        cmocka_unit_test_setup(stream_add__random_pieces__the_same_stream, start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
