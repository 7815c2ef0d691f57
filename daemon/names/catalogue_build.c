/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Building: names are collected as text, then compiled. The only parts that allocate. */
#include <stdlib.h>
#include <string.h>

#include "names/catalogue_builder.h"

#define INDEX_START 1024u
#define GROW_BIG    (1u << 20) /* elements; from there on by half instead of double */
#define TEXT_MAX    UINT32_MAX /* bytes of all names */

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
    free(b->sets);
    free(b->set_index);
    free(b->prefixes);
    free(b->ranges);
    free(b->safe);
    free(b);
}

void *builder_grown(void *array, size_t *cap, size_t need, size_t size)
{
    size_t want = *cap ? *cap : 256;
    void *bigger;

    if (need <= *cap)
        return array;
    while (want < need)
        want += want < GROW_BIG ? want : want / 2;
    bigger = realloc(array, want * size);
    if (bigger)
        *cap = want;
    return bigger;
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
    copy_text(to->title_nl, s->title_nl, sizeof(to->title_nl));
    copy_text(to->category, s->category, sizeof(to->category));
    to->list = s->list != 0;
    to->retired = s->retired != 0;
    if (to->list)
        set256_add(&b->lists, (uint8_t)b->service_count);
    return (int)b->service_count++;
}

void catalogue_seed(struct catalogue_builder *b, const struct catalogue *old)
{
    struct label_seed *seed = &b->seed;

    *seed = (struct label_seed){.id_count = old->service_count, .label_count = old->label_count};
    for (unsigned i = 0; i < old->service_count; i++)
        copy_text(seed->ids[i], old->services[i].id, sizeof(seed->ids[i]));
    memcpy(seed->labels, old->labels, old->label_count * sizeof(seed->labels[0]));
}

struct span entry_name(const struct catalogue_builder *b, const struct entry *e)
{
    return (struct span){b->text + e->text, e->len};
}

static uint32_t tag_of(const struct catalogue_builder *b, struct span name)
{
    return (uint32_t)hash_bytes(&b->key, name.ptr, name.len);
}

/* The place in the index that holds that name, or would. */
static uint64_t *index_place(const struct catalogue_builder *b, struct span name, uint32_t tag)
{
    size_t mask = b->index_size - 1, at = tag & mask;

    for (; b->index[at]; at = (at + 1) & mask) {
        struct span other;

        if ((uint32_t)(b->index[at] >> 32) != tag)
            continue;
        other = entry_name(b, &b->entries[(uint32_t)b->index[at] - 1]);
        if (other.len == name.len && memcmp(other.ptr, name.ptr, name.len) == 0)
            break;
    }
    return &b->index[at];
}

/* At most three quarters full. What moves is found by its hash alone. */
static bool index_grow(struct catalogue_builder *b)
{
    size_t size = b->index_size ? b->index_size * 2 : INDEX_START, mask = size - 1;
    uint64_t *grown;

    if ((b->entry_count + 1) * 4 <= b->index_size * 3)
        return true;
    grown = calloc(size, sizeof(*grown));
    if (!grown)
        return false;
    for (size_t i = 0; i < b->index_size; i++) {
        size_t at = b->index[i] >> 32 & mask;

        if (!b->index[i])
            continue;
        while (grown[at])
            at = (at + 1) & mask;
        grown[at] = b->index[i];
    }
    free(b->index);
    b->index = grown;
    b->index_size = size;
    return true;
}

/* Room for one more entry, claim and text, so that what follows cannot fail. */
static bool room(struct catalogue_builder *b, size_t text)
{
    void *p = builder_grown(b->entries, &b->entry_cap, b->entry_count + 1, sizeof(*b->entries));

    if (!p)
        return false;
    b->entries = p;
    p = builder_grown(b->claims, &b->claim_cap, b->claim_count + 1, sizeof(*b->claims));
    if (!p)
        return false;
    b->claims = p;
    p = builder_grown(b->text, &b->text_cap, b->text_len + text, 1);
    if (!p)
        return false;
    b->text = p;
    return index_grow(b);
}

struct entry *builder_find(const struct catalogue_builder *b, struct span name)
{
    uint64_t place;

    if (!b->index_size)
        return NULL;
    place = *index_place(b, name, tag_of(b, name));
    return place ? &b->entries[(uint32_t)place - 1] : NULL;
}

static bool says(const struct catalogue_builder *b, const struct entry *e,
                 const struct claim *claim)
{
    if (e->kind == claim->kind && e->owner == claim->owner)
        return true;
    for (uint32_t i = e->more; i != NOTHING; i = b->claims[i].next)
        if (b->claims[i].kind == claim->kind && b->claims[i].owner == claim->owner)
            return true;
    return false;
}

static void add_entry(struct catalogue_builder *b, struct span name, const struct claim *claim)
{
    unsigned labels = label_depth(name);

    b->entries[b->entry_count++] = (struct entry){.text = (uint32_t)b->text_len,
                                                  .more = NOTHING,
                                                  .len = (uint8_t)name.len,
                                                  .kind = claim->kind,
                                                  .owner = claim->owner};
    memcpy(b->text + b->text_len, name.ptr, name.len);
    b->text_len += name.len;
    if (!b->shallow || labels < b->shallow)
        b->shallow = labels;
}

