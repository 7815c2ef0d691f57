/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow/flow.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define EXPIRE_PER_CALL 16

_Static_assert(sizeof(struct flow_key) == 36, "hashed and compared as bytes: no padding");

struct link {
    struct link *prev, *next;
};

/* Who has flows: so that a client evicts its own. */
struct client {
    struct addr addr;
    size_t count;
    struct link flows; /* the one to go first stands first */
    struct client *chain;
};

struct slot {
    struct flow flow; /* first: a flow is its slot */
    struct link age;  /* in live or retired */
    struct link mine; /* in client->flows */
    struct client *client;
    struct slot *chain; /* next in its bucket, or next unused */
};

struct flow_table {
    struct hash_key key;
    size_t limit, client_limit, count;
    size_t mask; /* of both bucket arrays */
    struct slot *slots, *unused, **buckets;
    struct client *clients, *unused_clients, **client_buckets;
    struct stream_head *heads; /* one per slot */
    struct link live, retired; /* the oldest stands first */
    struct flow_counters counters;
};

#define SLOT_OF(link_ptr, member)                                                                  \
    ((struct slot *)(void *)((char *)(link_ptr)-offsetof(struct slot, member)))

static void list_init(struct link *list)
{
    list->prev = list->next = list;
}

static bool list_empty(const struct link *list)
{
    return list->next == list;
}

static void unlink_one(struct link *item)
{
    item->prev->next = item->next;
    item->next->prev = item->prev;
}

static void append(struct link *list, struct link *item)
{
    item->prev = list->prev;
    item->next = list;
    list->prev->next = item;
    list->prev = item;
}

static void prepend(struct link *list, struct link *item)
{
    append(list->next, item);
}

static size_t buckets_for(size_t limit)
{
    size_t n = 16;

    while (n < limit)
        n *= 2;
    return n;
}

/* Pages of it exist only once a stream has used them. */
static struct stream_head *map_heads(size_t limit)
{
    void *at = mmap(NULL, limit * sizeof(struct stream_head), PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return at == MAP_FAILED ? NULL : at;
}

static void fill_unused(struct flow_table *t)
{
    for (size_t i = t->limit; i-- > 0;) {
        t->slots[i].flow.stream = &t->heads[i];
        t->slots[i].chain = t->unused;
        t->unused = &t->slots[i];
        t->clients[i].chain = t->unused_clients;
        t->unused_clients = &t->clients[i];
    }
}

struct flow_table *flow_table_new(size_t limit, size_t client_limit, struct hash_key key)
{
    struct flow_table *t = calloc(1, sizeof(*t));
    size_t buckets = buckets_for(limit);

    if (!t)
        return NULL;
    t->key = key;
    t->limit = limit ? limit : 1;
    t->client_limit = client_limit ? client_limit : 1;
    t->mask = buckets - 1;
    t->slots = calloc(t->limit, sizeof(*t->slots));
    t->clients = calloc(t->limit, sizeof(*t->clients));
    t->buckets = calloc(buckets, sizeof(struct slot *));
    t->client_buckets = calloc(buckets, sizeof(struct client *));
    t->heads = map_heads(t->limit);
    if (!t->slots || !t->clients || !t->buckets || !t->client_buckets || !t->heads) {
        flow_table_free(t);
        return NULL;
    }
    list_init(&t->live);
    list_init(&t->retired);
    fill_unused(t);
    return t;
}

void flow_table_free(struct flow_table *t)
{
    if (!t)
        return;
    if (t->heads)
        munmap(t->heads, t->limit * sizeof(*t->heads));
    free(t->slots);
    free(t->clients);
    free(t->buckets);
    free(t->client_buckets);
    free(t);
}

static struct slot **bucket(const struct flow_table *t, const struct flow_key *key)
{
    return &t->buckets[hash_bytes(&t->key, key, sizeof(*key)) & t->mask];
}

static struct client **client_bucket(const struct flow_table *t, const struct addr *addr)
{
    return &t->client_buckets[hash_bytes(&t->key, addr, sizeof(*addr)) & t->mask];
}

static struct client *find_client(const struct flow_table *t, const struct addr *addr)
{
    struct client *c = *client_bucket(t, addr);

