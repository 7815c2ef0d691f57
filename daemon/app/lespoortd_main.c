/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lespoortd: config, policy, clock and people. No network, no capability. */
#include <stdio.h>

#include "app/daemon.h"
#include "app/options.h"
#include "app/sandbox.h"
#include "base/log.h"
#include "lists/sealed.h"

static const char *config_file = LESPOORT_SYSCONFDIR "/lespoort.conf";
static const char *check_file, *user;
static bool verbose;

static const struct app_option options[] = {
    {"config", "FILE", "the config (default " LESPOORT_SYSCONFDIR "/lespoort.conf)", &config_file,
     NULL},
    {"check", "FILE", "check a config, print every error, do nothing else", &check_file, NULL},
    {"user", "NAME", "become that user first (when started as root)", &user, NULL},
    {"verbose", NULL, "log more", NULL, &verbose},
};

static const struct app_usage usage = {
    .program = "lespoortd",
    .summary = "Knows the school's lessons and grants, and tells the gate what is closed.",
    .options = options,
    .count = sizeof(options) / sizeof(options[0]),
};

/* Without the state folder: it is that of a lespoortd that runs, and not ours to write. */
static bool check_names(const struct plan *p)
{
    static struct compile_report report;
    const struct compile_job job = {.seed = NULL};
    struct plan alone = *p;
    struct sealed *s;

    alone.state = NULL;
    s = sealed_compile(&alone, &job, &report);
    if (!s)
        fprintf(stderr, "%s: %s\n", check_file, report.why);
    sealed_free(s);
    return s != NULL;
}

static int check(void)
{
    struct config *c = config_load(check_file, stderr);
    bool fine = c && check_names(&c->plan);

    if (fine)
        printf("%s: fine (zones: %zu, streams: %zu)\n", check_file, c->school->zone_count,
               c->school->stream_count);
    config_free(c);
    return fine ? EXIT_FINE : EXIT_CONFIG;
}

int main(int argc, char **argv)
{
    struct config *config;
    int code;

    if (!options_parse(&usage, argc, argv, &code))
        return code;
    log_init("lespoortd", verbose ? LOG_LEVEL_DEBUG : LOG_LEVEL_NOTICE, NULL);
    if (check_file)
        return check();
    if ((user && !sandbox_become(user)) || !sandbox_no_capabilities() || !sandbox_common())
        return EXIT_FAILED;
    config = config_load(config_file, stderr);
    if (!config) {
        log_error("%s has errors: not started", config_file);
        return EXIT_CONFIG;
    }
    return daemon_run(config_file, config);
}
