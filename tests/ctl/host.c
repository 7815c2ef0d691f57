/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plays transcripts of lespoortctl against a desk and a control server of its own.
 *
 * usage: ctl_host [--update] LESPOORTCTL TRANSCRIPT...
 *
 * Directives: "time 2026-11-20 10:52", "user jan", "exceptions none|leader|teacher",
 * "gate BACKEND|off", "repairs COUNT", "trouble CODE WHAT", "probe STATE", "reload good|bad",
 * "compile good|bad", "columns 80|any", "config [TEXT]" (at the end of lespoort.conf).
 *
 * Commands start in the desk's folder; what they print of its path shows as FOLDER.
 */
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "control/identity.h"
#include "control/server.h"
#include "support/keeper.h"
#include "transcript.h"

#define MORNING INT64_C(1795158000) /* 08:00 of that Friday */

static struct {
    char *tool;
    char socket[64], columns[8];
    struct event_base *base;
    struct keeper keeper;
    const struct caller *user;
} host;

/* In place of base/clock.c and control/identity.c, which this program does not link. */
struct now clock_now(void)
{
    return (struct now){.wall = host.keeper.now, .mono = host.keeper.now * 1000};
}

bool identity_of(int fd, struct caller *ret)
{
    (void)fd;
    *ret = *host.user;
    return true;
}

void identity_done(struct caller *who)
{
    who->gids = NULL;
}

static void quiet(enum log_level level, const char *line)
{
    (void)level;
    (void)line;
}

static bool set_time(const char *value)
{
    host.keeper.now = desk_test_time(value);
    return true;
}

static bool set_user(const char *value)
{
    host.user = desk_test_person(value);
    return host.user != NULL;
}

static bool set_exceptions(const char *value)
{
    static const char *const words[] = {[EXCEPTIONS_NONE] = "none",
                                        [EXCEPTIONS_LEADER] = "leader",
                                        [EXCEPTIONS_TEACHER] = "teacher"};

    for (unsigned i = 0; i < ARRAY_SIZE(words); i++) {
        if (strcmp(words[i], value) != 0)
            continue;
        host.keeper.exceptions = (enum exceptions)i;
        keeper_config(&host.keeper, "");
        return true;
    }
    return false;
}

static bool set_gate(const char *value)
{
    struct gate_link *gate = desk_gate(host.keeper.desk);

    gate->connected = strcmp(value, "off") != 0;
    gate->generation = 12;
    gate->since = desk_test_time("2026-11-20 08:00");
    gate->upkeep = (struct upkeep){0};
    snprintf(gate->backend, sizeof(gate->backend), "%s", gate->connected ? value : "");
    return true;
}

static bool set_repairs(const char *value)
{
    struct gate_link *gate = desk_gate(host.keeper.desk);

    gate->upkeep.repairs = (uint32_t)strtoul(value, NULL, 10);
    gate->upkeep.repaired = desk_test_time("2026-11-20 10:15");
    return true;
}

/* Of two seconds ago. */
static bool set_probe(const char *value)
{
    struct gate_link *gate = desk_gate(host.keeper.desk);
    struct probe_report *p = &gate->probe;

    for (unsigned i = 0; i < PROBE_STATES; i++) {
        if (strcmp(probe_word(i), value) != 0)
            continue;
        p->state = (uint8_t)i;
        p->at = host.keeper.now - 2;
        if (i == PROBE_PASSED)
            p->passed = p->at;
        p->microseconds = 312;
        gate->newest = gate->generation;
        gate->made = host.keeper.now - 300;
        return true;
    }
    return false;
}

/* CODE WHAT */
static bool set_trouble(const char *value)
{
    struct troubles *t = &desk_gate(host.keeper.desk)->upkeep.troubles;
    size_t len = strcspn(value, " ");

    for (unsigned i = 0; i < TROUBLE_COUNT; i++) {
        const char *code = trouble_code((enum trouble)i);

        if (strlen(code) != len || memcmp(code, value, len) != 0)
            continue;
        troubles_add(t, (enum trouble)i, value + len + (value[len] == ' '));
        return true;
    }
    return false;
}

static bool set_reload(const char *value)
{
    static const char bad[] = "lespoort.conf:12: key 'zone': unknown, expected 'zones'\n"
                              "lespoort.conf:14: key 'lan': missing, expected a list";

    host.keeper.bad_config = strcmp(value, "bad") == 0 ? bad : NULL;
    return true;
}

static bool set_compile(const char *value)
{
    host.keeper.fails = strcmp(value, "bad") == 0;
    return true;
}

static bool set_config(const char *value)
{
    keeper_config(&host.keeper, value);
    return true;
}

