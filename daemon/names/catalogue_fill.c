/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the compiled memory, and makes sure that its key misreads no never-block name. */
#include <stdlib.h>
#include <string.h>

#include "names/catalogue_builder.h"

#define SLOTS_MIN 8u
#define KEYS_MAX  16u /* the first one serves; a second one in 2^30 builds */

/* The sections of the memory under construction, and the entries that stand in the never text. */
struct writing {
    struct catalogue_builder *b;
    struct catalogue_header *head;
    struct catalogue_sections to;
    const struct entry **never;
};

/* For what we allocated ourselves. */
static void *writable(const void *p)
{
    return (void *)(uintptr_t)p;
}

/* Five eighths full: 12.8 bytes a name, and a look-up that finds nothing reads four slots. */
static uint32_t slots_for(uint64_t names)
{
    uint64_t count = (names * 8 / 5 + SLOTS_MIN) & ~(uint64_t)(SLOTS_MIN - 1);

    return (uint32_t)count;
}

static void measure(const struct catalogue_builder *b, struct catalogue_header *h)
{
    for (size_t i = 0; i < b->entry_count; i++) {
        const struct entry *e = &b->entries[i];
        struct span name = entry_name(b, e);
        unsigned labels = label_depth(name);

        if (!(e->marks & MARK_STORED))
            continue;
        h->name_count++;
        h->depth = labels > h->depth ? labels : h->depth;
        h->shallow = !h->shallow || labels < h->shallow ? labels : h->shallow;
        h->exact |= name.ptr[0] == EXACT_MARK;
        if (entry_label(b, e) != LABEL_NEVER)
            continue;
        h->never_count++;
        h->never_bytes += e->len;
    }
    h->slot_count = slots_for(h->name_count);
}

static int compare_names(const void *left, const void *right, void *builder)
{
    const struct entry *const *a = left, *const *b = right;

    return text_compare(entry_name(builder, *a), entry_name(builder, *b));
}

static void write_never(struct writing *w)
{
    const struct catalogue_builder *b = w->b;
    uint32_t *ends = writable(w->to.never_ends), end = 0;
    char *text = writable(w->to.never_text);
    size_t count = 0;

    for (size_t i = 0; i < b->entry_count; i++) {
        const struct entry *e = &b->entries[i];

        if (e->marks & MARK_STORED && entry_label(b, e) == LABEL_NEVER)
            w->never[count++] = e;
    }
    qsort_r(w->never, count, sizeof(const struct entry *), compare_names, w->b);
    for (size_t i = 0; i < count; i++) {
        struct span name = entry_name(b, w->never[i]);

        memcpy(text + end, name.ptr, name.len);
        end += (uint32_t)name.len;
        ends[i] = end;
    }
}

static void write_ranges(const struct writing *w)
{
    const struct catalogue_builder *b = w->b;
    struct catalogue_range *to = writable(w->to.ranges);
    uint32_t count = 0;

    for (size_t i = 0; i < b->range_count; i++) {
        const struct owned_range *from = &b->ranges[i];
        uint8_t label = b->sets[from->set].label;

        if (label != LABEL_NONE)
            to[count++] =
                (struct catalogue_range){.first = from->first, .last = from->last, .label = label};
    }
}

/* Ranges of lists that gave way have no label. */
static uint32_t count_ranges(const struct catalogue_builder *b)
{
    uint32_t count = 0;

    for (size_t i = 0; i < b->range_count; i++)
        count += b->sets[b->ranges[i].set].label != LABEL_NONE;
    return count;
}

static void write_tables(struct writing *w)
{
    const struct catalogue_builder *b = w->b;
    const struct catalogue_header *h = w->head;

    memcpy(writable(w->to.services), b->services, h->service_count * sizeof(b->services[0]));
    memcpy(writable(w->to.counts), b->counts, h->service_count * sizeof(b->counts[0]));
    memcpy(writable(w->to.labels), b->labels, h->label_count * sizeof(b->labels[0]));
    if (h->safe_count)
        memcpy(writable(w->to.safe), b->safe, h->safe_count * sizeof(b->safe[0]));
    write_ranges(w);
    write_never(w);
}

/*
 * Over what was put in, under a fixed key: the same content has the same id in every process and
 * whatever the key of the slots. A sum, since the order of names with one label means nothing.
 */
