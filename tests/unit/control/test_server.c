/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The control server over real sockets, in one process: the loop turns until what the test waits
 * for is there. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "control/server.h"
#include "support/desk.h"

#define VERSION_LINE "{\"id\":1,\"verb\":\"zones\"}\n"
#define TURNS_MAX    100000

struct world {
    struct event_base *base;
    struct desk *desk;
    struct control_server *server;
    unsigned reloads; /* begun */
    char folder[32], path[64];
};

struct client {
    int fd;
    struct line_buffer lines;
};

static void quiet(enum log_level level, const char *line)
{
    (void)level;
    (void)line;
}

/* Begins, and leaves it at that: see finish_reload(). */
static bool reload(void *arg, char **ret_errors)
{
    ((struct world *)arg)->reloads++;
    *ret_errors = NULL;
    return true;
}

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof(*w));
    struct desk_hooks hooks = {.reload = reload, .arg = w};

    *state = w;
    log_init("test", LOG_LEVEL_ERROR, quiet);
    snprintf(w->folder, sizeof(w->folder), "/tmp/test_server.XXXXXX");
    if (!mkdtemp(w->folder))
        return -1;
    snprintf(w->path, sizeof(w->path), "%s/control.sock", w->folder);
    w->base = event_base_new();
    w->desk = desk_new(&hooks);
    desk_test_use(w->desk, EXCEPTIONS_TEACHER, 0);
    w->server = control_server_new(w->base, w->path, w->desk);
    return w->server ? 0 : -1;
}

static int tear_down(void **state)
{
    struct world *w = *state;

    control_server_free(w->server);
    assert_int_not_equal(access(w->path, F_OK), 0);
    desk_free(w->desk);
    event_base_free(w->base);
    assert_int_equal(rmdir(w->folder), 0);
    free(w);
    return 0;
}

