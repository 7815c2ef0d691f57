/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lists/whole.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

bool whole_put(int fd, struct span content)
{
    while (content.len) {
        ssize_t n = write(fd, content.ptr, content.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        content.ptr += n;
        content.len -= (size_t)n;
    }
    return true;
}

bool whole_read(int fd, size_t size, struct bytes *ret)
{
    uint8_t *ptr = malloc(size + 1);
    size_t len = 0;
    ssize_t got = 1;
    int saved;

    while (ptr && len < size && got > 0) {
        got = read(fd, ptr + len, size - len);
        if (got < 0 && errno == EINTR)
            got = 1;
        else
            len += got > 0 ? (size_t)got : 0;
    }
    *ret = (struct bytes){ptr, len};
    if (ptr && len == size)
        return true;
    saved = got == 0 ? EIO : errno;
    free(ptr);
    *ret = (struct bytes){NULL, 0};
    errno = saved;
    return false;
}

bool whole_rename(int folder, int fd, const char *from, const char *to)
{
    return fsync(fd) == 0 && renameat(folder, from, folder, to) == 0 && fsync(folder) == 0;
}

bool whole_write(int folder, const char *name, struct span content)
{
    char beside[NAME_MAX + 1];
    int fd, saved;
    bool ok;

    if (snprintf(beside, sizeof(beside), "%s.new", name) >= (int)sizeof(beside)) {
        errno = ENAMETOOLONG;
        return false;
    }
    /* Whatever a crash or somebody left there: a pipe would be waited for. */
    unlinkat(folder, beside, 0);
    fd = openat(folder, beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (fd < 0)
        return false;
    ok = whole_put(fd, content) && whole_rename(folder, fd, beside, name);
    saved = errno;
    close(fd);
    if (!ok)
        unlinkat(folder, beside, 0);
    errno = saved;
    return ok;
}
