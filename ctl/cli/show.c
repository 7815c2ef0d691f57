/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/show.h"

#include <stdarg.h>
#include <stdlib.h>

static void no_memory(void)
{
    fputs("lespoortctl: no memory\n", stderr);
    exit(EXIT_FAILURE);
}

const char *show_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text ? text : "";
}

const char *show_time(const json_t *object, const char *key)
{
    return show_text(json_object_get(object, key), "text");
}

char *show_list(const json_t *list, const char *between, const char *last)
{
    size_t count = json_array_size(list), size;
    char *text = NULL;
    FILE *out = open_memstream(&text, &size);

    if (!out)
        no_memory();
    for (size_t i = 0; i < count; i++) {
        const char *word = json_string_value(json_array_get(list, i));

        fprintf(out, "%s%s", !i ? "" : i + 1 < count ? between : last, word ? word : "?");
    }
    if (fclose(out) || !text)
        no_memory();
    return text;
}

char *show_format(const char *format, ...)
{
    char *text = NULL;
    va_list ap;
    int len;

    va_start(ap, format);
    len = vasprintf(&text, format, ap);
    va_end(ap);
    if (len < 0)
        no_memory();
    return text;
}

const char *show_left(json_int_t seconds, char out[static LEFT_TEXT])
{
    long long minutes = seconds / 60;

    if (seconds < 60)
        snprintf(out, LEFT_TEXT, "under 1 min");
    else if (minutes < 60)
        snprintf(out, LEFT_TEXT, "%lld min", minutes);
    else
        snprintf(out, LEFT_TEXT, "%lld h %02lld min", minutes / 60, minutes % 60);
    return out;
}

void show_gate_note(const struct screen *screen, const json_t *result)
{
    if (json_is_false(json_object_get(result, "gate_connected")))
        fputs("Note: lespoort-gate is not connected now; it learns of this when it is.\n",
              screen->out);
}
