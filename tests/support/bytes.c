/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/bytes.h"

#include "support/test.h"

#define PATH_ROOM 1024

struct bytes bytes_of(const char *text)
{
    return (struct bytes){(const uint8_t *)text, strlen(text)};
}

/* 16 for what is no hex digit. */
static unsigned nibble(char c)
{
    static const char digits[] = "0123456789abcdef";

    return (unsigned)strcspn(digits, (char[]){c, '\0'});
}

size_t bytes_from_hex(uint8_t *buf, size_t cap, const char *hex)
{
    size_t len = 0;

    while (*hex) {
        if (*hex == '#') {
            hex += strcspn(hex, "\n");
            continue;
        }
        if (strchr(" \t\r\n", *hex)) {
            hex++;
            continue;
        }
        unsigned high = nibble(hex[0]), low = nibble(hex[1]);

        if (high > 15 || low > 15 || len == cap) {
            fail_msg("hex at \"%.20s\", %zu bytes so far", hex, len);
            return 0;
        }
        buf[len++] = (uint8_t)(high << 4 | low);
        hex += 2;
    }
    return len;
}

static char *file_text(const char *path)
{
    char full[PATH_ROOM];
    char *text = NULL;
    size_t room = 0;
    FILE *file;

    snprintf(full, sizeof(full), "%s/%s", TEST_SOURCE_DIR, path);
    file = fopen(full, "r");
    if (!file || getdelim(&text, &room, '\0', file) < 0)
        fail_msg("cannot read %s", full);
    if (file)
        fclose(file);
    return text;
}

size_t bytes_from_file(uint8_t *buf, size_t cap, const char *path)
{
    char *text = file_text(path);
    size_t len = bytes_from_hex(buf, cap, text);

    free(text);
    return len;
}

void bytes_file_fact(const char *path, const char *key, char *value, size_t cap)
{
    char *text = file_text(path);
    char mark[64];
    const char *at;

    snprintf(mark, sizeof(mark), "# %s: ", key);
    at = strstr(text, mark);
    if (at) {
        at += strlen(mark);
        snprintf(value, cap, "%.*s", (int)strcspn(at, "\n"), at);
    } else {
        fail_msg("%s has no line \"%s...\"", path, mark);
    }
    free(text);
}

uint8_t *bytes_exact(struct bytes b)
{
    uint8_t *copy = malloc(b.len ? b.len : 1);

    assert_non_null(copy);
    if (b.len)
        memcpy(copy, b.ptr, b.len);
    return copy;
}