static struct client join(const struct world *w)
{
    struct client c = {.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", w->path);
    assert_true(line_buffer_init(&c.lines, PROTO_ANSWER_MAX));
    assert_int_equal(connect(c.fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    return c;
}

static void leave(struct client *c)
{
    line_buffer_done(&c->lines);
    close(c->fd);
}

static void turn(const struct world *w)
{
    event_base_loop(w->base, EVLOOP_NONBLOCK);
}

/* The next line as an object; NULL when the server has closed. The caller frees it. */
static json_t *hear(const struct world *w, struct client *c)
{
    struct span line;
    const char *why = NULL;

    for (unsigned i = 0; i < TURNS_MAX; i++) {
        size_t room;
        char *at;
        ssize_t got;

        if (line_buffer_next(&c->lines, &line))
            return proto_parse(line, &why);
        turn(w);
        at = line_buffer_room(&c->lines, &room);
        got = recv(c->fd, at, room, 0);
        if (!got || (got < 0 && errno != EAGAIN))
            return NULL;
        if (got > 0)
            line_buffer_added(&c->lines, (size_t)got);
    }
    fail_msg("no line came");
    return NULL;
}

static void send_text(const struct world *w, const struct client *c, const char *text)
{
    size_t len = strlen(text);

    for (unsigned i = 0; len && i < TURNS_MAX; i++) {
        ssize_t sent = send(c->fd, text, len, MSG_NOSIGNAL);

        if (sent > 0) {
            text += sent;
            len -= (size_t)sent;
        } else if (errno == EPIPE || errno == ECONNRESET)
            return;
        turn(w);
    }
    assert_int_equal(len, 0);
}

static void expect_hello(const struct world *w, struct client *c)
{
    json_t *hello = hear(w, c);

    assert_int_equal(json_integer_value(json_object_get(hello, "lespoort")), PROTO_VERSION);
    json_decref(hello);
}

/* An answer to that id, or a refusal with that code. */
static void expect_answer(const struct world *w, struct client *c, int id, const char *code)
{
    json_t *answer = hear(w, c);
    const char *found =
        json_string_value(json_object_get(json_object_get(answer, "error"), "code"));

    assert_non_null(answer);
    if (code)
        assert_string_equal(found, code);
    else
        assert_true(json_is_true(json_object_get(answer, "ok")));
    if (id)
        assert_int_equal(json_integer_value(json_object_get(answer, "id")), id);
    json_decref(answer);
}

static void server__one_request__hello_and_answer(void **state)
{
    struct client c = join(*state);
    struct stat made;

    expect_hello(*state, &c);
    send_text(*state, &c, VERSION_LINE);
    expect_answer(*state, &c, 1, NULL);
    assert_int_equal(stat(((struct world *)*state)->path, &made), 0);
    assert_int_equal(made.st_mode & 0777, 0666);
    leave(&c);
}

static void server__byte_by_byte__answers_at_the_newline(void **state)
{
    struct client c = join(*state);

    expect_hello(*state, &c);
    for (const char *at = VERSION_LINE; *at; at++) {
        char one[2] = {*at, '\0'};

        send_text(*state, &c, one);
        turn(*state);
    }
    expect_answer(*state, &c, 1, NULL);
    leave(&c);
}

static void server__requests_in_one_write__are_answered_in_order(void **state)
{
    struct client c = join(*state);

    expect_hello(*state, &c);
    send_text(*state, &c,
              "{\"id\":1,\"verb\":\"zones\"}\n{\"id\":2,\"verb\":\"nothing\"}\n"
              "garbage\n{\"id\":4,\"verb\":\"status\"}\n{\"id\":5,");
    expect_answer(*state, &c, 1, NULL);
    expect_answer(*state, &c, 2, "bad-request");
    expect_answer(*state, &c, 0, "bad-request");
    expect_answer(*state, &c, 4, NULL);
    send_text(*state, &c, "\"verb\":\"services\"}\n");
    expect_answer(*state, &c, 5, NULL);
    leave(&c);
}

static void server__line_too_long__is_refused_and_closed(void **state)
{
    struct client c = join(*state);
    char *line = calloc(1, 2 * PROTO_LINE_MAX + 1);

    expect_hello(*state, &c);
    memset(line, 'x', 2 * PROTO_LINE_MAX);
    send_text(*state, &c, line);
    expect_answer(*state, &c, 0, "bad-request");
    assert_null(hear(*state, &c));
    free(line);
    leave(&c);
}

/* Answers pile up until the server takes no more requests; none is lost, none comes twice. */
static void server__client_that_does_not_read__is_held_and_then_served(void **state)
{
    enum { COUNT = 4000 };
    struct client c = join(*state);
    char line[64];
    unsigned sent = 0;

    expect_hello(*state, &c);
    while (sent < COUNT) {
        int len = snprintf(line, sizeof(line), "{\"id\":%u,\"verb\":\"services\"}\n", sent + 1);

        if (send(c.fd, line, (size_t)len, MSG_NOSIGNAL) != len)
            break;
        sent++;
        turn(*state);
    }
    assert_in_range(sent, 100, COUNT - 1);
    for (unsigned i = 1; i < sent; i++)
        expect_answer(*state, &c, (int)i, NULL);
    leave(&c);
}

static void server__client_that_leaves__does_not_disturb_others(void **state)
{
    struct client stays = join(*state);

    expect_hello(*state, &stays);
    for (unsigned i = 0; i < 2 * CONTROL_CONNECTIONS; i++) {
        struct client goes = join(*state);

        if (i % 2)
            expect_hello(*state, &goes);
        send(goes.fd, VERSION_LINE, i % strlen(VERSION_LINE), MSG_NOSIGNAL);
        leave(&goes);
        turn(*state);
    }
    send_text(*state, &stays, VERSION_LINE);
    expect_answer(*state, &stays, 1, NULL);
    leave(&stays);
}

static void server__more_clients_than_places__the_last_is_told_and_later_served(void **state)
{
    /* root may take every place, others only a part of them. */
    unsigned places = geteuid() ? CONTROL_CONNECTIONS_OF_ONE : CONTROL_CONNECTIONS;
    struct client clients[CONTROL_CONNECTIONS], late;

    for (unsigned i = 0; i < places; i++) {
        clients[i] = join(*state);
        expect_hello(*state, &clients[i]);
    }
    late = join(*state);
    expect_answer(*state, &late, 0, "unavailable");
    assert_null(hear(*state, &late));
    leave(&late);
    leave(&clients[0]);
    turn(*state);
    clients[0] = join(*state);
    expect_hello(*state, &clients[0]);
    for (unsigned i = 0; i < places; i++)
        leave(&clients[i]);
}

static void server__out_of_descriptors__rests_and_goes_on(void **state)
{
    struct client waits = join(*state);
    struct rlimit before, none;
    int highest = dup(waits.fd);

    close(highest);
    getrlimit(RLIMIT_NOFILE, &before);
    none = before;
    none.rlim_cur = (rlim_t)highest;
    setrlimit(RLIMIT_NOFILE, &none);
    for (unsigned i = 0; i < 10; i++)
        turn(*state);
    setrlimit(RLIMIT_NOFILE, &before);
    event_base_loop(((struct world *)*state)->base, EVLOOP_ONCE);
    expect_hello(*state, &waits);
    leave(&waits);
}

#define RELOAD_LINE "{\"id\":1,\"verb\":\"reload\"}\n"

/* Gives the server every chance to do something wrong. */
static void turn_often(const struct world *w)
{
    for (unsigned i = 0; i < 20; i++)
        turn(w);
}

static void begin_reload(struct world *w, const struct client *c, const char *text)
{
    send_text(w, c, text);
    for (unsigned i = 0; !w->reloads && i < TURNS_MAX; i++)
        turn(w);
    assert_int_equal(w->reloads, 1);
}

static void finish_reload(const struct world *w)
{
    static const struct compile_report fine;

    desk_done(w->desk, true, &fine, 0);
}

static void server__answer_that_takes_time__keeps_the_order_of_its_connection(void **state)
{
    struct client slow = join(*state), other = join(*state);
    char byte;

    expect_hello(*state, &slow);
    expect_hello(*state, &other);
    begin_reload(*state, &slow, RELOAD_LINE "{\"id\":2,\"verb\":\"zones\"}\n");
    send_text(*state, &slow, "{\"id\":3,\"verb\":\"zones\"}\n");
    send_text(*state, &other, VERSION_LINE);
    expect_answer(*state, &other, 1, NULL);
    send_text(*state, &other, RELOAD_LINE);
    expect_answer(*state, &other, 1, "unavailable");
    turn_often(*state);
    assert_int_equal(recv(slow.fd, &byte, 1, 0), -1);
    finish_reload(*state);
    for (int id = 1; id <= 3; id++)
        expect_answer(*state, &slow, id, NULL);
    leave(&slow);
    leave(&other);
}

static void server__who_waits_asks_for_the_next__gets_both(void **state)
{
    struct client c = join(*state);

    expect_hello(*state, &c);
    begin_reload(*state, &c, RELOAD_LINE "{\"id\":2,\"verb\":\"reload\"}\n");
    finish_reload(*state);
    expect_answer(*state, &c, 1, NULL);
    assert_int_equal(((struct world *)*state)->reloads, 2);
    finish_reload(*state);
    expect_answer(*state, &c, 2, NULL);
    leave(&c);
}

static void server__who_waits_leaves__the_work_goes_on(void **state)
{
    struct client c = join(*state);
    const char *who;
    int64_t since;

    expect_hello(*state, &c);
    begin_reload(*state, &c, RELOAD_LINE);
    leave(&c);
    turn_often(*state);
    assert_true(desk_busy(((struct world *)*state)->desk, &who, &since));
    finish_reload(*state);
    c = join(*state);
    expect_hello(*state, &c);
    send_text(*state, &c, VERSION_LINE);
    expect_answer(*state, &c, 1, NULL);
    leave(&c);
}

/* What is sent meanwhile stays within bounds, and is served later. */
static void server__who_waits_goes_on_sending__is_held_and_then_served(void **state)
{
    struct client c = join(*state);
    size_t sent = 0;
    ssize_t got;

    expect_hello(*state, &c);
    begin_reload(*state, &c, RELOAD_LINE);
    while ((got = send(c.fd, "                                \n", 33, MSG_NOSIGNAL)) > 0) {
        sent += (size_t)got;
        turn(*state);
        assert_true(sent < 8u << 20);
    }
    assert_int_equal(errno, EAGAIN);
    finish_reload(*state);
    expect_answer(*state, &c, 1, NULL);
    expect_answer(*state, &c, 0, "bad-request");
    leave(&c);
}

static void server__ends_while_somebody_waits__cleanly(void **state)
{
    struct world *w = *state;
    struct client c = join(w);

    expect_hello(w, &c);
    begin_reload(w, &c, RELOAD_LINE);
    control_server_free(w->server);
    finish_reload(w);
    w->server = control_server_new(w->base, w->path, w->desk);
    assert_non_null(w->server);
    leave(&c);
}

static void server__living_socket__is_left_alone(void **state)
{
    struct world *w = *state;
    struct client c;

    assert_null(control_server_new(w->base, w->path, w->desk));
    c = join(w);
    expect_hello(w, &c);
    leave(&c);
}

static void server__stale_socket__is_replaced(void **state)
{
    struct world *w = *state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct client c;

    control_server_free(w->server);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", w->path);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    close(fd);
    assert_int_equal(access(w->path, F_OK), 0);
    w->server = control_server_new(w->base, w->path, w->desk);
    assert_non_null(w->server);
    c = join(w);
    expect_hello(w, &c);
    leave(&c);
}

static void server__something_else_at_the_path__is_left_alone(void **state)
{
    struct world *w = *state;
    char path[64], *long_path = calloc(1, 300);
    FILE *file;

    snprintf(path, sizeof(path), "%s/file", w->folder);
    file = fopen(path, "we");
    assert_non_null(file);
    fclose(file);
    assert_null(control_server_new(w->base, path, w->desk));
    assert_int_equal(unlink(path), 0);
    memset(long_path, 'x', 299);
    assert_null(control_server_new(w->base, long_path, w->desk));
    assert_null(control_server_new(w->base, "/nonexistent/socket", w->desk));
    free(long_path);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(server__one_request__hello_and_answer),
        TEST(server__byte_by_byte__answers_at_the_newline),
        TEST(server__requests_in_one_write__are_answered_in_order),
        TEST(server__line_too_long__is_refused_and_closed),
        TEST(server__client_that_does_not_read__is_held_and_then_served),
        TEST(server__client_that_leaves__does_not_disturb_others),
        TEST(server__more_clients_than_places__the_last_is_told_and_later_served),
        TEST(server__out_of_descriptors__rests_and_goes_on),
        TEST(server__answer_that_takes_time__keeps_the_order_of_its_connection),
        TEST(server__who_waits_asks_for_the_next__gets_both),
        TEST(server__who_waits_leaves__the_work_goes_on),
        TEST(server__who_waits_goes_on_sending__is_held_and_then_served),
        TEST(server__ends_while_somebody_waits__cleanly),
        TEST(server__living_socket__is_left_alone),
        TEST(server__stale_socket__is_replaced),
        TEST(server__something_else_at_the_path__is_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
