/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "app/daemon.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "app/compiler.h"
#include "app/names.h"
#include "app/options.h"
#include "app/publisher.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/notify.h"
#include "base/wall.h"
#include "control/server.h"

#define SIGNALS 3
#define RETRY_S 60 /* while it works by old names */

struct lespoortd {
    const char *path;
    struct event_base *base;
    struct event *signals[SIGNALS];
    struct desk *desk;
    struct control_server *control;
    struct publisher *publisher;
    struct compiler *compiler;
    struct config *fresh; /* whose names are being compiled; NULL: those of the one in force */
    bool hup;             /* came while names were compiled: done after that */
    bool old_names;       /* it started with what was compiled last: names_start() */
    struct event *retry;
    char retry_why[COMPILE_WHY]; /* why that failed last: each reason is logged once in a row */
    char control_path[108], snapshot_path[108]; /* where it listens, whatever a reload says */
};

static bool on_changed(void *arg)
{
    struct lespoortd *d = arg;

    return publisher_publish(d->publisher);
}

static void note_fixed(const char *key, const char *is, const char *wanted)
{
    if (strcmp(is, wanted) != 0)
        log_warning("%s stays %s until lespoortd is restarted", key, is);
}

/* All or nothing: a config with any error changes nothing. The clock stays that of the config in
 * force until its names are there, too. */
static struct config *read_again(const struct lespoortd *d, char **ret_errors)
{
    size_t size;
    FILE *errors = open_memstream(ret_errors, &size);
    struct config *fresh;

    if (!errors)
        return NULL;
    fresh = config_load(d->path, errors);
    fclose(errors);
    if (fresh)
        wall_set_zone(desk_config(d->desk)->timezone);
    return fresh;
}

static void switch_to(struct lespoortd *d, struct config *fresh, struct sealed *catalogue)
{
    if (fresh) {
        note_fixed("control.socket", d->control_path, fresh->control_socket);
        note_fixed("control.snapshots", d->snapshot_path, fresh->snapshot_socket);
        wall_set_zone(fresh->timezone);
        desk_use(d->desk, fresh, catalogue, clock_now().wall);
        log_notice("%s was read again", d->path);
    } else if (catalogue)
        desk_use_catalogue(d->desk, catalogue);
}

static void ask_reload(struct lespoortd *d);

static void note_retry(struct lespoortd *d, const struct compiled *result)
{
    if (!d->old_names)
        return;
    if (result->ok) {
        d->old_names = false;
        desk_old_names(d->desk, false);
        event_del(d->retry);
        log_notice("the names could be compiled now, and are in use");
    } else if (strcmp(d->retry_why, result->report->why) != 0) {
        memcpy(d->retry_why, result->report->why, sizeof(d->retry_why));
        log_error("the names could not be compiled: %s", d->retry_why);
    }
}

static void on_compiled(void *arg, const struct compiled *result)
{
    struct lespoortd *d = arg;
    struct config *fresh = d->fresh;

    d->fresh = NULL;
    if (result->ok) {
        names_log(fresh ? &fresh->plan : &desk_config(d->desk)->plan, result->report);
        switch_to(d, fresh, result->catalogue);
    } else
        config_free(fresh);
    note_retry(d, result);
    desk_done(d->desk, result->ok, result->report, clock_now().wall);
    if (d->hup && !compiler_busy(d->compiler))
        ask_reload(d);
}

static bool begin(struct lespoortd *d, const struct plan *p, const struct compile_job *job,
                  char **ret_errors)
{
    struct compile_job seeded = *job;

    seeded.seed = desk_catalogue(d->desk);
    if (compiler_start(d->compiler, p, &seeded, on_compiled, d))
        return true;
    free(*ret_errors);
    if (asprintf(ret_errors, "the helper that compiles names cannot be started: %s",
                 strerror(errno)) < 0)
        *ret_errors = NULL;
    return false;
}

static bool reload(void *arg, char **ret_errors)
{
    const struct compile_job job = {.now = clock_now().wall};
    struct lespoortd *d = arg;
    struct config *fresh = read_again(d, ret_errors);

    if (!fresh)
        return false;
    d->fresh = fresh;
    if (begin(d, &fresh->plan, &job, ret_errors)) {
        free(*ret_errors);
        *ret_errors = NULL;
        return true;
    }
    d->fresh = NULL;
    config_free(fresh);
    return false;
}

static bool compile(void *arg, const struct compile_job *job, char **ret_errors)
{
    struct lespoortd *d = arg;

    *ret_errors = NULL;
    return begin(d, &desk_config(d->desk)->plan, job, ret_errors);
}

static void log_lines(const char *text)
{
    for (size_t len; text && *text; text += len + (text[len] != '\0')) {
        len = strcspn(text, "\n");
        if (len)
            log_error("%.*s", (int)len, text);
    }
}

