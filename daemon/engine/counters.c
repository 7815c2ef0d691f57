/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/counters.h"

#include "base/span.h"

const struct counter_info counter_info[] = {
#define X(name, help) {#name, help, offsetof(struct counters, name)},
    COUNTERS(X)
#undef X
};

const size_t counter_count = ARRAY_SIZE(counter_info);

uint64_t counter_value(const struct counters *c, size_t index)
{
    const char *at = (const char *)c + counter_info[index].offset;

    return *(const uint64_t *)(const void *)at;
}
