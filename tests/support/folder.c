/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/folder.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPEN_MAX_HERE 16

void folder_make(char path[static FOLDER_PATH])
{
    snprintf(path, FOLDER_PATH, "/tmp/lespoort-test.XXXXXX");
    if (!mkdtemp(path))
        abort();
}

static int remove_one(const char *path, const struct stat *s, int type, struct FTW *at)
{
    (void)s;
    (void)type;
    (void)at;
    return remove(path);
}

void folder_remove(const char *path)
{
    nftw(path, remove_one, OPEN_MAX_HERE, FTW_DEPTH | FTW_PHYS);
}

static FILE *open_file(const char *folder, const char *name, const char *mode)
{
    char path[512];
    int len = snprintf(path, sizeof(path), "%s/%s", folder, name);

    if (len < 0 || (size_t)len >= sizeof(path))
        abort();
    return fopen(path, mode);
}

void folder_write(const char *folder, const char *name, const char *text)
{
    FILE *out = open_file(folder, name, "we");

    if (!out || fputs(text, out) < 0 || fclose(out) != 0)
        abort();
}

char *folder_read(const char *folder, const char *name)
{
    FILE *in = open_file(folder, name, "re");
    char *text = NULL;
    size_t room = 0;

    if (!in)
        return NULL;
    if (getdelim(&text, &room, '\0', in) < 0) {
        free(text);
        text = strdup("");
    }
    fclose(in);
    return text;
}

int folder_set_up(void **state)
{
    char *path = malloc(FOLDER_PATH);

    if (!path)
        return -1;
    folder_make(path);
    *state = path;
    return 0;
}

int folder_tear_down(void **state)
{
    folder_remove(*state);
    free(*state);
    return 0;
}
