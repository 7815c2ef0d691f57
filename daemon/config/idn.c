/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <idn2.h>
#include <string.h>

#include "config/config.h"
#include "config/utf8.h"

#define TYPED_NAME_MAX 1024 /* bytes: a name of 253 in letters of up to four bytes */

static bool is_ascii(const char *text)
{
    while (*text)
        if ((unsigned char)*text++ >= 0x80)
            return false;
    return true;
}

/* Mistakes that have a better answer than "not a host name". */
static const char *look_alike(const char *text)
{
    if (!*text)
        return "is empty";
    if (hostname_is_address((struct span){text, strlen(text)}))
        return "is an address";
    if (strpbrk(text, ":/"))
        return "is a web address";
    if (*text == '.' || *text == '*')
        return "has a wildcard, though names below a name always belong to it";
    if (strlen(text) > TYPED_NAME_MAX || !utf8_printable(text))
        return "is not a host name";
    return NULL;
}

bool config_hostname(const char *text, struct hostname *ret, const char **ret_why)
{
    char *ascii = NULL;
    bool ok;

    *ret_why = look_alike(text);
    if (*ret_why)
        return false;
    *ret_why = "is not a host name";
    if (is_ascii(text))
        return hostname_set(ret, (struct span){text, strlen(text)});
    if (idn2_to_ascii_8z(text, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
        return false;
    ok = hostname_set(ret, (struct span){ascii, strlen(ascii)});
    idn2_free(ascii);
    return ok;
}