    while (c && !addr_equal(&c->addr, addr))
        c = c->chain;
    return c;
}

/* There is one unused for every unused slot. */
static struct client *add_client(struct flow_table *t, const struct addr *addr)
{
    struct client **head = client_bucket(t, addr);
    struct client *c = t->unused_clients;

    t->unused_clients = c->chain;
    *c = (struct client){.addr = *addr, .chain = *head};
    list_init(&c->flows);
    *head = c;
    return c;
}

static void remove_client(struct flow_table *t, struct client *c)
{
    struct client **at = client_bucket(t, &c->addr);

    while (*at != c)
        at = &(*at)->chain;
    *at = c->chain;
    c->chain = t->unused_clients;
    t->unused_clients = c;
}

struct flow *flow_find(struct flow_table *t, const struct flow_key *key, int64_t mono)
{
    struct slot *s = *bucket(t, key);

    while (s && memcmp(&s->flow.key, key, sizeof(*key)) != 0)
        s = s->chain;
    if (!s)
        return NULL;
    if (s->flow.retired)
        return &s->flow;
    s->flow.used = mono;
    unlink_one(&s->age);
    append(&t->live, &s->age);
    unlink_one(&s->mine);
    append(&s->client->flows, &s->mine);
    return &s->flow;
}

void flow_remove(struct flow_table *t, struct flow *flow)
{
    struct slot *s = (struct slot *)(void *)flow;
    struct slot **at = bucket(t, &flow->key);

    while (*at != s)
        at = &(*at)->chain;
    *at = s->chain;
    unlink_one(&s->age);
    unlink_one(&s->mine);
    if (--s->client->count == 0)
        remove_client(t, s->client);
    s->chain = t->unused;
    t->unused = s;
    t->count--;
}

static void evict_oldest(struct flow_table *t)
{
    struct link *list = list_empty(&t->retired) ? &t->live : &t->retired;

    t->counters.evicted++;
    flow_remove(t, &SLOT_OF(list->next, age)->flow);
}

static void make_room(struct flow_table *t, const struct addr *addr)
{
    const struct client *c = find_client(t, addr);

    if (c && c->count >= t->client_limit) {
        t->counters.evicted_client++;
        flow_remove(t, &SLOT_OF(c->flows.next, mine)->flow);
    } else if (t->count == t->limit) {
        evict_oldest(t);
    }
}

struct flow *flow_add(struct flow_table *t, const struct flow_key *key, int64_t mono)
{
    struct slot **head = bucket(t, key);
    struct client *c;
    struct slot *s;

    make_room(t, &key->client.addr);
    c = find_client(t, &key->client.addr);
    if (!c)
        c = add_client(t, &key->client.addr);
    s = t->unused;
    t->unused = s->chain;
    s->flow = (struct flow){
        .key = *key, .started = mono, .used = mono, .stream = &t->heads[s - t->slots]};
    s->chain = *head;
    *head = s;
    s->client = c;
    c->count++;
    append(&c->flows, &s->mine);
    append(&t->live, &s->age);
    t->count++;
    t->counters.added++;
    return &s->flow;
}

void flow_retire(struct flow_table *t, struct flow *flow, int64_t mono)
{
    struct slot *s = (struct slot *)(void *)flow;

    flow->retired = true;
    flow->used = mono;
    unlink_one(&s->age);
    append(&t->retired, &s->age);
    unlink_one(&s->mine);
    prepend(&s->client->flows, &s->mine);
}

static unsigned expire_list(struct flow_table *t, const struct link *list, int64_t before,
                            unsigned most)
{
    unsigned n = 0;

    while (n < most && !list_empty(list) && SLOT_OF(list->next, age)->flow.used <= before) {
        flow_remove(t, &SLOT_OF(list->next, age)->flow);
        n++;
    }
    t->counters.expired += n;
    return n;
}

void flow_expire(struct flow_table *t, int64_t mono)
{
    unsigned n = expire_list(t, &t->retired, mono - FLOW_RETIRED_MS, EXPIRE_PER_CALL);

    expire_list(t, &t->live, mono - FLOW_IDLE_MS, EXPIRE_PER_CALL - n);
}

size_t flow_count(const struct flow_table *t)
{
    return t->count;
}

const struct flow_counters *flow_table_counters(const struct flow_table *t)
{
    return &t->counters;
}
