/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "app/daemon.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "app/options.h"
#include "app/publisher.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/notify.h"
#include "control/server.h"

#define SIGNALS 3

struct lespoortd {
    const char *path;
    struct event_base *base;
    struct event *signals[SIGNALS];
    struct desk *desk;
    struct control_server *control;
    struct publisher *publisher;
    char control_path[108], snapshot_path[108]; /* where it listens, whatever a reload says */
};

static void on_changed(void *arg)
{
    struct lespoortd *d = arg;

    publisher_publish(d->publisher);
}

static void note_fixed(const char *key, const char *is, const char *wanted)
{
    if (strcmp(is, wanted) != 0)
        log_warning("%s stays %s until lespoortd is restarted", key, is);
}

/* All or nothing: a config with any error changes nothing. */
static bool reload(void *arg, char **ret_errors)
{
    struct lespoortd *d = arg;
    size_t size;
    FILE *errors = open_memstream(ret_errors, &size);
    struct config *fresh;

    if (!errors)
        return false;
    fresh = config_load(d->path, errors);
    fclose(errors);
    if (!fresh)
        return false;
    free(*ret_errors);
    *ret_errors = NULL;
    note_fixed("control.socket", d->control_path, fresh->control_socket);
    note_fixed("control.snapshots", d->snapshot_path, fresh->snapshot_socket);
    desk_use(d->desk, fresh, clock_now().wall);
    log_notice("%s was read again", d->path);
    publisher_publish(d->publisher);
    return true;
}

static void log_lines(char *text)
{
    char *rest = text;

    for (char *line = text ? strsep(&rest, "\n") : NULL; line; line = strsep(&rest, "\n"))
        if (*line)
            log_error("%s", line);
}

static void on_hup(evutil_socket_t fd, short what, void *arg)
{
    struct lespoortd *d = arg;
    char *errors = NULL;

    (void)fd;
    (void)what;
    notify_reloading();
    if (!reload(d, &errors)) {
        log_lines(errors);
        log_error("%s was refused whole; the config in force stays", d->path);
    }
    free(errors);
    notify_ready();
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

static bool start(struct lespoortd *d, struct config *config)
{
    const struct desk_hooks hooks = {on_changed, reload, d};

    d->base = event_base_new();
    d->desk = d->base ? desk_new(&hooks) : NULL;
    if (!d->desk) {
        config_free(config);
        return false;
    }
    desk_use(d->desk, config, clock_now().wall);
    memcpy(d->control_path, config->control_socket, sizeof(d->control_path));
    memcpy(d->snapshot_path, config->snapshot_socket, sizeof(d->snapshot_path));
    d->publisher = publisher_new(d->base, d->desk);
    if (!d->publisher || !publisher_publish(d->publisher))
        return false;
    d->control = control_server_new(d->base, desk_config(d->desk)->control_socket, d->desk);
    return d->control && catch_signals(d);
}

static void stop(struct lespoortd *d)
{
    control_server_free(d->control);
    publisher_free(d->publisher);
    desk_free(d->desk);
    for (unsigned i = 0; i < SIGNALS; i++)
        if (d->signals[i])
            event_free(d->signals[i]);
    if (d->base)
        event_base_free(d->base);
}

int daemon_run(const char *path, struct config *config)
{
    struct lespoortd d = {.path = path};
    int code = EXIT_FAILED;

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
