/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "control/identity.h"

static bool has(const struct caller *who, gid_t gid)
{
    for (size_t i = 0; i < who->gid_count; i++)
        if (who->gids[i] == gid)
            return true;
    return false;
}

static void identity_of__this_process__has_its_uid_and_every_group(void **state)
{
    int ends[2], count = getgroups(0, NULL);
    gid_t *groups = calloc((size_t)count + 1, sizeof(*groups));
    struct caller who;

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    assert_true(identity_of(ends[0], &who));
    assert_int_equal(who.uid, getuid());
    assert_true(strlen(who.login) > 0);
    assert_true(has(&who, getgid()));
    assert_int_equal(getgroups(count, groups), count);
    for (int i = 0; i < count; i++)
        assert_true(has(&who, groups[i]));
    identity_done(&who);
    assert_null(who.gids);
    close(ends[0]);
    close(ends[1]);
    free(groups);
}

static void identity_of__no_unix_socket__is_false(void **state)
{
    struct caller who;
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_false(identity_of(ends[0], &who));
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identity_of__this_process__has_its_uid_and_every_group),
        cmocka_unit_test(identity_of__no_unix_socket__is_false),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
