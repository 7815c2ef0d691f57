/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/plain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "bench/bench.h"

/* Part of the hash stands beside the place of the text: a miss costs no look at a text. */
struct slot {
    uint32_t print, at; /* at 0: free */
};

struct plain {
    struct slot *slots;
    uint8_t *texts; /* each: its length in one byte, the text */
    size_t mask, used, depth;
};

static size_t labels_of(struct span name)
{
    size_t count = 1;

    for (size_t i = 0; i < name.len; i++)
        count += name.ptr[i] == '.';
    return count;
}

static uint32_t print_of(uint64_t hash)
{
    return (uint32_t)(hash >> 32);
}

/* The slot with that name, or the free one where it belongs. */
static struct slot *find(const struct plain *p, struct span name, uint64_t hash)
{
    uint32_t print = print_of(hash);

    for (size_t i = hash & p->mask;; i = (i + 1) & p->mask) {
        struct slot *s = &p->slots[i];
        const uint8_t *text = p->texts + s->at;

        if (s->at == 0 ||
            (s->print == print && text[0] == name.len && memcmp(text + 1, name.ptr, name.len) == 0))
            return s;
    }
}

static void add(struct plain *p, struct span name)
{
    uint64_t hash = XXH3_64bits(name.ptr, name.len);
    struct slot *s = find(p, name, hash);
    size_t depth = labels_of(name);

    if (s->at != 0)
        return;
    *s = (struct slot){print_of(hash), (uint32_t)p->used};
    p->texts[p->used] = (uint8_t)name.len;
    memcpy(p->texts + p->used + 1, name.ptr, name.len);
    p->used += 1 + name.len;
    if (depth > p->depth)
        p->depth = depth;
}

static struct plain *make(FILE *f, size_t names)
{
    struct plain *p = calloc(1, sizeof(*p));
    size_t slots = 16;
    struct stat s;

    if (!p || fstat(fileno(f), &s) != 0)
        bench_die("the list");
    while (slots * 3 / 4 < names)
        slots *= 2;
    p->mask = slots - 1;
    p->used = 1;
    p->slots = calloc(slots, sizeof(*p->slots));
    p->texts = malloc((size_t)s.st_size + 2); /* a length takes the place of an end of line */
    bench_require(p->slots && p->texts && s.st_size < UINT32_MAX, "no room for the list");
    return p;
}

struct plain *plain_read(const char *path, size_t names)
{
    FILE *f = fopen(path, "re");
    struct hostname name;
    char line[HOSTNAME_MAX + 2];

    if (!f)
        bench_die(path);
    struct plain *p = make(f, names);

    while (fgets(line, sizeof(line), f))
        if (hostname_set(&name, (struct span){line, strcspn(line, "\n")}))
            add(p, hostname_span(&name));
    fclose(f);
    return p;
}

void plain_free(struct plain *p)
{
    free(p->slots);
    free(p->texts);
    free(p);
}

size_t plain_bytes(const struct plain *p)
{
    return (p->mask + 1) * sizeof(*p->slots) + p->used;
}

bool plain_has(const struct plain *p, const struct hostname *name)
{
    struct span suffix = hostname_span(name);

    for (size_t n = labels_of(suffix); n > p->depth; n--)
        suffix = hostname_parent(suffix);
    for (; suffix.len; suffix = hostname_parent(suffix))
        if (find(p, suffix, XXH3_64bits(suffix.ptr, suffix.len))->at != 0)
            return true;
    return false;
}
