/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ICT adds and takes away; what people see of it is in tests/ctl/names.txt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "support/keeper.h"

static char logged[4096];

static void record(enum log_level level, const char *line)
{
    size_t len = strlen(logged);

    (void)level;
    snprintf(logged + len, sizeof(logged) - len, "%s\n", line);
}

static int set_up(void **state)
{
    struct keeper *k = calloc(1, sizeof(*k));

    if (!k)
        return -1;
    keeper_begin(k, "", 0);
    k->now = desk_test_time("2026-11-20 10:52");
    log_init("test", LOG_LEVEL_DEBUG, record);
    logged[0] = '\0';
    *state = k;
    return 0;
}

static int tear_down(void **state)
{
    keeper_end(*state);
    free(*state);
    return 0;
}

/* services: a list of words, or NULL. */
static json_t *request(const char *verb, const char *name, const char *services)
{
    json_t *list = services ? json_array() : NULL;
    char *words = strdup(services ? services : ""), *rest = words;

    for (char *word = strsep(&rest, " "); services && word; word = strsep(&rest, " "))
        json_array_append_new(list, json_string(word));
    free(words);
    return json_pack("{s:s,s:{s:s,s:o*}}", "verb", verb, "args", "name", name, "services", list);
}

/* "ok", or the code of the refusal. */
static const char *code(struct keeper *k, const char *verb, const char *name, const char *services)
{
    static char text[32];
    json_t *asked = request(verb, name, services);
    json_t *answer = keeper_ask(k, "ict", asked);
    const char *found =
        json_string_value(json_object_get(json_object_get(answer, "error"), "code"));

    snprintf(text, sizeof(text), "%s", found ? found : "ok");
    json_decref(asked);
    json_decref(answer);
    return text;
}

static char *kept(const struct keeper *k)
{
    return folder_read(k->folder, "state/names");
}

/* The services of a name, as the datapath has them: "instagram,x". */
static void expect_owners(const struct keeper *k, const char *name, const char *want)
{
    const struct catalogue *c = desk_catalogue(k->desk);
    struct hostname host;
    char text[256] = "";
    uint8_t label;

    assert_true(hostname_set(&host, (struct span){name, strlen(name)}));
    label = catalogue_label(c, &host, NULL);
    for (unsigned i = 0; label < c->label_count && i < c->service_count; i++)
        if (set256_has(&c->labels[label], (uint8_t)i))
            snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", *text ? "," : "",
                     c->services[i].id);
    if (label == LABEL_NEVER)
        snprintf(text, sizeof(text), "never");
    assert_string_equal(text, want);
}

