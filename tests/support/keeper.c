/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/keeper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SOURCE TEST_SOURCE_DIR "/ctl"

static struct compile_report report;

/* All lines but those that name the catalogue: it stands in the state folder. */
static void copy_school(FILE *out)
{
    char *text = folder_read(SOURCE, "school.conf");

    if (!text)
        abort();
    for (char *rest = text, *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n"))
        if (strncmp(line, "catalogue", strlen("catalogue")) != 0)
            fprintf(out, "%s\n", line);
    free(text);
}

static void write_more(const struct keeper *k, FILE *out, const char *more)
{
    for (const char *at = strstr(more, "FOLDER"); at; at = strstr(more, "FOLDER")) {
        fprintf(out, "%.*s%s", (int)(at - more), more, k->folder);
        more = at + strlen("FOLDER");
    }
    fprintf(out, "%s\n", more);
}

static void write_config(const struct keeper *k, const char *more)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    if (!out)
        abort();
    copy_school(out);
    fprintf(out, "state = \"%s/state\";\n", k->folder);
    write_more(k, out, more);
    fclose(out);
    folder_write(k->folder, "lespoort.conf", text);
    free(text);
}

static struct config *read_config(const struct keeper *k, FILE *errors)
{
    char path[FOLDER_PATH + 16];
    struct config *c;

    snprintf(path, sizeof(path), "%s/lespoort.conf", k->folder);
    c = config_load(path, errors);
    if (c)
        desk_test_people(c, k->exceptions);
    return c;
}

/* NULL and the reason in the report. */
static struct sealed *compile_names(struct keeper *k, const struct plan *p,
                                    const struct compile_job *job)
{
    struct compile_job seeded = *job;

    memset(&report, 0, sizeof(report));
    if (k->fails) {
        snprintf(report.why, sizeof(report.why), "there is no memory left");
        return NULL;
    }
    k->compiled++;
    if (desk_config(k->desk) && desk_catalogue(k->desk)->map.ptr)
        seeded.seed = desk_catalogue(k->desk);
    return sealed_compile(p, &seeded, &report);
}

static bool reload(void *arg, char **ret_errors)
{
    struct keeper *k = arg;
    const struct compile_job job = {.now = k->now};
    struct sealed *names;
    struct config *c;
    FILE *errors;
    size_t size;

    if (k->bad_config) {
        *ret_errors = strdup(k->bad_config);
        return false;
    }
    errors = open_memstream(ret_errors, &size);
    c = read_config(k, errors);
    fclose(errors);
    if (!c)
        return false;
    free(*ret_errors);
    *ret_errors = NULL;
    names = compile_names(k, &c->plan, &job);
    if (names || report.unchanged)
        desk_use(k->desk, c, names, k->now);
    else
        config_free(c);
    desk_done(k->desk, names || report.unchanged, &report, k->now);
    return true;
}

static bool compile(void *arg, const struct compile_job *job, char **ret_errors)
{
    struct keeper *k = arg;
    struct sealed *names = compile_names(k, &desk_config(k->desk)->plan, job);

    *ret_errors = NULL;
    if (names)
        desk_use_catalogue(k->desk, names);
    desk_done(k->desk, names || report.unchanged, &report, k->now);
    return true;
}

void keeper_config(struct keeper *k, const char *more)
{
    const struct compile_job job = {.now = k->now};
    struct sealed *names;
    struct config *c;

    write_config(k, more);
    c = read_config(k, stderr);
    if (!c)
        abort();
    names = compile_names(k, &c->plan, &job);
    if (!names && !report.unchanged)
        abort();
    desk_use(k->desk, c, names, k->now);
}

void keeper_begin(struct keeper *k, const char *more, int64_t now)
{
    struct desk_hooks hooks = {.reload = reload, .compile = compile, .arg = k};
    char state[FOLDER_PATH + 8];
    char *catalogue = folder_read(SOURCE, "catalogue.conf");

    *k = (struct keeper){.exceptions = EXCEPTIONS_TEACHER, .now = now};
    folder_make(k->folder);
    snprintf(state, sizeof(state), "%s/state", k->folder);
    k->desk = desk_new(&hooks);
    if (!k->desk || !catalogue || mkdir(state, 0700) != 0)
        abort();
    folder_write(state, "catalogue.conf", catalogue);
    free(catalogue);
    keeper_config(k, more);
}

void keeper_end(struct keeper *k)
{
    desk_free(k->desk);
    folder_remove(k->folder);
}

json_t *keeper_ask(struct keeper *k, const char *login, const json_t *request)
{
    json_t *answer =
        desk_handle(k->desk, desk_test_person(login), (json_t *)(uintptr_t)request, k->now, NULL);

    if (!json_is_object(answer))
        abort();
    return answer;
}
