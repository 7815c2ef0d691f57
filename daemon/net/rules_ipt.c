/* SPDX-License-Identifier: GPL-2.0-or-later */
/* iptables and ipset, for kernels without nft queue: by their own programs, which know the
 * variant (nf_tables or legacy) that the machine's other rules use. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "net/rules_check.h"
#include "net/rules_ipt_text.h"
#include "net/tool.h"

#define LIMIT_MS 30000 /* the largest change takes a tenth of a second; a busy lock more */
#define LOCK_S   "10"  /* another program may be changing rules */

/* After rules go, the kernel lets their sets go a moment later. */
#define RELEASE_TRIES 100
#define RELEASE_MS    20

static const struct family {
    const char *tool, *restore;
    bool v4;
} families[] = {
    {"iptables", "iptables-restore", true},
    {"ip6tables", "ip6tables-restore", false},
};

/* A host started without IPv6 has no place for its rules. */
static bool family_here(const struct family *f)
{
    return f->v4 || access("/proc/self/net/if_inet6", F_OK) == 0;
}

static bool run(const char *const argv[], struct span input, char **ret_output)
{
    const struct tool t = {.argv = argv, .input = input, .limit_ms = LIMIT_MS};

    return tool_run(&t, ret_output) == 0;
}

/* The last line that a tool wrote says what was wrong. */
static void log_failure(const char *what, char *said)
{
    const char *line = said ? said : "";
    size_t len = strlen(line);

    while (len > 0 && strchr("\n ", line[len - 1]))
        len--;
    if (said)
        said[len] = '\0';
    for (const char *next = line; (next = strchr(next, '\n')) != NULL;)
        line = ++next;
    log_error("%s failed: %s", what, *line ? line : "no answer in time, or it is not installed");
}

/* Closes the text, feeds it to a tool, and frees it. */
static bool load(const char *const argv[], struct text *t)
{
    char *said = NULL;
    bool ok;

    if (!text_close(t))
        return false;
    ok = t->len == 0 || run(argv, (struct span){t->ptr, t->len}, &said);
    if (!ok)
        log_failure(argv[0], said);
    free(said);
    text_free(t);
    return ok;
}

static bool load_sets(struct text *t)
{
    static const char *const argv[] = {"ipset", "-exist", "restore", NULL};

    return load(argv, t);
}

static bool load_rules(const struct family *f, struct text *t)
{
    const char *const argv[] = {f->restore, "-w", LOCK_S, "--noflush", NULL};

    return load(argv, t);
}

/* --- what is there ---------------------------------------------------------------------- */

static unsigned jumps_here(const struct family *f)
{
    unsigned found = 0;

    for (unsigned n = 0; n < IPT_JUMPS; n++) {
        const struct ipt_jump *j = &ipt_jumps[n];
        const char *const argv[] = {f->tool, "-w",    LOCK_S, "-t",  j->table,
                                    "-C",    j->from, "-j",   j->to, NULL};

        if (run(argv, (struct span){0}, NULL))
            found |= 1u << n;
    }
    return found;
}

static unsigned tables_here(const struct family *f)
{
    unsigned found = 0;

    for (unsigned n = 0; n < IPT_TABLES; n++) {
        const char *const argv[] = {
            f->tool, "-w", LOCK_S, "-t", ipt_tables[n].name, "-S", ipt_tables[n].chains[0], NULL};

        if (run(argv, (struct span){0}, NULL))
            found |= 1u << n;
    }
    return found;
}

/* Whether rules look into the sets of that generation. */
static bool generation_in_use(char generation)
{
    const char set[] = {IPT_SET_PREFIX "a-zones-v4"};
    char name[sizeof(set)], *said = NULL;
    const char *const argv[] = {"ipset", "list", "-t", name, NULL};
    bool used;

    memcpy(name, set, sizeof(set));
    name[strlen(IPT_SET_PREFIX)] = generation;
    used = run(argv, (struct span){0}, &said) && said && !strstr(said, "References: 0\n");
    free(said);
    return used;
}

/* --- sets of no further use ------------------------------------------------------------- */

/* "destroy" lines for our sets; generation 0: both. The number of them. */
static unsigned put_destroys(FILE *out, char generation)
{
    static const char *const argv[] = {"ipset", "list", "-n", NULL};
    static const size_t head = sizeof(IPT_SET_PREFIX) - 1;
    char *names = NULL, *rest = NULL;
    unsigned count = 0;

    if (!run(argv, (struct span){0}, &names) || !names) {
        free(names);
        return 0;
    }
    for (char *n = strtok_r(names, "\n", &rest); n; n = strtok_r(NULL, "\n", &rest)) {
        if (strncmp(n, IPT_SET_PREFIX, head) != 0 || (generation && n[head] != generation))
            continue;
        fprintf(out, "destroy %s\n", n);
        count++;
    }
    free(names);
    return count;
}

/* One try; what was destroyed before a busy set stays destroyed. */
static bool destroy_once(char generation, bool last)
{
    static const char *const argv[] = {"ipset", "restore", NULL};
    char *said = NULL;
    struct text t;
    bool ok;

    if (!text_open(&t))
        return false;
    put_destroys(t.out, generation);
    if (!text_close(&t))
        return false;
    ok = t.len == 0 || run(argv, (struct span){t.ptr, t.len}, &said);
    if (!ok && last)
        log_failure("ipset", said);
    free(said);
    text_free(&t);
    return ok;
}

