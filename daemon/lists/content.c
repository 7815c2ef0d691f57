/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lists/content.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "lists/intake.h"
#include "lists/whole.h"

#define ROOM (1u << 16)

static const char marks[] = {[LIST_SUFFIX] = '\0', [LIST_EXACT] = '=', [LIST_ALLOW] = '!'};

struct content {
    int fd, error;
    uint64_t bytes;
    XXH3_state_t *hash;
    size_t len;
    char room[ROOM];
};

struct content *content_new(int fd)
{
    struct content *c = malloc(sizeof(*c));
    XXH3_state_t *hash = XXH3_createState();

    if (!c || !hash || lseek(fd, CARD_SIZE, SEEK_SET) != CARD_SIZE) {
        XXH3_freeState(hash);
        free(c);
        return NULL;
    }
    XXH3_128bits_reset(hash);
    c->fd = fd;
    c->error = 0;
    c->bytes = 0;
    c->hash = hash;
    c->len = 0;
    return c;
}

void content_free(struct content *c)
{
    if (c)
        XXH3_freeState(c->hash);
    free(c);
}

int content_error(const struct content *c)
{
    return c->error;
}

static bool flush(struct content *c)
{
    XXH3_128bits_update(c->hash, c->room, c->len);
    c->bytes += c->len;
    if (!whole_put(c->fd, (struct span){c->room, c->len}))
        c->error = errno;
    c->len = 0;
    return !c->error;
}

bool content_put(void *arg, const struct list_entry *e)
{
    struct content *c = arg;

    if (ROOM - c->len < HOSTNAME_MAX + 2 && !flush(c))
        return false;
    if (marks[e->says])
        c->room[c->len++] = marks[e->says];
    memcpy(c->room + c->len, e->name.text, e->name.len);
    c->len += e->name.len;
    c->room[c->len++] = '\n';
    return true;
}

static void digest_of(const XXH3_state_t *hash, uint64_t ret[static 2])
{
    XXH128_hash_t digest = XXH3_128bits_digest(hash);

    ret[0] = digest.high64;
    ret[1] = digest.low64;
}

bool content_end(struct content *c, struct card *card)
{
    char head[CARD_SIZE];

    if (!flush(c))
        return false;
    card->bytes = c->bytes;
    digest_of(c->hash, card->digest);
    card_print(card, head);
    if (lseek(c->fd, 0, SEEK_SET) != 0 || !whole_put(c->fd, (struct span){head, sizeof(head)}))
        c->error = errno;
    return !c->error;
}

static bool digest_file(int fd, XXH3_state_t *hash)
{
    char room[ROOM];
    off_t at = CARD_SIZE;
    ssize_t n;

    XXH3_128bits_reset(hash);
    while ((n = pread(fd, room, sizeof(room), at)) > 0) {
        XXH3_128bits_update(hash, room, (size_t)n);
        at += n;
    }
    return n == 0;
}

bool content_check(int fd, const struct card *card, char why[static LIST_FAULT_TEXT])
{
    XXH3_state_t *hash = XXH3_createState();
    uint64_t digest[2] = {0};
    bool read = hash && digest_file(fd, hash);

    if (read)
        digest_of(hash, digest);
    XXH3_freeState(hash);
    if (!read)
        snprintf(why, LIST_FAULT_TEXT, "cannot be read: %s", strerror(hash ? errno : ENOMEM));
    else if (memcmp(digest, card->digest, sizeof(digest)) != 0)
        snprintf(why, LIST_FAULT_TEXT, "was changed by hand or is damaged: its checksum differs");
    else
        return true;
    return false;
}

static bool parse(struct span line, struct list_entry *ret)
{
    ret->says = LIST_SUFFIX;
    for (unsigned says = LIST_EXACT; says <= LIST_ALLOW; says++)
        if (line.len && line.ptr[0] == marks[says])
            ret->says = says;
    if (ret->says != LIST_SUFFIX)
        line = (struct span){line.ptr + 1, line.len - 1};
    return hostname_set(&ret->name, line);
}

static bool read_entries(struct intake *in, list_take *take, void *arg,
                         char why[static LIST_FAULT_TEXT])
{
    struct list_entry entry;
    struct span line;

    for (;;) {
        enum intake_line next = intake_next(in, &line, why);

        if (next == INTAKE_END)
            return true;
        if (next == INTAKE_FAILED)
            return false;
        if (next == INTAKE_LINE && line.len && line.ptr[0] == '#')
            continue;
        if (next == INTAKE_LONG || !parse(line, &entry)) {
            snprintf(why, LIST_FAULT_TEXT, "holds a line that is no name");
            return false;
        }
        if (!take(arg, &entry)) {
            snprintf(why, LIST_FAULT_TEXT, "was not read to its end");
            return false;
        }
    }
}

bool content_read(int fd, list_take *take, void *arg, char why[static LIST_FAULT_TEXT])
{
    struct intake *in = intake_from(fd, UINT64_MAX, why);
    bool ok = in && read_entries(in, take, arg, why);

    intake_close(in);
    return ok;
}
