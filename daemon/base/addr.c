/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/addr.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"

static const uint8_t v4_head[12] = {[10] = 0xff, [11] = 0xff};

struct addr addr_from4(const uint8_t b[static 4])
{
    struct addr a;

    memcpy(a.b, v4_head, sizeof(v4_head));
    memcpy(a.b + sizeof(v4_head), b, 4);
    return a;
}

struct addr addr_from6(const uint8_t b[static 16])
{
    struct addr a;

    memcpy(a.b, b, sizeof(a.b));
    return a;
}

bool addr_is4(const struct addr *a)
{
    return !memcmp(a->b, v4_head, sizeof(v4_head));
}

int addr_compare(const struct addr *a, const struct addr *b)
{
    return memcmp(a->b, b->b, sizeof(a->b));
}

bool addr_equal(const struct addr *a, const struct addr *b)
{
    return addr_compare(a, b) == 0;
}

const char *addr_text(const struct addr *a, char out[static ADDR_TEXT])
{
    bool v4 = addr_is4(a);

    if (!inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? a->b + 12 : a->b, out, ADDR_TEXT))
        out[0] = '\0';
    return out;
}

bool addr_parse(const char *text, struct addr *ret)
{
    uint8_t b[16];

    if (inet_pton(AF_INET, text, b) == 1) {
        *ret = addr_from4(b);
        return true;
    }
    /* ::ffff:a.b.c.d would be IPv4 by another name; nobody means that. */
    if (inet_pton(AF_INET6, text, b) == 1 && memcmp(b, v4_head, sizeof(v4_head)) != 0) {
        *ret = addr_from6(b);
        return true;
    }
    return false;
}

bool prefix_is4(const struct prefix *p)
{
    return p->bits >= ADDR_V4_BITS && addr_is4(&p->base);
}

/* Whether the first bits of a and b are the same. */
static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;

    if (memcmp(a, b, whole) != 0)
        return false;
    return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

bool prefix_contains(const struct prefix *p, const struct addr *a)
{
    return same_bits(p->base.b, a->b, p->bits);
}

bool prefix_covers(const struct prefix *outer, const struct prefix *inner)
{
    return outer->bits <= inner->bits && prefix_contains(outer, &inner->base);
}

const char *prefix_text(const struct prefix *p, char out[static ADDR_TEXT])
{
    unsigned bits = prefix_is4(p) ? p->bits - ADDR_V4_BITS : p->bits;
    size_t len;

    addr_text(&p->base, out);
    len = strlen(out);
    snprintf(out + len, ADDR_TEXT - len, "/%u", bits);
    return out;
}

static bool host_bits_zero(const struct prefix *p)
{
    for (unsigned bit = p->bits; bit < 128; bit++)
        if (p->base.b[bit / 8] >> (7 - bit % 8) & 1)
            return false;
    return true;
}

bool prefix_parse(const char *text, struct prefix *ret, const char **ret_why)
{
    char address[ADDR_TEXT];
    const char *slash = strchr(text, '/');
    size_t len = slash ? (size_t)(slash - text) : strlen(text);
    struct prefix p = {.bits = 128};
    int64_t bits;

    *ret_why = "not an address";
    if (len >= sizeof(address))
        return false;
    memcpy(address, text, len);
    address[len] = '\0';
    if (!addr_parse(address, &p.base))
        return false;
    if (slash) {
        unsigned head = addr_is4(&p.base) ? ADDR_V4_BITS : 0;

        *ret_why = "prefix length out of range";
        if (!parse_int(slash + 1, 0, 128 - head, &bits))
            return false;
        p.bits = (uint8_t)(head + (unsigned)bits);
    }
    *ret_why = "bits behind the prefix length are set";
    if (!host_bits_zero(&p))
        return false;
    *ret = p;
    return true;
}
