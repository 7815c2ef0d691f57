/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control/verify.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lists/whole.h"

#define SHA256_BYTES 32
#define GPGV         "/usr/bin/gpgv"
#define GPGV_MS      3000
#define GPGV_OUTPUT  4096 /* what is read of it */

/* -1: the reason is in why. */
static int open_regular(const char *path, size_t max, size_t *ret_size, char why[static VERIFY_WHY])
{
    /* A pipe in its place must not stop us. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat s;

    if (fd >= 0 && fstat(fd, &s) == 0 && S_ISREG(s.st_mode) && (uint64_t)s.st_size <= max) {
        *ret_size = (size_t)s.st_size;
        return fd;
    }
    if (fd < 0)
        snprintf(why, VERIFY_WHY, "cannot be read: %s", strerror(errno));
    else if (!S_ISREG(s.st_mode))
        snprintf(why, VERIFY_WHY, "is not a file");
    else
        snprintf(why, VERIFY_WHY, "is larger than %zu bytes", max);
    if (fd >= 0)
        close(fd);
    return -1;
}

bool verify_read(const char *path, size_t max, struct bytes *ret, char why[static VERIFY_WHY])
{
    size_t size = 0;
    int fd = open_regular(path, max, &size, why);
    bool whole;

    if (fd < 0)
        return false;
    whole = whole_read(fd, size, ret);
    close(fd);
    if (!whole)
        snprintf(why, VERIFY_WHY, "changed while it was read");
    return whole;
}

bool verify_sha256(struct bytes content, char out[static SHA256_TEXT])
{
    unsigned char sum[SHA256_BYTES];
    unsigned len = sizeof(sum);

    if (!EVP_Digest(content.ptr, content.len, sum, &len, EVP_sha256(), NULL) || len != sizeof(sum))
        return false;
    for (unsigned i = 0; i < sizeof(sum); i++)
        snprintf(out + 2 * (size_t)i, 3, "%02x", sum[i]);
    return true;
}

/* The sum at the start of a line; what follows it is *ret_rest. */
static bool take_sum(struct span line, char out[static SHA256_TEXT], struct span *ret_rest)
{
    const size_t digits = SHA256_TEXT - 1;

    /* sha256sum marks a name with escapes in it. */
    if (line.len && line.ptr[0] == '\\')
        line = (struct span){line.ptr + 1, line.len - 1};
    if (line.len < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        if (!isxdigit((unsigned char)line.ptr[i]))
            return false;
        out[i] = (char)tolower((unsigned char)line.ptr[i]);
    }
    out[digits] = '\0';
    *ret_rest = (struct span){line.ptr + digits, line.len - digits};
    return true;
}

/* "  name", " *name", also with a folder before it. */
static bool speaks_of(struct span rest, const char *name)
{
    size_t len = strlen(name);
    const char *base;

    if (rest.len < 3 || rest.ptr[0] != ' ' || (rest.ptr[1] != ' ' && rest.ptr[1] != '*'))
        return false;
    rest = (struct span){rest.ptr + 2, rest.len - 2};
    base = memrchr(rest.ptr, '/', rest.len);
    if (base)
        rest = (struct span){base + 1, rest.len - (size_t)(base + 1 - rest.ptr)};
    return rest.len == len && memcmp(rest.ptr, name, len) == 0;
}

/* Without its end. */
static struct span next_line(struct span *text)
{
    const char *end = memchr(text->ptr, '\n', text->len);
    struct span line = {text->ptr, end ? (size_t)(end - text->ptr) : text->len};
    size_t taken = line.len + (end != NULL);

    *text = (struct span){text->ptr + taken, text->len - taken};
    if (line.len && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

bool verify_sum(struct bytes text, const char *name, char out[static SHA256_TEXT])
{
    struct span left = {(const char *)text.ptr, text.len}, rest;
    char sum[SHA256_TEXT];

    while (left.len) {
        bool first = left.ptr == (const char *)text.ptr;
        struct span line = next_line(&left);

        if (!take_sum(line, sum, &rest))
            continue;
        if (speaks_of(rest, name) || (first && !rest.len && !left.len)) {
            memcpy(out, sum, sizeof(sum));
            return true;
        }
    }
    return false;
}

static char *const environment[] = {(char[]){"LC_ALL=C"}, NULL};

/* One run of gpgv. Memory in place of pipes: no side can block the other. */
struct gpgv {
    int status, said; /* what it writes for programs and for people */
    bool ended;       /* in time, and with success */
};

static bool set_signals(posix_spawnattr_t *attr)
{
    sigset_t none, all;

    sigemptyset(&none);
    sigfillset(&all);
    return posix_spawnattr_setsigmask(attr, &none) == 0 &&
           posix_spawnattr_setsigdefault(attr, &all) == 0 &&
           posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) == 0;
}

static pid_t spawn(const struct gpgv *g, const char *const *argv)
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
    if (posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0) != 0 ||
        posix_spawn_file_actions_adddup2(&files, g->status, STDOUT_FILENO) != 0 ||
        posix_spawn_file_actions_adddup2(&files, g->said, STDERR_FILENO) != 0 ||
        !set_signals(&attr) ||
        posix_spawn(&pid, argv[0], &files, &attr, (char *const *)(uintptr_t)argv, environment) != 0)
        pid = -1;
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    return pid;
}

