/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include <sys/stat.h>
#include <unistd.h>

#include "lists/compile.h"
#include "support/folder.h"
#include "support/plan.h"

#define LIST 2 /* the service that is a list */

static struct compile_report report;

/* The plan of support/plan.h, with a list that comes from the file `source` beside the state. */
struct fixture {
    char state[FOLDER_PATH], path[FOLDER_PATH + 32];
    struct service services[3];
    struct plan_list list;
    struct plan plan;
    struct compile_job job;
    struct catalogue catalogue; /* of the last run */
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    *state = f;
    folder_make(f->state);
    snprintf(f->path, sizeof(f->path), "%s/source", f->state);
    f->plan = plan_make(f->state, false);
    memcpy(f->services, f->plan.services, 2 * sizeof(f->services[0]));
    f->services[LIST] =
        (struct service){.id = "ads", .title = "Ads", .category = "list", .list = 1};
    f->list = (struct plan_list){.service = LIST, .format = LIST_DOMAINS, .path = f->path};
    f->plan.services = f->services;
    f->plan.service_count = 3;
    f->plan.lists = &f->list;
    f->plan.list_count = 1;
    f->job.now = 1000;
    folder_write(f->state, "source", "ads.example.com\nads.example.net\n");
    return 0;
}

static void forget(struct fixture *f)
{
    bytes_free(f->catalogue.map);
    f->catalogue.map = (struct bytes){NULL, 0};
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    forget(f);
    folder_remove(f->state);
    free(f);
    return 0;
}

/* Whether there is a new map, in f->catalogue. */
static bool compile(struct fixture *f)
{
    const char *why;
    struct bytes map;

    assert_true(compile_catalogue(&f->plan, &f->job, &map, &report));
    assert_string_equal(report.why, "");
    if (!map.ptr)
        return false;
    forget(f);
    assert_true(catalogue_open(&f->catalogue, map, &why));
    return true;
}

static void store(const struct fixture *f)
{
    char why[COMPILE_WHY];

    assert_true(compile_store(f->state, f->catalogue.map, why));
}

static bool is_of(const struct fixture *f, const char *name, unsigned service)
{
    uint8_t label = plan_label(&f->catalogue, name);

    return label < f->catalogue.label_count &&
           set256_has(&f->catalogue.labels[label], (uint8_t)service);
}

static void compile__services_and_a_list__all_names_are_there(void **state)
{
    struct fixture *f = *state;

    assert_true(compile(f));
    assert_int_equal(report.lists[LIST].result, SHELF_TAKEN);
    assert_true(is_of(f, "www.facebook.com", 0));
    assert_true(is_of(f, "fbcdn.net", 0) && is_of(f, "fbcdn.net", 1));
    assert_true(is_of(f, "x.ads.example.com", LIST));
    assert_int_equal(plan_label(&f->catalogue, "example.com"), LABEL_OTHER);
    assert_int_equal(f->catalogue.counts[LIST].names, 2);
}

static void compile__without_a_state_folder__lists_and_local_names_are_left_alone(void **state)
{
    struct fixture *f = *state;

    folder_write(f->state, "names", "nonsense\n");
    f->plan.state = NULL;
    assert_true(compile(f));
    assert_false(is_of(f, "ads.example.com", LIST));
    assert_true(is_of(f, "facebook.com", 0));
}

static void compile__list_that_cannot_be_read__stays_as_it_was(void **state)
{
    struct fixture *f = *state;

    assert_true(compile(f));
    assert_int_equal(unlink(f->path), 0);
    assert_true(compile(f));
    assert_int_equal(report.lists[LIST].result, SHELF_REFUSED);
    assert_true(strlen(report.lists[LIST].why) > 0);
    assert_true(is_of(f, "ads.example.com", LIST));
}

static void compile__list_that_never_could_be_read__is_empty(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(unlink(f->path), 0);
    assert_true(compile(f));
    assert_int_equal(report.lists[LIST].result, SHELF_REFUSED);
    assert_int_equal(f->catalogue.counts[LIST].names, 0);
    assert_true(is_of(f, "facebook.com", 0));
}

