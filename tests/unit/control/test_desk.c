/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "control/desk_parts.h"
#include "support/desk.h"

#define TIME "2026-11-20 10:52" /* period 3 of 306 and 307, until 11:15; of the gym until 11:30 */

static unsigned changes;

static bool changed(void *arg)
{
    (void)arg;
    changes++;
    return true;
}

static struct desk *desk_of(enum exceptions exceptions)
{
    struct desk_hooks hooks = {.changed = changed};
    struct desk *desk = desk_new(&hooks);

    assert_non_null(desk);
    desk_test_use(desk, exceptions, 0);
    changes = 0;
    return desk;
}

static int set_up(void **state)
{
    *state = desk_of(EXCEPTIONS_TEACHER);
    return 0;
}

static int tear_down(void **state)
{
    desk_free(*state);
    return 0;
}

/* One request, at "HH:MM" of that Friday or at a full date. The caller frees the answer. */
static json_t *ask(struct desk *desk, const char *login, const char *when, json_t *request)
{
    char text[32];
    json_t *answer;

    snprintf(text, sizeof(text), strlen(when) > 5 ? "%s" : "2026-11-20 %s", when);
    assert_non_null(request);
    answer = desk_handle(desk, desk_test_person(login), request, desk_test_time(text), NULL);
    json_decref(request);
    assert_true(json_is_object(answer));
    return answer;
}

static json_t *grant(const char *service, const char *zone, const char *until)
{
    return json_pack("{s:s,s:{s:[s],s:s*,s:s*}}", "verb", "grant", "args", "services", service,
                     "zone", zone, "until", until);
}

static json_t *revoke(const char *what)
{
    return json_pack("{s:s,s:{s:s*}}", "verb", "revoke", "args", "what", what);
}

static const char *code(const json_t *answer)
{
    const char *text = json_string_value(json_object_get(json_object_get(answer, "error"), "code"));

    return text ? text : "ok";
}

static void expect_code(struct desk *desk, const char *login, const char *when, json_t *request,
                        const char *want)
{
    json_t *answer = ask(desk, login, when, request);

    assert_string_equal(code(answer), want);
    json_decref(answer);
}

/* Asks, and compares one text of the result: "grant.until.text". */
static void expect_text(struct desk *desk, const char *when, json_t *request, const char *path,
                        const char *want)
{
    json_t *answer = ask(desk, "jan", when, request);
    const json_t *at = json_object_get(answer, "result");
    char *keys = strdup(path), *rest = keys;

    for (char *key = strsep(&rest, "."); key; key = strsep(&rest, "."))
        at = json_object_get(at, key);
    assert_non_null(json_string_value(at));
    assert_string_equal(json_string_value(at), want);
    free(keys);
    json_decref(answer);
}

static bool is_closed(struct desk *desk, const char *service, const char *zone, const char *when)
{
    struct facts facts = desk_facts(desk);
    int number = catalogue_service(desk_catalogue(desk), service);
    int at = school_zone(facts.school, zone);
    char text[32];

    assert_true(number >= 0 && at >= 0);
    snprintf(text, sizeof(text), "2026-11-20 %s", when);
    return policy_service(&facts, (unsigned)at, (unsigned)number, desk_test_time(text)).closed;
}

static void grant__in_a_lesson__opens_until_its_end_and_tells_the_datapath(void **state)
{
    assert_true(is_closed(*state, "youtube", "306", "10:52"));
    expect_text(*state, TIME, grant("youtube", "306", NULL), "grant.until.text", "11:15");
    assert_int_equal(changes, 1);
    assert_false(is_closed(*state, "youtube", "306", "10:52"));
    assert_true(is_closed(*state, "youtube", "307", "10:52"));
    assert_true(is_closed(*state, "vimeo", "306", "10:52"));
    assert_true(is_closed(*state, "youtube", "306", "11:30"));
}

