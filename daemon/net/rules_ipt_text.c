/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "net/rules_ipt_text.h"

#include <string.h>

#include "engine/mark.h"
#include "net/rules_ipt_parts.h"

#define LABELS_PER_CHAIN 16
#define LABEL_CHAINS     (LABEL_COUNT / LABELS_PER_CHAIN)

static const char *const raw_chains[] = {"LESPOORT-OWN", NULL};
static const char *const filter_chains[] = {"LESPOORT-OWN",     "LESPOORT-DECIDE",
                                            "LESPOORT-CLIENT",  "LESPOORT-AGAIN",
                                            "LESPOORT-REFUSE",  "LESPOORT-LABEL-0",
                                            "LESPOORT-LABEL-1", "LESPOORT-LABEL-2",
                                            "LESPOORT-LABEL-3", "LESPOORT-LABEL-4",
                                            "LESPOORT-LABEL-5", "LESPOORT-LABEL-6",
                                            "LESPOORT-LABEL-7", "LESPOORT-LABEL-8",
                                            "LESPOORT-LABEL-9", "LESPOORT-LABEL-a",
                                            "LESPOORT-LABEL-b", "LESPOORT-LABEL-c",
                                            "LESPOORT-LABEL-d", "LESPOORT-LABEL-e",
                                            "LESPOORT-LABEL-f", NULL};
static const char *const mangle_chains[] = {"LESPOORT-QUESTION",
                                            "LESPOORT-ASKS",
                                            "LESPOORT-INSPECT",
                                            "LESPOORT-NAMED",
                                            "LESPOORT-ANEW",
                                            "LESPOORT-SPEAKS",
                                            "LESPOORT-SAYS",
                                            "LESPOORT-SYN",
                                            "LESPOORT-TIDY",
                                            "LESPOORT-READ",
                                            "LESPOORT-QUEUE",
                                            "LESPOORT-QUEUE-TO",
                                            "LESPOORT-ASK",
                                            "LESPOORT-ASK-TO",
                                            "LESPOORT-LOCAL",
                                            "LESPOORT-ANSWER",
                                            NULL};

/* Deciding is in place before anything is queued for it. */
const struct ipt_table ipt_tables[IPT_TABLES] = {
    {"raw", raw_chains},
    {"filter", filter_chains},
    {"mangle", mangle_chains},
};

const struct ipt_jump ipt_jumps[IPT_JUMPS] = {
    {"raw", "OUTPUT", "LESPOORT-OWN"},
    {"filter", "OUTPUT", "LESPOORT-OWN"},
    {"filter", "FORWARD", "LESPOORT-DECIDE"},
    {"mangle", "FORWARD", "LESPOORT-INSPECT"},
    {"mangle", "INPUT", "LESPOORT-LOCAL"},
    {"mangle", "POSTROUTING", "LESPOORT-ANSWER"},
    {"mangle", "PREROUTING", "LESPOORT-QUESTION"},
};

/* --- sets ------------------------------------------------------------------------------- */

static void put_create(FILE *out, const char *name, bool v4)
{
    /* flush: one that could not be destroyed still holds an older layout. */
    fprintf(out,
            "create %s hash:net family inet%s hashsize 64 maxelem 262144 timeout 0\nflush %s\n",
            name, v4 ? "" : "6", name);
}

const char *ipt_zones_set(char generation, bool v4, char out[static IPT_SET_MAX])
{
    snprintf(out, IPT_SET_MAX, IPT_SET_PREFIX "%c-zones-v%d", generation, v4 ? 4 : 6);
    return out;
}

const char *ipt_pupils_set(char generation, bool v4, char out[static IPT_SET_MAX])
{
    snprintf(out, IPT_SET_MAX, IPT_SET_PREFIX "%c-pupils-v%d", generation, v4 ? 4 : 6);
    return out;
}

static const char *label_set(char generation, unsigned label, bool v4, char out[static IPT_SET_MAX])
{
    snprintf(out, IPT_SET_MAX, IPT_SET_PREFIX "%c-label%u-v%d", generation, label, v4 ? 4 : 6);
    return out;
}

static void put_creates(FILE *out, const struct rules_plan *plan, char generation)
{
    char name[IPT_SET_MAX];

    put_create(out, ipt_zones_set(generation, true, name), true);
    put_create(out, ipt_zones_set(generation, false, name), false);
    put_create(out, ipt_pupils_set(generation, true, name), true);
    put_create(out, ipt_pupils_set(generation, false, name), false);
    for (unsigned label = 1; label < LABEL_COUNT; label++) {
        if (!plan_closable(plan, label))
            continue;
        put_create(out, label_set(generation, label, true, name), true);
        put_create(out, label_set(generation, label, false, name), false);
    }
}

/* One line to add or delete a prefix of one label's set; nothing when it is open and was. */
static void put_element(FILE *out, const char *set, const struct prefix *p, unsigned seconds,
                        bool was)
{
    char text[2][ADDR_TEXT];
    unsigned count = seconds > 0 || was ? plan_prefix_text(p, text) : 0;

    for (unsigned k = 0; k < count; k++)
        if (seconds > 0)
            fprintf(out, "add %s %s timeout %u\n", set, text[k], seconds);
        else
            fprintf(out, "del %s %s\n", set, text[k]);
}

