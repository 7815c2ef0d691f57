/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lists/intake.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define ROOM (1u << 18)

struct intake {
    gzFile file;
    uint64_t left, max;
    size_t from, to;
    bool ended, failed;
    char why[INTAKE_WHY];
    char room[ROOM];
};

static bool fail(struct intake *in, const char *what, const char *detail)
{
    /* zlib puts the name of the file first: "<fd:4>: ". */
    const char *after = *detail == '<' ? strstr(detail, ": ") : NULL;

    detail = after ? after + 2 : detail;
    snprintf(in->why, sizeof(in->why), "%s%s", what, detail);
    in->failed = true;
    return false;
}

/* False: there is no more, or it failed. */
static bool fill(struct intake *in)
{
    int n, error = Z_OK;
    const char *text;

    if (in->ended || in->failed)
        return false;
    memmove(in->room, in->room + in->from, in->to - in->from);
    in->to -= in->from;
    in->from = 0;
    n = gzread(in->file, in->room + in->to, (unsigned)(ROOM - in->to));
    text = gzerror(in->file, &error);
    if (n < 0)
        return error == Z_ERRNO ? fail(in, "cannot be read: ", strerror(errno))
                                : fail(in, "is damaged gzip: ", text);
    in->ended = n == 0;
    /* The end of the file in the middle of a gzip stream is told beside the end. */
    if (n == 0 && error != Z_OK && error != Z_STREAM_END)
        return fail(in, "is cut off: ", text);
    if ((uint64_t)n > in->left) {
        snprintf(in->why, sizeof(in->why), "is larger than %" PRIu64 " bytes", in->max);
        in->failed = true;
        return false;
    }
    in->left -= (uint64_t)n;
    in->to += (size_t)n;
    return n > 0;
}

static void pass_mark(struct intake *in)
{
    static const char mark[] = "\xef\xbb\xbf";
    size_t len = sizeof(mark) - 1;

    if (in->to >= len && memcmp(in->room, mark, len) == 0)
        in->from = len;
}

static struct intake *refuse(int fd, struct intake *in, char why[static INTAKE_WHY],
                             const char *reason)
{
    snprintf(why, INTAKE_WHY, "%s", reason);
    free(in);
    close(fd);
    return NULL;
}

struct intake *intake_from(int fd, uint64_t max, char why[static INTAKE_WHY])
{
    struct intake *in;
    struct stat st;

    /* A pipe or a device could block or never end. */
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return refuse(fd, NULL, why, "is no ordinary file");
    in = malloc(sizeof(*in));
    if (!in)
        return refuse(fd, NULL, why, "cannot be read: there is no memory left");
    in->file = gzdopen(fd, "rb");
    if (!in->file)
        return refuse(fd, in, why, "cannot be read: there is no memory left");
    in->max = in->left = max;
    in->from = in->to = 0;
    in->ended = in->failed = false;
    gzbuffer(in->file, ROOM);
    while (in->to < INTAKE_AHEAD_MAX && fill(in))
        ;
    pass_mark(in);
    return in;
}

struct intake *intake_open(const char *path, uint64_t max, char why[static INTAKE_WHY])
{
    /* Not blocking: opening a pipe would wait for a writer. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0) {
        snprintf(why, INTAKE_WHY, "cannot be opened: %s", strerror(errno));
        return NULL;
    }
    return intake_from(fd, max, why);
}

void intake_close(struct intake *in)
{
    if (in)
        gzclose(in->file);
    free(in);
}

struct span intake_ahead(const struct intake *in)
{
    size_t len = in->to - in->from;

    return (struct span){in->room + in->from, len < INTAKE_AHEAD_MAX ? len : INTAKE_AHEAD_MAX};
}

/* Up to the next newline, which is found or is the end of the file. */
static enum intake_line read_over(struct intake *in)
{
    const char *newline;

    do {
        newline = memchr(in->room + in->from, '\n', in->to - in->from);
        in->from = newline ? (size_t)(newline + 1 - in->room) : in->to;
    } while (!newline && fill(in));
    return in->failed ? INTAKE_FAILED : INTAKE_LONG;
}

enum intake_line intake_next(struct intake *in, struct span *ret, char why[static INTAKE_WHY])
{
    enum intake_line result = INTAKE_LINE;
    const char *newline;

    for (;;) {
        newline = memchr(in->room + in->from, '\n', in->to - in->from);
        if (newline || in->to - in->from > INTAKE_LINE_MAX || !fill(in))
            break;
    }
    *ret = (struct span){in->room + in->from, in->to - in->from};
    if (newline)
        ret->len = (size_t)(newline - ret->ptr);
    if (ret->len > INTAKE_LINE_MAX)
        result = read_over(in);
    else if (!newline && in->failed)
        result = INTAKE_FAILED;
    else if (!newline && ret->len == 0)
        result = INTAKE_END;
    else
        in->from += ret->len + (newline ? 1 : 0);
    if (result == INTAKE_FAILED)
        memcpy(why, in->why, sizeof(in->why));
    return result;
}
