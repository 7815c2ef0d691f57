/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A config and a catalogue of arbitrary bytes. Up to a line "%%" the input is the config, what
 * follows is the catalogue; a part that is empty is replaced by a sound one.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "config/config.h"

static const char border[] = "\n%%\n";

static const char sound_config[] =
    "school = \"S\"; lan = [ \"eth1\" ];\n"
    "streams = ( { name = \"a\"; bells = ( { start = \"08:30\"; end = \"09:15\"; } ); } );\n"
    "zones = ( { name = \"z\"; prefixes = [ \"10.0.0.0/24\" ]; } );\n";
static const char sound_catalogue[] =
    "services = ( { id = \"x\"; title = \"X\"; category = \"social\"; core = [ \"x.com\" ]; } );\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* libconfig's parser forgets the text it holds when it meets a syntax error. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig";
}

static void put(int fd, const void *text, size_t len)
{
    if (write(fd, text, len) != (ssize_t)len)
        abort();
}

/* The file is named by its descriptor in one folder, so that a relative path finds it. */
static int make_file(const uint8_t *data, size_t size, const char *fallback)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);

    if (fd < 0)
        abort();
    if (size)
        put(fd, data, size);
    else
        put(fd, fallback, strlen(fallback));
    return fd;
}

static void check_set(const struct config *c, const struct set256 *set, unsigned least)
{
    if (set256_count(set) < least)
        abort();
    for (unsigned i = (unsigned)c->plan.service_count; i < SERVICE_MAX; i++)
        if (set256_has(set, (uint8_t)i))
            abort();
}

/* Every number is one of a service, every list has one of its own. */
static void check_plan(const struct config *c)
{
    const struct plan *p = &c->plan;

    if (p->service_count == 0 || p->service_count > SERVICE_MAX || p->safe_count > SAFE_MAX)
        abort();
    for (size_t i = 0; i < p->name_count; i++)
        if (p->names[i].service >= p->service_count || p->services[p->names[i].service].retired ||
            p->services[p->names[i].service].list)
            abort();
    for (size_t i = 0; i < p->prefix_count; i++)
        if (p->prefixes[i].service >= p->service_count || p->prefixes[i].prefix.bits > 128)
            abort();
    for (size_t i = 0; i < p->list_count; i++)
        if (!p->state || !p->services[p->lists[i].service].list || !*p->lists[i].path)
            abort();
    for (size_t i = 0; i < p->service_count; i++)
        if (plan_service(p, p->services[i].id) != (int)i || !*p->services[i].title)
            abort();
    for (size_t i = 0; i < c->conflict_count; i++) {
        const struct conflict *x = &c->conflicts[i];

        check_set(c, &x->closing, x->kind == CONFLICT_HITS ? 1 : 2);
        check_set(c, &x->hits, x->kind == CONFLICT_HITS);
    }
}

/* A config that is accepted must hold what the layers above build on. */
static void check(const struct config *c)
{
    if (c->school->zone_count == 0 || c->school->zone_count > ZONE_MAX)
        abort();
    for (size_t i = 0; i < c->school->zone_count; i++) {
        const struct zone *z = &c->school->zones[i];

        if (z->prefix_count == 0 || !*z->name ||
            (z->stream != NO_STREAM && z->stream >= c->school->stream_count))
            abort();
    }
    for (size_t i = 0; i < c->school->stream_count; i++)
        for (size_t k = 0; k < c->school->streams[i].bell_count; k++) {
            const struct bell *bell = &c->school->streams[i].bells[k];

            if (bell->start < 0 || bell->end <= bell->start || bell->end > 2880 || !bell->days)
                abort();
        }
    check_plan(c);
    if (c->gate.lan_count == 0 || c->gate.gates == 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size ? memmem(data, size, border, sizeof(border) - 1) : NULL;
    size_t head = end ? (size_t)(end - data) : size;
    size_t tail = end ? size - head - (sizeof(border) - 1) : 0;
    int config = make_file(data, head, sound_config);
    int catalogue = make_file(end ? end + sizeof(border) - 1 : NULL, tail, sound_catalogue);
    FILE *errors = fopen("/dev/null", "we");
    char text[64];
    struct config *c;

    if (!errors)
        abort();
    snprintf(text, sizeof(text), "\ncatalogue = \"%d\";\n", catalogue);
    put(config, text, strlen(text));
    snprintf(text, sizeof(text), "/proc/self/fd/%d", config);
    c = config_load(text, errors);
    if (c)
        check(c);
    config_free(c);
    fclose(errors);
    close(config);
    close(catalogue);
    return 0;
}