static void compile__local_names__come_on_top(void **state)
{
    struct fixture *f = *state;

    folder_write(f->state, "names",
                 "add instagrm.nl instagram 2026-11-20T10:15:00Z jan\n"
                 "except help.instagram.com instagram 2026-11-20T10:15:00Z jan\n"
                 "add facebook.com never-block 2026-11-20T10:15:00Z jan\n"
                 "except ads.example.com ads 2026-11-20T10:15:00Z jan\n");
    assert_true(compile(f));
    assert_int_equal(report.local_unknown, 0);
    assert_true(is_of(f, "www.instagrm.nl", 1));
    assert_true(is_of(f, "www.instagram.com", 1));
    assert_false(is_of(f, "help.instagram.com", 1));
    assert_int_equal(plan_label(&f->catalogue, "www.facebook.com"), LABEL_NEVER);
    assert_false(is_of(f, "ads.example.com", LIST));
    assert_true(is_of(f, "ads.example.net", LIST));
}

static void compile__local_names_of_nothing_known__are_counted(void **state)
{
    struct fixture *f = *state;

    folder_write(f->state, "names",
                 "add hyves.nl hyves 2026-11-20T10:15:00Z jan\n"
                 "add magister.net facebook 2026-11-20T10:15:00Z jan\n");
    assert_true(compile(f));
    assert_int_equal(report.local_unknown, 2);
    assert_string_equal(report.local_first, "add 'hyves.nl' hyves");
    assert_int_equal(plan_label(&f->catalogue, "magister.net"), LABEL_NEVER);
}

static void compile__the_same_inputs__are_found(void **state)
{
    struct fixture *f = *state;
    uint64_t id;

    assert_true(compile(f));
    assert_false(report.cached || report.unchanged);
    id = f->catalogue.id;
    store(f);
    assert_true(compile(f));
    assert_true(report.cached);
    assert_true(f->catalogue.id == id);
    f->job.seed = &f->catalogue;
    assert_false(compile(f));
    assert_true(report.unchanged);
}

static void compile__other_inputs__are_compiled_again(void **state)
{
    struct fixture *f = *state;

    assert_true(compile(f));
    store(f);
    folder_write(f->state, "names", "add a.nl facebook 2026-11-20T10:15:00Z jan\n");
    assert_true(compile(f));
    assert_false(report.cached);
    assert_true(is_of(f, "a.nl", 0));
}

static void compile__stored_one_is_damaged__is_compiled_again(void **state)
{
    struct fixture *f = *state;
    char path[FOLDER_PATH + 32];

    assert_true(compile(f));
    store(f);
    snprintf(path, sizeof(path), "%s/%s", f->state, COMPILE_FILE);
    assert_int_equal(truncate(path, (off_t)f->catalogue.map.len - 1), 0);
    assert_true(compile(f));
    assert_false(report.cached);
}

static void compile__stored_one_is_a_pipe__not_waited_for(void **state)
{
    struct fixture *f = *state;
    char path[FOLDER_PATH + 32];

    snprintf(path, sizeof(path), "%s/%s", f->state, COMPILE_FILE);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_true(compile(f));
    assert_false(report.cached);
    store(f);
    assert_true(compile(f));
    assert_true(report.cached);
}

static void compile__never_blocked_name_of_a_service__is_refused_with_both(void **state)
{
    struct fixture *f = *state;
    struct hostname never = f->plan.names[0].name;
    struct bytes map;

    f->plan.never = &never;
    assert_false(compile_catalogue(&f->plan, &f->job, &map, &report));
    assert_null(map.ptr);
    assert_string_equal(report.why,
                        "'facebook.com' is never blocked, and a name of service 'facebook'");
}

static void store__no_folder__is_no_failure_and_no_room_is(void **state)
{
    struct fixture *f = *state;
    char why[COMPILE_WHY], path[FOLDER_PATH + 32];

    assert_true(compile(f));
    assert_true(compile_store("/nonexistent/lespoort", f->catalogue.map, why));
    snprintf(path, sizeof(path), "%s/%s.new", f->state, COMPILE_FILE);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_false(compile_store(f->state, f->catalogue.map, why));
    assert_non_null(strstr(why, COMPILE_FILE " cannot be written in the state folder: "));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(compile__services_and_a_list__all_names_are_there),
        TEST(compile__without_a_state_folder__lists_and_local_names_are_left_alone),
        TEST(compile__list_that_cannot_be_read__stays_as_it_was),
        TEST(compile__list_that_never_could_be_read__is_empty),
        TEST(compile__local_names__come_on_top),
        TEST(compile__local_names_of_nothing_known__are_counted),
        TEST(compile__the_same_inputs__are_found),
        TEST(compile__other_inputs__are_compiled_again),
        TEST(compile__stored_one_is_damaged__is_compiled_again),
        TEST(compile__stored_one_is_a_pipe__not_waited_for),
        TEST(compile__never_blocked_name_of_a_service__is_refused_with_both),
        TEST(store__no_folder__is_no_failure_and_no_room_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
