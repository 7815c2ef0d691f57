/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/show.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cli/table.h"

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

/* The variables of locale(7) for messages, the first that is set. */
static bool reads_dutch(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = getenv(names[i]);

        if (value && *value)
            return !strncmp(value, "nl", 2) && strchr("_.@", value[2]);
    }
    return false;
}

const char *show_title(const json_t *object)
{
    const char *dutch = show_text(object, "title_nl");

    return *dutch && reads_dutch() ? dutch : show_text(object, "title");
}

json_int_t show_number(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

char *show_names_count(json_int_t count)
{
    return show_format("%" JSON_INTEGER_FORMAT " name%s", count, count == 1 ? "" : "s");
}

void show_wrapped(const struct screen *screen, size_t indent, const char *text)
{
    size_t used = 0;

    while (*text) {
        size_t len = strcspn(text, " ");
        char *word = show_format("%.*s", (int)len, text);
        size_t width = text_width(word);

        if (used && screen->width && used + 1 + width > screen->width) {
            fprintf(screen->out, "\n%*s", (int)indent, "");
            used = indent;
        } else if (used) {
            fputc(' ', screen->out);
            used++;
        }
        fputs(word, screen->out);
        used += width;
        text += len + strspn(text + len, " ");
        free(word);
    }
    fputc('\n', screen->out);
}