/* Set by set: ipset hands neighbouring lines of one set to the kernel together.
 * zones and loaded: NULL for all, and for nothing. */
static void put_elements(FILE *out, const struct rules_plan *plan, char generation,
                         const uint8_t *zones, const struct set256 *loaded)
{
    const struct snapshot *s = plan->snapshot;
    char name[IPT_SET_MAX];

    for (unsigned label = 1; label < LABEL_COUNT; label++) {
        for (uint32_t i = 0; plan_closable(plan, label) && i < s->prefix_count; i++) {
            const struct prefix *p = &s->prefixes[i].prefix;
            unsigned zone = s->prefixes[i].zone, seconds;

            if (zones && !zones[zone])
                continue;
            seconds = plan_closed_seconds(plan, zone, label);
            label_set(generation, label, prefix_is4(p), name);
            put_element(out, name, p, seconds, loaded && set256_has(&loaded[zone], (uint8_t)label));
        }
    }
}

static void put_prefix(FILE *out, const char *set, const struct prefix *p)
{
    char text[2][ADDR_TEXT];
    unsigned count = plan_prefix_text(p, text);

    for (unsigned k = 0; k < count; k++)
        fprintf(out, "add %s %s\n", set, text[k]);
}

void ipt_put_sets(FILE *out, const struct rules_plan *plan, char generation)
{
    const struct snapshot *s = plan->snapshot;
    char name[IPT_SET_MAX];

    put_creates(out, plan, generation);
    for (uint32_t i = 0; i < s->prefix_count; i++) {
        const struct snap_prefix *p = &s->prefixes[i];
        bool v4 = prefix_is4(&p->prefix);

        if (plan_rules_zone(plan, p->zone))
            put_prefix(out, ipt_zones_set(generation, v4, name), &p->prefix);
        if (plan_closes_zone(plan, p->zone))
            put_prefix(out, ipt_pupils_set(generation, v4, name), &p->prefix);
    }
    put_elements(out, plan, generation, NULL, NULL);
}

void ipt_put_update(FILE *out, const struct rules_plan *plan, char generation, const uint8_t *zones,
                    const struct set256 *loaded)
{
    put_elements(out, plan, generation, zones, loaded);
}

/* --- what a verdict says of its flow ---------------------------------------------------- */

void ipt_put_save(const struct ipt *i, const char *chain)
{
    if (i->plan->ct)
        return;
    fprintf(i->out,
            "-A %s -m mark --mark 0x%x/0x%x -m connmark ! --mark 0x%x/0x%x "
            "-j CONNMARK --save-mark --nfmask 0x%x --ctmask 0x%x\n"
            "-A %s -m mark ! --mark 0x0/0x%x -j MARK --set-xmark 0x0/0x%x\n",
            chain, ipt_bits(i, MARK_SAVE), ipt_bits(i, MARK_SAVE), ipt_bits(i, MARK_CONDEMNED),
            ipt_bits(i, MARK_CONDEMNED), ipt_bits(i, MARK_CT), ipt_bits(i, MARK_CT), chain,
            ipt_bits(i, MARK_SKB), ipt_bits(i, MARK_SKB));
}

/* --- filter: what is refused ------------------------------------------------------------ */

/* By the upper half of the label into a chain of 16: two short walks in place of a long one. The
 * reserved labels are at the end of all, and most packets have one of them: they come first. */
static void put_labels(const struct ipt *i)
{
    unsigned last = LABEL_CHAINS;
    char name[IPT_SET_MAX];

    for (unsigned label = LABEL_COUNT - 1; label > 0; label--) {
        const char *meaning = label_reserved_name((uint8_t)label);
        unsigned chain = label / LABELS_PER_CHAIN;

        if (!plan_closable(i->plan, label))
            continue;
        if (chain != last)
            fprintf(i->out,
                    "-A LESPOORT-CLIENT -m connmark --mark 0x%x/0x%x -g LESPOORT-LABEL-%x\n",
                    ipt_bits(i, mark_make((uint8_t)(chain * LABELS_PER_CHAIN), 0)),
                    ipt_bits(i, mark_make(0xf0, 0)), chain);
        last = chain;
        fprintf(i->out,
                "-A LESPOORT-LABEL-%x -m connmark --mark 0x%x/0x%x -m set --match-set %s src",
                chain, ipt_bits(i, mark_make((uint8_t)label, 0)), ipt_bits(i, mark_make(0xff, 0)),
                label_set(i->generation, label, i->v4, name));
        if (meaning)
            fprintf(i->out, " -m comment --comment \"%s\"", meaning);
        fprintf(i->out, " -g LESPOORT-REFUSE\n");
    }
}

