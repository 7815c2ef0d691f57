/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include <sys/stat.h>
#include <unistd.h>

#include "support/folder.h"
#include "unit/lists/files.h"
#include "unit/lists/world.h"

static void put_file(const struct world *w, const char *from, const char *to)
{
    char a[FILES_PATH], b[FILES_PATH];

    unlink(files_path(w->lists, to, b));
    assert_int_equal(link(files_path(w->lists, from, a), b), 0);
}

/* What a kill between any two steps of taking a list leaves. */
static void take__after_a_crash_at_each_step__whole_and_goes_on(void **state)
{
    struct world *w = *state;

    for (unsigned step = 0; step < 4; step++) {
        world_say(w, "a.example\n");
        world_take(w, SHELF_FORCE);
        /* The new file is half written; the old one has its second name; and its third. */
        folder_write(w->lists, WORLD_ID ".list.new", "# lespoort list 1\n# format: do");
        if (step >= 1)
            put_file(w, WORLD_ID ".list", WORLD_ID ".before.new");
        if (step >= 2) {
            put_file(w, WORLD_ID ".list", WORLD_ID ".before");
            remove(files_path(w->lists, WORLD_ID ".before.new", (char[FILES_PATH]){0}));
        }
        if (step >= 3)
            folder_write(w->lists, WORLD_ID ".source.new", "# lespoort sl");
        world_expect(w, "a.example ");
        world_say(w, "b.example\n");
        assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_TAKEN);
        world_expect(w, "b.example ");
        assert_true(world_info(w).has_before);
        assert_true(shelf_rollback(w->state, WORLD_ID, world_why));
        world_expect(w, "a.example ");
        assert_false(files_there(w->lists, WORLD_ID ".list.new"));
        assert_false(files_there(w->lists, WORLD_ID ".before.new"));
    }
}

/* The slip is written, the list not yet renamed: nothing was rolled back. */
static void rollback__crash_before_the_rename__as_if_not_asked(void **state)
{
    struct world *w = *state;

    world_say(w, "a.example\n");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_TAKEN);
    world_say(w, "b.example\n");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_TAKEN);
    put_file(w, WORLD_ID ".list", "saved.list");
    put_file(w, WORLD_ID ".before", "saved.before");
    assert_true(shelf_rollback(w->state, WORLD_ID, world_why));
    put_file(w, "saved.list", WORLD_ID ".list");
    put_file(w, "saved.before", WORLD_ID ".before");
    assert_false(world_info(w).held);
    world_expect(w, "b.example ");
    assert_true(shelf_rollback(w->state, WORLD_ID, world_why));
    assert_true(world_info(w).held);
    world_expect(w, "a.example ");
}

static void change_file(const struct world *w, const char *name, const char *old, const char *new)
{
    char *text = folder_read(w->lists, name);
    char *at = strstr(text, old);

    assert_non_null(at);
    assert_int_equal(strlen(old), strlen(new));
    for (size_t i = 0; new[i]; i++)
        at[i] = new[i];
    folder_write(w->lists, name, text);
    free(text);
}

static void read__damaged_list__told_and_replaced_by_the_next(void **state)
{
    static const struct {
        const char *old, *new, *why;
        bool there; /* as far as a look at the head tells */
    } cases[] = {
        {"list 1\n", "list 9\n", "as kept was not made by this version of lespoortd", false},
        {"names: 2", "names= 2", "as kept has a head that was changed by hand or is damaged",
         false},
        {"bytes: 20", "bytes: 21", "as kept is cut off or was changed by hand", false},
        {"b.example", "c.example", "was changed by hand or is damaged: its checksum differs", true},
    };
    struct world *w = *state;
    char text[256] = "";

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        world_say(w, "a.example\nb.example\n");
        world_take(w, SHELF_FORCE);
        change_file(w, WORLD_ID ".list", cases[i].old, cases[i].new);
        assert_int_equal(world_info(w).there, cases[i].there);
        assert_false(shelf_read(w->state, WORLD_ID, world_append, text, world_why));
        assert_string_equal(world_why, cases[i].why);
        assert_string_equal(text, "");
        world_say(w, "d.example\n");
        assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_TAKEN);
        world_expect(w, "d.example ");
    }
}

