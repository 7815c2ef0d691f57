/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A config and a catalogue file as they were read: each value checked by itself, nothing yet
 * compared with anything else. */
#ifndef LESPOORT_CONFIG_MODEL_H
#define LESPOORT_CONFIG_MODEL_H

#include "base/hostname.h"
#include "config/config.h"
#include "config/source.h"

#define SOCKET_PATH_MAX    108 /* sun_path of unix(7) */
#define CONFIG_PATH_MAX    4096
#define STATE_PATH_MAX     1024
#define DAY_OFF_MAX        512
#define NEVER_BLOCK_MAX    16384 /* per list */
#define SERVICE_NAME_MAX   16384 /* names per list of a service */
#define ALIAS_MAX          16    /* per service */
#define EXTERNAL_MAX       128   /* external lists */
#define HIDDEN_MAX         1024
#define CATEGORY_MAX       256
#define SAFE_HOST_MAX      64
#define SERVICE_PREFIX_MAX 1024 /* per service */

/* Elements in the order of the file. */
struct list {
    void *items;
    const config_setting_t **at; /* where each stands; NULL for a default */
    bool *sound;                 /* nothing was wrong with it */
    size_t count;
};

struct bell_entry {
    char name[NAME_MAX_LEN]; /* empty: its place in the list */
    uint8_t days;
    int start, end;
};

struct stream_entry {
    char name[NAME_MAX_LEN];
    struct list bells; /* struct bell_entry */
};

struct day_off_entry {
    char name[NAME_MAX_LEN];
    struct date from, to; /* to.year 0: the same day */
};

struct zone_entry {
    char name[NAME_MAX_LEN], stream[NAME_MAX_LEN];
    int kind, quic;
    struct list prefixes; /* struct prefix */
};

struct role_entry {
    struct list users, groups; /* char[ACCOUNT_MAX] */
};

struct external_entry {
    struct service service;
    int format; /* enum list_format */
    char path[CONFIG_PATH_MAX];
};

#define ACCOUNT_MAX 64 /* a login or group name, with the terminator */

struct config_model {
    char school[64], timezone[64];
    char catalogue[CONFIG_PATH_MAX], keyring[CONFIG_PATH_MAX];
    char state[STATE_PATH_MAX];
    struct list lists; /* struct external_entry */
    struct {
        char version[NAME_MAX_LEN];
        int exceptions;
    } policy;
    struct list lan;                      /* char[INTERFACE_MAX] */
    struct list streams, days_off, zones; /* the entries above */
    struct {
        struct list close, locked; /* char[SERVICE_ID_MAX] */
    } lessons;
    struct list never_block; /* struct hostname */
    struct {
        int backend, fail;
        int64_t queue, gates, mark_shift;
        uint8_t probe;
        char user[NAME_MAX_LEN];
    } gate;
    struct {
        int invalid, md5sig, fast_open, syn_data, urgent, ipv6_headers;
        int64_t ttl;
    } normalise;
    struct {
        char socket[SOCKET_PATH_MAX], snapshots[SOCKET_PATH_MAX];
    } control;
    struct role_entry roles[ROLE_COUNT];
    struct {
        int64_t max;
    } grants;
};

struct service_entry {
    struct service service;
    struct service_note note;
    struct list aliases;                /* char[SERVICE_ID_MAX] */
    struct list core, cdn, api, shared; /* struct hostname */
    struct list prefixes;               /* struct prefix */
};

struct safe_entry {
    struct hostname host;
    struct list names; /* struct hostname */
};

struct catalogue_model {
    struct list categories;                /* struct category */
    struct list services;                  /* struct service_entry */
    struct list never_block, hidden_names; /* struct hostname */
    struct list safe_search;               /* struct safe_entry */
};

#endif