/* A SYN where there was a connection: it passes, and the server's answer decides what it is. */
static void put_again(const struct ipt *i)
{
    const uint32_t again = ipt_bits(i, MARK_AGAIN);
    char pupils[IPT_SET_MAX];

    if (plan_normalise(i->plan, NORMALISE_SYN_DATA))
        fprintf(i->out,
                "-A LESPOORT-AGAIN -p tcp -m bpf --bytecode \"%s\" -m set --match-set %s src "
                "-j DROP\n",
                ipt_payload(i->v4, true), ipt_pupils_set(i->generation, i->v4, pupils));
    fprintf(i->out, "-A LESPOORT-AGAIN -j CONNMARK --set-xmark 0x%x/0x%x\n", again, again);
}

static void put_decide(const struct ipt *i)
{
    const struct gate_settings *g = i->plan->snapshot->settings;

    ipt_put_save(i, "LESPOORT-DECIDE");
    /* Only the client is refused: a refused server leaves its client waiting. */
    fprintf(i->out, "-A LESPOORT-DECIDE -m connmark --mark 0x0/0x%x -j RETURN\n",
            ipt_bits(i, MARK_CT));
    for (unsigned k = 0; k < g->lan_count; k++)
        fprintf(i->out, "-A LESPOORT-DECIDE -i %s -g LESPOORT-CLIENT\n", g->lan[k]);
    fprintf(i->out,
            "-A LESPOORT-CLIENT -m conntrack --ctdir REPLY -j RETURN\n"
            "-A LESPOORT-CLIENT -p tcp --tcp-flags RST RST "
            "-m comment --comment \"a reset by the client is news for the server\" -j RETURN\n"
            "-A LESPOORT-CLIENT -p tcp --tcp-flags FIN,SYN,RST,ACK SYN -g LESPOORT-AGAIN\n"
            "-A LESPOORT-CLIENT -m connmark --mark 0x%x/0x%x -g LESPOORT-REFUSE\n",
            ipt_bits(i, MARK_CONDEMNED), ipt_bits(i, MARK_CONDEMNED));
    put_again(i);
}

static void put_filter(const struct ipt *i)
{
    fprintf(i->out, "-A LESPOORT-OWN -m mark --mark 0x%x/0x%x -j ACCEPT\n", ipt_bits(i, MARK_OWN),
            ipt_bits(i, MARK_OWN));
    put_decide(i);
    put_labels(i);
    fprintf(i->out,
            "-A LESPOORT-REFUSE -p tcp -j REJECT --reject-with tcp-reset\n"
            "-A LESPOORT-REFUSE -j REJECT --reject-with icmp%s-port-unreachable\n",
            i->v4 ? "" : "6");
}

/* --- all -------------------------------------------------------------------------------- */

/* Answers of our own are no flows. */
static void put_raw(const struct ipt *i)
{
    fprintf(i->out, "-A LESPOORT-OWN -m mark --mark 0x%x/0x%x -j CT --notrack\n",
            ipt_bits(i, MARK_OWN), ipt_bits(i, MARK_OWN));
}

static void (*const put_table[IPT_TABLES])(const struct ipt *i) = {put_raw, put_filter,
                                                                   ipt_put_mangle};

static void put_jumps(FILE *out, const char *table, unsigned there, bool insert)
{
    for (unsigned n = 0; n < IPT_JUMPS; n++) {
        const struct ipt_jump *j = &ipt_jumps[n];

        if (strcmp(j->table, table) != 0)
            continue;
        if (there >> n & 1)
            fprintf(out, "-D %s -j %s\n", j->from, j->to);
        if (insert)
            fprintf(out, "-I %s 1 -j %s\n", j->from, j->to);
    }
}

/* Naming a chain makes it, or empties it; only a part of the same transaction sees that. */
static void put_chains(FILE *out, const struct ipt_table *t)
{
    fprintf(out, "*%s\n", t->name);
    for (const char *const *chain = t->chains; *chain; chain++)
        fprintf(out, ":%s - [0:0]\n", *chain);
}

void ipt_put_rules(FILE *out, const struct rules_plan *plan, char generation, bool v4,
                   unsigned jumps)
{
    const struct ipt ipt = {out, plan, generation, v4};

    for (unsigned n = 0; n < IPT_TABLES; n++) {
        put_chains(out, &ipt_tables[n]);
        put_table[n](&ipt);
        put_jumps(out, ipt_tables[n].name, jumps, true);
        fprintf(out, "COMMIT\n");
    }
}

void ipt_put_removal(FILE *out, unsigned tables, unsigned jumps)
{
    for (unsigned n = IPT_TABLES; n-- > 0;) {
        if (!(tables >> n & 1))
            continue;
        put_chains(out, &ipt_tables[n]);
        put_jumps(out, ipt_tables[n].name, jumps, false);
        for (const char *const *chain = ipt_tables[n].chains; *chain; chain++)
            fprintf(out, "-X %s\n", *chain);
        fprintf(out, "COMMIT\n");
    }
}

void ipt_put_all(FILE *out, const struct rules_plan *plan)
{
    fprintf(out, "# ipset restore\n");
    ipt_put_sets(out, plan, 'a');
    fprintf(out, "\n# iptables-restore --noflush\n");
    ipt_put_rules(out, plan, 'a', true, 0);
    fprintf(out, "\n# ip6tables-restore --noflush\n");
    ipt_put_rules(out, plan, 'a', false, 0);
}
