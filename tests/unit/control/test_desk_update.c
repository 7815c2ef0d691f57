/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an update leaves on the disk; what people see of it is in tests/ctl/update.txt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "control/verify.h"
#include "support/keeper.h"

#define OLD                                                                                        \
    "services = ( { id = \"video\"; title = \"V\"; category = \"v\"; core = [ \"v.nl\" ]; } );\n"
#define BAD "services = ( );\n"

/* The config closes these. */
#define CATALOGUE(more)                                                                            \
    "services = ( { id = \"instagram\"; title = \"I\"; category = \"s\"; core = [ \"i.nl\" ]; },"  \
    "{ id = \"tiktok\"; title = \"T\"; category = \"s\"; core = [ \"t.nl\"" more " ]; },"          \
    "{ id = \"x\"; title = \"X\"; category = \"s\"; core = [ \"x.nl\" ]; },"                       \
    "{ id = \"y\"; title = \"Y\"; category = \"video\"; core = [ \"y.nl\" ]; } );\n"

static int set_up(void **state)
{
    struct keeper *k = calloc(1, sizeof(*k));

    if (!k)
        return -1;
    keeper_begin(k, "", 0);
    *state = k;
    return 0;
}

static int tear_down(void **state)
{
    keeper_end(*state);
    free(*state);
    return 0;
}

/* The file "new" with its checksum. */
static void offer(const struct keeper *k, const char *text)
{
    char sum[SHA256_TEXT], line[SHA256_TEXT + 8];

    assert_true(verify_sha256((struct bytes){(const uint8_t *)text, strlen(text)}, sum));
    snprintf(line, sizeof(line), "%s  new\n", sum);
    folder_write(k->folder, "new", text);
    folder_write(k->folder, "new.sha256", line);
}

/* The result, or the error. The caller frees it. */
static json_t *ask(struct keeper *k, json_t *request)
{
    json_t *answer = keeper_ask(k, "ict", request);
    json_t *result = json_object_get(answer, "result");

    result = json_incref(result ? result : json_object_get(answer, "error"));
    json_decref(request);
    json_decref(answer);
    return result;
}

static json_t *update(struct keeper *k, bool install)
{
    char path[FOLDER_PATH + 8];

    snprintf(path, sizeof(path), "%s/new", k->folder);
    return ask(k, json_pack("{s:s,s:{s:s,s:b}}", "verb", "services.update", "args", "path", path,
                            "install", install));
}

static const char *code_of(json_t *result)
{
    static char text[32];
    const char *code = json_string_value(json_object_get(result, "code"));

    snprintf(text, sizeof(text), "%s", code ? code : "ok");
    json_decref(result);
    return text;
}

static const char *rollback(struct keeper *k)
{
    return code_of(ask(k, json_pack("{s:s}", "verb", "services.rollback")));
}

/* NULL: there is no such file. */
static void expect_file(const struct keeper *k, const char *name, const char *want)
{
    char path[64], *text;

    snprintf(path, sizeof(path), "state/catalogue.%s", name);
    text = folder_read(k->folder, path);
    if (want && text)
        assert_string_equal(text, want);
    assert_int_equal(text != NULL, want != NULL);
    free(text);
}

static void expect_files(const struct keeper *k, const char *conf, const char *before)
{
    expect_file(k, "conf", conf);
    expect_file(k, "before", before);
    expect_file(k, "new", NULL);
    expect_file(k, "older", NULL);
}

static void update__only_looked_at__leaves_nothing(void **state)
{
    struct keeper *k = *state;
    char *first = folder_read(k->folder, "state/catalogue.conf");

    offer(k, CATALOGUE(""));
    assert_string_equal(code_of(update(k, false)), "ok");
    expect_files(k, first, NULL);
    offer(k, BAD);
    assert_string_equal(code_of(update(k, true)), "config");
    expect_files(k, first, NULL);
    free(first);
}

