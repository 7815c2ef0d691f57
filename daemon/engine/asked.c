/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine/asked.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLACES (ASKED_LIMIT / ASKED_CLIENT_LIMIT)

/* Every client has one place: none can drive out more than the questions in it. */
struct asked_table {
    struct hash_key key;
    uint64_t evicted;
    struct asked all[PLACES][ASKED_CLIENT_LIMIT];
};

struct asked_table *asked_new(struct hash_key key)
{
    struct asked_table *t = calloc(1, sizeof(*t));

    if (t)
        t->key = key;
    return t;
}

void asked_free(struct asked_table *t)
{
    free(t);
}

static size_t place_of(const struct asked_table *t, const struct addr *client)
{
    return hash_bytes(&t->key, client->b, sizeof(client->b)) % PLACES;
}

static bool is_same(const struct asked *a, const struct endpoint *client, uint16_t id,
                    uint16_t qtype)
{
    return a->id == id && a->qtype == qtype && a->client.port == client->port &&
           addr_equal(&a->client.addr, &client->addr);
}

/* The one of that question, or else the one that ends first. */
static struct asked *choose(struct asked *place, const struct endpoint *client,
                            const struct dns_question *q)
{
    struct asked *first = place;

    for (size_t i = 0; i < ASKED_CLIENT_LIMIT; i++) {
        if (place[i].until && is_same(&place[i], client, q->id, q->qtype))
            return &place[i];
        if (place[i].until < first->until)
            first = &place[i];
    }
    return first;
}

void asked_add(struct asked_table *t, const struct endpoint *client, const struct dns_question *q,
               const char *host, int64_t mono)
{
    struct asked *a = choose(t->all[place_of(t, &client->addr)], client, q);

    if (q->section.len > ASKED_SECTION_MAX)
        return;
    if (a->until > mono && !is_same(a, client, q->id, q->qtype))
        t->evicted++;
    *a = (struct asked){
        .client = *client,
        .id = q->id,
        .flags = q->flags,
        .qtype = q->qtype,
        .edns = q->edns,
        .dnssec_ok = q->dnssec_ok,
        .section_len = (uint16_t)q->section.len,
        .until = mono + ASKED_MS,
    };
    memcpy(a->section, q->section.ptr, q->section.len);
    snprintf(a->host, sizeof(a->host), "%s", host);
}

const struct asked *asked_find(const struct asked_table *t, const struct endpoint *client,
                               uint16_t id, uint16_t qtype, int64_t mono)
{
    const struct asked *place = t->all[place_of(t, &client->addr)];

    for (size_t i = 0; i < ASKED_CLIENT_LIMIT; i++)
        if (place[i].until > mono && is_same(&place[i], client, id, qtype))
            return &place[i];
    return NULL;
}

struct dns_question asked_question(const struct asked *a)
{
    return (struct dns_question){.id = a->id,
                                 .flags = a->flags,
                                 .qtype = a->qtype,
                                 .section = {a->section, a->section_len},
                                 .edns = a->edns,
                                 .dnssec_ok = a->dnssec_ok};
}

uint64_t asked_evicted(const struct asked_table *t)
{
    return t->evicted;
}
