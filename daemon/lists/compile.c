/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lists/compile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lists/inputs.h"
#include "lists/local.h"
#include "lists/whole.h"

/* One run. */
struct compiling {
    const struct plan *plan;
    const struct compile_job *job;
    struct compile_report *report;
    struct local_names local;
    struct catalogue_builder *builder;
    unsigned list; /* the service whose list is being read */
    enum catalogue_error error;
};

__attribute__((format(printf, 2, 3))) static bool fail(struct compiling *c, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(c->report->why, sizeof(c->report->why), format, ap);
    va_end(ap);
    return false;
}

static const char *id_of(const struct compiling *c, unsigned service)
{
    return c->plan->services[service].id;
}

static void take_list(struct compiling *c, const struct plan_list *source)
{
    struct compile_list *out = &c->report->lists[source->service];
    bool again = c->job->again && set256_has(c->job->again, (uint8_t)source->service);
    enum shelf_urge urge = SHELF_IF_CHANGED;
    struct list_report read = {.lines = 0};

    if (again)
        urge = c->job->force ? SHELF_FORCE : SHELF_AGAIN;

    const struct shelf_order order = {source, urge, c->job->now};

    out->result =
        (uint8_t)shelf_take(c->plan->state, id_of(c, source->service), &order, &read, out->why);
    out->faults = read.faults;
    memcpy(out->fault, read.fault, sizeof(out->fault));
}

static bool read_state(struct compiling *c)
{
    char why[LOCAL_WHY];

    if (!c->plan->state)
        return true;
    for (size_t i = 0; i < c->plan->list_count; i++)
        take_list(c, &c->plan->lists[i]);
    return local_read(c->plan->state, &c->local, why) || fail(c, "%s", why);
}

static bool full(struct compiling *c, enum catalogue_error e)
{
    if (e == CATALOGUE_OK)
        return true;
    c->error = e;
    return fail(c, "%s",
                e == CATALOGUE_FULL ? "there are more names than a catalogue can hold"
                                    : "there is no memory left");
}

static bool is_never(const struct compiling *c, const struct hostname *name)
{
    if (local_find(&c->local, name, LOCAL_NEVER))
        return true;
    for (size_t i = 0; i < c->plan->never_count; i++)
        if (strcmp(c->plan->never[i].text, name->text) == 0)
            return true;
    return false;
}

/* What ICT says beats the catalogue: a name that is never blocked here is nobody's. */
static bool add_names(struct compiling *c)
{
    const struct plan *p = c->plan;
    bool ok = true;

    for (size_t i = 0; ok && i < p->service_count; i++)
        ok = catalogue_add_service(c->builder, &p->services[i]) == (int)i ||
             fail(c, "service '%s' exists twice", p->services[i].id);
    for (size_t i = 0; ok && i < p->name_count; i++)
        if (!local_find(&c->local, &p->names[i].name, LOCAL_NEVER))
            ok = full(c, catalogue_add_name(c->builder, p->names[i].service, &p->names[i].name,
                                            MATCH_SUFFIX));
    for (size_t i = 0; ok && i < p->never_count; i++)
        ok = full(c, catalogue_add_never(c->builder, &p->never[i]));
    for (size_t i = 0; ok && i < p->hidden_count; i++)
        ok = full(c, catalogue_add_hidden(c->builder, &p->hidden[i]));
    return ok;
}

static bool add_rest(struct compiling *c)
{
    const struct plan *p = c->plan;
    bool ok = true;

    for (size_t i = 0; ok && i < p->prefix_count; i++)
        ok = full(c,
                  catalogue_add_prefix(c->builder, p->prefixes[i].service, &p->prefixes[i].prefix));
    for (size_t i = 0; ok && i < p->safe_count; i++)
        ok = full(c, catalogue_add_safe(c->builder, &p->safe[i].name, &p->safe[i].host));
    return ok;
}

static void note_unknown(struct compiling *c, const struct local_name *l)
{
    if (c->report->local_unknown++ == 0)
        snprintf(c->report->local_first, sizeof(c->report->local_first), "%s '%s' %s",
                 l->except ? "except" : "add", l->name.text, l->service);
}

static bool add_local(struct compiling *c, const struct local_name *l)
{
    int service = plan_service(c->plan, l->service);

    if (!l->except && strcmp(l->service, LOCAL_NEVER) == 0)
        return full(c, catalogue_add_never(c->builder, &l->name));
    if (service < 0 || is_never(c, &l->name)) {
        note_unknown(c, l);
        return true;
    }
    if (l->except)
        return full(c, catalogue_add_exception(c->builder, (unsigned)service, &l->name));
    return full(c, catalogue_add_name(c->builder, (unsigned)service, &l->name, MATCH_SUFFIX));
}

static bool take_entry(void *arg, const struct list_entry *e)
{
    struct compiling *c = arg;

    if (e->says == LIST_ALLOW)
        return full(c, catalogue_add_exception(c->builder, c->list, &e->name));
    return full(c, catalogue_add_name(c->builder, c->list, &e->name,
                                      e->says == LIST_EXACT ? MATCH_EXACT : MATCH_SUFFIX));
}

