/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A desk that keeps things: the school of tests/ctl in a folder of its own, with a state folder,
 * and names compiled in this process. In the folder: lespoort.conf, state/catalogue.conf.
 */
#ifndef LESPOORT_TESTS_SUPPORT_KEEPER_H
#define LESPOORT_TESTS_SUPPORT_KEEPER_H

#include "support/desk.h"
#include "support/folder.h"

struct keeper {
    char folder[FOLDER_PATH];
    struct desk *desk;
    enum exceptions exceptions;
    int64_t now;
    bool fails;             /* names cannot be compiled, from now on */
    const char *bad_config; /* what reload says; NULL: it reads the config */
    unsigned compiled;      /* how often names were */
};

/* more: text at the end of the config, such as "lists = (…);"; FOLDER in it is the folder. These
 * abort the test program when they cannot. */
void keeper_begin(struct keeper *k, const char *more, int64_t now);
void keeper_end(struct keeper *k);

/* Writes the config anew and takes it into use. */
void keeper_config(struct keeper *k, const char *more);

/* One request; its answer, which is there at once. The caller frees both. */
json_t *keeper_ask(struct keeper *k, const char *login, const json_t *request);

#endif
