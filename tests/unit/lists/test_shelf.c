/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "support/folder.h"
#include "unit/lists/files.h"
#include "unit/lists/world.h"

static void take__first_content__stands_with_what_is_known_of_it(void **state)
{
    struct world *w = *state;

    assert_false(world_info(w).there);
    world_say(
        w,
        "# licence: free\n0.0.0.0 a.example\n0 b.example\n127.0.0.1 localhost\n::1 c..example\n");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_TAKEN);
    assert_int_equal(world_report.names, 2);
    world_expect(w, "=a.example =b.example ");

    struct shelf_info i = world_info(w);

    assert_true(i.there);
    assert_false(i.has_before);
    assert_false(i.held);
    assert_int_equal(i.names, 2);
    assert_int_equal(i.skipped, 1);
    assert_int_equal(i.faults, 1);
    assert_int_equal(i.format, LIST_HOSTS);
    assert_true(i.read_at == WORLD_NOW);
    assert_true(i.source_mtime == w->time * 1000000000);
    assert_int_equal(i.source_size, files_size(w->source));
    assert_string_equal(i.refused, "");
    assert_int_equal(i.note_count, 1);
    assert_string_equal(i.notes[0], "licence: free");
    assert_true(i.digest[0] != 0);
}

static void take__unchanged_source__not_read(void **state)
{
    struct world *w = *state;

    world_say(w, "a.example\n");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_TAKEN);
    /* Other content that shows by nothing. */
    folder_write(w->folder, "source", "b.example\n");
    files_touch(w->source, w->time);
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_SAME);
    assert_int_equal(world_report.names, 0);
    world_expect(w, "a.example ");
    assert_int_equal(world_take(w, SHELF_AGAIN), SHELF_TAKEN);
    world_expect(w, "b.example ");
    /* Another format is another reading. */
    w->plan.format = LIST_ADBLOCK;
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_REFUSED);
    assert_string_equal(world_why, "has no names in format adblock");
    w->plan.format = LIST_DOMAINS;
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_SAME);
    assert_int_equal(world_report.names, 1);
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_SAME);
    assert_int_equal(world_report.names, 0);
    assert_string_equal(world_info(w).refused, "");
}

/* Archives and copies bring such times along. */
static void take__source_of_an_impossible_time__stands_like_any_other(void **state)
{
    static const int64_t times[] = {-300000000, 13000000000};
    struct world *w = *state;

    for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
        world_say(w, i ? "b.example\n" : "a.example\n");
        files_touch(w->source, times[i]);
        assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_TAKEN);
        world_expect(w, i ? "b.example " : "a.example ");
        assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_SAME);
        assert_int_equal(world_report.names, 0);
    }
}

static void take__same_content_of_another_time__read_once(void **state)
{
    struct world *w = *state;

    world_say(w, "a.example\n");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_TAKEN);
    world_say(w, "# comment\na.example\n");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_SAME);
    assert_int_equal(world_report.names, 1);
    assert_false(world_info(w).has_before);
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_SAME);
    assert_int_equal(world_report.names, 0);
    world_expect(w, "a.example ");
}

static void take__new_content__the_old_one_is_before(void **state)
{
    struct world *w = *state;

    world_say(w, "a.example\n");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_TAKEN);
    world_say(w, "b.example\n");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_TAKEN);
    world_expect(w, "b.example ");
    assert_true(world_info(w).has_before);
}

static void take__around_suspicion__refused_from_there(void **state)
{
    static const struct {
        unsigned old, new;
        bool taken;
    } cases[] = {
        {4000, 2000, true}, {4000, 1999, false}, {1500, 500, true},   {1502, 501, false},
        {400, 1200, true},  {400, 1400, true},   {400, 1401, false},  {600, 1800, true},
        {600, 1801, false}, {1000, 3000, true},  {1000, 3001, false},
    };
    struct world *w = *state;

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        world_say_many(w, 0, cases[i].old);
        assert_int_equal(world_take(w, SHELF_FORCE), SHELF_TAKEN);
        world_say_many(w, 0, cases[i].new);
        assert_int_equal(world_take(w, SHELF_AGAIN),
                         cases[i].taken ? SHELF_TAKEN : SHELF_SUSPICIOUS);
        world_expect_count(w, cases[i].taken ? cases[i].new : cases[i].old);
        assert_int_equal(strlen(world_info(w).refused) == 0, cases[i].taken);
        /* Each case begins with other content than the one before it ended with. */
        world_say(w, "a.example\n");
        assert_int_equal(world_take(w, SHELF_FORCE), SHELF_TAKEN);
    }
}

