/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lists/sealed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
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

/* The file itself is never mapped: cut short by somebody, it would kill who reads it. */
static int copy_stored(const struct plan *p)
{
    size_t size = 0;
    int from = compile_stored(p->state, &size);
    int to = from >= 0 ? memfile_new("lespoort-catalogue") : -1;
    off_t at = 0;
    ssize_t got = 1;
    bool whole;

    while (to >= 0 && got > 0 && (size_t)at < size)
        got = sendfile(to, from, &at, size - (size_t)at);
    whole = to >= 0 && (size_t)at == size && memfile_fill(to, NULL, 0);
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
