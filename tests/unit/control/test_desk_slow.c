/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests that wait for names, in the desk alone; the connections are test_server.c's. */
#include "support/test.h"

#include "base/log.h"
#include "control/desk_parts.h"
#include "support/desk.h"

static const struct compile_report fine, no_memory = {.why = "there is no memory left"};

static struct {
    struct desk *desk;
    json_t *answer; /* the one that came later */
    unsigned answers, finished, begun;
    bool at_once;        /* the hook is done before it returns */
    const char *refuses; /* the hook begins nothing, and says so */
    bool untold;         /* the datapath cannot be told */
    bool forced;         /* as the last job said */
} host;

static bool begin(char **ret_errors)
{
    *ret_errors = host.refuses ? strdup(host.refuses) : NULL;
    if (host.refuses)
        return false;
    host.begun++;
    if (host.at_once)
        desk_done(host.desk, true, &fine, desk_test_time("2026-11-20 10:16"));
    return true;
}

static bool reload(void *arg, char **ret_errors)
{
    (void)arg;
    return begin(ret_errors);
}

static bool compile(void *arg, const struct compile_job *job, char **ret_errors)
{
    (void)arg;
    host.forced = job->force;
    return begin(ret_errors);
}

static bool changed(void *arg)
{
    (void)arg;
    return !host.untold;
}

static void quiet(enum log_level level, const char *line)
{
    (void)level;
    (void)line;
}