static uint64_t content_id(const struct writing *w)
{
    static const struct hash_key key = {0x6c6573706f6f7274, 0x636174616c6f6775};
    const struct catalogue_builder *b = w->b;
    const uint8_t *tables = (const void *)w->to.services;
    size_t size = (size_t)((const uint8_t *)w->head + w->head->size - tables);
    uint64_t parts[2] = {hash_bytes(&key, tables, size), 0};

    for (size_t i = 0; i < b->entry_count; i++) {
        struct span name = entry_name(b, &b->entries[i]);
        uint64_t pair[2];

        if (!(b->entries[i].marks & MARK_STORED))
            continue;
        pair[0] = hash_bytes(&key, name.ptr, name.len);
        pair[1] = entry_label(b, &b->entries[i]);
        parts[1] += hash_bytes(&key, pair, sizeof(pair));
    }
    return hash_bytes(&key, parts, sizeof(parts));
}

/* False: two names cannot be told apart under this key, or one lies too far from home. */
static bool fill_slots(const struct writing *w)
{
    const struct catalogue_builder *b = w->b;
    struct catalogue_slot *slots = writable(w->to.slots);
    uint32_t count = w->head->slot_count;

    memset(slots, 0, count * sizeof(*slots));
    for (size_t i = 0; i < b->entry_count; i++) {
        struct span name = entry_name(b, &b->entries[i]);
        struct hash128 hash;
        uint32_t at, probes = 0;

        if (!(b->entries[i].marks & MARK_STORED))
            continue;
        hash = hash_bytes128(&w->head->key, name.ptr, name.len);
        for (at = slot_home(hash, count); slots[at].bits; at = at + 1 == count ? 0 : at + 1)
            if (slot_print((struct hash128){0, slots[at].bits}) == slot_print(hash) ||
                ++probes == CATALOGUE_PROBES)
                return false;
        slots[at].bits = slot_print(hash) | entry_label(b, &b->entries[i]);
    }
    return true;
}

/* Of a suffix whose name alone is another matter that one is asked. */
static bool reads_well(const struct writing *w, const struct catalogue *c, const struct entry *e)
{
    struct span name = entry_name(w->b, e);
    char exact[1 + HOSTNAME_MAX] = {EXACT_MARK};
    struct hostname host;

    if (name.ptr[0] == EXACT_MARK) {
        name.ptr++;
        name.len--;
    } else {
        memcpy(exact + 1, name.ptr, name.len);
        if (w->head->exact && builder_find(w->b, (struct span){exact, name.len + 1}))
            return true;
    }
    hostname_set(&host, name);
    return catalogue_label(c, &host, NULL) == entry_label(w->b, e);
}

/* Never-block names, and what lists say of names below them. */
static bool never_reads_well(const struct writing *w)
{
    struct catalogue c;
    const char *why;

    if (!catalogue_open(&c, (struct bytes){(const uint8_t *)w->head, w->head->size}, &why))
        return false;
    for (size_t i = 0; i < w->b->entry_count; i++)
        if (w->b->entries[i].marks & MARK_SHELTERED && !reads_well(w, &c, &w->b->entries[i]))
            return false;
    return true;
}

/* Fresh keys, so that nobody can look for a name that hits another one's slot. */
static bool find_key(struct writing *w)
{
    for (unsigned tried = 0; tried < KEYS_MAX; tried++) {
        w->head->key = hash_key_random();
        if (fill_slots(w) && never_reads_well(w))
            return true;
    }
    return false;
}

static bool write_all(struct writing *w)
{
    struct hash128 sum;

    write_tables(w);
    w->head->id = content_id(w);
    if (!find_key(w))
        return false;
    sum = catalogue_checksum(w->head);
    w->head->check[0] = sum.lo;
    w->head->check[1] = sum.hi;
    return true;
}

static enum catalogue_error write_map(struct writing *w, const struct catalogue_header *head)
{
    w->head = calloc(1, head->size);
    w->never = malloc((head->never_count + (size_t)1) * sizeof(const struct entry *));
    if (!w->head || !w->never)
        return CATALOGUE_NO_MEMORY;
    *w->head = *head;
    w->to = catalogue_sections(w->head);
    return write_all(w) ? CATALOGUE_OK : CATALOGUE_FULL;
}

enum catalogue_error builder_fill(struct catalogue_builder *b, const uint64_t inputs[2],
                                  struct bytes *ret_map)
{
    struct catalogue_header head = {
        .magic = CATALOGUE_MAGIC,
        .version = CATALOGUE_VERSION,
        .inputs = {inputs[0], inputs[1]},
        .service_count = b->service_count,
        .label_count = b->label_count,
        .range_count = count_ranges(b),
        .safe_count = (uint32_t)b->safe_count,
    };
    struct writing w = {.b = b};
    enum catalogue_error error;

    measure(b, &head);
    head.size = catalogue_size(&head);
    if (head.size > CATALOGUE_MAX)
        return CATALOGUE_FULL;
    error = write_map(&w, &head);
    free(w.never);
    if (error)
        free(w.head);
    else
        *ret_map = (struct bytes){(const uint8_t *)w.head, head.size};
    return error;
}
