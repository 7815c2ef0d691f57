/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading. The slots of a big catalogue are not walked when it is opened: what stands in one is
 * checked when it is met. */
#include "names/catalogue.h"

#include <xxhash.h>

#include "names/catalogue_format.h"
#include "names/probe.h"

#define BATCH 8 /* suffixes hashed before the first slot is read */

struct hash128 catalogue_checksum(const struct catalogue_header *h)
{
    size_t skip = offsetof(struct catalogue_header, version);
    XXH128_hash_t sum = XXH3_128bits((const char *)h + skip, h->size - skip);

    return (struct hash128){sum.low64, sum.high64};
}

bool catalogue_intact(const struct catalogue *c)
{
    const struct catalogue_header *h = catalogue_head(c);
    struct hash128 sum = catalogue_checksum(h);

    return sum.lo == h->check[0] && sum.hi == h->check[1];
}

static const char *bad_header(const struct catalogue_header *h, size_t len)
{
    if (h->magic != CATALOGUE_MAGIC)
        return "not a catalogue";
    if (h->version != CATALOGUE_VERSION)
        return "a catalogue of another version";
    if (h->service_count > SERVICE_MAX)
        return "too many services";
    if (h->label_count < 1 || h->label_count > LABEL_SERVICE_MAX + 1)
        return "labels out of range";
    if (h->slot_count == 0 || h->name_count > h->slot_count)
        return "slots out of range";
    if (h->depth > HOSTNAME_MAX || h->shallow > h->depth || h->exact > 1)
        return "depth of names out of range";
    if (h->range_count > 2 * CATALOGUE_PREFIXES + 1 || h->safe_count > SAFE_MAX)
        return "too many prefixes or safe names";
    if (h->size != len || catalogue_size(h) != len)
        return "length and content differ";
    return NULL;
}

static bool terminated(const char *text, size_t size)
{
    return memchr(text, '\0', size) != NULL;
}

static const char *bad_services(const struct service *services, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const struct service *s = &services[i];

        if (!terminated(s->id, sizeof(s->id)) || !terminated(s->title, sizeof(s->title)) ||
            !terminated(s->title_nl, sizeof(s->title_nl)) ||
            !terminated(s->category, sizeof(s->category)))
            return "a service's text has no end";
        if (!*s->id)
            return "a service without an id";
    }
    return NULL;
}

static const char *bad_labels(const struct set256 *labels, unsigned count, unsigned services)
{
    struct set256 known = {0};

    for (unsigned i = 0; i < services; i++)
        set256_add(&known, (uint8_t)i);
    if (!set256_empty(&labels[0]))
        return "label 0 has services";
    for (unsigned i = 1; i < count; i++)
        if (!set256_within(&labels[i], &known))
            return "a label of unknown services";
    return NULL;
}

static const char *bad_ranges(const struct catalogue_range *ranges, size_t count, unsigned labels)
{
    for (size_t i = 0; i < count; i++) {
        const struct catalogue_range *r = &ranges[i];

        if (addr_compare(&r->first, &r->last) > 0 ||
            (i && addr_compare(&ranges[i - 1].last, &r->first) >= 0))
            return "addresses are not in order";
        if (r->label == LABEL_NONE || r->label >= labels)
            return "addresses of an unknown label";
    }
    return NULL;
}

static bool is_name(const char *text)
{
    struct hostname name;

    return terminated(text, SAFE_TEXT_MAX) &&
           hostname_set(&name, (struct span){text, strlen(text)}) && !strcmp(name.text, text);
}

static const char *bad_safe(const struct catalogue_safe *safe, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!is_name(safe[i].name) || !is_name(safe[i].host))
            return "a safe name is none";
    return NULL;
}

static const char *bad_never(const uint32_t *ends, size_t count, uint32_t bytes)
{
    uint32_t start = 0;

    for (size_t i = 0; i < count; i++) {
        if (ends[i] <= start || ends[i] - start > HOSTNAME_MAX)
            return "a never-block name has no length";
        start = ends[i];
    }
    return start == bytes ? NULL : "never-block names and their length differ";
}

static const char *bad_sections(const struct catalogue_header *h)
{
    const struct catalogue_sections s = catalogue_sections(h);
    const char *why = bad_services(s.services, h->service_count);

    if (!why)
        why = bad_labels(s.labels, h->label_count, h->service_count);
    if (!why)
        why = bad_ranges(s.ranges, h->range_count, h->label_count);
    if (!why)
        why = bad_safe(s.safe, h->safe_count);
    if (!why)
        why = bad_never(s.never_ends, h->never_count, h->never_bytes);
    return why;
}

static struct catalogue view(const struct catalogue_header *h, struct bytes map)
{
    const struct catalogue_sections s = catalogue_sections(h);
    struct catalogue c = {
        .map = map,
        .services = s.services,
        .counts = s.counts,
        .service_count = h->service_count,
        .labels = s.labels,
        .label_count = h->label_count,
        .id = h->id,
        .name_count = h->name_count,
        .inputs = {h->inputs[0], h->inputs[1]},
        .slots = s.slots,
        .slot_count = h->slot_count,
        .depth = h->depth,
        .key = h->key,
    };

    for (unsigned i = 0; i < c.service_count; i++)
        if (c.services[i].list)
            set256_add(&c.lists, (uint8_t)i);
    return c;
}

bool catalogue_open(struct catalogue *ret, struct bytes map, const char **ret_why)
{
    const void *start = map.ptr;
    const struct catalogue_header *h = start;

    *ret = (struct catalogue){0};
    *ret_why = "too short or too long";
    if (map.len < sizeof(*h) || map.len > CATALOGUE_MAX)
        return false;
    *ret_why = "not aligned";
    if ((uintptr_t)start % _Alignof(struct catalogue_header) != 0)
        return false;
    *ret_why = bad_header(h, map.len);
    if (!*ret_why)
        *ret_why = bad_sections(h);
    if (*ret_why)
        return false;
    *ret = view(h, map);
    return true;
}

