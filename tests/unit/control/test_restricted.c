/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Grants that are restricted: what the desk makes of them, and says in the log. */
#include "support/test.h"

#include "base/log.h"
#include "control/desk_parts.h"
#include "names/safe.h"
#include "support/desk.h"

static unsigned changes;
static char logged[1024];

static bool changed(void *arg)
{
    (void)arg;
    changes++;
    return true;
}

static int set_up(void **state)
{
    struct desk_hooks hooks = {.changed = changed};
    struct desk *desk = desk_new(&hooks);

    if (!desk)
        return -1;
    desk_test_use(desk, EXCEPTIONS_TEACHER, 0);
    changes = 0;
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    log_init("test", LOG_LEVEL_ERROR, NULL);
    desk_free(*state);
    return 0;
}

static int64_t moment(const char *clock)
{
    char text[32];

    snprintf(text, sizeof(text), "2026-11-20 %s", clock);
    return desk_test_time(text);
}

/* One request in period 3 of 306, which lasts until 11:15. The caller frees the answer. */
static json_t *ask(struct desk *desk, const char *login, const char *when, json_t *request)
{
    json_t *answer = desk_handle(desk, desk_test_person(login), request, moment(when), NULL);

    json_decref(request);
    return answer;
}

static json_t *grant(const char *service, bool restricted)
{
    return json_pack("{s:s,s:{s:[s],s:s,s:b}}", "verb", "grant", "args", "services", service,
                     "zone", "306", "restricted", restricted);
}

static json_t *revoke(const char *what)
{
    return json_pack("{s:s,s:{s:s}}", "verb", "revoke", "args", "what", what);
}

/* What became of it: "new", "restricted"; or the code of the error; or "ok". */
static void expect(struct desk *desk, const char *login, const char *when, json_t *request,
                   const char *want)
{
    json_t *answer = ask(desk, login, when, request);
    json_t *change = json_object_get(json_object_get(answer, "result"), "change");
    json_t *code = json_object_get(json_object_get(answer, "error"), "code");
    const char *text = json_string_value(change ? change : code);

    assert_string_equal(text ? text : "ok", want);
    json_decref(answer);
}

static bool is_restricted(struct desk *desk, const char *when)
{
    struct facts facts = desk_facts(desk);
    struct set256 safe = safe_services(desk_catalogue(desk));
    int zone = school_zone(facts.school, "306");

    return policy_restricted(&facts, &safe, (unsigned)zone, moment(when));
}

static bool is_open(struct desk *desk, const char *service, const char *when)
{
    struct facts facts = desk_facts(desk);
    int zone = school_zone(facts.school, "306");
    int number = catalogue_service(desk_catalogue(desk), service);

    return !policy_service(&facts, (unsigned)zone, (unsigned)number, moment(when)).closed;
}

static void restricted__until_its_end_or_another_grant(void **state)
{
    expect(*state, "jan", "10:52", grant("video", true), "new");
    assert_true(is_restricted(*state, "10:52"));
    assert_true(is_restricted(*state, "11:14"));
    assert_false(is_restricted(*state, "11:15"));
    assert_true(is_open(*state, "youtube", "10:52"));
    expect(*state, "jan", "10:53", grant("video", true), "unchanged");
    expect(*state, "jan", "10:53", grant("video", false), "unrestricted");
    assert_int_equal(changes, 2);
    assert_true(is_restricted(*state, "10:52"));
    assert_false(is_restricted(*state, "10:53"));
    expect(*state, "jan", "10:54", grant("video", true), "restricted");
    /* The later one decides; the other keeps Vimeo, which has no safe names. */
    expect(*state, "els", "10:55", grant("youtube", false), "new");
    assert_true(is_restricted(*state, "10:54"));
    assert_false(is_restricted(*state, "10:55"));
    assert_true(is_open(*state, "vimeo", "10:55"));
    expect(*state, "els", "10:56", grant("youtube", true), "restricted");
    assert_true(is_restricted(*state, "10:56"));
    expect(*state, "els", "10:57", revoke("youtube"), "ok");
    assert_false(is_restricted(*state, "10:57"));
}

static void restricted__without_safe_names__is_refused(void **state)
{
    expect(*state, "jan", "10:52", grant("vimeo", true), "bad-request");
    expect(*state, "jan", "10:52", grant("facebook", true), "bad-request");
    assert_int_equal(changes, 0);
    expect(*state, "jan", "10:52", grant("vimeo", false), "new");
    assert_false(is_restricted(*state, "10:52"));
}

/* "true" or nothing, in that object of the answer. */
static bool says(json_t *answer, const char *object, const char *key)
{
    const json_t *at = json_object_get(answer, "result");

    if (object)
        at = json_object_get(at, object);
    return json_is_true(json_object_get(at, key));
}

static void restricted__answers__say_so_while_it_has_an_effect(void **state)
{
    json_t *answer = ask(*state, "jan", "10:52", grant("video", true));
    const json_t *list;

    assert_true(says(answer, "grant", "restricted"));
    assert_false(says(answer, NULL, "lifted"));
    json_decref(answer);
    answer = ask(*state, "jan", "10:53", grant("video", false));
    assert_false(says(answer, "grant", "restricted"));
    assert_true(says(answer, NULL, "lifted"));
    json_decref(answer);
    expect(*state, "jan", "10:54", grant("video", true), "restricted");
    expect(*state, "jan", "10:55", revoke("youtube"), "ok");
    answer = ask(*state, "jan", "10:56", json_pack("{s:s}", "verb", "grants"));
    list = json_object_get(json_object_get(answer, "result"), "grants");
    assert_int_equal(json_array_size(list), 1);
    assert_null(json_object_get(json_array_get(list, 0), "restricted"));
    json_decref(answer);
}

static void record(enum log_level level, const char *line)
{
    (void)level;
    snprintf(logged, sizeof(logged), "%s", line);
}

static void restricted__the_log__says_so(void **state)
{
    log_init("test", LOG_LEVEL_NOTICE, record);
    expect(*state, "jan", "10:52", grant("youtube", true), "new");
    assert_string_equal(logged, "Grant \"g-20261120-105200-1\" of \"jan\": \"youtube\" in zone "
                                "\"306\" until 2026-11-20T11:15:00+01:00, restricted; new.");
    expect(*state, "jan", "10:53", grant("youtube", false), "unrestricted");
    assert_string_equal(logged, "Grant \"g-20261120-105200-1\" of \"jan\": \"youtube\" in zone "
                                "\"306\" until 2026-11-20T11:15:00+01:00; unrestricted, before by "
                                "\"jan\" until 2026-11-20T11:15:00+01:00.");
}

#define WITH_DESK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DESK(restricted__until_its_end_or_another_grant),
        WITH_DESK(restricted__without_safe_names__is_refused),
        WITH_DESK(restricted__answers__say_so_while_it_has_an_effect),
        WITH_DESK(restricted__the_log__says_so),
    };

    return cmocka_run_group_tests_name("control/restricted", tests, NULL, NULL);
}