static bool set_columns(const char *value)
{
    snprintf(host.columns, sizeof(host.columns), "%s", value);
    return true;
}

static const struct {
    const char *name;
    bool (*set)(const char *value);
} directives[] = {
    {"time ", set_time},       {"user ", set_user},       {"exceptions ", set_exceptions},
    {"gate ", set_gate},       {"reload ", set_reload},   {"columns ", set_columns},
    {"repairs ", set_repairs}, {"trouble ", set_trouble}, {"compile ", set_compile},
    {"probe ", set_probe},     {"config", set_config},
};

static bool direct(void *arg, const char *directive)
{
    (void)arg;
    for (size_t i = 0; i < ARRAY_SIZE(directives); i++) {
        size_t len = strlen(directives[i].name);

        if (!strncmp(directive, directives[i].name, len))
            return directives[i].set(directive + len);
    }
    return false;
}

/* In the child: the shell, with lespoortctl as a function that knows tool and socket. */
static void run_shell(const char *command, int out)
{
    char script[4096];

    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    setenv("TOOL", host.tool, 1);
    setenv("SOCKET", host.socket, 1);
    setenv("COLUMNS", host.columns, 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    if (chdir(host.keeper.folder) < 0)
        _exit(127);
    snprintf(script, sizeof(script), "lespoortctl() { \"$TOOL\" --socket \"$SOCKET\" \"$@\"; }\n%s",
             command);
    execl("/bin/sh", "sh", "-c", script, (char *)NULL);
    _exit(127);
}

static void on_output(evutil_socket_t fd, short what, void *arg)
{
    char buffer[4096];
    ssize_t got = read(fd, buffer, sizeof(buffer));

    (void)what;
    if (got > 0)
        fwrite(buffer, 1, (size_t)got, arg);
    else
        event_base_loopbreak(host.base);
}

/* The folder has another name each time. */
static void print_output(FILE *out, const char *text)
{
    size_t len = strlen(host.keeper.folder);

    for (const char *at = strstr(text, host.keeper.folder); at;
         at = strstr(text, host.keeper.folder)) {
        fprintf(out, "%.*sFOLDER", (int)(at - text), text);
        text = at + len;
    }
    fputs(text, out);
}

static void read_output(int fd, FILE *out)
{
    char *text = NULL;
    size_t size;
    FILE *collected = open_memstream(&text, &size);
    struct event *event = event_new(host.base, fd, EV_READ | EV_PERSIST, on_output, collected);

    event_add(event, NULL);
    event_base_dispatch(host.base);
    event_free(event);
    fclose(collected);
    print_output(out, text);
    free(text);
}

static int run(void *arg, const char *command, FILE *out)
{
    int ends[2], status = -1;
    pid_t child;

    (void)arg;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -1;
    child = fork();
    if (!child)
        run_shell(command, ends[1]);
    close(ends[1]);
    read_output(ends[0], out);
    close(ends[0]);
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool play(const char *path, bool update)
{
    struct actor actor = {.direct = direct, .run = run};
    char *text = transcript_play(path, &actor);
    bool good = text && (update ? transcript_write(path, text) : transcript_same(path, text));

    free(text);
    return good;
}

/* Each transcript begins on the same Friday morning, with jan at the keyboard. */
static bool play_fresh(const char *path, bool update)
{
    struct control_server *server;
    bool good = false;

    host.base = event_base_new();
    if (!host.base)
        abort();
    keeper_begin(&host.keeper, "", MORNING);
    set_time("2026-11-20 10:52"); /* of the zone that the config has set */
    set_user("jan");
    set_gate("nftables");
    set_columns("any");
    server = control_server_new(host.base, host.socket, host.keeper.desk);
    if (server)
        good = play(path, update);
    control_server_free(server);
    event_base_free(host.base);
    keeper_end(&host.keeper);
    return good;
}

int main(int argc, char **argv)
{
    bool update = argc > 1 && !strcmp(argv[1], "--update"), good = true;
    char folder[] = "/tmp/ctl_host.XXXXXX";

    argv += update;
    argc -= update;
    if (argc < 3 || !mkdtemp(folder)) {
        fprintf(stderr, "usage: ctl_host [--update] LESPOORTCTL TRANSCRIPT...\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    log_init("ctl_host", LOG_LEVEL_ERROR, quiet);
    host.tool = realpath(argv[1], NULL); /* commands start elsewhere */
    snprintf(host.socket, sizeof(host.socket), "%s/control.sock", folder);
    for (int i = 2; i < argc; i++)
        good &= play_fresh(argv[i], update);
    free(host.tool);
    rmdir(folder);
    return good ? 0 : 1;
}
