/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that is given back all at once. */
#ifndef LESPOORT_CONFIG_POOL_H
#define LESPOORT_CONFIG_POOL_H

#include <stddef.h>

struct pool {
    struct pool_block *blocks;
};

/* Zeroed room for count elements (at least one), owned by the pool; NULL without memory. */
void *pool_get(struct pool *p, size_t count, size_t size);

/* A terminated copy; NULL without memory. */
char *pool_text(struct pool *p, const char *text, size_t len);

void pool_done(struct pool *p);

#endif
