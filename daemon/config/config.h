/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The config file (libconfig): read, checked completely, turned into the structures of the
 * layers below. Keys, types, ranges and help stand in one table (schema.c).
 */
#ifndef LESPOORT_CONFIG_CONFIG_H
#define LESPOORT_CONFIG_CONFIG_H

#include <stdio.h>
#include <sys/types.h>

#include "names/catalogue.h"
#include "school/school.h"
#include "school/snapshot.h"

enum role {
    ROLE_TEACHER,
    ROLE_ATTENDANT,
    ROLE_SCHEDULER,
    ROLE_LEADER,
    ROLE_DIRECTOR,
    ROLE_ADMIN,
    ROLE_PRIVACY,
    ROLE_COUNT
};

#define ROLE_MEMBER_MAX 64

/* Who has a role: ids that the name service gave for the names in the file. */
struct role_members {
    uid_t uids[ROLE_MEMBER_MAX];
    gid_t gids[ROLE_MEMBER_MAX];
    unsigned uid_count, gid_count;
};

/* A word that people use for a service: its id, or an alias ("twitter"). */
struct service_word {
    char word[SERVICE_ID_MAX];
    uint8_t service;
};

struct config {
    const struct school *school;
    struct gate_settings gate;
    struct bytes catalogue;    /* compiled, see names/catalogue.h */
    struct catalogue services; /* the view of it */
    const struct service_word *words;
    size_t word_count;
    struct role_members roles[ROLE_COUNT];
    char timezone[64];
    char control_socket[108], snapshot_socket[108];
    char gate_user[NAME_MAX_LEN]; /* may fetch snapshots, beside root */
    int64_t grant_max;            /* seconds; a grant is never longer */
    struct pool *pool;            /* owns what the pointers lead to */
};

/*
 * Reads and checks path. Every error in it and in the catalogue file it names goes to `errors`,
 * one line each: "file:line: key 'x': reason, expected y". NULL when there was any. The caller
 * frees the result with config_free(). Sets the process's time zone to the config's (on
 * success only).
 */
struct config *config_load(const char *path, FILE *errors);
void config_free(struct config *c);

const char *role_name(enum role role); /* "teacher", … */

/* The service of an id or alias, in any case; -1 when there is none. */
int config_service(const struct config *c, const char *word);

/* The services of a category; false when there is none of that name. */
bool config_category(const struct config *c, const char *word, struct set256 *ret);

/* A name as people type it, in any script (IDNA 2008). *ret_why: what it is instead, as the rest
 * of a sentence ("is an address"). */
bool config_hostname(const char *text, struct hostname *ret, const char **ret_why);

/* Every key, in order, with its type, default and one line of help. The help is for readers of the
 * table; tests see to it that each key has it. No program prints it: lespoort.conf(5) is the
 * manual. */
struct config_key {
    const char *path;                   /* "zones[].prefixes" */
    const char *type, *fallback, *help; /* no fallback: the key is required */
    const struct key_rule *rule;        /* how it is read, see schema.h */
};
extern const struct config_key config_keys[];
extern const size_t config_key_count;

/* The same for the catalogue file. */
extern const struct config_key catalogue_keys[];
extern const size_t catalogue_key_count;

#endif
