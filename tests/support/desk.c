/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/desk.h"

#include <stdlib.h>
#include <string.h>

#include "control/moment.h"

#define SCHOOL        TEST_SOURCE_DIR "/ctl/school.conf"
#define TEACHER_GROUP 500

static const gid_t teachers[] = {100, TEACHER_GROUP}, others[] = {100};

static const struct caller people[] = {
    {.uid = 0, .gids = others, .gid_count = 1, .login = "root"},
    {.uid = 1001, .gids = teachers, .gid_count = 2, .login = "jan"},
    {.uid = 1002, .gids = others, .gid_count = 1, .login = "els"},
    {.uid = 1003, .gids = others, .gid_count = 1, .login = "mia"},
    {.uid = 1004, .gids = others, .gid_count = 1, .login = "dir"},
    {.uid = 1005, .gids = others, .gid_count = 1, .login = "ict"},
    {.uid = 1009, .gids = others, .gid_count = 1, .login = "pupil"},
};

static void give(struct config *c, enum role role, uid_t uid)
{
    struct role_members *members = &c->roles[role];

    members->uids[members->uid_count++] = uid;
}

void desk_test_people(struct config *c, enum exceptions exceptions)
{
    memset(c->roles, 0, sizeof(c->roles));
    c->roles[ROLE_TEACHER].gids[0] = TEACHER_GROUP;
    c->roles[ROLE_TEACHER].gid_count = 1;
    give(c, ROLE_TEACHER, 1002);
    give(c, ROLE_LEADER, 1003);
    give(c, ROLE_DIRECTOR, 1004);
    give(c, ROLE_ADMIN, 1005);
    ((struct school *)(uintptr_t)c->school)->exceptions = exceptions;
}

struct config *desk_test_config(enum exceptions exceptions)
{
    struct config *c = config_load(SCHOOL, stderr);

    if (!c)
        abort();
    desk_test_people(c, exceptions);
    c->plan.state = NULL;
    return c;
}

struct sealed *desk_test_names(const struct config *c)
{
    static struct compile_report report;
    const struct compile_job job = {.now = 0};
    struct plan plan = c->plan;
    struct sealed *s;

    plan.state = NULL;
    s = sealed_compile(&plan, &job, &report);
    if (!s) {
        fprintf(stderr, "%s\n", report.why);
        abort();
    }
    return s;
}

void desk_test_use(struct desk *desk, enum exceptions exceptions, int64_t now)
{
    struct config *c = desk_test_config(exceptions);

    desk_use(desk, c, desk_test_names(c), now);
}

const struct caller *desk_test_person(const char *login)
{
    for (size_t i = 0; i < ARRAY_SIZE(people); i++)
        if (!strcmp(people[i].login, login))
            return &people[i];
    return NULL;
}

int64_t desk_test_time(const char *text)
{
    int64_t at;

    if (!moment_parse(text, 0, &at))
        abort();
    return at;
}
