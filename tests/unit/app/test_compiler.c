/* SPDX-License-Identifier: GPL-2.0-or-later */
/* With real helpers. One that has to go on working waits for a FIFO in place of a file. */
#include "support/test.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/compiler.h"
#include "support/folder.h"
#include "support/plan.h"

static const struct compile_job job = {.now = 1000};

struct fixture {
    char state[FOLDER_PATH];
    struct event_base *base;
    struct compiler *compiler;
    unsigned descriptors;
    unsigned called;
    const struct plan *again; /* to be compiled after this one */
    bool ok, unchanged;
    struct sealed *catalogue;
    char why[COMPILE_WHY], not_stored[COMPILE_WHY];
};

static unsigned count_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    unsigned count = 0;

    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    *state = f;
    folder_make(f->state);
    f->descriptors = count_descriptors();
    f->base = event_base_new();
    f->compiler = compiler_new(f->base);
    return f->compiler ? 0 : -1;
}

/* Whatever happened: no helper, no zombie, no descriptor is left. */
static int tear_down(void **state)
{
    struct fixture *f = *state;

    compiler_free(f->compiler);
    event_base_free(f->base);
    sealed_free(f->catalogue);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    assert_int_equal(count_descriptors(), f->descriptors);
    folder_remove(f->state);
    free(f);
    return 0;
}

static void take(void *arg, const struct compiled *result)
{
    struct fixture *f = arg;

    f->called++;
    f->ok = result->ok;
    f->unchanged = result->report->unchanged;
    memcpy(f->why, result->report->why, sizeof(f->why));
    memcpy(f->not_stored, result->report->not_stored, sizeof(f->not_stored));
    sealed_free(f->catalogue);
    f->catalogue = result->catalogue;
    assert_false(compiler_busy(f->compiler));
    if (f->again) {
        const struct plan *plan = f->again;

        f->again = NULL;
        assert_true(compiler_start(f->compiler, plan, &job, take, f));
    }
}

/* Starts one, and turns the loop until nothing is left to wait for. */
static void compile(struct fixture *f, const struct plan *p, const struct compile_job *j)
{
    assert_true(compiler_start(f->compiler, p, j, take, f));
    assert_true(compiler_busy(f->compiler));
    assert_int_equal(f->called, 0);
    event_base_dispatch(f->base);
}

/* The helper meets a FIFO where the catalogue of before would stand, and never gets further. */
static void block(const struct fixture *f)
{
    char path[FOLDER_PATH + 32];

    snprintf(path, sizeof(path), "%s/%s", f->state, COMPILE_FILE);
    assert_int_equal(mkfifo(path, 0600), 0);
}

static void compiler__a_plan__comes_back_as_sealed_memory_and_is_stored(void **state)
{
    struct fixture *f = *state;
    const struct plan plan = plan_make(f->state, false);
    const char *why;
    struct sealed *stored;

    compile(f, &plan, &job);
    assert_int_equal(f->called, 1);
    assert_string_equal(f->why, "");
    assert_true(f->ok && f->catalogue);
    assert_int_equal(plan_label(&f->catalogue->catalogue, "www.magister.net"), LABEL_NEVER);
    assert_true(plan_label(&f->catalogue->catalogue, "www.facebook.com") > 0);
    assert_int_equal(write(f->catalogue->fd, "x", 1), -1);
    stored = sealed_stored(&plan, &why);
    assert_non_null(stored);
    assert_true(stored->catalogue.id == f->catalogue->catalogue.id);
    sealed_free(stored);
}

static void compiler__the_same_again__is_unchanged(void **state)
{
    struct fixture *f = *state;
    const struct plan plan = plan_make(NULL, false);
    struct compile_job again = job;
    struct sealed *first;

    compile(f, &plan, &job);
    first = f->catalogue;
    again.seed = &first->catalogue;
    f->catalogue = NULL;
    f->called = 0;
    compile(f, &plan, &again);
    assert_true(f->ok && f->unchanged);
    assert_null(f->catalogue);
    sealed_free(first);
}

/* Marks of open flows carry the numbers. */
static void compiler__services_in_another_order__labels_keep_their_numbers(void **state)
{
    static const char *const names[] = {"facebook.com", "instagram.com", "fbcdn.net"};
    struct fixture *f = *state;
    struct plan plan = plan_make(NULL, false);
    struct compile_job next = job;
    uint8_t before[ARRAY_SIZE(names)];
    struct sealed *first;

    compile(f, &plan, &job);
    first = f->catalogue;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        before[i] = plan_label(&first->catalogue, names[i]);
    f->catalogue = NULL;
    f->called = 0;
    next.seed = &first->catalogue;
    plan = plan_make(NULL, true);
    compile(f, &plan, &next);
    assert_true(f->ok && f->catalogue);
    assert_int_equal(catalogue_service(&f->catalogue->catalogue, "instagram"), 0);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        assert_int_equal(plan_label(&f->catalogue->catalogue, names[i]), before[i]);
    sealed_free(first);
}