/* The label stored under that hash, LABEL_NONE without one. */
static uint8_t find(const struct catalogue *c, struct hash128 hash)
{
    uint64_t print = slot_print(hash);
    uint32_t at = slot_home(hash, c->slot_count);

    for (uint32_t i = 0; i < CATALOGUE_PROBES; i++) {
        uint64_t bits = c->slots[at].bits;

        if (bits == 0)
            break;
        if ((bits ^ print) <= 0xff)
            return (uint8_t)bits;
        at = at + 1 == c->slot_count ? 0 : at + 1;
    }
    return LABEL_NONE;
}

/* A slot knows a name by its hash; of never-block names there is the text, too. */
static bool is_never(const struct catalogue *c, struct span name)
{
    const struct catalogue_header *h = catalogue_head(c);
    const struct catalogue_sections s = catalogue_sections(h);
    size_t low = 0, high = h->never_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint32_t start = middle ? s.never_ends[middle - 1] : 0;
        int order =
            text_compare(name, (struct span){s.never_text + start, s.never_ends[middle] - start});

        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

static bool usable(const struct catalogue *c, uint8_t label, struct span name)
{
    if (label == LABEL_NEVER)
        return is_never(c, name);
    return label != LABEL_NONE && (label < c->label_count || label_reserved_name(label));
}

/* The entries that may match a name, the strongest first: itself alone, then its suffixes. */
struct walk {
    const struct catalogue *c;
    struct span suffix;
    unsigned labels; /* of the suffix */
    bool exact;      /* the name alone is still to come */
};

struct step {
    struct hash128 hash;
    struct span name;
};

static struct hash128 hash_exact(const struct catalogue *c, struct span name)
{
    char text[1 + HOSTNAME_MAX];

    text[0] = EXACT_MARK;
    memcpy(text + 1, name.ptr, name.len);
    return hash_bytes128(&c->key, text, name.len + 1);
}

/* No entry has more labels than depth: a name of a hundred labels costs no hundred hashes. */
static struct walk walk_start(const struct catalogue *c, const struct hostname *name)
{
    struct walk w = {.c = c, .suffix = hostname_span(name)};

    w.labels = label_depth(w.suffix);
    w.exact = catalogue_head(c)->exact && w.labels <= c->depth;
    for (; w.labels > c->depth; w.labels--)
        w.suffix = hostname_parent(w.suffix);
    return w;
}

static bool walk_next(struct walk *w, struct step *ret)
{
    ret->name = w->suffix;
    if (w->exact) {
        w->exact = false;
        ret->hash = hash_exact(w->c, w->suffix);
        return true;
    }
    if (w->suffix.len == 0 || w->labels < catalogue_head(w->c)->shallow)
        return false;
    ret->hash = hash_bytes128(&w->c->key, w->suffix.ptr, w->suffix.len);
    w->suffix = hostname_parent(w->suffix);
    w->labels--;
    return true;
}

/* Their slots come into the cache side by side, not one after the other. */
static unsigned walk_batch(struct walk *w, struct step steps[static BATCH])
{
    unsigned count = 0;

    while (count < BATCH && walk_next(w, &steps[count])) {
        __builtin_prefetch(&w->c->slots[slot_home(steps[count].hash, w->c->slot_count)]);
        count++;
    }
    return count;
}

/* In every catalogue, whatever is said of what stands above it. */
static bool is_probe(const struct hostname *name)
{
    return name->len == sizeof(PROBE_CLOSED) - 1 && strcmp(name->text, PROBE_CLOSED) == 0;
}

uint8_t catalogue_label(const struct catalogue *c, const struct hostname *name,
                        size_t *ret_suffix_at)
{
    struct walk walk = walk_start(c, name);
    struct step steps[BATCH];
    unsigned count;

    if (is_probe(name))
        return LABEL_PROBE;
    while ((count = walk_batch(&walk, steps)) != 0)
        for (unsigned i = 0; i < count; i++) {
            uint8_t label = find(c, steps[i].hash);

            if (!usable(c, label, steps[i].name))
                continue;
            if (ret_suffix_at)
                *ret_suffix_at = (size_t)(steps[i].name.ptr - name->text);
            return label;
        }
    return LABEL_OTHER;
}

uint8_t catalogue_address(const struct catalogue *c, const struct addr *addr)
{
    const struct catalogue_header *h = catalogue_head(c);
    const struct catalogue_range *ranges = catalogue_sections(h).ranges;
    size_t low = 0, high = h->range_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (addr_compare(addr, &ranges[middle].first) < 0)
            high = middle;
        else if (addr_compare(addr, &ranges[middle].last) > 0)
            low = middle + 1;
        else
            return ranges[middle].label;
    }
    return LABEL_NONE;
}

const char *catalogue_safe(const struct catalogue *c, const struct hostname *name)
{
    const struct catalogue_header *h = catalogue_head(c);
    const struct catalogue_safe *safe = catalogue_sections(h).safe;
    size_t low = 0, high = h->safe_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name->text, safe[middle].name);

        if (order == 0)
            return safe[middle].host;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

bool service_is_id(const char *text)
{
    size_t len = strlen(text);

    return len > 0 && len < SERVICE_ID_MAX &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-_") == len;
}

int catalogue_service(const struct catalogue *c, const char *id)
{
    for (unsigned i = 0; i < c->service_count; i++)
        if (strcmp(c->services[i].id, id) == 0)
            return (int)i;
    return -1;
}
