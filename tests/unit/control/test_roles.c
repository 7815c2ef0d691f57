/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "control/roles.h"
#include "support/desk.h"

static void roles_of__people_of_the_school__by_uid_and_by_group(void **state)
{
    static const struct {
        const char *login;
        unsigned roles;
    } cases[] = {
        {"root", ROLE_BIT(ROLE_ADMIN)},
        {"jan", ROLE_BIT(ROLE_TEACHER)},
        {"els", ROLE_BIT(ROLE_TEACHER)},
        {"mia", ROLE_BIT(ROLE_LEADER)},
        {"dir", ROLE_BIT(ROLE_DIRECTOR)},
        {"ict", ROLE_BIT(ROLE_ADMIN)},
        {"pupil", 0},
    };
    struct config *config = desk_test_config(EXCEPTIONS_TEACHER);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(roles_of(config, desk_test_person(cases[i].login)), cases[i].roles);
    config_free(config);
}

static void roles_of__root_in_a_teachers_group__is_no_teacher(void **state)
{
    struct config *config = desk_test_config(EXCEPTIONS_TEACHER);
    struct caller root = *desk_test_person("jan");

    (void)state;
    root.uid = 0;
    assert_int_equal(roles_of(config, &root), ROLE_BIT(ROLE_ADMIN));
    config_free(config);
}

static void roles_text__none_one_and_many__reads_well(void **state)
{
    char text[ROLES_TEXT];

    (void)state;
    assert_string_equal(roles_text(0, text), "nobody");
    assert_string_equal(roles_text(ROLE_BIT(ROLE_ADMIN), text), "admin");
    assert_string_equal(roles_text(ROLE_BIT(ROLE_TEACHER) | ROLE_BIT(ROLE_LEADER), text),
                        "teacher or leader");
    assert_string_equal(roles_text((1u << ROLE_COUNT) - 1, text),
                        "teacher, attendant, scheduler, leader, director, admin or privacy");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roles_of__people_of_the_school__by_uid_and_by_group),
        cmocka_unit_test(roles_of__root_in_a_teachers_group__is_no_teacher),
        cmocka_unit_test(roles_text__none_one_and_many__reads_well),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
