/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands of lespoortctl in hints. */
#include <stdio.h>
#include <string.h>

#include "control/desk_parts.h"

void command_word(FILE *out, const char *word)
{
    static const char plain[] = "0123456789abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ.,:/@%+_-";

    if (*word && word[strspn(word, plain)] == '\0') {
        fputs(word, out);
        return;
    }
    fputc('\'', out);
    for (; *word; word++)
        fputs(*word == '\'' ? "'\\''" : (const char[]){*word, '\0'}, out);
    fputc('\'', out);
}

static void print_duration(FILE *out, int64_t seconds)
{
    static const struct {
        int64_t seconds;
        char unit;
    } units[] = {{3600, 'h'}, {60, 'm'}, {1, 's'}};

    for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
        if (seconds >= units[i].seconds)
            fprintf(out, "%lld%c", (long long)(seconds / units[i].seconds), units[i].unit);
        seconds %= units[i].seconds;
    }
}

/* The field on_behalf_of is the option --on-behalf-of. */
static void print_option(FILE *out, const char *name, const json_t *value)
{
    if (json_is_false(value))
        return;
    fputs(" --", out);
    for (; *name; name++)
        fputc(*name == '_' ? '-' : *name, out);
    if (json_is_boolean(value))
        return;
    fputc(' ', out);
    if (json_is_integer(value))
        print_duration(out, json_integer_value(value));
    else
        command_word(out, json_string_value(value));
}

static void print_words(FILE *out, const json_t *words)
{
    const json_t *word;
    size_t i;

    if (json_is_string(words)) {
        fputc(' ', out);
        command_word(out, json_string_value(words));
    }
    json_array_foreach(words, i, word)
    {
        fputc(' ', out);
        command_word(out, json_string_value(word));
    }
}

static bool is_option(const char *name)
{
    return strcmp(name, "services") != 0 && strcmp(name, "what") != 0;
}

void command_again(FILE *out, const struct ask *a, const char *words, const char *zone)
{
    const struct verb_arg *args = a->verb->args;

    fprintf(out, "lespoortctl %s", a->verb->name);
    if (words)
        fprintf(out, " %s", words);
    for (size_t i = 0; !words && i < VERB_ARGS && args[i].name; i++)
        if (!is_option(args[i].name))
            print_words(out, json_object_get(a->args, args[i].name));
    if (zone) {
        fputs(" --zone ", out);
        command_word(out, zone);
    }
    for (size_t i = 0; i < VERB_ARGS && args[i].name; i++) {
        const json_t *value = json_object_get(a->args, args[i].name);

        if (value && is_option(args[i].name) && !(zone && !strcmp(args[i].name, "zone")))
            print_option(out, args[i].name, value);
    }
}
