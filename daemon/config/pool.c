/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/pool.h"

#include <stdlib.h>
#include <string.h>

struct pool_block {
    struct pool_block *next;
    max_align_t room[];
};

void *pool_get(struct pool *p, size_t count, size_t size)
{
    struct pool_block *block;
    size_t bytes;

    if (__builtin_mul_overflow(count ? count : 1, size, &bytes) ||
        __builtin_add_overflow(bytes, sizeof(*block), &bytes))
        return NULL;
    block = calloc(1, bytes);
    if (!block)
        return NULL;
    block->next = p->blocks;
    p->blocks = block;
    return block->room;
}

char *pool_text(struct pool *p, const char *text, size_t len)
{
    char *copy = pool_get(p, len + 1, 1);

    if (copy)
        memcpy(copy, text, len);
    return copy;
}

void pool_done(struct pool *p)
{
    while (p->blocks) {
        struct pool_block *next = p->blocks->next;

        free(p->blocks);
        p->blocks = next;
    }
}
