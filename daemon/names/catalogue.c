/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "names/catalogue.h"

#include <string.h>

#include "names/catalogue_format.h"

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
    if (h->slot_count == 0 || (h->slot_count & (h->slot_count - 1)) != 0)
        return "slots are not a power of two";
    if (h->depth > HOSTNAME_MAX)
        return "names too deep";
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
        if (set256_empty(&labels[i]) || !set256_within(&labels[i], &known))
            return "a label without services, or of unknown ones";
    return NULL;
}

static struct catalogue view(const struct catalogue_header *h, struct bytes map)
{
    const void *services = h + 1;
    const void *labels = (const struct service *)services + h->service_count;
    const void *slots = (const struct set256 *)labels + h->label_count;

    return (struct catalogue){
        .map = map,
        .services = services,
        .service_count = h->service_count,
        .labels = labels,
        .label_count = h->label_count,
        .slots = slots,
        .slot_mask = h->slot_count - 1,
        .depth = h->depth,
        .key = h->key,
        .id = h->id,
    };
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
    if (*ret_why)
        return false;
    struct catalogue c = view(h, map);

    *ret_why = bad_services(c.services, c.service_count);
    if (!*ret_why)
        *ret_why = bad_labels(c.labels, c.label_count, c.service_count);
    if (*ret_why)
        return false;
    *ret = c;
    return true;
}

/* The label stored for exactly that name, LABEL_NONE without one. */
static uint8_t find(const struct catalogue *c, struct span name)
{
    uint64_t hash = hash_bytes(&c->key, name.ptr, name.len), print = slot_print(hash);

    for (uint32_t i = 0; i < CATALOGUE_PROBES; i++) {
        uint64_t bits = c->slots[((uint32_t)hash + i) & c->slot_mask].bits;

        if (bits == 0)
            break;
        if (slot_print(bits) == print)
            return (uint8_t)bits;
    }
    return LABEL_NONE;
}

/* The slots of a big catalogue are not walked when it is opened: a label is checked here. */
static bool usable(const struct catalogue *c, uint8_t label)
{
    return label != LABEL_NONE && (label < c->label_count || label_reserved_name(label));
}

static unsigned count_labels(struct span name)
{
    unsigned count = 1;

    for (size_t i = 0; i < name.len; i++)
        count += name.ptr[i] == '.';
    return count;
}

uint8_t catalogue_label(const struct catalogue *c, const struct hostname *name,
                        size_t *ret_suffix_at)
{
    struct span suffix = hostname_span(name);

    /* No entry has more labels than depth: a name of a hundred labels costs no hundred hashes. */
    for (unsigned n = count_labels(suffix); n > c->depth; n--)
        suffix = hostname_parent(suffix);
    for (; suffix.len; suffix = hostname_parent(suffix)) {
        uint8_t label = find(c, suffix);

        if (!usable(c, label))
            continue;
        if (ret_suffix_at)
            *ret_suffix_at = (size_t)(suffix.ptr - name->text);
        return label;
    }
    return LABEL_OTHER;
}

int catalogue_service(const struct catalogue *c, const char *id)
{
    for (unsigned i = 0; i < c->service_count; i++)
        if (strcmp(c->services[i].id, id) == 0)
            return (int)i;
    return -1;
}