static enum catalogue_error add(struct catalogue_builder *b, struct claim claim, struct span name)
{
    uint32_t tag = tag_of(b, name);
    uint64_t *place;
    struct entry *e;

    if (b->entry_count >= CATALOGUE_NAMES || b->claim_count >= NOTHING - 1 ||
        b->text_len + name.len > TEXT_MAX)
        return CATALOGUE_FULL;
    if (!room(b, name.len))
        return CATALOGUE_NO_MEMORY;
    place = index_place(b, name, tag);
    if (!*place) {
        add_entry(b, name, &claim);
        *place = (uint64_t)tag << 32 | b->entry_count;
        return CATALOGUE_OK;
    }
    e = &b->entries[(uint32_t)*place - 1];
    if (says(b, e, &claim))
        return CATALOGUE_OK;
    claim.next = e->more;
    e->more = (uint32_t)b->claim_count;
    b->claims[b->claim_count++] = claim;
    return CATALOGUE_OK;
}

enum catalogue_error catalogue_add_name(struct catalogue_builder *b, unsigned service,
                                        const struct hostname *name, enum catalogue_match match)
{
    struct claim claim = {.kind = CLAIM_OWNED, .owner = (uint8_t)service};
    char exact[1 + HOSTNAME_MAX] = {EXACT_MARK};

    /* What catalogue_add_service() refused has no number. */
    if (service >= b->service_count)
        return CATALOGUE_FULL;
    if (match == MATCH_SUFFIX)
        return add(b, claim, hostname_span(name));
    memcpy(exact + 1, name->text, name->len);
    return add(b, claim, (struct span){exact, name->len + (size_t)1});
}

enum catalogue_error catalogue_add_exception(struct catalogue_builder *b, unsigned service,
                                             const struct hostname *name)
{
    struct claim claim = {.kind = CLAIM_EXCEPTED, .owner = (uint8_t)service};

    return service < b->service_count ? add(b, claim, hostname_span(name)) : CATALOGUE_FULL;
}

enum catalogue_error catalogue_add_never(struct catalogue_builder *b, const struct hostname *suffix)
{
    return add(b, (struct claim){.kind = CLAIM_NEVER}, hostname_span(suffix));
}

enum catalogue_error catalogue_add_hidden(struct catalogue_builder *b,
                                          const struct hostname *suffix)
{
    return add(b, (struct claim){.kind = CLAIM_HIDDEN}, hostname_span(suffix));
}

enum catalogue_error catalogue_add_prefix(struct catalogue_builder *b, unsigned service,
                                          const struct prefix *prefix)
{
    void *p;

    if (service >= b->service_count || b->prefix_count >= CATALOGUE_PREFIXES)
        return CATALOGUE_FULL;
    p = builder_grown(b->prefixes, &b->prefix_cap, b->prefix_count + 1, sizeof(*b->prefixes));
    if (!p)
        return CATALOGUE_NO_MEMORY;
    b->prefixes = p;
    b->prefixes[b->prefix_count++] =
        (struct claimed_prefix){.prefix = *prefix, .service = (uint8_t)service};
    return CATALOGUE_OK;
}

/* Where that name stands or would: they are few, and stay sorted. */
static size_t safe_place(const struct catalogue_builder *b, const struct hostname *name)
{
    size_t at = 0;

    while (at < b->safe_count && strcmp(b->safe[at].name, name->text) < 0)
        at++;
    return at;
}

enum catalogue_error catalogue_add_safe(struct catalogue_builder *b, const struct hostname *name,
                                        const struct hostname *host)
{
    size_t at = safe_place(b, name);
    bool known = at < b->safe_count && !strcmp(b->safe[at].name, name->text);
    void *p;

    if (name->len >= SAFE_TEXT_MAX || host->len >= SAFE_TEXT_MAX ||
        (!known && b->safe_count >= SAFE_MAX))
        return CATALOGUE_FULL;
    p = builder_grown(b->safe, &b->safe_cap, b->safe_count + 1, sizeof(*b->safe));
    if (!p)
        return CATALOGUE_NO_MEMORY;
    b->safe = p;
    if (!known) {
        memmove(&b->safe[at + 1], &b->safe[at], (b->safe_count - at) * sizeof(*b->safe));
        b->safe_count++;
    }
    b->safe[at] = (struct catalogue_safe){0};
    memcpy(b->safe[at].name, name->text, name->len);
    memcpy(b->safe[at].host, host->text, host->len);
    return CATALOGUE_OK;
}

enum catalogue_error catalogue_build(struct catalogue_builder *b, const uint64_t inputs[2],
                                     struct bytes *ret_map, struct hostname *ret_name,
                                     unsigned *ret_service)
{
    enum catalogue_error error;

    sets_clear(b);
    error = builder_resolve(b, ret_name, ret_service);
    if (!error && !builder_ranges(b))
        error = CATALOGUE_NO_MEMORY;
    if (!error)
        error = builder_labels(b);
    return error ? error : builder_fill(b, inputs, ret_map);
}
