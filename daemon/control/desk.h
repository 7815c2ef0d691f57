/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The desk of lespoortd: config, grants and what people may do with them. Every change that
 * the datapath must know calls `changed`. Time is an argument; no socket is seen here.
 */
#ifndef LESPOORT_CONTROL_DESK_H
#define LESPOORT_CONTROL_DESK_H

#include <jansson.h>

#include "base/trouble.h"
#include "config/config.h"
#include "lists/sealed.h"
#include "names/probe.h"
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
    struct probe_report probe;
    struct upkeep upkeep;
    uint64_t newest; /* of the snapshot made last … */
    int64_t made;    /* … then; 0: none was */
};

/*
 * reload and compile only begin: names may be compiled for seconds, in another process. What came
 * of it is told by desk_done(), exactly once for each that returned true, also before that
 * return. False: nothing was begun, *ret_errors says why (malloc'ed, or NULL). Any may be NULL.
 */
struct desk_hooks {
    bool (*changed)(void *arg); /* make and send a snapshot; false, and logged: it cannot */
    bool (*reload)(void *arg, char **ret_errors);
    bool (*compile)(void *arg, const struct compile_job *job, char **ret_errors);
    void *arg;
};

/* Who waits for an answer. */
struct desk_later {
    void (*answer)(void *arg, json_t *answer); /* the answer becomes the callee's */
    void *arg;
};

struct desk;

struct desk *desk_new(const struct desk_hooks *hooks); /* NULL without memory */
void desk_free(struct desk *d);

/*
 * Takes over both, frees the old ones. The catalogue was compiled from the plan of that config;
 * NULL: the one in use was. Grants are kept: those whose zone or services no longer exist are
 * dropped; what that does to running grants is logged.
 */
void desk_use(struct desk *d, struct config *c, struct sealed *catalogue, int64_t now);

/* Another catalogue from the same plan: its lists or local names have changed. */
void desk_use_catalogue(struct desk *d, struct sealed *catalogue);

const struct config *desk_config(const struct desk *d);
const struct catalogue *desk_catalogue(const struct desk *d);
int desk_catalogue_fd(const struct desk *d); /* sealed memory, still the desk's */
struct facts desk_facts(const struct desk *d);
struct gate_link *desk_gate(struct desk *d);

/*
 * One request -> one answer object; the caller owns it. NULL: it needs names compiled, and the
 * answer comes to `later` (copied; NULL: nobody waits for it), once, unless desk_forget() is
 * called before. One such request is under way at a time; another one is refused as busy.
 */
json_t *desk_handle(struct desk *d, const struct caller *who, json_t *request, int64_t now,
                    const struct desk_later *later);
void desk_forget(struct desk *d, const void *later_arg);

/* The names in use were compiled before the start, from something that may be outdated: `status`
 * says so. */
void desk_old_names(struct desk *d, bool old);

/* Compiles names once more, for nobody. Not while names are compiled. */
void desk_compile(struct desk *d, int64_t now);

/* What reload or compile came to. With ok, the new config and catalogue are in use already; the
 * datapath is told from here. */
void desk_done(struct desk *d, bool ok, const struct compile_report *report, int64_t now);

/* Something is being compiled, for whom and since when; false: nothing is. */
bool desk_busy(const struct desk *d, const char **ret_who, int64_t *ret_since);

#endif
