/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a plan and the state folder to a compiled catalogue. Reads lists, may take seconds and
 * some hundred bytes per name: lespoortd lets a helper process do it.
 */
#ifndef LESPOORT_LISTS_COMPILE_H
#define LESPOORT_LISTS_COMPILE_H

#include "lists/shelf.h"
#include "names/plan.h"

#define COMPILE_WHY   512
#define COMPILE_LOCAL (HOSTNAME_MAX + SERVICE_ID_MAX + 16)
#define COMPILE_FILE  "catalogue.bin" /* in the state folder: the last compiled one */
#ifndef COMPILE_MEMORY
#define COMPILE_MEMORY (UINT64_C(4) << 30) /* address space of the helper */
#endif

struct compile_job {
    const struct catalogue *seed; /* the one in force, for its label numbers; may be NULL: the
                                     one in the state folder, if there is one */
    const struct set256 *again;   /* lists to be read again, changed or not; NULL: none */
    bool force;                   /* take suspicious ones of them, too */
    int64_t now;                  /* UTC */
};

/* What happened to one list, by service number. Plain memory: it is shared with the helper. */
struct compile_list {
    uint8_t result; /* enum shelf_result */
    char why[LIST_FAULT_TEXT];
    uint64_t faults;
    struct list_fault fault[LIST_FAULTS];
};

struct compile_report {
    uint8_t unchanged;            /* 1: job->seed was made from the same inputs: no new map */
    uint8_t cached;               /* 1: the file in the state folder was made from the same */
    char why[COMPILE_WHY];        /* of a failure: one sentence without its full stop */
    char not_stored[COMPILE_WHY]; /* compiled, but not put into the state folder; empty: fine */
    uint32_t local_unknown; /* local names whose service no longer exists: they are kept, unused */
    char local_first[COMPILE_LOCAL]; /* the first of them */
    struct compile_list lists[SERVICE_MAX];
};

/*
 * Takes changed lists to the shelf, then compiles, or finds that job->seed or the file in the state
 * folder was made from the same inputs. A list that cannot be taken is compiled as it was, one
 * without any content is empty; both are told in the report and are no failure. Without a state
 * folder (plan.state is NULL) lists and local names are left alone. The caller frees
 * *ret_map.ptr, NULL when unchanged.
 */
bool compile_catalogue(const struct plan *p, const struct compile_job *job, struct bytes *ret_map,
                       struct compile_report *ret);

/* The last compiled one in the state folder, open to read, whatever its content: an ordinary file
 * of a size that a catalogue can have. -1: there is none. */
int compile_stored(const char *state, size_t *ret_size);

/*
 * Puts a compiled catalogue into the state folder, beside and renamed. Without that folder nothing
 * is kept, which is no failure.
 */
bool compile_store(const char *state, struct bytes map, char why[static COMPILE_WHY]);

#endif
