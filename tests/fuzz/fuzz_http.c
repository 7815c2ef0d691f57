/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "wire/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

/* A verdict is reached at one byte and never changes with the bytes behind it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_request whole = {.used = 0}, part = {.used = 0};
    enum parse result = http_read_request(&whole, (struct bytes){data, size});
    enum parse early = http_read_request(&part, (struct bytes){data, size / 2});

    if (early != PARSE_MORE) {
        require(early == result);
        require(part.used == whole.used && !strcmp(part.host.text, whole.host.text));
    }
    if (result != PARSE_OK)
        return 0;
    require(whole.used <= size && whole.used <= HTTP_HEAD_MAX);
    require(strlen(whole.host.text) == whole.host.len);
    require(http_read_request(&part, (struct bytes){data, whole.used}) == PARSE_OK);
    require(part.used == whole.used && !strcmp(part.host.text, whole.host.text));
    require(http_read_request(&part, (struct bytes){data, whole.used - 1}) == PARSE_MORE);
    return 0;
}