/* A list without content is told of in the report of taking it. */
static bool add_list(struct compiling *c, const struct plan_list *list)
{
    char why[LIST_FAULT_TEXT];
    struct shelf_info info;

    c->list = list->service;
    if (!shelf_info(c->plan->state, id_of(c, list->service), &info) || !info.there)
        return true;
    return shelf_read(c->plan->state, id_of(c, list->service), take_entry, c, why) ||
           c->error != CATALOGUE_OK || fail(c, "list '%s': %s", id_of(c, list->service), why);
}

static bool add_all(struct compiling *c)
{
    bool ok = add_names(c) && add_rest(c);

    for (size_t i = 0; ok && i < c->local.count; i++)
        ok = add_local(c, &c->local.items[i]);
    for (size_t i = 0; ok && c->plan->state && i < c->plan->list_count; i++)
        ok = add_list(c, &c->plan->lists[i]);
    return ok && c->error == CATALOGUE_OK;
}

static bool build(struct compiling *c, const struct inputs *inputs, struct bytes *ret_map)
{
    struct hostname name;
    unsigned service;

    if (!add_all(c))
        return false;
    switch (catalogue_build(c->builder, inputs->digest, ret_map, &name, &service)) {
    case CATALOGUE_OK:
        return true;
    case CATALOGUE_NEVER_BLOCKED:
        return fail(c, "'%s' is never blocked, and a name of service '%s'", name.text,
                    id_of(c, service));
    case CATALOGUE_FULL:
        return fail(c, "more than %d different sets of services share names", LABEL_SERVICE_MAX);
    case CATALOGUE_NO_MEMORY:
        break;
    }
    return fail(c, "there is no memory left");
}

/* Numbers of labels follow what is in force, or after a restart what was. Takes over the memory of
 * `stored`: the building needs the room. */
static bool seed_and_build(struct compiling *c, const struct inputs *inputs,
                           const struct catalogue *stored, struct bytes *ret_map)
{
    const struct catalogue *seed = c->job->seed ? c->job->seed : stored;
    bool ok;

    c->builder = catalogue_builder_new();
    if (c->builder && seed->map.ptr)
        catalogue_seed(c->builder, seed);
    bytes_free(stored->map);
    if (!c->builder)
        return fail(c, "there is no memory left");
    ok = build(c, inputs, ret_map);
    catalogue_builder_free(c->builder);
    return ok;
}

int compile_stored(const char *state, size_t *ret_size)
{
    int folder = state ? open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1, fd = -1;
    struct stat found;

    if (folder >= 0) {
        /* Whatever else stands there must not be waited for. */
        fd = openat(folder, COMPILE_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        close(folder);
    }
    if (fd < 0)
        return -1;
    if (fstat(fd, &found) == 0 && S_ISREG(found.st_mode) && found.st_size > 0 &&
        (uint64_t)found.st_size <= CATALOGUE_MAX) {
        *ret_size = (size_t)found.st_size;
        return fd;
    }
    close(fd);
    return -1;
}

/* The one in the state folder; *ret is empty without one that is sound. The caller frees its
 * map. */
static void open_stored(const char *state, struct catalogue *ret)
{
    size_t size = 0;
    int fd = compile_stored(state, &size);
    struct bytes map;
    const char *why;

    *ret = (struct catalogue){.map = {NULL, 0}};
    if (fd < 0)
        return;
    if (whole_read(fd, size, &map) && (!catalogue_open(ret, map, &why) || !catalogue_intact(ret))) {
        bytes_free(map);
        *ret = (struct catalogue){.map = {NULL, 0}};
    }
    close(fd);
}

static bool compile(struct compiling *c, struct bytes *ret_map)
{
    struct catalogue stored;
    struct inputs inputs;

    inputs_of(c->plan, &c->local, &inputs);
    c->report->unchanged = c->job->seed && inputs_made(&inputs, c->job->seed);
    if (c->report->unchanged)
        return true;
    open_stored(c->job->seed ? NULL : c->plan->state, &stored);
    c->report->cached = stored.map.ptr && inputs_made(&inputs, &stored);
    if (c->report->cached) {
        *ret_map = stored.map;
        return true;
    }
    return seed_and_build(c, &inputs, &stored, ret_map);
}

bool compile_catalogue(const struct plan *p, const struct compile_job *job, struct bytes *ret_map,
                       struct compile_report *ret)
{
    struct compiling c = {.plan = p, .job = job, .report = ret};
    bool ok;

    memset(ret, 0, sizeof(*ret));
    *ret_map = (struct bytes){NULL, 0};
    ok = read_state(&c) && compile(&c, ret_map);
    local_done(&c.local);
    return ok;
}

bool compile_store(const char *state, struct bytes map, char why[static COMPILE_WHY])
{
    int folder = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC), error;
    bool ok = folder >= 0
                  ? whole_write(folder, COMPILE_FILE, (struct span){(const char *)map.ptr, map.len})
                  : errno == ENOENT;

    error = errno;
    if (folder >= 0)
        close(folder);
    if (!ok)
        snprintf(why, COMPILE_WHY, "%s cannot be written in the state folder: %s", COMPILE_FILE,
                 strerror(error));
    return ok;
}
