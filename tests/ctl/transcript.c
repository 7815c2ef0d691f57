/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "transcript.h"

#include <stdlib.h>
#include <string.h>

#define INDENT "    "

/* Indented; an empty line as a dot, so that no line ends in blanks. */
static void write_output(FILE *out, const char *output)
{
    while (*output) {
        size_t len = strcspn(output, "\n");

        fprintf(out, len ? INDENT "%.*s\n" : INDENT "%.*s.\n", (int)len, output);
        output += len + (output[len] == '\n');
    }
}

static bool run_command(const struct actor *actor, const char *command, FILE *out)
{
    char *output = NULL;
    size_t size;
    FILE *collected = open_memstream(&output, &size);
    int code;

    if (!collected)
        return false;
    code = actor->run(actor->arg, command, collected);
    fclose(collected);
    write_output(out, output);
    if (code)
        fprintf(out, INDENT "[exit %d]\n", code);
    free(output);
    return true;
}

static bool play_line(const struct actor *actor, char *line, FILE *out)
{
    line[strcspn(line, "\n")] = '\0';
    if (!strncmp(line, INDENT, strlen(INDENT)))
        return true;
    fprintf(out, "%s\n", line);
    if (!strncmp(line, "@ ", 2))
        return actor->direct(actor->arg, line + 2);
    return strncmp(line, "$ ", 2) != 0 || run_command(actor, line + 2, out);
}

char *transcript_play(const char *path, const struct actor *actor)
{
    FILE *in = fopen(path, "re");
    char *line = NULL, *text = NULL;
    size_t line_size = 0, size;
    FILE *out = open_memstream(&text, &size);
    bool good = in && out;

    if (!in)
        perror(path);
    while (good && getline(&line, &line_size, in) > 0) {
        good = play_line(actor, line, out);
        if (!good)
            fprintf(stderr, "%s: cannot play: %s\n", path, line);
    }
    free(line);
    if (in)
        fclose(in);
    if (out)
        fclose(out);
    if (good)
        return text;
    free(text);
    return NULL;
}

bool transcript_same(const char *path, const char *text)
{
    char command[4096];
    FILE *diff;

    snprintf(command, sizeof(command), "diff -u '%s' -", path);
    diff = popen(command, "we");
    if (!diff)
        return false;
    fputs(text, diff);
    return pclose(diff) == 0;
}

bool transcript_write(const char *path, const char *text)
{
    FILE *out = fopen(path, "we");

    if (!out) {
        perror(path);
        return false;
    }
    fputs(text, out);
    return fclose(out) == 0;
}