/* After a restart there is no catalogue in force; the stored one says. */
static void compiler__after_a_restart__labels_keep_their_numbers(void **state)
{
    struct fixture *f = *state;
    struct plan plan = plan_make(f->state, false);
    uint8_t shared;

    compile(f, &plan, &job);
    shared = plan_label(&f->catalogue->catalogue, "fbcdn.net");
    plan = plan_make(f->state, true);
    f->called = 0;
    compile(f, &plan, &job);
    assert_int_equal(plan_label(&f->catalogue->catalogue, "fbcdn.net"), shared);
}

static void compiler__one_works__another_is_refused(void **state)
{
    struct fixture *f = *state;
    const struct plan plan = plan_make(f->state, false);

    block(f);
    assert_true(compiler_start(f->compiler, &plan, &job, take, f));
    assert_false(compiler_start(f->compiler, &plan, &job, take, f));
    assert_int_equal(errno, EBUSY);
    assert_int_equal(f->called, 0);
}

static void compiler__callback__may_start_the_next(void **state)
{
    struct fixture *f = *state;
    const struct plan plan = plan_make(f->state, false);

    f->again = &plan;
    compile(f, &plan, &job);
    assert_int_equal(f->called, 2);
    assert_true(f->ok);
}

/* Only helpers have SIGTERM's default action: see main(). */
static void compiler__helper_that_is_killed__says_by_what(void **state)
{
    struct fixture *f = *state;
    const struct plan plan = plan_make(f->state, false);

    block(f);
    assert_true(compiler_start(f->compiler, &plan, &job, take, f));
    kill(0, SIGTERM);
    event_base_dispatch(f->base);
    assert_int_equal(f->called, 1);
    assert_false(f->ok);
    assert_null(f->catalogue);
    assert_string_equal(f->why, "the helper that compiles names was killed (signal 15)");
}

static void compiler__failure__has_the_reason(void **state)
{
    struct fixture *f = *state;
    const struct plan plan = plan_make(f->state, false);

    folder_write(f->state, "names", "nonsense\n");
    compile(f, &plan, &job);
    assert_false(f->ok);
    assert_null(f->catalogue);
    assert_non_null(strstr(f->why, "names:1:"));
}

static void compiler__no_room_to_store__is_told_and_no_failure(void **state)
{
    struct fixture *f = *state;
    const struct plan plan = plan_make(f->state, false);
    char path[FOLDER_PATH + 32];

    snprintf(path, sizeof(path), "%s/%s.new", f->state, COMPILE_FILE);
    assert_int_equal(mkdir(path, 0700), 0);
    compile(f, &plan, &job);
    assert_true(f->ok && f->catalogue);
    assert_non_null(strstr(f->not_stored, "cannot be written"));
}

static void compiler__no_state_folder_yet__is_no_complaint(void **state)
{
    struct fixture *f = *state;
    const struct plan plan = plan_make("/nonexistent/lespoort", false);

    compile(f, &plan, &job);
    assert_true(f->ok && f->catalogue);
    assert_string_equal(f->not_stored, "");
}

static void wait__a_plan_then_nonsense__both_are_told(void **state)
{
    static struct compile_report report;
    struct fixture *f = *state;
    const struct plan plan = plan_make(f->state, false);

    assert_true(compiler_wait(&plan, &job, &f->catalogue, &report));
    assert_true(plan_label(&f->catalogue->catalogue, "instagram.com") > 0);
    assert_int_equal(report.cached, 0);
    sealed_free(f->catalogue);
    assert_true(compiler_wait(&plan, &job, &f->catalogue, &report));
    assert_int_equal(report.cached, 1);
    sealed_free(f->catalogue);
    folder_write(f->state, "names", "nonsense\n");
    assert_false(compiler_wait(&plan, &job, &f->catalogue, &report));
    assert_null(f->catalogue);
    assert_non_null(strstr(report.why, "names:1:"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(compiler__a_plan__comes_back_as_sealed_memory_and_is_stored),
        TEST(compiler__the_same_again__is_unchanged),
        TEST(compiler__services_in_another_order__labels_keep_their_numbers),
        TEST(compiler__after_a_restart__labels_keep_their_numbers),
        TEST(compiler__one_works__another_is_refused),
        TEST(compiler__callback__may_start_the_next),
        TEST(compiler__helper_that_is_killed__says_by_what),
        TEST(compiler__failure__has_the_reason),
        TEST(compiler__no_room_to_store__is_told_and_no_failure),
        TEST(compiler__no_state_folder_yet__is_no_complaint),
        TEST(wait__a_plan_then_nonsense__both_are_told),
    };

    setpgid(0, 0);
    signal(SIGTERM, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