static bool succeeds(pid_t pid)
{
    struct pollfd p = {.fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN};
    int status = -1, n = 0;

    if (p.fd >= 0)
        n = poll(&p, 1, GPGV_MS);
    if (p.fd >= 0)
        close(p.fd);
    if (n <= 0)
        kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return n > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void read_output(int fd, char out[static GPGV_OUTPUT])
{
    ssize_t got = pread(fd, out, GPGV_OUTPUT - 1, 0);

    out[got > 0 ? got : 0] = '\0';
}

/* The rest of the first status line of that kind; NULL without one. */
static const char *status_line(const char *status, const char *kind)
{
    size_t len = strlen(kind);

    while ((status = strstr(status, "[GNUPG:] ")) != NULL) {
        status += strlen("[GNUPG:] ");
        if (strncmp(status, kind, len) == 0 && (status[len] == ' ' || status[len] == '\n'))
            return status + len + (status[len] == ' ');
    }
    return NULL;
}

/* Good, and nothing bad beside it: gpgv ends well for a key that has expired, too. */
static bool is_good(const char *status, char ret_signer[static SIGNER_TEXT],
                    const char **ret_problem)
{
    static const struct {
        const char *kind, *problem;
    } bad[] = {
        {"BADSIG", "it is the signature of another file"},
        {"EXPSIG", "the signature has expired"},
        {"EXPKEYSIG", "the key has expired"},
        {"REVKEYSIG", "the key was revoked"},
        {"NO_PUBKEY", "the key is not in the keyring"},
        {"ERRSIG", "it cannot be checked"},
        {"NODATA", "it holds no signature"},
    };
    const char *good = status_line(status, "GOODSIG");
    const char *user = good ? strchr(good, ' ') : NULL;

    *ret_problem = NULL;
    for (size_t i = 0; i < ARRAY_SIZE(bad) && !*ret_problem; i++)
        if (status_line(status, bad[i].kind))
            *ret_problem = bad[i].problem;
    if (*ret_problem || !user || !status_line(status, "VALIDSIG"))
        return false;
    snprintf(ret_signer, SIGNER_TEXT, "%.*s", (int)strcspn(user + 1, "\n"), user + 1);
    return true;
}

static bool judge(const struct gpgv *g, const char *signature, char ret_signer[static SIGNER_TEXT],
                  char why[static VERIFY_WHY])
{
    char status[GPGV_OUTPUT], said[GPGV_OUTPUT];
    const char *problem;
    bool good;

    read_output(g->status, status);
    read_output(g->said, said);
    good = is_good(status, ret_signer, &problem);
    if (good && g->ended)
        return true;
    if (!problem) {
        said[strcspn(said, "\n")] = '\0';
        problem = *said ? said : "gpgv did not end in time";
    }
    snprintf(why, VERIFY_WHY, "The signature '%.160s' is not good: %.160s.", signature, problem);
    return false;
}

bool verify_signature(const char *keyring, const char *signature, const char *file,
                      char ret_signer[static SIGNER_TEXT], char why[static VERIFY_WHY])
{
    const char *const argv[] = {GPGV,        "--homedir", "/nonexistent", "--status-fd", "1",
                                "--keyring", keyring,     "--",           signature,     file,
                                NULL};
    struct gpgv g = {.status = memfd_create("gpgv-status", MFD_CLOEXEC),
                     .said = memfd_create("gpgv-said", MFD_CLOEXEC)};
    pid_t pid = g.status >= 0 && g.said >= 0 ? spawn(&g, argv) : -1;
    bool good = false;

    if (pid > 0) {
        g.ended = succeeds(pid);
        good = judge(&g, signature, ret_signer, why);
    } else {
        snprintf(why, VERIFY_WHY, "%s cannot be run, which checks signatures: %s.", GPGV,
                 access(GPGV, X_OK) ? "install the package gpgv" : strerror(errno));
    }
    if (g.status >= 0)
        close(g.status);
    if (g.said >= 0)
        close(g.said);
    return good;
}
