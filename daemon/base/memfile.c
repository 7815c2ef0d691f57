/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/memfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

static bool write_all(int fd, const uint8_t *p, size_t len)
{
    while (len) {
        ssize_t n = write(fd, p, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        p += n;
        len -= (size_t)n;
    }
    return true;
}

int memfile_new(const char *name)
{
    return memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

bool memfile_fill(int fd, const void *ptr, size_t len)
{
    return write_all(fd, ptr, len) && fcntl(fd, F_ADD_SEALS, SEALS) == 0;
}

int memfile_seal(const char *name, const void *ptr, size_t len)
{
    int fd = memfile_new(name);

    if (fd < 0)
        return -1;
    if (!memfile_fill(fd, ptr, len)) {
        int saved = errno;

        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

bool memfile_map(int fd, size_t max, struct bytes *ret)
{
    struct stat st;
    int seals = fcntl(fd, F_GET_SEALS);
    void *map;

    if (seals < 0 || (seals & SEALS) != SEALS || fstat(fd, &st) != 0 || st.st_size <= 0 ||
        (size_t)st.st_size > max) {
        errno = EINVAL;
        return false;
    }
    map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        return false;
    *ret = (struct bytes){map, (size_t)st.st_size};
    return true;
}

void memfile_unmap(struct bytes map)
{
    if (map.ptr)
        munmap((void *)(uintptr_t)map.ptr, map.len);
}
