/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a catalogue is to be compiled from: the checked content of the config and the catalogue
 * file. Plain data, borrowed from whoever loaded them; the helper process that compiles works on
 * its own copy of that memory. What stands in the state folder (lists, local names) comes on top.
 */
#ifndef LESPOORT_NAMES_PLAN_H
#define LESPOORT_NAMES_PLAN_H

#include <string.h>

#include "names/catalogue.h"

/* In this order in the config's documentation; index is the value. */
enum list_format {
    LIST_AUTO, /* told by its first lines */
    LIST_HOSTS,
    LIST_DOMAINS,
    LIST_DNSMASQ,
    LIST_ADBLOCK,
    LIST_RPZ,
    LIST_FORMAT_COUNT
};

/* What a name is to its service. It decides nothing, and is no part of what is compiled. */
enum name_kind { NAME_CORE, NAME_CDN, NAME_API, NAME_KIND_COUNT };

/* `shared` names and those of retired services are not in a plan. */
struct plan_name {
    struct hostname name;
    uint16_t service;
    uint8_t kind; /* enum name_kind */
};

struct plan_prefix {
    struct prefix prefix;
    uint16_t service;
};

struct plan_safe {
    struct hostname name, host;
};

/* An external list. Its id is that of its service. */
struct plan_list {
    uint16_t service;
    uint8_t format;   /* enum list_format */
    const char *path; /* of a file, or of a folder with a file `domains` or `domains.gz` */
};

struct plan {
    const struct service *services; /* those of the catalogue file, then the lists */
    size_t service_count;
    const struct plan_name *names;
    size_t name_count;
    const struct hostname *never, *hidden;
    size_t never_count, hidden_count;
    const struct plan_prefix *prefixes;
    size_t prefix_count;
    const struct plan_safe *safe;
    size_t safe_count;
    const struct plan_list *lists;
    size_t list_count;
    const char *state; /* the folder of what lespoortd keeps; it may not exist; NULL: none */
};

/* By id; -1 when there is none. */
static inline int plan_service(const struct plan *p, const char *id)
{
    for (size_t i = 0; i < p->service_count; i++)
        if (strcmp(p->services[i].id, id) == 0)
            return (int)i;
    return -1;
}

#endif
