/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The config file (libconfig): read, checked completely, turned into the structures of the
 * layers below. Keys, types, ranges and help stand in one table (schema.c).
 */
#ifndef LESPOORT_CONFIG_CONFIG_H
#define LESPOORT_CONFIG_CONFIG_H

#include <stdio.h>
#include <sys/types.h>

#include "names/plan.h"
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

/* What is known of a service beside its names: where they come from and when somebody last looked.
 * Empty, year 0: not known. */
struct service_note {
    char source[96];
    struct date date;
};

/* What a category is called; one that the catalogue does not list goes by its id. */
struct category {
    char id[SERVICE_ID_MAX];
    char title[SERVICE_TEXT_MAX];
    char title_nl[SERVICE_TEXT_MAX]; /* empty: the same */
};

/* How names that several services need make a lesson close more or less than it says. Names that
 * are never blocked or hidden have no conflicts, nor do retired services. */
enum conflict_kind {
    CONFLICT_HITS,   /* while all of `closing` are closed, so is the name, which `hits` need */
    CONFLICT_SHARED, /* `closing` need the name, no service owns it: it stays open */
    CONFLICT_SPLIT,  /* `closing` own the name: it is closed only while all of them are */
};

struct conflict {
    enum conflict_kind kind;
    struct hostname name;
    struct set256 closing, hits; /* services; no `hits` for SHARED and SPLIT */
};

#define CONFLICT_MAX 1024 /* the rest are counted */

struct config {
    const struct school *school;
    struct gate_settings gate;
    struct plan plan; /* what the catalogue is to be compiled from */
    const struct service_word *words;
    size_t word_count;
    const struct service_note *notes; /* by service */
    const struct category *categories;
    size_t category_count;
    const struct plan_name *shared; /* names that services need and do not own, by name */
    size_t shared_count;
    const struct conflict *conflicts; /* by kind, then by name */
    size_t conflict_count, conflicts_dropped;
    const char *path;              /* of the file that was read; NULL without memory */
    const char *catalogue_path;    /* that of the catalogue */
    const char *catalogue_keyring; /* empty: none */
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
 * success only). Nothing is compiled yet: see plan.
 */
struct config *config_load(const char *path, FILE *errors);

/* The same with that catalogue file (NULL: the config's own): is it one that can be taken? */
struct config *config_load_with(const char *path, const char *catalogue, FILE *errors);

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