static void read__cut_anywhere__told(void **state)
{
    struct world *w = *state;
    char path[FILES_PATH], text[256] = "";
    size_t size;

    world_say(w, "a.example\nb.example\n");
    world_take(w, SHELF_IF_CHANGED);
    size = files_size(files_path(w->lists, WORLD_ID ".list", path));
    for (size_t left = size - 1; left > 0; left = left > 2060 ? left - 1 : left * 3 / 4) {
        files_cut(path, left);
        assert_false(shelf_read(w->state, WORLD_ID, world_append, text, world_why));
        assert_non_null(strstr(world_why, "as kept is cut off"));
        assert_false(world_info(w).there);
    }
    assert_string_equal(text, "");
}

static void slip__damaged_or_of_another_list__ignored(void **state)
{
    struct world *w = *state;

    world_say(w, "a.example\n");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_TAKEN);
    world_say(w, "");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_REFUSED);
    folder_write(w->lists, WORLD_ID ".source", "held: 1\n");
    assert_string_equal(world_info(w).refused, "");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_REFUSED);
    assert_string_equal(world_info(w).refused, "has no names: it is empty");

    char *text = folder_read(w->lists, WORLD_ID ".source");
    char *digit = strstr(text, "beside: ") + strlen("beside: ");

    *digit = *digit == '0' ? '1' : '0';
    folder_write(w->lists, WORLD_ID ".source", text);
    free(text);
    assert_string_equal(world_info(w).refused, "");
}

/* An id becomes part of a path. */
static void take__id_that_is_none__refused(void **state)
{
    static const char *const ids[] = {"",    "../ads", "a/b", ".",
                                      "Ads", "a b",    "a.b", "a-service-id-that-is-far-too-long"};
    struct world *w = *state;
    const struct shelf_order order = {&w->plan, SHELF_FORCE, WORLD_NOW};
    struct shelf_info i;

    world_say(w, "a.example\n");
    for (size_t k = 0; k < ARRAY_SIZE(ids); k++) {
        assert_int_equal(shelf_take(w->state, ids[k], &order, &world_report, world_why),
                         SHELF_REFUSED);
        assert_string_equal(world_why, "has an id that is not made of a-z, 0-9, '-' and '_'");
        assert_false(shelf_info(w->state, ids[k], &i));
        assert_false(shelf_rollback(w->state, ids[k], world_why));
        assert_false(shelf_read(w->state, ids[k], world_append, (char[2048]){0}, world_why));
    }
    assert_false(files_there(w->state, "lists"));
    assert_false(files_there(w->folder, "ads.list"));
}

static void take__no_state_folder__told(void **state)
{
    struct world *w = *state;

    world_say(w, "a.example\n");
    assert_int_equal(rmdir(w->state), 0);
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_REFUSED);
    assert_non_null(strstr(world_why, "is not kept: the state folder '"));
    assert_non_null(strstr(world_why, "/state': No such file or directory"));
    assert_false(world_info(w).there);
    assert_false(shelf_rollback(w->state, WORLD_ID, world_why));
    assert_false(shelf_read(w->state, WORLD_ID, world_append, (char[2048]){0}, world_why));
    folder_write(w->folder, "state", "a file");
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_REFUSED);
    assert_non_null(strstr(world_why, "/state': Not a directory"));
}

static void take__list_cannot_be_written__not_the_sources_fault(void **state)
{
    struct world *w = *state;
    char path[FILES_PATH];

    world_say(w, "a.example\n");
    assert_int_equal(mkdir(w->lists, 0700), 0);
    assert_int_equal(mkdir(files_path(w->lists, WORLD_ID ".list.new", path), 0700), 0);
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_REFUSED);
    assert_string_equal(world_why, "cannot be written to the state folder: File exists");
    assert_string_equal(world_info(w).refused, "");
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_TAKEN);
}

static void read__take_says_no__told(void **state)
{
    struct world *w = *state;
    char text[2048] = "";

    world_say_many(w, 0, 200);
    assert_int_equal(world_take(w, SHELF_IF_CHANGED), SHELF_TAKEN);
    assert_false(shelf_read(w->state, WORLD_ID, world_append, text, world_why));
    assert_string_equal(world_why, "was not read to its end");
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, world_set_up, world_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(take__after_a_crash_at_each_step__whole_and_goes_on),
        IN_WORLD(rollback__crash_before_the_rename__as_if_not_asked),
        IN_WORLD(read__damaged_list__told_and_replaced_by_the_next),
        IN_WORLD(read__cut_anywhere__told),
        IN_WORLD(slip__damaged_or_of_another_list__ignored),
        IN_WORLD(take__id_that_is_none__refused),
        IN_WORLD(take__no_state_folder__told),
        IN_WORLD(take__list_cannot_be_written__not_the_sources_fault),
        IN_WORLD(read__take_says_no__told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