static void update__installed_twice__one_step_back_and_forth(void **state)
{
    struct keeper *k = *state;

    offer(k, CATALOGUE(""));
    assert_string_equal(code_of(update(k, true)), "ok");
    offer(k, CATALOGUE(",\"u.nl\""));
    assert_string_equal(code_of(update(k, true)), "ok");
    expect_files(k, CATALOGUE(",\"u.nl\""), CATALOGUE(""));
    assert_string_equal(rollback(k), "ok");
    expect_files(k, CATALOGUE(""), CATALOGUE(",\"u.nl\""));
    assert_string_equal(rollback(k), "ok");
    expect_files(k, CATALOGUE(",\"u.nl\""), CATALOGUE(""));
}

static void update__fails_at_any_step__files_are_as_before(void **state)
{
    struct keeper *k = *state;

    offer(k, CATALOGUE(""));
    assert_string_equal(code_of(update(k, true)), "ok");
    offer(k, CATALOGUE(",\"u.nl\""));
    assert_string_equal(code_of(update(k, true)), "ok");
    offer(k, CATALOGUE(",\"w.nl\""));
    k->fails = true;
    assert_string_equal(code_of(update(k, true)), "unavailable");
    expect_files(k, CATALOGUE(",\"u.nl\""), CATALOGUE(""));
    assert_string_equal(rollback(k), "unavailable");
    expect_files(k, CATALOGUE(",\"u.nl\""), CATALOGUE(""));
    k->fails = false;
    k->bad_config = "lespoort.conf:1: no";
    assert_string_equal(code_of(update(k, true)), "config");
    expect_files(k, CATALOGUE(",\"u.nl\""), CATALOGUE(""));
    assert_string_equal(rollback(k), "config");
    expect_files(k, CATALOGUE(",\"u.nl\""), CATALOGUE(""));
}

static void update__left_by_a_crash__is_no_hindrance(void **state)
{
    struct keeper *k = *state;

    folder_write(k->folder, "state/catalogue.new", "half");
    folder_write(k->folder, "state/catalogue.older", OLD);
    offer(k, CATALOGUE(""));
    assert_string_equal(code_of(update(k, true)), "ok");
    expect_file(k, "new", NULL);
    expect_file(k, "older", NULL);
    expect_file(k, "conf", CATALOGUE(""));
}

static void update__many_names__are_counted_and_the_first_ones_shown(void **state)
{
    struct keeper *k = *state;
    const json_t *names, *group;
    json_t *result;
    size_t i;

    offer(k, CATALOGUE(",\"a1.nl\",\"a2.nl\",\"a3.nl\",\"a4.nl\",\"a5.nl\",\"a6.nl\",\"a7.nl\","
                       "\"a8.nl\",\"a9.nl\""));
    result = update(k, false);
    names = json_object_get(json_object_get(result, "changes"), "names");
    json_array_foreach(names, i, group)
    {
        if (strcmp(json_string_value(json_object_get(group, "service")), "tiktok") != 0)
            continue;
        assert_int_equal(json_integer_value(json_object_get(group, "added")), 10);
        assert_int_equal(json_array_size(json_object_get(group, "added_first")), 8);
        assert_int_equal(json_integer_value(json_object_get(group, "removed")), 1);
        break;
    }
    assert_int_equal(i < json_array_size(names), 1);
    json_decref(result);
}

static void update__a_relative_path__is_a_bad_request(void **state)
{
    json_t *request = json_pack("{s:s,s:{s:s}}", "verb", "services.update", "args", "path", "new");

    assert_string_equal(code_of(ask(*state, request)), "bad-request");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(update__only_looked_at__leaves_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(update__installed_twice__one_step_back_and_forth, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(update__fails_at_any_step__files_are_as_before, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(update__left_by_a_crash__is_no_hindrance, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(update__many_names__are_counted_and_the_first_ones_shown,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(update__a_relative_path__is_a_bad_request, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
