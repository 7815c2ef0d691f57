/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "wire/tls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

/* A verdict is reached at one byte and never changes with the bytes behind it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct tls_scratch scratch;
    struct tls_hello whole = {.used = 0}, part = {.used = 0};
    enum parse result = tls_read_hello(&whole, (struct bytes){data, size}, &scratch);
    enum parse early = tls_read_hello(&part, (struct bytes){data, size / 2}, &scratch);

    if (early != PARSE_MORE) {
        require(early == result);
        require(part.used == whole.used && !strcmp(part.sni.text, whole.sni.text));
    }
    if (result != PARSE_OK)
        return 0;
    require(whole.used <= size && strlen(whole.sni.text) == whole.sni.len);
    require(tls_read_hello(&part, (struct bytes){data, whole.used}, &scratch) == PARSE_OK);
    require(part.used == whole.used && !strcmp(part.sni.text, whole.sni.text));
    require(tls_read_hello(&part, (struct bytes){data, whole.used - 1}, &scratch) == PARSE_MORE);
    return 0;
}
