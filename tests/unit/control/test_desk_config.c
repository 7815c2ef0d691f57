/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of running grants when another config is taken into use. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "support/desk.h"

#define CHANGED(type, pointer) ((type *)(uintptr_t)(pointer)) /* a config that differs */

static char logged[1024];

static void record(enum log_level level, const char *line)
{
    size_t len = strlen(logged);

    (void)level;
    snprintf(logged + len, sizeof(logged) - len, "%s\n", line);
}

static int64_t at(const char *clock)
{
    char text[32];

    snprintf(text, sizeof(text), "2026-11-20 %s", clock);
    return desk_test_time(text);
}

/* A desk with YouTube and Vimeo granted in 306 until 11:15, at 10:52. */
static int set_up(void **state)
{
    struct desk_hooks hooks = {.changed = NULL};
    struct desk *desk = desk_new(&hooks);
    json_t *request = json_pack("{s:s,s:{s:[s],s:s}}", "verb", "grant", "args", "services", "video",
                                "zone", "306");
    json_t *answer;

    *state = desk;
    desk_test_use(desk, EXCEPTIONS_TEACHER, at("10:50"));
    answer = desk_handle(desk, desk_test_person("jan"), request, at("10:52"), NULL);
    json_decref(request);
    json_decref(answer);
    log_init("test", LOG_LEVEL_NOTICE, record);
    logged[0] = '\0';
    return desk_facts(desk).grant_count == 1 ? 0 : -1;
}

static int tear_down(void **state)
{
    desk_free(*state);
    return 0;
}

static bool is_open(const struct desk *desk, const char *service, const char *zone,
                    const char *clock)
{
    struct facts facts = desk_facts(desk);
    int number = catalogue_service(desk_catalogue(desk), service);

    return !policy_service(&facts, (unsigned)school_zone(facts.school, zone), (unsigned)number,
                           at(clock))
                .closed;
}

static void use__the_same_again__keeps_the_grant(void **state)
{
    desk_test_use(*state, EXCEPTIONS_TEACHER, at("10:55"));
    assert_true(is_open(*state, "youtube", "306", "11:14"));
    assert_false(is_open(*state, "youtube", "307", "11:00"));
    assert_string_equal(logged, "");
}

static void use__zones_in_another_order__the_grant_follows_its_name(void **state)
{
    struct config *c = desk_test_config(EXCEPTIONS_TEACHER);

    strcpy(CHANGED(struct zone, c->school->zones)[0].name, "307");
    strcpy(CHANGED(struct zone, c->school->zones)[1].name, "306");
    desk_use(*state, c, desk_test_names(c), at("10:55"));
    assert_true(is_open(*state, "youtube", "306", "11:00"));
    assert_false(is_open(*state, "youtube", "307", "11:00"));
}

static void use__without_its_zone__drops_the_grant(void **state)
{
    struct config *c = desk_test_config(EXCEPTIONS_TEACHER);

    strcpy(CHANGED(struct zone, c->school->zones)[0].name, "attic");
    desk_use(*state, c, desk_test_names(c), at("10:55"));
    assert_int_equal(desk_facts(*state).grant_count, 0);
    assert_string_equal(
        logged, "The new config has no such zone and ends "
                "grant \"g-20261120-105200-1\" of \"jan\": \"youtube,vimeo\" in zone \"306\" until "
                "2026-11-20T11:15:00+01:00.\n");
}

static void use__without_one_of_its_services__the_others_stay_open(void **state)
{
    struct config *c = desk_test_config(EXCEPTIONS_TEACHER);
    int vimeo = plan_service(&c->plan, "vimeo");

    strcpy(CHANGED(struct service, c->plan.services)[vimeo].id, "dailymotion");
    desk_use(*state, c, desk_test_names(c), at("10:55"));
    assert_true(is_open(*state, "youtube", "306", "11:00"));
    assert_false(is_open(*state, "dailymotion", "306", "11:00"));
    assert_string_equal(
        logged, "The new config lacks some services of "
                "grant \"g-20261120-105200-1\" of \"jan\": \"youtube,vimeo\" in zone \"306\" until "
                "2026-11-20T11:15:00+01:00.\n");
}

static void use__a_shorter_lesson__ends_the_grant_with_it(void **state)
{
    struct config *c = desk_test_config(EXCEPTIONS_TEACHER);
    struct bell *bells = CHANGED(struct bell, c->school->streams[0].bells);

    bells[2].end = 11 * 60;
    bells[3].start = 11 * 60 + 5;
    desk_use(*state, c, desk_test_names(c), at("10:55"));
    assert_true(is_open(*state, "youtube", "306", "10:59"));
    assert_false(is_open(*state, "youtube", "306", "11:10"));
    assert_string_equal(
        logged, "The new config ends the lesson earlier and with it "
                "grant \"g-20261120-105200-1\" of \"jan\": \"youtube,vimeo\" in zone \"306\" until "
                "2026-11-20T11:15:00+01:00.\n");
}

static void use__the_lesson_is_gone__drops_the_grant(void **state)
{
    struct config *c = desk_test_config(EXCEPTIONS_TEACHER);

    CHANGED(struct bell, c->school->streams[0].bells)[2].days = 1;
    desk_use(*state, c, desk_test_names(c), at("10:55"));
    assert_int_equal(desk_facts(*state).grant_count, 0);
    assert_string_equal(
        logged, "The new config has no such lesson and ends "
                "grant \"g-20261120-105200-1\" of \"jan\": \"youtube,vimeo\" in zone \"306\" until "
                "2026-11-20T11:15:00+01:00.\n");
}

static void use__the_grant_had_ended__is_no_change_of_it(void **state)
{
    struct config *c = desk_test_config(EXCEPTIONS_TEACHER);

    CHANGED(struct bell, c->school->streams[0].bells)[2].days = 1;
    desk_use(*state, c, NULL, at("11:16"));
    assert_string_equal(logged, "");
    assert_int_equal(desk_facts(*state).grant_count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(use__the_same_again__keeps_the_grant, set_up, tear_down),
        cmocka_unit_test_setup_teardown(use__zones_in_another_order__the_grant_follows_its_name,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(use__without_its_zone__drops_the_grant, set_up, tear_down),
        cmocka_unit_test_setup_teardown(use__without_one_of_its_services__the_others_stay_open,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(use__a_shorter_lesson__ends_the_grant_with_it, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(use__the_lesson_is_gone__drops_the_grant, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(use__the_grant_had_ended__is_no_change_of_it, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
