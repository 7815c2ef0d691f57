/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A transcript: lines that begin with "$ " are commands, with "@ " directives; what is indented
 * is output, and everything else is for the reader.
 */
#ifndef LESPOORT_TESTS_CTL_TRANSCRIPT_H
#define LESPOORT_TESTS_CTL_TRANSCRIPT_H

#include <stdbool.h>
#include <stdio.h>

struct actor {
    /* "time 2026-11-20 10:52"; false for an unknown directive. */
    bool (*direct)(void *arg, const char *directive);
    /* Runs a command; its output goes to `out`. Returns its exit code. */
    int (*run)(void *arg, const char *command, FILE *out);
    void *arg;
};

/* Plays the file; malloc'ed text of what it should be now, or NULL with a message. */
char *transcript_play(const char *path, const struct actor *actor);

/* Whether the file holds exactly that text; prints the difference otherwise. */
bool transcript_same(const char *path, const char *text);

bool transcript_write(const char *path, const char *text);

#endif
