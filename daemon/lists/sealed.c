/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lists/sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memfile.h"

struct sealed *sealed_open(int fd, const char **ret_why)
{
    struct sealed *s = malloc(sizeof(*s));
    struct bytes map = {NULL, 0};

    *ret_why = "there is no memory left";
    if (s) {
        *ret_why = "it is not sealed memory";
        *s = (struct sealed){.fd = fd};
        if (memfile_map(fd, CATALOGUE_MAX, &map) && catalogue_open(&s->catalogue, map, ret_why))
            return s;
    }
    if (map.ptr)
        memfile_unmap(map);
    free(s);
    close(fd);
    return NULL;
}

void sealed_free(struct sealed *s)
{
    if (!s)
        return;
    memfile_unmap(s->catalogue.map);
    close(s->fd);
    free(s);
}

bool sealed_fits(const struct sealed *s, const struct plan *p)
{
    const struct catalogue *c = &s->catalogue;

    if (c->service_count != p->service_count)
        return false;
    for (size_t i = 0; i < p->service_count; i++)
        if (strcmp(c->services[i].id, p->services[i].id) != 0)
            return false;
    return true;
}

static int open_stored(const struct plan *p, struct stat *ret)
{
    int folder = p->state ? open(p->state, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1, fd = -1;

    if (folder >= 0) {
        /* Whatever else stands there must not be waited for. */
        fd = openat(folder, COMPILE_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        close(folder);
    }
    if (fd < 0)
        return -1;
    if (fstat(fd, ret) == 0 && S_ISREG(ret->st_mode) && ret->st_size > 0 &&
        (uint64_t)ret->st_size <= CATALOGUE_MAX)
        return fd;
    close(fd);
    return -1;
}

/* The file itself is never mapped: cut short by somebody, it would kill who reads it. */
static int copy_stored(const struct plan *p)
{
    struct stat found;
    int from = open_stored(p, &found), to = from >= 0 ? memfile_new("lespoort-catalogue") : -1;
    off_t at = 0;
    ssize_t got = 1;
    bool whole;

    while (to >= 0 && got > 0 && at < found.st_size)
        got = sendfile(to, from, &at, (size_t)(found.st_size - at));
    whole = to >= 0 && at == found.st_size && memfile_fill(to, NULL, 0);
    if (from >= 0)
        close(from);
    if (to >= 0 && !whole)
        close(to);
    return whole ? to : -1;
}

struct sealed *sealed_stored(const struct plan *p, const char **ret_why)
{
    int fd = copy_stored(p);
    struct sealed *s = NULL;

    *ret_why = "there is none that can be read";
    if (fd >= 0)
        s = sealed_open(fd, ret_why);
    if (!s)
        return NULL;
    *ret_why = "it is damaged";
    if (catalogue_intact(&s->catalogue)) {
        *ret_why = "the services in the config are others";
        if (sealed_fits(s, p))
            return s;
    }
    sealed_free(s);
    return NULL;
}

struct sealed *sealed_compile(const struct plan *p, const struct compile_job *job,
                              struct compile_report *report)
{
    struct sealed *s = NULL;
    struct bytes map;
    const char *why;
    int fd;

    if (!compile_catalogue(p, job, &map, report))
        return NULL;
    fd = memfile_seal("lespoort-catalogue", map.ptr, map.len);
    why = fd < 0 ? strerror(errno) : NULL;
    if (fd >= 0)
        s = sealed_open(fd, &why);
    bytes_free(map);
    if (!s)
        snprintf(report->why, sizeof(report->why), "the compiled catalogue cannot be used: %s",
                 why);
    return s;
}