static int set_up(void **state)
{
    const struct desk_hooks hooks = {.changed = changed, .reload = reload, .compile = compile};

    (void)state;
    log_init("test", LOG_LEVEL_ERROR, quiet);
    memset(&host, 0, sizeof(host));
    host.desk = desk_new(&hooks);
    if (!host.desk)
        return -1;
    desk_test_use(host.desk, EXCEPTIONS_TEACHER, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    desk_free(host.desk);
    json_decref(host.answer);
    return 0;
}

static void take(void *arg, json_t *answer)
{
    assert_ptr_equal(arg, &host);
    host.answers++;
    json_decref(host.answer);
    host.answer = answer;
}

static json_t *ask(const char *login, const char *verb)
{
    const struct desk_later later = {take, &host};
    json_t *request = json_pack("{s:s,s:i}", "verb", verb, "id", 7), *answer;

    answer = desk_handle(host.desk, desk_test_person(login), request,
                         desk_test_time("2026-11-20 10:15"), &later);
    json_decref(request);
    return answer;
}

static void done(bool ok, const struct compile_report *report)
{
    desk_done(host.desk, ok, report, desk_test_time("2026-11-20 10:17"));
}

static const char *error_text(const json_t *answer, const char *key)
{
    const char *text = json_string_value(json_object_get(json_object_get(answer, "error"), key));

    return text ? text : "none";
}

/* Takes over the answer. */
static void expect_code(json_t *answer, const char *code)
{
    assert_string_equal(error_text(answer, "code"), code);
    json_decref(answer);
}

static void reload__takes_time__is_answered_when_it_is_done(void **state)
{
    const char *who;
    int64_t since;

    (void)state;
    assert_false(desk_busy(host.desk, &who, &since));
    assert_null(ask("ict", "reload"));
    assert_true(desk_busy(host.desk, &who, &since));
    assert_string_equal(who, "ict");
    assert_int_equal(since, desk_test_time("2026-11-20 10:15"));
    expect_code(ask("jan", "status"), "none");
    assert_int_equal(host.answers, 0);
    done(true, &fine);
    assert_int_equal(host.answers, 1);
    assert_true(json_is_true(json_object_get(host.answer, "ok")));
    assert_int_equal(json_integer_value(json_object_get(host.answer, "id")), 7);
    assert_false(desk_busy(host.desk, &who, &since));
    done(true, &fine); /* nobody's */
    assert_int_equal(host.answers, 1);
}

static void reload__done_at_once__is_answered_at_once(void **state)
{
    json_t *answer;

    (void)state;
    host.at_once = true;
    answer = ask("ict", "reload");
    assert_non_null(answer);
    assert_int_equal(json_integer_value(json_object_get(answer, "id")), 7);
    expect_code(answer, "none");
    assert_int_equal(host.answers, 0);
    expect_code(ask("ict", "reload"), "none");
}

static void reload__while_another_runs__is_refused_and_tells_whose(void **state)
{
    json_t *answer;

    (void)state;
    assert_null(ask("root", "reload"));
    answer = ask("ict", "reload");
    assert_string_equal(error_text(answer, "message"),
                        "Names are being compiled for root since 10:15.");
    assert_string_equal(error_text(answer, "hint"), "Try again in a moment.");
    expect_code(answer, "unavailable");
    assert_int_equal(host.begun, 1);
    done(true, &fine);
    assert_null(ask("ict", "reload"));
    done(true, &fine);
    assert_int_equal(host.answers, 2);
}

static void reload__errors_in_the_config__are_all_shown(void **state)
{
    const char *who;
    int64_t since;
    json_t *answer;

    (void)state;
    host.refuses = "a.conf:1: no\na.conf:2: no\n";
    answer = ask("ict", "reload");
    assert_string_equal(error_text(answer, "message"), host.refuses);
    expect_code(answer, "config");
    assert_false(desk_busy(host.desk, &who, &since));
}

static void reload__names_cannot_be_compiled__is_refused_with_the_reason(void **state)
{
    (void)state;
    assert_null(ask("ict", "reload"));
    done(false, &no_memory);
    assert_string_equal(error_text(host.answer, "code"), "unavailable");
    assert_string_equal(error_text(host.answer, "message"),
                        "The names could not be compiled: there is no memory left.");
}

static void reload__gate_cannot_be_told__says_so(void **state)
{
    (void)state;
    host.untold = true;
    assert_null(ask("ict", "reload"));
    done(true, &fine);
    assert_string_equal(error_text(host.answer, "code"), "unavailable");
    assert_non_null(strstr(error_text(host.answer, "message"), "the gate could not be told"));
}

static void forget__who_waited_is_gone__gets_nothing(void **state)
{
    (void)state;
    assert_null(ask("ict", "reload"));
    desk_forget(host.desk, &fine); /* somebody else */
    desk_forget(host.desk, &host);
    done(true, &fine);
    assert_int_equal(host.answers, 0);
    assert_null(ask("ict", "reload"));
    done(true, &fine);
    assert_int_equal(host.answers, 1);
}

static void free__while_names_are_compiled__loses_nothing(void **state)
{
    (void)state;
    assert_null(ask("ict", "reload"));
}

/* A handler that changes something, has names compiled, and undoes it when that fails. */
static json_t *finish(struct ask *a, bool ok, const struct compile_report *report)
{
    host.finished++;
    assert_string_equal(a->who->login, "ict");
    assert_string_equal(json_string_value(json_object_get(a->args, "name")), "a.nl");
    if (!ok)
        return refuse(a, PROTO_UNAVAILABLE, "%s", report->why);
    return json_pack("{s:b}", "untold", a->untold);
}

static json_t *change(void)
{
    const struct compile_job job = {.force = true};
    const struct desk_later later = {take, &host};
    struct ask a = {.desk = host.desk,
                    .who = desk_test_person("ict"),
                    .verb = &verbs[0],
                    .args = json_pack("{s:s}", "name", "a.nl"),
                    .now = desk_test_time("2026-11-20 10:15"),
                    .later = &later};
    json_t *result = ask_compile(&a, &job, finish);
    json_t *answer = a.waits ? slow_early(host.desk) : ask_answer(&a, result);

    json_decref(a.args);
    return answer;
}

static void compile__begun__finishes_once(void **state)
{
    (void)state;
    assert_null(change());
    assert_true(host.forced);
    assert_int_equal(host.finished, 0);
    expect_code(ask("root", "reload"), "unavailable");
    done(true, &fine);
    assert_int_equal(host.finished, 1);
    assert_true(json_is_false(json_object_get(json_object_get(host.answer, "result"), "untold")));
}

static void compile__gate_cannot_be_told__the_handler_knows(void **state)
{
    (void)state;
    host.untold = true;
    assert_null(change());
    done(true, &fine);
    assert_true(json_is_true(json_object_get(json_object_get(host.answer, "result"), "untold")));
}

static void compile__not_begun__finishes_to_undo(void **state)
{
    json_t *answer;

    (void)state;
    host.refuses = "no process can be started";
    answer = change();
    assert_string_equal(error_text(answer, "message"), host.refuses);
    json_decref(answer);
    assert_int_equal(host.finished, 1);
    assert_int_equal(host.answers, 0);
}

static void compile__for_nobody__once_and_not_while_others_do(void **state)
{
    const int64_t now = desk_test_time("2026-11-20 10:15");
    const char *who;
    int64_t since;

    (void)state;
    desk_compile(host.desk, now);
    assert_int_equal(host.begun, 1);
    assert_true(desk_busy(host.desk, &who, &since));
    assert_string_equal(who, "lespoortd");
    desk_compile(host.desk, now);
    assert_int_equal(host.begun, 1);
    done(false, &no_memory);
    assert_int_equal(host.answers, 0);
    assert_false(desk_busy(host.desk, &who, &since));
    host.at_once = true;
    desk_compile(host.desk, now);
    assert_int_equal(host.begun, 2);
    host.refuses = "no process can be started";
    desk_compile(host.desk, now);
    assert_false(desk_busy(host.desk, &who, &since));
}

/* What a grant or a revoke says. */
static json_t *ask_in_lesson(const char *login, const char *verb, json_t *args)
{
    json_t *request = json_pack("{s:s,s:i,s:o}", "verb", verb, "id", 7, "args", args);
    json_t *answer = desk_handle(host.desk, desk_test_person(login), request,
                                 desk_test_time("2026-11-20 10:52"), NULL);

    json_decref(request);
    return answer;
}

static void grant__gate_cannot_be_told__says_so_and_whom_to_ask(void **state)
{
    static const char *const verbs_tried[] = {"grant", "revoke"};
    json_t *answer;

    (void)state;
    host.untold = true;
    for (size_t i = 0; i < ARRAY_SIZE(verbs_tried); i++) {
        json_t *args = i ? json_pack("{s:s}", "what", "youtube")
                         : json_pack("{s:[s],s:s}", "services", "youtube", "zone", "306");

        answer = ask_in_lesson("jan", verbs_tried[i], args);
        assert_string_equal(
            error_text(answer, "message"),
            "It is done, but the gate could not be told: it goes on by what it had.");
        assert_non_null(strstr(error_text(answer, "hint"), "Ask the administrator"));
        expect_code(answer, "unavailable");
    }
}

static void status__names_are_compiled__says_for_whom(void **state)
{
    const json_t *compiling;
    json_t *answer;

    (void)state;
    assert_null(ask("ict", "reload"));
    answer = ask("jan", "status");
    compiling =
        json_object_get(json_object_get(json_object_get(answer, "result"), "names"), "compiling");
    assert_string_equal(json_string_value(json_object_get(compiling, "for")), "ict");
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(compiling, "since"), "text")), "10:15");
    json_decref(answer);
}

