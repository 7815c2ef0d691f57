/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memfile.h"
#include "lists/sealed.h"
#include "support/folder.h"
#include "support/plan.h"

static struct compile_report report;
static const struct compile_job job = {.now = 1000};

/* Compiled, and stored in the folder. */
static struct sealed *make(const char *folder)
{
    const struct plan plan = plan_make(folder, false);
    struct sealed *s = sealed_compile(&plan, &job, &report);
    char why[COMPILE_WHY];

    assert_non_null(s);
    assert_true(compile_store(folder, s->catalogue.map, why));
    return s;
}

static void open__not_what_it_should_be__is_refused_and_closed(void **state)
{
    const char *why;
    int unsealed = memfd_create("test", MFD_CLOEXEC), nonsense = memfile_seal("test", "lesson", 6);

    (void)state;
    assert_null(sealed_open(unsealed, &why));
    assert_string_equal(why, "it is not sealed memory");
    assert_null(sealed_open(nonsense, &why));
    assert_non_null(why);
    assert_int_equal(close(unsealed), -1);
    assert_int_equal(close(nonsense), -1);
}

static void open__of_another_process__is_the_same_catalogue(void **state)
{
    struct sealed *s = make(*state), *other;
    const char *why;

    other = sealed_open(dup(s->fd), &why);
    assert_non_null(other);
    assert_true(other->catalogue.id == s->catalogue.id);
    sealed_free(s);
    assert_int_equal(plan_label(&other->catalogue, "magister.net"), LABEL_NEVER);
    sealed_free(other);
}

static void fits__other_services__are_found(void **state)
{
    struct sealed *s = make(*state);
    struct plan plan = plan_make(NULL, false);

    assert_true(sealed_fits(s, &plan));
    plan.service_count--;
    assert_false(sealed_fits(s, &plan));
    plan = plan_make(NULL, true);
    assert_false(sealed_fits(s, &plan));
    sealed_free(s);
}

static void stored__sound__is_taken(void **state)
{
    struct sealed *s = make(*state), *stored;
    const struct plan plan = plan_make(*state, false);
    const char *why;

    stored = sealed_stored(&plan, &why);
    assert_non_null(stored);
    assert_true(stored->catalogue.id == s->catalogue.id);
    assert_int_equal(write(stored->fd, "x", 1), -1);
    sealed_free(stored);
    sealed_free(s);
}

static void damage(const char *folder, long at, char byte)
{
    char path[FOLDER_PATH + 32];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder, COMPILE_FILE);
    file = fopen(path, "r+e");
    assert_non_null(file);
    assert_int_equal(fseek(file, at, SEEK_END), 0);
    assert_int_equal(fputc(byte, file), byte);
    assert_int_equal(fclose(file), 0);
}

static void stored__damaged_cut_or_missing__is_not_taken(void **state)
{
    const struct plan plan = plan_make(*state, false), homeless = plan_make(NULL, false);
    char path[FOLDER_PATH + 32];
    const char *why;

    sealed_free(make(*state));
    damage(*state, -1, 'x');
    assert_null(sealed_stored(&plan, &why));
    sealed_free(make(*state));
    snprintf(path, sizeof(path), "%s/%s", (const char *)*state, COMPILE_FILE);
    assert_int_equal(truncate(path, 100), 0);
    assert_null(sealed_stored(&plan, &why));
    assert_int_equal(truncate(path, 0), 0);
    assert_null(sealed_stored(&plan, &why));
    assert_int_equal(unlink(path), 0);
    assert_null(sealed_stored(&plan, &why));
    assert_string_equal(why, "there is none that can be read");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_null(sealed_stored(&plan, &why));
    assert_null(sealed_stored(&homeless, &why));
}

static void compile__failure__has_the_reason(void **state)
{
    const struct plan plan = plan_make(*state, false);

    folder_write(*state, "names", "nonsense\n");
    assert_null(sealed_compile(&plan, &job, &report));
    assert_non_null(strstr(report.why, "names:1:"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, folder_set_up, folder_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(open__not_what_it_should_be__is_refused_and_closed),
        TEST(open__of_another_process__is_the_same_catalogue),
        TEST(fits__other_services__are_found),
        TEST(stored__sound__is_taken),
        TEST(stored__damaged_cut_or_missing__is_not_taken),
        TEST(compile__failure__has_the_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