static void on_reloaded(void *arg, json_t *answer)
{
    const struct lespoortd *d = arg;
    const json_t *error = json_object_get(answer, "error");

    if (error) {
        log_error("SIGHUP, %s:", d->path);
        log_lines(json_string_value(json_object_get(error, "message")));
        log_lines(json_string_value(json_object_get(error, "hint")));
    }
    json_decref(answer);
    notify_ready();
}

/* A signal is the request of an administrator who waits for no answer but the log. */
static void ask_reload(struct lespoortd *d)
{
    static const struct caller manager = {.uid = 0, .login = "SIGHUP"};
    const struct desk_later later = {on_reloaded, d};
    json_t *request = proto_request(0, "reload", NULL), *answer;

    d->hup = false;
    notify_reloading();
    answer = desk_handle(d->desk, &manager, request, clock_now().wall, &later);
    json_decref(request);
    if (answer)
        on_reloaded(d, answer);
}

static void on_hup(evutil_socket_t fd, short what, void *arg)
{
    struct lespoortd *d = arg;

    (void)fd;
    (void)what;
    if (compiler_busy(d->compiler))
        d->hup = true;
    else
        ask_reload(d);
}

static void on_retry(evutil_socket_t fd, short what, void *arg)
{
    struct lespoortd *d = arg;

    (void)fd;
    (void)what;
    desk_compile(d->desk, clock_now().wall);
}

static void on_stop(evutil_socket_t fd, short what, void *arg)
{
    struct lespoortd *d = arg;

    (void)fd;
    (void)what;
    event_base_loopbreak(d->base);
}

static bool catch_signals(struct lespoortd *d)
{
    static const struct {
        int number;
        event_callback_fn callback;
    } all[SIGNALS] = {{SIGTERM, on_stop}, {SIGINT, on_stop}, {SIGHUP, on_hup}};

    signal(SIGPIPE, SIG_IGN);
    for (unsigned i = 0; i < SIGNALS; i++) {
        d->signals[i] = evsignal_new(d->base, all[i].number, all[i].callback, d);
        if (!d->signals[i] || event_add(d->signals[i], NULL) != 0)
            return false;
    }
    return true;
}

/* The desk and all it knows. */
static bool open_desk(struct lespoortd *d, struct config *config)
{
    const struct desk_hooks hooks = {on_changed, reload, compile, d};
    struct sealed *catalogue = names_start(&config->plan, &d->old_names);

    d->base = catalogue ? event_base_new() : NULL;
    d->desk = d->base ? desk_new(&hooks) : NULL;
    if (!d->desk) {
        sealed_free(catalogue);
        config_free(config);
        return false;
    }
    desk_use(d->desk, config, catalogue, clock_now().wall);
    return true;
}

static bool start_retrying(struct lespoortd *d)
{
    const struct timeval every = {RETRY_S, 0};

    if (!d->old_names)
        return true;
    desk_old_names(d->desk, true);
    d->retry = event_new(d->base, -1, EV_PERSIST, on_retry, d);
    return d->retry && event_add(d->retry, &every) == 0;
}

static bool start(struct lespoortd *d, struct config *config)
{
    if (!open_desk(d, config))
        return false;
    memcpy(d->control_path, config->control_socket, sizeof(d->control_path));
    memcpy(d->snapshot_path, config->snapshot_socket, sizeof(d->snapshot_path));
    d->compiler = compiler_new(d->base);
    d->publisher = publisher_new(d->base, d->desk);
    if (!d->compiler || !d->publisher || !publisher_publish(d->publisher))
        return false;
    d->control = control_server_new(d->base, desk_config(d->desk)->control_socket, d->desk);
    return d->control && catch_signals(d) && start_retrying(d);
}

static void stop(struct lespoortd *d)
{
    compiler_free(d->compiler);
    config_free(d->fresh);
    control_server_free(d->control);
    publisher_free(d->publisher);
    desk_free(d->desk);
    for (unsigned i = 0; i < SIGNALS; i++)
        if (d->signals[i])
            event_free(d->signals[i]);
    if (d->retry)
        event_free(d->retry);
    if (d->base)
        event_base_free(d->base);
}

int daemon_run(const char *path, struct config *config)
{
    struct lespoortd d = {.path = path};
    int code = EXIT_FAILED;

    signal(SIGCHLD, SIG_DFL); /* ignored, as it may be inherited, the helper's end would be lost */
    if (start(&d, config)) {
        log_notice("%s: ready", desk_config(d.desk)->school->name);
        notify_ready();
        event_base_dispatch(d.base);
        notify_stopping();
        log_notice("ending");
        code = EXIT_FINE;
    }
    stop(&d);
    return code;
}
