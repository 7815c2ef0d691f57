/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "app/channel.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC     0x6c657370 /* "lesp" */
#define SOCK_KIND (SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK)
#define BACKLOG   4

union control_bytes {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(CHANNEL_FDS * sizeof(int))];
};

static void attach(struct msghdr *header, union control_bytes *control, const int *fds,
                   unsigned count)
{
    struct cmsghdr *c;

    memset(control, 0, sizeof(*control));
    header->msg_control = control->bytes;
    header->msg_controllen = CMSG_SPACE(count * sizeof(int));
    c = CMSG_FIRSTHDR(header);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(c), fds, count * sizeof(int));
}

enum channel_result channel_send(int sock, const struct channel_message *m, const int *fds,
                                 unsigned fd_count)
{
    struct channel_message copy = *m;
    struct iovec part = {&copy, sizeof(copy)};
    struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
    union control_bytes control;

    copy.magic = MAGIC;
    if (fd_count)
        attach(&header, &control, fds, fd_count);
    if (sendmsg(sock, &header, MSG_NOSIGNAL) == (ssize_t)sizeof(copy))
        return CHANNEL_OK;
    if (errno == EAGAIN || errno == EINTR)
        return CHANNEL_AGAIN;
    return errno == EPIPE || errno == ECONNRESET ? CHANNEL_CLOSED : CHANNEL_BROKEN;
}

/* Takes what came along; a peer that sends more than it may gets it closed. */
static bool detach(struct msghdr *header, int ret_fds[static CHANNEL_FDS])
{
    bool good = !(header->msg_flags & (MSG_CTRUNC | MSG_TRUNC));
    unsigned kept = 0;

    for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
        size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        for (size_t i = 0; i < count; i++) {
            int fd;

            memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
            if (kept < CHANNEL_FDS)
                ret_fds[kept++] = fd;
            else
                close(fd);
        }
    }
    return good;
}

static void close_all(int fds[static CHANNEL_FDS])
{
    for (unsigned i = 0; i < CHANNEL_FDS; i++) {
        if (fds[i] >= 0)
            close(fds[i]);
        fds[i] = -1;
    }
}

enum channel_result channel_receive(int sock, struct channel_message *ret,
                                    int ret_fds[static CHANNEL_FDS])
{
    struct iovec part = {ret, sizeof(*ret)};
    union control_bytes control;
    struct msghdr header = {.msg_iov = &part,
                            .msg_iovlen = 1,
                            .msg_control = control.bytes,
                            .msg_controllen = sizeof(control.bytes)};
    ssize_t n;

    for (unsigned i = 0; i < CHANNEL_FDS; i++)
        ret_fds[i] = -1;
    n = recvmsg(sock, &header, MSG_CMSG_CLOEXEC);
    if (n < 0 && errno == ECONNRESET)
        return CHANNEL_CLOSED;
    if (n < 0)
        return errno == EAGAIN || errno == EINTR ? CHANNEL_AGAIN : CHANNEL_BROKEN;
    /* Also an empty message, which looks like the end, may have descriptors beside it. */
    if (!detach(&header, ret_fds) || n != (ssize_t)sizeof(*ret) || ret->magic != MAGIC) {
        close_all(ret_fds);
        return n == 0 ? CHANNEL_CLOSED : CHANNEL_BROKEN;
    }
    ret->backend[sizeof(ret->backend) - 1] = '\0';
    return CHANNEL_OK;
}

static bool address_of(const char *path, struct sockaddr_un *ret)
{
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(ret->sun_path)) {
        errno = ENAMETOOLONG;
        return false;
    }
    strcpy(ret->sun_path, path); /* NOLINT: the length was checked */
    return true;
}

static int close_keeping_errno(int fd)
{
    int saved = errno;

    close(fd);
    errno = saved;
    return -1;
}

int channel_connect(const char *path)
{
    struct sockaddr_un address;
    int fd = socket(AF_UNIX, SOCK_KIND, 0);

    if (fd < 0)
        return -1;
    if (!address_of(path, &address) ||
        connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0)
        return close_keeping_errno(fd);
    return fd;
}

/* A socket file that nobody answers on is left over from a crash. */
static bool clear_stale(const char *path)
{
    int fd = channel_connect(path);

    if (fd >= 0) {
        close(fd);
        errno = EADDRINUSE;
        return false;
    }
    return errno != ECONNREFUSED || unlink(path) == 0;
}

int channel_listen(const char *path)
{
    struct sockaddr_un address;
    mode_t mask;
    int fd, bound;

    if (!address_of(path, &address) || !clear_stale(path))
        return -1;
    fd = socket(AF_UNIX, SOCK_KIND, 0);
    if (fd < 0)
        return -1;
    mask = umask(0111); /* anyone may knock; who it is decides */
    bound = bind(fd, (const struct sockaddr *)&address, sizeof(address));
    umask(mask);
    if (bound != 0 || listen(fd, BACKLOG) != 0)
        return close_keeping_errno(fd);
    return fd;
}

bool channel_pair(int ret[static 2])
{
    return socketpair(AF_UNIX, SOCK_KIND, 0, ret) == 0;
}
