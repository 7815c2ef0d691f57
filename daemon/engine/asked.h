/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DNS questions that went on with another name in them: what their answers must look like to
 * whoever asked. Bounded; a client's oldest goes first, and few others' with it.
 */
#ifndef LESPOORT_ENGINE_ASKED_H
#define LESPOORT_ENGINE_ASKED_H

#include "base/hash.h"
#include "names/catalogue.h"
#include "wire/dns.h"
#include "wire/packet.h"

#define ASKED_LIMIT        4096
#define ASKED_CLIENT_LIMIT 64    /* of the clients that share a place: few, by a keyed hash */
#define ASKED_MS           10000 /* longer than a client waits for an answer */
#define ASKED_SECTION_MAX  259   /* a name of 255 bytes, type, class */

struct asked {
    struct endpoint client;
    uint16_t id, flags, qtype; /* of the question */
    bool edns, dnssec_ok;
    uint16_t section_len;
    uint8_t section[ASKED_SECTION_MAX]; /* as the client wrote it */
    char host[SAFE_TEXT_MAX];           /* what was asked in its place */
    int64_t until;                      /* mono ms; 0: unused */
};

struct asked_table;

/* NULL without memory. */
struct asked_table *asked_new(struct hash_key key);
void asked_free(struct asked_table *t);

/* Whoever asks with the same port, id and type again, means the latest one. */
void asked_add(struct asked_table *t, const struct endpoint *client, const struct dns_question *q,
               const char *host, int64_t mono);

/* By client, id and type, and not by server: where the answer is met its source may still be
 * translated. NULL when there is none. It stays, for answers to repeated questions. */
const struct asked *asked_find(const struct asked_table *t, const struct endpoint *client,
                               uint16_t id, uint16_t qtype, int64_t mono);

/* The question once more; borrowed from a. */
struct dns_question asked_question(const struct asked *a);

/* Forgotten before their time: there was no room. */
uint64_t asked_evicted(const struct asked_table *t);

#endif