static void destroy_sets(char generation)
{
    for (unsigned try = 1; !destroy_once(generation, try == RELEASE_TRIES); try++) {
        if (try == RELEASE_TRIES)
            return;
        tool_pause(RELEASE_MS);
    }
}

/* --- the back end ----------------------------------------------------------------------- */

static bool usable(const char **ret_why)
{
    static const char *const tools[] = {"iptables-restore", "ip6tables-restore", "iptables",
                                        "ip6tables", "ipset"};
    static const char *const list[] = {"ipset", "list", "-n", NULL};
    static const char *const test[] = {"iptables-restore", "-w",     LOCK_S,
                                       "--noflush",        "--test", NULL};
    static const char probe[] =
        "*mangle\n:LESPOORT-PROBE - [0:0]\n"
        "-A LESPOORT-PROBE -p tcp -m connmark --mark 0x0/0x1 -m conntrack --ctdir ORIGINAL "
        "-m bpf --bytecode \"1,6 0 0 0\" -j NFQUEUE --queue-num 0\n"
        "-A LESPOORT-PROBE -p tcp -j TCPOPTSTRIP --strip-options 34\nCOMMIT\n";

    *ret_why = "iptables or ipset is not installed";
    for (size_t i = 0; i < ARRAY_SIZE(tools); i++)
        if (!tool_exists(tools[i]))
            return false;
    *ret_why = "the kernel lacks ipset, or there is no right to use it";
    if (!run(list, (struct span){0}, NULL))
        return false;
    *ret_why = "the kernel's iptables lacks NFQUEUE, connmark, conntrack, bpf or TCPOPTSTRIP";
    if (!run(test, (struct span){probe, sizeof(probe) - 1}, NULL))
        return false;
    *ret_why = NULL;
    return true;
}

/* What the sets hold from now on. */
static bool remember(struct rules *r, const struct rules_plan *plan, const uint8_t *zones)
{
    const struct snapshot *s = plan->snapshot;

    if (!zones) {
        struct set256 *loaded = realloc(r->loaded, (s->zone_count + 1) * sizeof(*loaded));

        if (!loaded) {
            log_error("No memory for what is loaded into the sets.");
            return false;
        }
        r->loaded = loaded;
    }
    for (uint32_t i = 0; i < s->zone_count; i++)
        if (!zones || zones[i])
            r->loaded[i] = snapshot_state(s, i, plan->now)->closed;
    return true;
}

static bool install_rules(const struct family *f, const struct rules_plan *plan, char generation)
{
    struct text t;

    if (!text_open(&t))
        return false;
    ipt_put_rules(t.out, plan, generation, f->v4, jumps_here(f));
    return load_rules(f, &t);
}

/* 0: they cannot be listed, or there are none. */
static uint64_t look_at_rules(void)
{
    static const char *const argvs[][2] = {{"iptables-save"}, {"ip6tables-save"}};
    uint64_t digest = 0;

    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        char *said = NULL;
        uint64_t one = 0;

        if (!family_here(&families[i]))
            continue;
        if (run(argvs[i], (struct span){0}, &said) && said && strlen(said) < TOOL_OUTPUT_MAX)
            one = check_ipt_rules(said);
        free(said);
        if (!one)
            return 0;
        digest += one ^ i;
    }
    return digest;
}

static enum rules_state check(const struct rules *r, const struct rules_plan *plan, uint32_t *stamp)
{
    static const char *const argv[] = {"ipset", "list", "-t", NULL};
    char *sets = NULL;
    bool whole;

    *stamp = 0;
    if (!r->digest)
        return RULES_UNKNOWN;
    if (look_at_rules() != r->digest)
        return RULES_BROKEN;
    if (!run(argv, (struct span){0}, &sets) || !sets) {
        free(sets);
        return RULES_UNKNOWN;
    }
    whole = check_ipt_sets(sets, plan, r->generation, r->loaded);
    free(sets);
    return whole ? RULES_WHOLE : RULES_BROKEN;
}

static bool install(struct rules *r, const struct rules_plan *plan)
{
    char generation = generation_in_use('a') ? 'b' : 'a';
    struct text t;

    destroy_sets(generation);
    if (!text_open(&t))
        return false;
    ipt_put_sets(t.out, plan, generation);
    if (!load_sets(&t))
        return false;
    for (size_t i = 0; i < ARRAY_SIZE(families); i++)
        if (family_here(&families[i]) && !install_rules(&families[i], plan, generation))
            return false;
    r->generation = generation;
    destroy_sets(generation == 'a' ? 'b' : 'a');
    r->digest = look_at_rules();
    return remember(r, plan, NULL);
}

static bool update(struct rules *r, const struct rules_plan *plan, const uint8_t *zones)
{
    struct text t;

    if (!text_open(&t))
        return false;
    ipt_put_update(t.out, plan, r->generation, zones, r->loaded);
    return load_sets(&t) && remember(r, plan, zones);
}

static void remove_rules(const struct family *f)
{
    unsigned tables = tables_here(f);
    struct text t;

    if (tables == 0 || !text_open(&t))
        return;
    ipt_put_removal(t.out, tables, jumps_here(f));
    load_rules(f, &t);
}

static void remove_all(struct rules *r)
{
    (void)r;
    for (size_t i = 0; i < ARRAY_SIZE(families); i++)
        if (family_here(&families[i]))
            remove_rules(&families[i]);
    destroy_sets(0);
}

const struct rules_backend rules_iptables = {
    .name = "iptables",
    .usable = usable,
    .print = ipt_put_all,
    .install = install,
    .update = update,
    .check = check,
    .remove = remove_all,
};