static void status__names_of_before_the_start__says_so_until_there_are_new_ones(void **state)
{
    (void)state;
    for (int old = 1; old >= 0; old--) {
        json_t *answer;

        desk_old_names(host.desk, old);
        answer = ask("jan", "status");
        assert_int_equal(json_is_true(json_object_get(
                             json_object_get(json_object_get(answer, "result"), "names"), "old")),
                         old);
        json_decref(answer);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reload__takes_time__is_answered_when_it_is_done),
        TEST(reload__done_at_once__is_answered_at_once),
        TEST(reload__while_another_runs__is_refused_and_tells_whose),
        TEST(reload__errors_in_the_config__are_all_shown),
        TEST(reload__names_cannot_be_compiled__is_refused_with_the_reason),
        TEST(reload__gate_cannot_be_told__says_so),
        TEST(forget__who_waited_is_gone__gets_nothing),
        TEST(free__while_names_are_compiled__loses_nothing),
        TEST(compile__begun__finishes_once),
        TEST(compile__gate_cannot_be_told__the_handler_knows),
        TEST(compile__not_begun__finishes_to_undo),
        TEST(compile__for_nobody__once_and_not_while_others_do),
        TEST(grant__gate_cannot_be_told__says_so_and_whom_to_ask),
        TEST(status__names_are_compiled__says_for_whom),
        TEST(status__names_of_before_the_start__says_so_until_there_are_new_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
