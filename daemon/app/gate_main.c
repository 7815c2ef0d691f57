/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lespoort-gate: the supervisor and its gates. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/options.h"
#include "app/sandbox.h"
#include "app/supervisor.h"
#include "base/clock.h"
#include "base/log.h"
#include "config/config.h"
#include "lists/sealed.h"
#include "net/rules.h"
#include "school/compile.h"

static const char *snapshot_socket = LESPOORT_RUNDIR "/snapshot.sock";
static const char *config_file, *backend_name;
static bool print_rules, verbose;

static const struct app_option options[] = {
    {"socket", "PATH", "where lespoortd hands out snapshots", &snapshot_socket, NULL},
    {"print-rules", NULL, "print the kernel rules for a config, load nothing", NULL, &print_rules},
    {"config", "FILE", "for --print-rules (default " LESPOORT_SYSCONFDIR "/lespoort.conf)",
     &config_file, NULL},
    {"backend", "NAME", "for --print-rules: nftables or iptables", &backend_name, NULL},
    {"verbose", NULL, "log more", NULL, &verbose},
};

static const struct app_usage usage = {
    .program = "lespoort-gate",
    .summary = "Reads what classroom devices ask for, and closes what is closed in a lesson.",
    .options = options,
    .count = sizeof(options) / sizeof(options[0]),
};

static const struct rules_backend *named_backend(enum backend wanted)
{
    static const struct rules_backend *const all[] = {&rules_nftables, &rules_iptables};
    const char *why;

    for (size_t i = 0; backend_name && i < sizeof(all) / sizeof(all[0]); i++)
        if (strcmp(backend_name, all[i]->name) == 0)
            return all[i];
    if (backend_name) {
        fprintf(stderr, "lespoort-gate: there is no back end \"%s\": nftables or iptables\n",
                backend_name);
        return NULL;
    }
    if (wanted == BACKEND_NFTABLES)
        return &rules_nftables;
    if (wanted == BACKEND_IPTABLES)
        return &rules_iptables;
    const struct rules_backend *chosen = geteuid() == 0 ? rules_choose(BACKEND_AUTO, &why) : NULL;

    return chosen ? chosen : &rules_nftables; /* without rights: what most kernels would take */
}

/* Only the config counts: the state folder is not ours, and rules depend on no list. */
static bool compile_config(const struct config *c, int64_t now, struct bytes *ret_map,
                           struct snapshot *ret)
{
    static struct compile_report report;
    const struct compile_job job = {.now = now};
    const struct facts facts = {.school = c->school};
    struct plan plan = c->plan;
    struct sealed *s;
    const char *why;
    bool ok;

    plan.state = NULL;
    s = sealed_compile(&plan, &job, &report);
    if (!s)
        fprintf(stderr, "lespoort-gate: %s\n", report.why);
    ok = s && compile_snapshot(&facts, &s->catalogue, &c->gate, 1, now, ret_map) &&
         snapshot_open(ret, *ret_map, &why);
    sealed_free(s);
    return ok;
}

static int print(void)
{
    struct config *c =
        config_load(config_file ? config_file : LESPOORT_SYSCONFDIR "/lespoort.conf", stderr);
    struct rules_plan plan = {.now = clock_now().wall};
    const struct rules_backend *backend;
    struct bytes map = {NULL, 0};
    struct snapshot snapshot;
    int code = EXIT_FAILED;

    if (!c)
        return EXIT_CONFIG;
    backend = named_backend((enum backend)c->gate.backend);
    if (!backend) {
        code = EXIT_USAGE;
    } else if (compile_config(c, plan.now, &map, &snapshot)) {
        plan.snapshot = &snapshot;
        plan.ct = backend == &rules_nftables;
        backend->print(stdout, &plan);
        code = EXIT_FINE;
    }
    bytes_free(map);
    config_free(c);
    return code;
}

int main(int argc, char **argv)
{
    int code;

    if (!options_parse(&usage, argc, argv, &code))
        return code;
    log_init("lespoort-gate", verbose ? LOG_LEVEL_DEBUG : LOG_LEVEL_NOTICE, NULL);
    if (print_rules)
        return print();
    if (config_file || backend_name) {
        fprintf(stderr, "lespoort-gate: --config and --backend go with --print-rules\n");
        return EXIT_USAGE;
    }
    if (!sandbox_network_only() || !sandbox_common())
        return EXIT_FAILED;
    return supervisor_run(snapshot_socket, argv);
}
