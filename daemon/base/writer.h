/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A bounded builder. Overflow is sticky: build everything, ask wr_ok() once. */
#ifndef LESPOORT_BASE_WRITER_H
#define LESPOORT_BASE_WRITER_H

#include <stdbool.h>

#include "base/span.h"

struct writer {
    uint8_t *buf;
    size_t len, cap;
    bool overflow;
};

struct writer wr_init(uint8_t *buf, size_t cap);
void wr_u8(struct writer *w, uint8_t value);
void wr_u16(struct writer *w, uint16_t value);
void wr_u32(struct writer *w, uint32_t value);
void wr_bytes(struct writer *w, const void *ptr, size_t len);
void wr_zero(struct writer *w, size_t len);

/* Overwrites two bytes that were written before; ignored when they were not. */
void wr_patch16(struct writer *w, size_t at, uint16_t value);

bool wr_ok(const struct writer *w);

#endif