static void grant__end_asked_for__is_never_after_the_lesson_nor_in_the_past(void **state)
{
    static const struct {
        const char *until, *end;
    } cases[] = {
        {"10:53", "10:53"}, {"11:14", "11:14"}, {"11:15", "11:15"},
        {"11:16", "11:15"}, {"24:00", "11:15"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        expect_text(*state, TIME, grant("youtube", "306", cases[i].until), "grant.until.text",
                    cases[i].end);
    expect_code(*state, "jan", TIME, grant("youtube", "306", "10:52"), "bad-request");
    expect_code(*state, "jan", "09:05", grant("youtube", "gym", "09:00"), "bad-request");
}

static void grant__over_midnight__until_a_time_of_tomorrow_within_the_lesson(void **state)
{
    expect_text(*state, "23:50", grant("youtube", "306", "00:10"), "grant.until.iso",
                "2026-11-21T00:10:00+01:00");
    expect_code(*state, "jan", "23:50", grant("youtube", "306", "00:31"), "bad-request");
}

static void grant__longer_than_the_limit__is_cut(void **state)
{
    expect_text(*state, "13:30", grant("youtube", "gym", "17:00"), "grant.until.text", "16:30");
    expect_text(*state, "13:30", grant("vimeo", "gym", NULL), "ends_with", "limit");
}

static void grant__again_by_anyone__moves_the_end_and_never_stacks(void **state)
{
    json_t *answer;

    expect_text(*state, "10:50", grant("youtube", "306", "11:00"), "change", "new");
    expect_text(*state, "10:51", grant("youtube", "306", "11:00"), "change", "unchanged");
    assert_int_equal(changes, 1);
    expect_text(*state, "10:52", grant("youtube", "306", "11:10"), "change", "extended");
    expect_text(*state, "10:53", grant("youtube", "306", "11:05"), "change", "shortened");
    assert_false(is_closed(*state, "youtube", "306", "11:04"));
    assert_true(is_closed(*state, "youtube", "306", "11:05"));
    answer = ask(*state, "jan", "10:54", json_pack("{s:s}", "verb", "grants"));
    assert_int_equal(json_array_size(json_object_get(json_object_get(answer, "result"), "grants")),
                     1);
    json_decref(answer);
}

static void grant__of_somebody_else__is_never_shortened_by_a_teacher(void **state)
{
    static const struct {
        const char *login, *service, *until, *code;
    } cases[] = {
        {"els", "video", "11:09", "denied"}, {"els", "youtube", "10:53", "denied"},
        {"els", "youtube", "11:10", "ok"},   {"jan", "youtube", "11:09", "denied"},
        {"jan", "video", "11:10", "ok"},     {"jan", "video", "11:00", "ok"},
        {"mia", "video", "10:59", "ok"},     {"jan", "video", "10:58", "denied"},
        {"jan", "instagram", "10:58", "ok"},
    };

    expect_code(*state, "jan", TIME, grant("video", "306", "11:10"), "ok");
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        expect_code(*state, cases[i].login, TIME, grant(cases[i].service, "306", cases[i].until),
                    cases[i].code);
}

static void grant__same_end_by_another__is_then_theirs_to_withdraw(void **state)
{
    expect_code(*state, "jan", "10:50", grant("youtube", "306", "11:10"), "ok");
    expect_code(*state, "els", "10:51", grant("youtube", "306", "11:10"), "ok");
    assert_int_equal(changes, 2);
    expect_code(*state, "jan", "10:52", revoke("youtube"), "denied");
    expect_code(*state, "els", "10:52", revoke("youtube"), "ok");
}

/* What the log says, line by line. */
static char logged[4096];

static void record(enum log_level level, const char *line)
{
    size_t len = strlen(logged);

    assert_int_equal(level, LOG_LEVEL_NOTICE);
    snprintf(logged + len, sizeof(logged) - len, "%s\n", line);
}

static void expect_log(const char *text)
{
    assert_string_equal(logged, text);
    logged[0] = '\0';
}

static bool reload_well(void *arg, char **ret_errors)
{
    static const struct compile_report fine;

    (void)ret_errors;
    desk_done(*(struct desk **)arg, true, &fine, 0);
    return true;
}

static void audit__every_change_of_a_grant__is_one_line(void **state)
{
    struct desk *desk;
    struct desk_hooks hooks = {.reload = reload_well, .arg = &desk};

    (void)state;
    desk = desk_new(&hooks);
    desk_test_use(desk, EXCEPTIONS_TEACHER, 0);
    log_init("test", LOG_LEVEL_NOTICE, record);
    expect_code(desk, "root", TIME,
                json_pack("{s:s,s:{s:[s],s:s,s:s,s:s}}", "verb", "grant", "args", "services",
                          "video", "zone", "306", "reason", "didactic", "on_behalf_of", "A. Smit"),
                "ok");
    expect_log("Grant \"g-20261120-105200-1\" of \"root\" on behalf of \"A. Smit\", reason "
               "\"didactic\": \"youtube,vimeo\" in zone \"306\" until "
               "2026-11-20T11:15:00+01:00; new.\n");
    expect_code(desk, "jan", "10:53", grant("video", "306", NULL), "ok");
    expect_log("Grant \"g-20261120-105200-1\" of \"jan\": \"youtube,vimeo\" in zone \"306\" until "
               "2026-11-20T11:15:00+01:00; repeated, before by \"root\" until "
               "2026-11-20T11:15:00+01:00.\n");
    expect_code(desk, "jan", "10:54", grant("video", "306", NULL), "ok");
    expect_log("");
    expect_code(desk, "els", "10:54", grant("youtube", "306", NULL), "ok");
    expect_log("Grant \"g-20261120-105200-1\" of \"jan\": \"youtube\" in zone \"306\" until "
               "2026-11-20T11:15:00+01:00; taken over by a grant of \"els\".\n"
               "Grant \"g-20261120-105200-2\" of \"els\": \"youtube\" in zone \"306\" until "
               "2026-11-20T11:15:00+01:00; new.\n");
    expect_code(desk, "mia", "10:55", revoke("youtube"), "ok");
    expect_log("Grant \"g-20261120-105200-2\" of \"els\": \"youtube\" in zone \"306\" until "
               "2026-11-20T11:15:00+01:00; withdrawn by \"mia\".\n");
    expect_code(desk, "ict", "10:56", json_pack("{s:s}", "verb", "reload"), "ok");
    expect_log("The config was loaded again for \"ict\": policy version \"2026-1\".\n");
    log_init("test", LOG_LEVEL_ERROR, NULL);
    desk_free(desk);
}

static void grant__services_of_another_grant__are_taken_over(void **state)
{
    expect_code(*state, "jan", "10:50", grant("video", "306", NULL), "ok");
    expect_code(*state, "jan", "10:51", grant("youtube", "306", "11:00"), "ok");
    assert_true(is_closed(*state, "youtube", "306", "11:00"));
    assert_false(is_closed(*state, "vimeo", "306", "11:14"));
}

static void grant__in_the_last_room_of_the_table__still_takes_over(void **state)
{
    struct desk *desk = *state;
    struct grants *grants = &desk->grants;
    struct grant other;

    expect_code(desk, "jan", "10:50", grant("video", "306", NULL), "ok");
    other = grants->all[0];
    other.zone = 1;
    while (grants->count < GRANT_MAX - 1)
        grants->all[grants->count++] = other;
    expect_code(desk, "jan", TIME, grant("youtube", "306", "11:00"), "ok");
    assert_int_equal(grants->count, GRANT_MAX);
    assert_true(is_closed(desk, "youtube", "306", "11:00"));
    assert_false(is_closed(desk, "vimeo", "306", "11:14"));
    expect_code(desk, "jan", "10:53", grant("instagram", "306", NULL), "unavailable");
}

static void revoke__then_granted_again__the_old_end_is_gone(void **state)
{
    expect_code(*state, "jan", "10:50", grant("youtube", "306", "11:00"), "ok");
    expect_code(*state, "jan", "10:51", revoke("youtube"), "ok");
    assert_true(is_closed(*state, "youtube", "306", "10:51"));
    assert_false(is_closed(*state, "youtube", "306", "10:50"));
    expect_code(*state, "jan", "10:52", grant("youtube", "306", "11:10"), "ok");
    assert_false(is_closed(*state, "youtube", "306", "11:05"));
    assert_true(is_closed(*state, "youtube", "306", "11:10"));
    assert_int_equal(changes, 3);
}

static void revoke__what_is_not_there__changes_nothing(void **state)
{
    expect_code(*state, "jan", TIME, revoke(NULL), "not-found");
    expect_code(*state, "jan", TIME, revoke("youtube"), "not-found");
    expect_code(*state, "jan", TIME, revoke("g-20261120-105200-1"), "not-found");
    expect_code(*state, "jan", TIME, grant("youtube", "306", NULL), "ok");
    changes = 0;
    expect_code(*state, "els", TIME, revoke("youtube"), "denied");
    expect_code(*state, "els", TIME, revoke(NULL), "not-found");
    expect_code(*state, "jan", "11:15", revoke("youtube"), "not-found");
    assert_int_equal(changes, 0);
}

static void refusals__each_rule__has_its_code(void **state)
{
    static const struct {
        const char *login, *when, *service, *zone, *code;
    } cases[] = {
        {"pupil", TIME, "youtube", "306", "denied"},
        {"root", TIME, "youtube", "306", "denied"},
        {"ict", TIME, "youtube", "306", "denied"},
        {"jan", TIME, "yuotube", "306", "not-found"},
        {"jan", TIME, "youtube", "nowhere", "not-found"},
        {"jan", TIME, "youtube", NULL, "ambiguous"},
        {"jan", "11:20", "youtube", NULL, "ok"},
        {"jan", "10:20", "youtube", NULL, "no-lesson"},
        {"jan", "10:20", "youtube", "306", "no-lesson"},
        {"jan", TIME, "youtube", "staff", "ok"},
        {"jan", "2026-12-22 10:52", "youtube", "staff", "ok"},
        {"jan", "2026-12-22 10:52", "youtube", "306", "no-lesson"},
        {"jan", TIME, "tiktok", "306", "policy"},
        {"jan", TIME, "social", "306", "policy"},
        {"mia", TIME, "youtube", "306", "ok"},
        {"dir", TIME, "TWITTER", "306", "ok"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        expect_code(*state, cases[i].login, cases[i].when,
                    grant(cases[i].service, cases[i].zone, NULL), cases[i].code);
}

static void refusals__policy_of_exceptions__decides_by_role(void **state)
{
    static const struct {
        enum exceptions exceptions;
        const char *login, *code;
    } cases[] = {
        {EXCEPTIONS_NONE, "jan", "policy"},   {EXCEPTIONS_NONE, "dir", "policy"},
        {EXCEPTIONS_LEADER, "jan", "policy"}, {EXCEPTIONS_LEADER, "mia", "ok"},
        {EXCEPTIONS_LEADER, "dir", "ok"},     {EXCEPTIONS_TEACHER, "jan", "ok"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct desk *desk = desk_of(cases[i].exceptions);

        expect_code(desk, cases[i].login, TIME, grant("youtube", "306", NULL), cases[i].code);
        desk_free(desk);
    }
}

static void why__each_rule__is_named(void **state)
{
    static const struct {
        const char *what, *zone, *at, *verdict, *rule;
    } cases[] = {
        {"youtube", "306", "10:52", "open", "grant"},
        {"youtube", "306", "11:05", "closed", "lesson"},
        {"m.youtube.com", "306", "11:00", "open", "grant"},
        {"www.instagram.com", "306", "now", "closed", "lesson"},
        {"tiktok", "306", "now", "closed", "locked"},
        {"magister.net", "306", "now", "open", "never-block"},
        {"example.nl", "306", "now", "open", "allow"},
        {"youtube", "staff", "now", "open", "allow"},
        {"youtube", "306", "mon 08:30", "closed", "lesson"},
        {"youtube", "306", "2026-12-22T08:30", "open", "allow"},
    };

    expect_code(*state, "jan", TIME, grant("youtube", "306", "11:05"), "ok");
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        json_t *request = json_pack("{s:s,s:{s:s,s:s,s:s}}", "verb", "why", "args", "what",
                                    cases[i].what, "zone", cases[i].zone, "at", cases[i].at);

        json_incref(request);
        expect_text(*state, TIME, request, "verdict", cases[i].verdict);
        expect_text(*state, TIME, request, "rule", cases[i].rule);
    }
}

static void status__a_zone_in_a_lesson__tells_closed_granted_and_next(void **state)
{
    json_t *answer, *zone, *next;

    expect_code(*state, "jan", TIME, grant("youtube", "306", "11:05"), "ok");
    answer = ask(*state, "pupil", TIME,
                 json_pack("{s:s,s:{s:s}}", "verb", "status", "args", "zone", "306"));
    zone = json_array_get(json_object_get(json_object_get(answer, "result"), "zones"), 0);
    next = json_object_get(zone, "next");
    assert_int_equal(json_array_size(json_object_get(zone, "closed")), 4);
    assert_int_equal(json_array_size(json_object_get(zone, "grants")), 1);
    assert_string_equal(json_string_value(json_object_get(next, "change")), "closes");
    assert_string_equal(json_string_value(json_object_get(json_object_get(next, "at"), "text")),
                        "11:05");
    json_decref(answer);
}

static void handle__any_id__comes_back(void **state)
{
    json_t *answer = ask(*state, "jan", TIME, json_pack("{s:s,s:[i]}", "verb", "zones", "id", 7));

    assert_int_equal(json_integer_value(json_array_get(json_object_get(answer, "id"), 0)), 7);
    json_decref(answer);
}

/* Scripts may say every flag. */
static void hint__flag_that_is_false__is_not_repeated(void **state)
{
    json_t *request = json_pack("{s:s,s:{s:[s],s:b}}", "verb", "grant", "args", "services",
                                "youtube", "restricted", 0);
    json_t *answer = ask(*state, "jan", "10:52", request);

    assert_string_equal(
        json_string_value(json_object_get(json_object_get(answer, "error"), "hint")),
        "lespoortctl grant youtube --zone 306\nlespoortctl grant youtube --zone 307\n"
        "lespoortctl grant youtube --zone gym");
    json_decref(answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(hint__flag_that_is_false__is_not_repeated, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            grant__in_a_lesson__opens_until_its_end_and_tells_the_datapath, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            grant__end_asked_for__is_never_after_the_lesson_nor_in_the_past, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            grant__over_midnight__until_a_time_of_tomorrow_within_the_lesson, set_up, tear_down),
        cmocka_unit_test_setup_teardown(grant__longer_than_the_limit__is_cut, set_up, tear_down),
        cmocka_unit_test_setup_teardown(grant__again_by_anyone__moves_the_end_and_never_stacks,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(grant__of_somebody_else__is_never_shortened_by_a_teacher,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(grant__same_end_by_another__is_then_theirs_to_withdraw,
                                        set_up, tear_down),
        cmocka_unit_test(audit__every_change_of_a_grant__is_one_line),
        cmocka_unit_test_setup_teardown(grant__services_of_another_grant__are_taken_over, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(grant__in_the_last_room_of_the_table__still_takes_over,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(revoke__then_granted_again__the_old_end_is_gone, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(revoke__what_is_not_there__changes_nothing, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(refusals__each_rule__has_its_code, set_up, tear_down),
        cmocka_unit_test(refusals__policy_of_exceptions__decides_by_role),
        cmocka_unit_test_setup_teardown(why__each_rule__is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(status__a_zone_in_a_lesson__tells_closed_granted_and_next,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(handle__any_id__comes_back, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
