/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Building: names are collected as text, then compiled. The only part that allocates. */
#include <stdlib.h>
#include <string.h>

#include "names/catalogue_format.h"

#define NAME_COUNT_MAX (40u << 20)
#define INDEX_START    1024u
#define NOTHING        UINT32_MAX

/* Who claims a name: a service, or NEVER. A list per name, in the order of adding. */
struct claim {
    uint32_t next;
    uint32_t owner;
};

#define NEVER SERVICE_MAX

struct entry {
    uint32_t text; /* offset */
    uint32_t first, last;
    uint8_t len;
    uint8_t label;
};

struct catalogue_builder {
    struct hash_key key; /* of the index */
    struct service services[SERVICE_MAX];
    unsigned service_count;
    struct entry *entries;
    size_t entry_count, entry_cap;
    struct claim *claims;
    size_t claim_count, claim_cap;
    char *text;
    size_t text_len, text_cap;
    uint32_t *index; /* entries by name, open addressing; NOTHING is free */
    size_t index_size;
    struct set256 labels[LABEL_SERVICE_MAX + 1];
    unsigned label_count;
};

struct catalogue_builder *catalogue_builder_new(void)
{
    struct catalogue_builder *b = calloc(1, sizeof(*b));

    if (b)
        b->key = hash_key_random();
    return b;
}

void catalogue_builder_free(struct catalogue_builder *b)
{
    if (!b)
        return;
    free(b->entries);
    free(b->claims);
    free(b->text);
    free(b->index);
    free(b);
}

/* Unused bytes become zero, so that equal services are equal bytes. */
static void copy_text(char *to, const char *from, size_t size)
{
    size_t len = strnlen(from, size - 1);

    memset(to, 0, size);
    memcpy(to, from, len);
}

int catalogue_add_service(struct catalogue_builder *b, const struct service *s)
{
    struct service *to = &b->services[b->service_count];

    if (b->service_count == SERVICE_MAX || !*s->id)
        return -1;
    for (unsigned i = 0; i < b->service_count; i++)
        if (strncmp(b->services[i].id, s->id, SERVICE_ID_MAX - 1) == 0)
            return -1;
    copy_text(to->id, s->id, sizeof(to->id));
    copy_text(to->title, s->title, sizeof(to->title));
    copy_text(to->category, s->category, sizeof(to->category));
    return (int)b->service_count++;
}

/* The array with room for `need` elements; NULL without memory: the old one is as it was. */
static void *grown(void *array, size_t *cap, size_t need, size_t size)
{
    size_t want = *cap ? *cap : 256;
    void *bigger;

    if (need <= *cap)
        return array;
    while (want < need)
        want *= 2;
    bigger = realloc(array, want * size);
    if (bigger)
        *cap = want;
    return bigger;
}

static struct span entry_name(const struct catalogue_builder *b, const struct entry *e)
{
    return (struct span){b->text + e->text, e->len};
}

/* The place in the index that holds that name, or would. */
static uint32_t *index_place(const struct catalogue_builder *b, struct span name)
{
    size_t mask = b->index_size - 1, at = hash_bytes(&b->key, name.ptr, name.len) & mask;

    for (; b->index[at] != NOTHING; at = (at + 1) & mask) {
        struct span other = entry_name(b, &b->entries[b->index[at]]);

        if (other.len == name.len && memcmp(other.ptr, name.ptr, name.len) == 0)
            break;
    }
    return &b->index[at];
}

/* At most half full, so that a search ends. */
static bool index_grow(struct catalogue_builder *b)
{
    size_t size = b->index_size ? b->index_size * 2 : INDEX_START;
    uint32_t *grown;

    if (b->entry_count * 2 < b->index_size)
        return true;
    grown = malloc(size * sizeof(*grown));
    if (!grown)
        return false;
    memset(grown, 0xff, size * sizeof(*grown));
    free(b->index);
    b->index = grown;
    b->index_size = size;
    for (uint32_t i = 0; i < b->entry_count; i++)
        *index_place(b, entry_name(b, &b->entries[i])) = i;
    return true;
}