static void take__refused__remembered_until_it_changes_or_is_forced(void **state)
{
    struct world *w = *state;

    world_say_many(w, 0, 5000);
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_TAKEN);
    world_say_many(w, 0, 10);
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_SUSPICIOUS);
    assert_string_equal(world_why, "has lost more than half of its names: 10, it had 5000");
    assert_string_equal(world_info(w).refused, world_why);
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_SAME);
    assert_int_equal(world_report.lines, 0);
    assert_string_equal(world_info(w).refused,
                        "has lost more than half of its names: 10, it had 5000");
    assert_int_equal(world_take(w, SHELF_AGAIN), SHELF_SUSPICIOUS);
    assert_int_equal(world_report.lines, 10);
    world_expect_count(w, 5000);
    assert_int_equal(world_take(w, SHELF_FORCE), SHELF_TAKEN);
    assert_string_equal(world_info(w).refused, "");
    world_expect_count(w, 10);
}

static void take__broken_or_missing_source__old_content_stays(void **state)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"", "has no names: it is empty"},
        {"<html><body>gone</body></html>\n", "has no names in any known format"},
        {"\x1f\x8b\x08", "is cut off: unexpected end of file"},
    };
    struct world *w = *state;

    world_say(w, "a.example\n");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_TAKEN);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        world_say(w, cases[i].text);
        assert_int_equal(world_take(w, SHELF_FORCE), SHELF_REFUSED);
        assert_string_equal(world_why, cases[i].why);
        assert_string_equal(world_info(w).refused, cases[i].why);
        world_expect(w, "a.example ");
    }
    remove(w->source);
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_REFUSED);
    assert_string_equal(world_why, "cannot be opened: No such file or directory");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_REFUSED);
    assert_string_equal(world_info(w).refused, world_why);
    world_expect(w, "a.example ");
    world_say(w, "b.example\n");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_TAKEN);
    assert_string_equal(world_info(w).refused, "");
}

static void take__refused_first__nothing_there_and_the_reason_kept(void **state)
{
    struct world *w = *state;

    world_say(w, "");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_REFUSED);
    assert_false(world_info(w).there);
    assert_string_equal(world_info(w).refused, "has no names: it is empty");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_SAME);
    assert_false(shelf_read(w->state, WORLD_ID, world_append, (char[2048]){0}, world_why));
    assert_string_equal(world_why, "has no content yet");
    world_say_many(w, 0, 5000);
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_TAKEN);
    assert_string_equal(world_info(w).refused, "");
}

static void take__source_is_again_what_stands__no_longer_refused(void **state)
{
    struct world *w = *state;

    world_say(w, "a.example\n");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_TAKEN);
    int64_t time = w->time;

    world_say(w, "");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_REFUSED);
    w->time = time - 1;
    world_say(w, "a.example\n");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_SAME);
    assert_int_equal(world_report.lines, 0);
    assert_string_equal(world_info(w).refused, "");
}

static void rollback__content_before__held_until_the_source_changes(void **state)
{
    struct world *w = *state;

    world_say(w, "a.example\n");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_TAKEN);
    assert_false(shelf_rollback(w->state, WORLD_ID, world_why));
    assert_string_equal(world_why, "has no content before this one");
    assert_false(world_info(w).held);
    world_say(w, "b.example\n");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_TAKEN);
    assert_true(shelf_rollback(w->state, WORLD_ID, world_why));
    world_expect(w, "a.example ");
    assert_true(world_info(w).held);
    assert_false(world_info(w).has_before);
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_SAME);
    /* Fetched once more, it is the same that was not wanted. */
    world_say(w, "b.example\n");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_REFUSED);
    assert_string_equal(world_why, "is what was rolled back");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_SAME);
    assert_true(world_info(w).held);
    world_expect(w, "a.example ");
    world_say(w, "c.example\n");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_TAKEN);
    assert_false(world_info(w).held);
    world_expect(w, "c.example ");
}

static void rollback__then_asked_to_read_again__taken(void **state)
{
    struct world *w = *state;

    world_say(w, "a.example\n");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_TAKEN);
    world_say(w, "b.example\n");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_TAKEN);
    assert_true(shelf_rollback(w->state, WORLD_ID, world_why));
    assert_int_equal(world_take(w, SHELF_AGAIN), SHELF_TAKEN);
    world_expect(w, "b.example ");
    assert_false(world_info(w).held);
    assert_true(world_info(w).has_before);
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, world_set_up, world_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(take__first_content__stands_with_what_is_known_of_it),
        IN_WORLD(take__unchanged_source__not_read),
        IN_WORLD(take__source_of_an_impossible_time__stands_like_any_other),
        IN_WORLD(take__same_content_of_another_time__read_once),
        IN_WORLD(take__new_content__the_old_one_is_before),
        IN_WORLD(take__around_suspicion__refused_from_there),
        IN_WORLD(take__refused__remembered_until_it_changes_or_is_forced),
        IN_WORLD(take__broken_or_missing_source__old_content_stays),
        IN_WORLD(take__refused_first__nothing_there_and_the_reason_kept),
        IN_WORLD(take__source_is_again_what_stands__no_longer_refused),
        IN_WORLD(rollback__content_before__held_until_the_source_changes),
        IN_WORLD(rollback__then_asked_to_read_again__taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
