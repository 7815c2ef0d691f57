/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/lists/files.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static void require(bool ok)
{
    if (!ok)
        abort();
}

const char *files_path(const char *folder, const char *name, char out[static FILES_PATH])
{
    require(snprintf(out, FILES_PATH, "%s/%s", folder, name) < FILES_PATH);
    return out;
}

void files_gzip(const char *path, struct span content)
{
    gzFile file = gzopen(path, "ab1");

    require(file && gzwrite(file, content.ptr, (unsigned)content.len) == (int)content.len);
    require(gzclose(file) == Z_OK);
}

void files_names(const char *folder, const char *name, unsigned from, unsigned to)
{
    char path[FILES_PATH];
    FILE *out = fopen(files_path(folder, name, path), "we");

    require(out != NULL);
    for (unsigned i = from; i < to; i++)
        fprintf(out, "n%u.many.example\n", i);
    require(fclose(out) == 0);
}

void files_touch(const char *path, int64_t mtime)
{
    const struct timespec times[2] = {{.tv_sec = mtime}, {.tv_sec = mtime}};

    require(utimensat(AT_FDCWD, path, times, 0) == 0);
}

void files_cut(const char *path, size_t size)
{
    require(truncate(path, (off_t)size) == 0);
}

size_t files_size(const char *path)
{
    struct stat st;

    require(stat(path, &st) == 0);
    return (size_t)st.st_size;
}

bool files_there(const char *folder, const char *name)
{
    char path[FILES_PATH];

    return access(files_path(folder, name, path), F_OK) == 0;
}
