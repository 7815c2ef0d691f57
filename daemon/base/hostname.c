/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/hostname.h"

#include <arpa/inet.h>
#include <string.h>

#define LABEL_MAX 63

/* What a name may hold, folded to lower case; 0 for every other byte. */
static char fold(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_')
        return c;
    return 0;
}

bool hostname_set(struct hostname *ret, struct span text)
{
    size_t label = 0;

    *ret = (struct hostname){0};
    if (text.len && text.ptr[text.len - 1] == '.')
        text.len--;
    if (text.len == 0 || text.len > HOSTNAME_MAX)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i] == '.' ? '.' : fold(text.ptr[i]);

        label = c == '.' ? 0 : label + 1;
        if (!c || label > LABEL_MAX || (c == '.' && (i == 0 || ret->text[i - 1] == '.')) ||
            (c == '.' && i + 1 == text.len)) {
            *ret = (struct hostname){0};
            return false;
        }
        ret->text[i] = c;
    }
    ret->len = (uint8_t)text.len;
    return true;
}

bool hostname_is_address(struct span text)
{
    char copy[64];
    uint8_t b[16];

    if (text.len >= 2 && text.ptr[0] == '[' && text.ptr[text.len - 1] == ']')
        text = (struct span){text.ptr + 1, text.len - 2}; /* as URLs write IPv6 */
    if (text.len == 0 || text.len >= sizeof(copy))
        return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    return inet_pton(AF_INET, copy, b) == 1 || inet_pton(AF_INET6, copy, b) == 1;
}

struct span hostname_parent(struct span name)
{
    const char *dot = name.len ? memchr(name.ptr, '.', name.len) : NULL;

    if (!dot)
        return (struct span){name.ptr + name.len, 0};
    return (struct span){dot + 1, name.len - (size_t)(dot + 1 - name.ptr)};
}

struct span hostname_span(const struct hostname *name)
{
    return (struct span){name->text, name->len};
}
