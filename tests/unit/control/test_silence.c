/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The server with a shorter patience (see CMakeLists.txt): a client that never finishes a request
 * loses its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "control/server.h"
#include "support/desk.h"

_Static_assert(CONTROL_IDLE_S == 1, "the test waits that long");

struct talk {
    struct event_base *base;
    unsigned reads;
    bool ended;
};

/* Answers every read with a byte; bytes that are no request do not buy time. */
static void on_bytes(evutil_socket_t fd, short what, void *arg)
{
    struct talk *talk = arg;
    char bytes[4096];
    ssize_t got = recv(fd, bytes, sizeof(bytes), 0);

    (void)what;
    talk->reads++;
    talk->ended = got == 0;
    if (got > 0)
        assert_int_equal(send(fd, "{", 1, MSG_NOSIGNAL), 1);
    else
        event_base_loopbreak(talk->base);
}

static void silence__bytes_without_a_request__end_in_a_close(void **state)
{
    char folder[] = "/tmp/test_silence.XXXXXX", path[64];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct desk_hooks hooks = {.changed = NULL};
    struct event_base *base = event_base_new();
    struct desk *desk = desk_new(&hooks);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct talk talk = {.base = base};
    struct control_server *server;
    struct event *input;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/s", folder);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    desk_test_use(desk, EXCEPTIONS_TEACHER, 0);
    server = control_server_new(base, path, desk);
    assert_non_null(server);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    input = event_new(base, fd, EV_READ | EV_PERSIST, on_bytes, &talk);
    event_add(input, NULL);
    event_base_dispatch(base);
    assert_true(talk.ended);
    assert_int_equal(talk.reads, 2);
    event_free(input);
    close(fd);
    control_server_free(server);
    desk_free(desk);
    event_base_free(base);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silence__bytes_without_a_request__end_in_a_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
