/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The desk of lespoortd: config, grants and what people may do with them. Every change that
 * the datapath must know calls `changed`. Time is an argument; no socket is seen here.
 */
#ifndef LESPOORT_CONTROL_DESK_H
#define LESPOORT_CONTROL_DESK_H

#include <jansson.h>

#include "config/config.h"
#include "proto/proto.h"
#include "school/policy.h"

/* Who asks, as the kernel says (SO_PEERCRED, SO_PEERGROUPS). */
struct caller {
    uid_t uid;
    const gid_t *gids;
    size_t gid_count;
    char login[NAME_MAX_LEN]; /* "#1000" when the name service knows none */
};

/* What lespoortd knows of the gate, for `status`. */
struct gate_link {
    bool connected;
    char backend[16];    /* empty while unknown */
    uint64_t generation; /* of the snapshot it works by */
    int64_t since;
};

struct desk_hooks {
    void (*changed)(void *arg);                   /* compile and send a snapshot */
    bool (*reload)(void *arg, char **ret_errors); /* malloc'ed text of all errors on false */
    void *arg;
};

struct desk;

struct desk *desk_new(const struct desk_hooks *hooks); /* NULL without memory */
void desk_free(struct desk *d);

/* Takes over the config, frees the old one. Grants are kept: those whose zone or services no
 * longer exist are dropped; what that does to running grants is logged. */
void desk_use(struct desk *d, struct config *c, int64_t now);

const struct config *desk_config(const struct desk *d);
const struct catalogue *desk_catalogue(const struct desk *d);
struct facts desk_facts(const struct desk *d);
struct gate_link *desk_gate(struct desk *d);

/* One request -> one answer object (never NULL; the caller owns it). */
json_t *desk_handle(struct desk *d, const struct caller *who, json_t *request, int64_t now);

#endif
