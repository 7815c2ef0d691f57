/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "net/tool.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

static char *const environment[] = {
    (char[]){"PATH=/usr/sbin:/usr/bin:/sbin:/bin"},
    (char[]){"LC_ALL=C"},
    NULL,
};

static bool find(const char *name, char out[static 64])
{
    static const char *const folders[] = {"/usr/sbin", "/sbin", "/usr/bin", "/bin"};

    for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
        int len = snprintf(out, 64, "%s/%s", folders[i], name);

        if (len > 0 && len < 64 && access(out, X_OK) == 0)
            return true;
    }
    return false;
}

bool tool_exists(const char *name)
{
    char path[64];

    return find(name, path);
}

static bool write_all(int fd, struct span text)
{
    while (text.len > 0) {
        ssize_t n = write(fd, text.ptr, text.len);

        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0)
            text = (struct span){text.ptr + n, text.len - (size_t)n};
    }
    return true;
}

/* Files in memory in place of pipes: no side can block the other, or die of a broken one. */
static bool open_streams(struct span input, int *in, int *out)
{
    *in = memfd_create("lespoort-tool-in", MFD_CLOEXEC);
    *out = memfd_create("lespoort-tool-out", MFD_CLOEXEC);
    return *in >= 0 && *out >= 0 && write_all(*in, input) && lseek(*in, 0, SEEK_SET) == 0;
}

/* The child starts with no signal blocked or ignored, whatever our own loop does. */
static bool set_signals(posix_spawnattr_t *attr)
{
    sigset_t none, all;

    sigemptyset(&none);
    sigfillset(&all);
    return posix_spawnattr_setsigmask(attr, &none) == 0 &&
           posix_spawnattr_setsigdefault(attr, &all) == 0 &&
           posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) == 0;
}

static pid_t spawn(const char *path, const char *const *argv, int in, int out)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    pid_t pid = -1;

    if (posix_spawn_file_actions_init(&files) != 0)
        return -1;
    if (posix_spawnattr_init(&attr) != 0) {
        posix_spawn_file_actions_destroy(&files);
        return -1;
    }
    /* posix_spawn() takes the words as writable, and leaves them alone. */
    if (posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO) != 0 ||
        posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO) != 0 ||
        posix_spawn_file_actions_adddup2(&files, out, STDERR_FILENO) != 0 || !set_signals(&attr) ||
        posix_spawn(&pid, path, &files, &attr, (char *const *)(uintptr_t)argv, environment) != 0)
        pid = -1;
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    return pid;
}

static struct {
    void (*callback)(void *arg);
    void *arg;
} meanwhile;

void tool_meanwhile(void (*callback)(void *arg), void *arg)
{
    meanwhile.callback = callback;
    meanwhile.arg = arg;
}

/* Until the descriptor is readable (-1: none is waited for); false when the time is over. */
static bool wait_in_slices(int fd, int limit_ms)
{
    const int64_t end = clock_now().mono + limit_ms;
    struct pollfd p = {.fd = fd, .events = POLLIN};

    for (;;) {
        int64_t left = end - clock_now().mono;

        if (poll(&p, 1, left < 0 ? 0 : left < TOOL_SLICE_MS ? (int)left : TOOL_SLICE_MS) > 0)
            return true;
        if (left <= 0)
            return false;
        if (meanwhile.callback)
            meanwhile.callback(meanwhile.arg);
    }
}

void tool_pause(int ms)
{
    wait_in_slices(-1, ms);
}

/* Whether it ends in time. */
static bool ends(pid_t pid, int limit_ms)
{
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    bool ended;

    if (fd < 0)
        return false;
    ended = wait_in_slices(fd, limit_ms);
    close(fd);
    return ended;
}

static int status_of(pid_t pid, int limit_ms)
{
    bool ended = ends(pid, limit_ms);
    int status;

    if (!ended)
        kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return ended && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static char *read_output(int fd)
{
    char *text = NULL;
    off_t end = lseek(fd, 0, SEEK_END);
    size_t len = end < 0 ? 0 : (size_t)end, have = 0;

    if (len > TOOL_OUTPUT_MAX)
        len = TOOL_OUTPUT_MAX;
    text = malloc(len + 1);
    if (!text)
        return NULL;
    while (have < len) {
        ssize_t n = pread(fd, text + have, len - have, (off_t)have);

        if (n <= 0)
            break;
        have += (size_t)n;
    }
    text[have] = '\0';
    return text;
}

int tool_run(const struct tool *t, char **ret_output)
{
    char path[64];
    int in = -1, out = -1, status = -1;
    pid_t pid = -1;

    if (ret_output)
        *ret_output = NULL;
    if (find(t->argv[0], path) && open_streams(t->input, &in, &out))
        pid = spawn(path, t->argv, in, out);
    if (pid > 0)
        status = status_of(pid, t->limit_ms);
    if (pid > 0 && ret_output)
        *ret_output = read_output(out);
    if (in >= 0)
        close(in);
    if (out >= 0)
        close(out);
    return status;
}
