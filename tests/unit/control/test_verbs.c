/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "control/verbs.h"
#include "support/desk.h"

static int set_up(void **state)
{
    struct desk_hooks hooks = {.changed = NULL};
    struct desk *desk = desk_new(&hooks);

    *state = desk;
    if (!desk)
        return -1;
    desk_test_use(desk, EXCEPTIONS_TEACHER, 0);
    return 0;
}

static int tear_down(void **state)
{
    desk_free(*state);
    return 0;
}

/* The code of the refusal, or "ok". */
static const char *code_of(struct desk *desk, const char *login, const char *line)
{
    static char code[32];
    const char *why = NULL, *found;
    json_t *request = proto_parse((struct span){line, strlen(line)}, &why);
    json_t *answer;

    assert_non_null(request);
    answer = desk_handle(desk, desk_test_person(login), request, desk_test_time("2026-11-20 10:52"),
                         NULL);
    found = json_string_value(json_object_get(json_object_get(answer, "error"), "code"));
    snprintf(code, sizeof(code), "%s", found ? found : "ok");
    json_decref(request);
    json_decref(answer);
    return code;
}

static void verbs__malformed_requests__are_bad_requests(void **state)
{
    static const char *const lines[] = {
        "{}",
        "{\"verb\":7}",
        "{\"verb\":\"\"}",
        "{\"verb\":\"statsu\"}",
        "{\"verb\":\"status\",\"args\":[]}",
        "{\"verb\":\"status\",\"args\":{\"zoen\":\"306\"}}",
        "{\"verb\":\"status\",\"args\":{\"zone\":306}}",
        "{\"verb\":\"status\",\"args\":{\"zone\":\"\"}}",
        "{\"verb\":\"grant\"}",
        "{\"verb\":\"grant\",\"args\":{\"services\":[]}}",
        "{\"verb\":\"grant\",\"args\":{\"services\":\"youtube\"}}",
        "{\"verb\":\"grant\",\"args\":{\"services\":[\"youtube\",7]}}",
        "{\"verb\":\"grant\",\"args\":{\"services\":[\"youtube\"],\"for\":0}}",
        "{\"verb\":\"grant\",\"args\":{\"services\":[\"youtube\"],\"for\":604801}}",
        "{\"verb\":\"grant\",\"args\":{\"services\":[\"youtube\"],\"for\":1.5}}",
        "{\"verb\":\"revoke\",\"args\":{\"all\":1}}",
    };

    for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
        assert_string_equal(code_of(*state, "jan", lines[i]), "bad-request");
}

static void verbs__texts_that_could_deceive__are_refused(void **state)
{
    static const char *const texts[] = {"a\\nb",     "\\u001b[2J", "\\u007f",  "\\u0085",
                                        "a\\u202eb", "a\\u200bb",  "\\ufeffa", "\\u2066a"};
    char line[256];

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        snprintf(line, sizeof(line),
                 "{\"verb\":\"grant\",\"args\":{\"services\":[\"youtube\"],\"zone\":\"306\","
                 "\"on_behalf_of\":\"%s\"}}",
                 texts[i]);
        assert_string_equal(code_of(*state, "jan", line), "bad-request");
    }
    assert_string_equal(code_of(*state, "jan",
                                "{\"verb\":\"grant\",\"args\":{\"services\":[\"youtube\"],"
                                "\"zone\":\"306\",\"on_behalf_of\":\"Zoë Çelik\"}}"),
                        "ok");
}

static void verbs__text_at_its_limit__one_more_is_refused(void **state)
{
    for (int len = NAME_MAX_LEN - 2; len <= NAME_MAX_LEN; len++) {
        char line[256];

        snprintf(line, sizeof(line),
                 "{\"verb\":\"grant\",\"args\":{\"services\":[\"youtube\"],\"zone\":\"306\","
                 "\"on_behalf_of\":\"%.*s\"}}",
                 len, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
        assert_string_equal(code_of(*state, "jan", line),
                            len < NAME_MAX_LEN ? "ok" : "bad-request");
    }
}

static void verbs__every_verb__is_denied_to_nobody_or_open_to_everybody(void **state)
{
    for (size_t i = 0; i < verb_count; i++) {
        char line[64];

        snprintf(line, sizeof(line), "{\"verb\":\"%s\"}", verbs[i].name);
        assert_int_equal(!strcmp(code_of(*state, "pupil", line), "denied"), verbs[i].roles != 0);
    }
}

static void verbs__before_any_config__are_unavailable(void **state)
{
    struct desk_hooks hooks = {.changed = NULL};
    struct desk *bare = desk_new(&hooks);

    (void)state;
    assert_string_equal(code_of(bare, "jan", "{\"verb\":\"status\"}"), "unavailable");
    desk_free(bare);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verbs__malformed_requests__are_bad_requests),
        cmocka_unit_test(verbs__texts_that_could_deceive__are_refused),
        cmocka_unit_test(verbs__text_at_its_limit__one_more_is_refused),
        cmocka_unit_test(verbs__every_verb__is_denied_to_nobody_or_open_to_everybody),
        cmocka_unit_test(verbs__before_any_config__are_unavailable),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