static void names__add_and_remove__undo_each_other(void **state)
{
    static const struct {
        const char *name, *service, *before, *after; /* before and after adding */
    } added[] = {
        {"instagrm.nl", "instagram", "", "instagram"},
        {"help.instagram.com", "x", "instagram", "x"},
        {"instagram.com", "x", "instagram", "instagram,x"},
        {"youtube.com", "never-block", "youtube", "never"},
        {"www.magister.net.example", "never-block", "", "never"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(added); i++) {
        expect_owners(*state, added[i].name, added[i].before);
        assert_string_equal(code(*state, "name.add", added[i].name, added[i].service), "ok");
        expect_owners(*state, added[i].name, added[i].after);
        assert_string_equal(code(*state, "name.remove", added[i].name, added[i].service), "ok");
        expect_owners(*state, added[i].name, added[i].before);
    }
    char *text = kept(*state);

    assert_string_equal(text, "");
    free(text);
}

static void names__remove_and_add__undo_each_other(void **state)
{
    static const struct {
        const char *name, *service, *before, *after;
    } removed[] = {
        {"help.instagram.com", "instagram", "instagram", ""},
        {"instagram.com", "instagram", "instagram", ""},
        {"fbcdn.net", "facebook", "instagram,facebook", "instagram"},
        {"a.fbcdn.net", "instagram", "instagram,facebook", "facebook"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(removed); i++) {
        expect_owners(*state, removed[i].name, removed[i].before);
        assert_string_equal(code(*state, "name.remove", removed[i].name, removed[i].service), "ok");
        expect_owners(*state, removed[i].name, removed[i].after);
        assert_string_equal(code(*state, "name.add", removed[i].name, removed[i].service), "ok");
        expect_owners(*state, removed[i].name, removed[i].before);
    }
    char *text = kept(*state);

    assert_string_equal(text, "");
    free(text);
}

static void names__the_same_again__compiles_nothing(void **state)
{
    struct keeper *k = *state;
    unsigned before;

    assert_string_equal(code(k, "name.add", "instagrm.nl", "instagram"), "ok");
    before = k->compiled;
    assert_string_equal(code(k, "name.add", "instagrm.nl", "instagram"), "ok");
    assert_string_equal(code(k, "name.add", "www.instagram.com", "instagram"), "ok");
    assert_int_equal(k->compiled, before);
}

static void names__cannot_be_compiled__everything_is_as_it_was(void **state)
{
    static const struct {
        const char *verb, *name, *services;
    } tries[] = {
        {"name.add", "new.example", "instagram"},
        {"name.add", "shared.example", "youtube"},
        {"name.add", "shared.example", "never-block"},
        {"name.add", "help.instagram.com", "instagram"},
        {"name.remove", "shared.example", NULL},
        {"name.remove", "x.com", NULL},
    };
    struct keeper *k = *state;
    char *before, *after;

    assert_string_equal(code(k, "name.add", "shared.example", "instagram x"), "ok");
    assert_string_equal(code(k, "name.remove", "help.instagram.com", NULL), "ok");
    before = kept(k);
    k->fails = true;
    for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
        assert_string_equal(code(k, tries[i].verb, tries[i].name, tries[i].services),
                            "unavailable");
        expect_owners(k, "shared.example", "instagram,x");
        after = kept(k);
        assert_int_equal(strlen(after), strlen(before));
        free(after);
    }
    k->fails = false;
    assert_string_equal(code(k, "name.remove", "shared.example", "x"), "ok");
    expect_owners(k, "shared.example", "instagram");
    expect_owners(k, "help.instagram.com", "");
    free(before);
}

static void names__a_service_that_is_gone__its_name_can_be_taken_back(void **state)
{
    struct keeper *k = *state;
    char *text;

    folder_write(k->folder, "state/names",
                 "add a.example hyves 2026-11-20T10:15:00Z jan\n"
                 "add b.example hyves 2026-11-20T10:15:00Z jan\n");
    assert_string_equal(code(k, "name.remove", "a.example", "hyves"), "ok");
    assert_string_equal(code(k, "name.remove", "b.example", NULL), "ok");
    text = kept(k);
    assert_string_equal(text, "");
    free(text);
}

static void names__a_file_that_cannot_be_read__is_left_alone(void **state)
{
    static const char bad[] = "add nonsense\n";
    struct keeper *k = *state;
    char *text;

    folder_write(k->folder, "state/names", bad);
    assert_string_equal(code(k, "name.add", "a.example", "x"), "unavailable");
    assert_string_equal(code(k, "name.list", "a.example", NULL), "bad-request");
    assert_string_equal(code(k, "name.test", "a.example", NULL), "ok");
    text = kept(k);
    assert_string_equal(text, bad);
    free(text);
}

static void names__audit__says_who_and_what_and_nothing_of_a_test(void **state)
{
    struct keeper *k = *state;

    assert_string_equal(code(k, "name.test", "secret.example", NULL), "ok");
    assert_string_equal(logged, "");
    assert_string_equal(code(k, "name.add", "a.example", "x youtube"), "ok");
    assert_string_equal(code(k, "name.remove", "a.example", "x"), "ok");
    assert_string_equal(logged, "\"ict\" added name \"a.example\" to \"x\".\n"
                                "\"ict\" added name \"a.example\" to \"youtube\".\n"
                                "\"ict\" took name \"a.example\" from \"x\".\n");
}

static void names__without_a_state_folder__are_unavailable(void **state)
{
    struct keeper *k = *state;

    desk_test_use(k->desk, EXCEPTIONS_TEACHER, k->now);
    assert_string_equal(code(k, "name.add", "a.example", "x"), "unavailable");
    assert_string_equal(code(k, "name.test", "a.example", NULL), "ok");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names__add_and_remove__undo_each_other, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names__remove_and_add__undo_each_other, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names__the_same_again__compiles_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names__cannot_be_compiled__everything_is_as_it_was, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(names__a_service_that_is_gone__its_name_can_be_taken_back,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(names__a_file_that_cannot_be_read__is_left_alone, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(names__audit__says_who_and_what_and_nothing_of_a_test,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(names__without_a_state_folder__are_unavailable, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
