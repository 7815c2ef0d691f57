/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plays one scenario. Exit code 0: all expectations met; 1: some were not; 2: a wrong script. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario.h"

#define LINE_BYTES 512

static const struct {
    const char *word;
    void (*run)(struct world *w, const struct line *l);
    bool packets; /* needs a config and a clock */
} commands[] = {
    {"config", do_config, false},
    {"clock", do_clock, false},
    {"advance", do_advance, true},
    {"grant", do_grant, true},
    {"revoke", do_revoke, true},
    {"replace-gate", do_replace_gate, true},
    {"dns", do_dns, true},
    {"dns-tcp", do_dns_tcp, true},
    {"dns-answer", do_dns_answer, true},
    {"tls", do_tls, true},
    {"http", do_http, true},
    {"data", do_data, true},
    {"quic", do_quic, true},
    {"udp", do_udp, true},
    {"server-ack", do_server_ack, true},
    {"reconnect", do_reconnect, true},
    {"expect", do_expect, true},
};

void bad_line(const struct line *l, const char *format, ...)
{
    va_list args;

    fflush(stdout);
    fprintf(stderr, "%s:%u: ", l->path, l->number);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(2);
}

static void split(struct line *l, char *text)
{
    unsigned count = 0;
    char *rest = NULL;

    text[strcspn(text, "#\n")] = '\0';
    for (char *word = strtok_r(text, " \t", &rest); word; word = strtok_r(NULL, " \t", &rest)) {
        if (count == WORD_MAX)
            bad_line(l, "more than %d words", WORD_MAX);
        l->words[count++] = word;
    }
    l->words[count] = NULL;
}

static void run_line(struct world *w, const struct line *l)
{
    for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
        if (strcmp(commands[i].word, l->words[0]) != 0)
            continue;
        if (commands[i].packets && !w->gateway.engine)
            bad_line(l, "'%s' before 'config' and 'clock'", l->words[0]);
        commands[i].run(w, l);
        return;
    }
    bad_line(l, "unknown command '%s'", l->words[0]);
}

static void run_file(struct world *w, FILE *file, const char *path)
{
    struct line l = {.path = path};
    char text[LINE_BYTES];

    while (fgets(text, sizeof(text), file)) {
        l.number++;
        if (!strchr(text, '\n'))
            bad_line(&l, "line too long, or without an end");
        split(&l, text);
        if (l.words[0])
            run_line(w, &l);
    }
    if (!w->expected)
        bad_line(&l, "nothing is expected in this scenario");
}

int main(int argc, char **argv)
{
    static struct world world;
    FILE *file;

    if (argc != 2) {
        fprintf(stderr, "usage: %s FILE.scn\n", argv[0]);
        return 2;
    }
    file = fopen(argv[1], "r");
    if (!file) {
        perror(argv[1]);
        return 2;
    }
    run_file(&world, file, argv[1]);
    fclose(file);
    printf("%s: %u of %u expectations met\n", argv[1], world.expected - world.failed,
           world.expected);
    world_done(&world);
    return world.failed ? 1 : 0;
}