/* Room for one more entry, claim and text, so that what follows cannot fail. */
static bool room(struct catalogue_builder *b, size_t text)
{
    void *p = grown(b->entries, &b->entry_cap, b->entry_count + 1, sizeof(*b->entries));

    if (!p)
        return false;
    b->entries = p;
    p = grown(b->claims, &b->claim_cap, b->claim_count + 1, sizeof(*b->claims));
    if (!p)
        return false;
    b->claims = p;
    p = grown(b->text, &b->text_cap, b->text_len + text, 1);
    if (!p)
        return false;
    b->text = p;
    return index_grow(b);
}

static struct entry *entry_of(struct catalogue_builder *b, struct span name)
{
    uint32_t *place = index_place(b, name);
    struct entry *e;

    if (*place != NOTHING)
        return &b->entries[*place];
    e = &b->entries[b->entry_count];
    *e = (struct entry){
        .text = (uint32_t)b->text_len, .len = (uint8_t)name.len, .first = NOTHING, .last = NOTHING};
    memcpy(b->text + b->text_len, name.ptr, name.len);
    b->text_len += name.len;
    *place = (uint32_t)b->entry_count++;
    return e;
}

static enum catalogue_error add(struct catalogue_builder *b, uint32_t owner,
                                const struct hostname *suffix)
{
    uint32_t number = (uint32_t)b->claim_count;
    struct entry *e;

    if (b->entry_count >= NAME_COUNT_MAX || b->claim_count >= NOTHING ||
        b->text_len + suffix->len > UINT32_MAX)
        return CATALOGUE_FULL;
    if (!room(b, suffix->len))
        return CATALOGUE_NO_MEMORY;
    e = entry_of(b, hostname_span(suffix));
    for (uint32_t i = e->first; i != NOTHING; i = b->claims[i].next)
        if (b->claims[i].owner == owner)
            return CATALOGUE_OK;
    b->claims[b->claim_count++] = (struct claim){.next = NOTHING, .owner = owner};
    if (e->first == NOTHING)
        e->first = number;
    else
        b->claims[e->last].next = number;
    e->last = number;
    return CATALOGUE_OK;
}

enum catalogue_error catalogue_add_name(struct catalogue_builder *b, unsigned service,
                                        const struct hostname *suffix)
{
    /* What catalogue_add_service() refused has no number. */
    return service < b->service_count ? add(b, service, suffix) : CATALOGUE_FULL;
}

enum catalogue_error catalogue_add_never(struct catalogue_builder *b, const struct hostname *suffix)
{
    return add(b, NEVER, suffix);
}

/* The owners of a name; *ret_never tells whether it is never blocked, too. */
static struct set256 owners(const struct catalogue_builder *b, const struct entry *e,
                            bool *ret_never)
{
    struct set256 set = {0};

    *ret_never = false;
    for (uint32_t i = e->first; i != NOTHING; i = b->claims[i].next) {
        if (b->claims[i].owner == NEVER)
            *ret_never = true;
        else
            set256_add(&set, (uint8_t)b->claims[i].owner);
    }
    return set;
}

static unsigned first_member(const struct set256 *set)
{
    unsigned n = 0;

    while (!set256_has(set, (uint8_t)n))
        n++;
    return n;
}

/* The label of a set; a new one when it is the first of its kind; LABEL_NONE when all are taken. */
static uint8_t label_of(struct catalogue_builder *b, const struct set256 *set)
{
    for (unsigned i = 1; i < b->label_count; i++)
        if (set256_equal(&b->labels[i], set))
            return (uint8_t)i;
    if (b->label_count > LABEL_SERVICE_MAX)
        return LABEL_NONE;
    b->labels[b->label_count] = *set;
    return (uint8_t)b->label_count++;
}

/* Labels are numbered in the order in which names were added: equal input, equal labels. */
static enum catalogue_error number_labels(struct catalogue_builder *b, struct hostname *ret_name,
                                          unsigned *ret_service)
{
    b->label_count = 1;
    b->labels[0] = (struct set256){0};
    for (size_t i = 0; i < b->entry_count; i++) {
        struct entry *e = &b->entries[i];
        struct set256 set;
        bool never;

        set = owners(b, e, &never);
        if (never && !set256_empty(&set)) {
            hostname_set(ret_name, entry_name(b, e));
            *ret_service = first_member(&set);
            return CATALOGUE_NEVER_BLOCKED;
        }
        e->label = never ? LABEL_NEVER : label_of(b, &set);
        if (e->label == LABEL_NONE)
            return CATALOGUE_FULL;
    }
    return CATALOGUE_OK;
}

