/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The compiler with next to no memory and patience (see CMakeLists.txt). */
#include "support/test.h"

#include <unistd.h>

#include "app/compiler.h"
#include "support/folder.h"
#include "support/plan.h"

_Static_assert(COMPILER_PATIENCE_S == 1 && COMPILE_MEMORY == 1 << 20, "what the tests expect");

#define MANY 50000

static const struct compile_job job = {.now = 1000};
static bool hangs; /* the helper is never ready */

bool compile_or_hang(const struct plan *p, const struct compile_job *j, struct bytes *ret_map,
                     struct compile_report *ret);

bool compile_or_hang(const struct plan *p, const struct compile_job *j, struct bytes *ret_map,
                     struct compile_report *ret)
{
    while (hangs)
        pause();
    return compile_catalogue(p, j, ret_map, ret);
}

struct outcome {
    unsigned called;
    bool ok;
    char why[COMPILE_WHY];
};

static void take(void *arg, const struct compiled *result)
{
    struct outcome *o = arg;

    o->called++;
    o->ok = result->ok;
    memcpy(o->why, result->report->why, sizeof(o->why));
    sealed_free(result->catalogue);
}

#ifndef __SANITIZE_ADDRESS__ /* then its address space is not limited */
static void helper__more_names_than_memory__fails_and_says_so(void **state)
{
    static struct compile_report report;
    struct plan plan = plan_make(NULL, false);
    struct plan_name *names = calloc(MANY, sizeof(*names));
    struct sealed *s;

    (void)state;
    assert_non_null(names);
    for (size_t i = 0; i < MANY; i++) {
        char text[32];
        int len = snprintf(text, sizeof(text), "name%zu.example.nl", i);

        assert_true(hostname_set(&names[i].name, (struct span){text, (size_t)len}));
    }
    plan.names = names;
    plan.name_count = MANY;
    assert_false(compiler_wait(&plan, &job, &s, &report));
    assert_null(s);
    assert_string_equal(report.why, "there is no memory left");
    free(names);
}
#endif

static void helper__never_ready__is_stopped_after_a_while(void **state)
{
    const struct plan plan = plan_make(*state, false);
    struct event_base *base = event_base_new();
    struct compiler *c = compiler_new(base);
    struct outcome o = {.ok = true};

    hangs = true;
    assert_true(compiler_start(c, &plan, &job, take, &o));
    event_base_dispatch(base);
    assert_int_equal(o.called, 1);
    assert_false(o.ok);
    assert_string_equal(o.why, "the helper that compiles names took more than 1 s and was stopped");
    compiler_free(c);
    event_base_free(base);
}

static void wait__never_ready__is_stopped_after_a_while(void **state)
{
    static struct compile_report report;
    const struct plan plan = plan_make(*state, false);
    struct sealed *s;

    hangs = true;
    assert_false(compiler_wait(&plan, &job, &s, &report));
    assert_string_equal(report.why,
                        "the helper that compiles names took more than 1 s and was stopped");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#ifndef __SANITIZE_ADDRESS__
        cmocka_unit_test(helper__more_names_than_memory__fails_and_says_so),
#endif
        cmocka_unit_test_setup_teardown(helper__never_ready__is_stopped_after_a_while,
                                        folder_set_up, folder_tear_down),
        cmocka_unit_test_setup_teardown(wait__never_ready__is_stopped_after_a_while, folder_set_up,
                                        folder_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