static uint32_t deepest(const struct catalogue_builder *b)
{
    uint32_t depth = 0;

    for (size_t i = 0; i < b->entry_count; i++) {
        struct span name = entry_name(b, &b->entries[i]);
        uint32_t n = 0;

        for (; name.len; name = hostname_parent(name))
            n++;
        depth = n > depth ? n : depth;
    }
    return depth;
}

/*
 * Over what was put in, under a fixed key: the same content has the same id in every process and
 * whatever the key of the slots. A sum, since the order of names with one label means nothing.
 */
static uint64_t content_id(const struct catalogue_builder *b)
{
    static const struct hash_key key = {0x6c6573706f6f7274, 0x636174616c6f6775};
    uint64_t sum[3] = {
        hash_bytes(&key, b->services, b->service_count * sizeof(b->services[0])),
        hash_bytes(&key, b->labels, b->label_count * sizeof(b->labels[0])),
        0,
    };

    for (size_t i = 0; i < b->entry_count; i++) {
        struct span name = entry_name(b, &b->entries[i]);
        uint64_t pair[2] = {hash_bytes(&key, name.ptr, name.len), b->entries[i].label};

        sum[2] += hash_bytes(&key, pair, sizeof(pair));
    }
    return hash_bytes(&key, sum, sizeof(sum));
}

/* False: two names cannot be told apart under this key, or one lies too far from home. */
static bool fill_slots(const struct catalogue_builder *b, const struct hash_key *key,
                       struct catalogue_slot *slots, uint32_t slot_count)
{
    memset(slots, 0, slot_count * sizeof(*slots));
    for (size_t i = 0; i < b->entry_count; i++) {
        struct span name = entry_name(b, &b->entries[i]);
        uint64_t hash = hash_bytes(key, name.ptr, name.len);
        uint32_t at = (uint32_t)hash & (slot_count - 1), probes = 0;

        for (; slots[at].bits; at = (at + 1) & (slot_count - 1))
            if (slot_print(slots[at].bits) == slot_print(hash) || ++probes == CATALOGUE_PROBES)
                return false;
        slots[at].bits = slot_print(hash) | b->entries[i].label;
    }
    return true;
}

/* At most five eighths full: a look-up that finds nothing reads two cache lines or so. */
static uint32_t slots_for(size_t names)
{
    uint32_t count = 8;

    while ((uint64_t)count * 5 < (uint64_t)names * 8)
        count *= 2;
    return count;
}

enum catalogue_error catalogue_build(struct catalogue_builder *b, struct bytes *ret_map,
                                     struct hostname *ret_name, unsigned *ret_service)
{
    enum catalogue_error error = number_labels(b, ret_name, ret_service);
    struct catalogue_header head, *h;

    if (error)
        return error;
    head = (struct catalogue_header){
        .magic = CATALOGUE_MAGIC,
        .version = CATALOGUE_VERSION,
        .depth = deepest(b),
        .id = content_id(b),
        .service_count = b->service_count,
        .label_count = b->label_count,
        .slot_count = slots_for(b->entry_count),
        .name_count = (uint32_t)b->entry_count,
    };
    head.size = catalogue_size(&head);
    h = malloc(head.size);
    if (!h)
        return CATALOGUE_NO_MEMORY;
    struct service *services = (void *)(h + 1);
    struct set256 *labels = (void *)(services + head.service_count);
    struct catalogue_slot *slots = (void *)(labels + head.label_count);

    memcpy(services, b->services, head.service_count * sizeof(*services));
    memcpy(labels, b->labels, head.label_count * sizeof(*labels));
    /* Fresh, so that nobody can look for a name that hits another one's slot. */
    do
        head.key = hash_key_random();
    while (!fill_slots(b, &head.key, slots, head.slot_count));
    *h = head;
    *ret_map = (struct bytes){(const uint8_t *)h, head.size};
    return CATALOGUE_OK;
}
