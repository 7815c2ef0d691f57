/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "net/rules_nft_text.h"

#include "engine/mark.h"

#define TABLE "inet " RULES_NAME

/* A packet with something behind its TCP header: there is a first byte, whatever it is. */
#define PAYLOAD     "@ih,0,8 >= 0"
#define PAYLOAD_TCP "meta l4proto tcp " PAYLOAD

/* --- sets ------------------------------------------------------------------------------- */

static void put_lan(FILE *out, const struct gate_settings *g)
{
    fprintf(out, "\n  set lan {\n    type ifname; comment \"interfaces of the zones\"\n");
    for (unsigned i = 0; i < g->lan_count; i++)
        fprintf(out, "%s\"%s\"", i ? ", " : "    elements = { ", g->lan[i]);
    fprintf(out, "%s  }\n", g->lan_count ? " }\n" : "");
}

/* Prefixes of one family, of these zones; in a map each leads to the chain of its zone. */
static void put_prefixes(FILE *out, const struct rules_plan *plan, bool v4, bool map,
                         bool (*wanted)(const struct rules_plan *plan, unsigned zone))
{
    const struct snapshot *s = plan->snapshot;
    char text[2][ADDR_TEXT];
    bool any = false;

    for (uint32_t i = 0; i < s->prefix_count; i++) {
        const struct snap_prefix *p = &s->prefixes[i];
        unsigned count = plan_prefix_text(&p->prefix, text);

        if (prefix_is4(&p->prefix) != v4 || !wanted(plan, p->zone))
            continue;
        for (unsigned k = 0; k < count; k++) {
            fprintf(out, "%s%s", any ? ",\n                 " : "    elements = { ", text[k]);
            if (map)
                fprintf(out, " : goto zone_%u", p->zone);
            any = true;
        }
    }
    fprintf(out, "%s  }\n", any ? " }\n" : "");
}

static void put_clients(FILE *out, const struct rules_plan *plan, bool v4)
{
    const char *type = v4 ? "ipv4_addr" : "ipv6_addr";
    unsigned family = v4 ? 4 : 6;

    fprintf(out,
            "\n  set clients%u {\n    type %s; flags interval; "
            "comment \"who is read at all: the zones, but for resolvers\"\n",
            family, type);
    put_prefixes(out, plan, v4, false, plan_rules_zone);
    fprintf(out,
            "\n  set pupils%u {\n    type %s; flags interval; "
            "comment \"for whom a lesson closes something at times\"\n",
            family, type);
    put_prefixes(out, plan, v4, false, plan_closes_zone);
    fprintf(out,
            "\n  map zone%u {\n    type %s : verdict; flags interval; "
            "comment \"where a client is\"\n",
            family, type);
    put_prefixes(out, plan, v4, true, plan_rules_zone);
}

/* "{ mark timeout 60s, … }" of what is closed in the zone; false and nothing when all is open. */
static bool put_closed(FILE *out, const struct rules_plan *plan, unsigned zone, const char *lead)
{
    bool any = false;

    for (unsigned label = 1; label < LABEL_COUNT; label++) {
        unsigned seconds = plan_closed_seconds(plan, zone, label);

        if (seconds == 0)
            continue;
        fprintf(out, "%s0x%08x timeout %us", any ? ", " : lead,
                plan_bits(plan, mark_make((uint8_t)label, 0)), seconds);
        any = true;
    }
    if (any)
        fprintf(out, " }\n");
    return any;
}

static void put_zones(FILE *out, const struct rules_plan *plan)
{
    const struct snapshot *s = plan->snapshot;

    for (uint32_t i = 0; i < s->zone_count; i++) {
        if (!plan_rules_zone(plan, i))
            continue;
        fprintf(out,
                "\n  set closed_%u {\n    type mark; flags timeout; "
                "comment \"closed now in zone %s, by label\"\n",
                i, s->zones[i].name);
        put_closed(out, plan, i, "    elements = { ");
        fprintf(out,
                "  }\n\n  chain zone_%u {\n    comment \"zone %s\"\n"
                "    ct mark & 0x%08x @closed_%u counter goto refuse\n  }\n",
                i, s->zones[i].name, plan_bits(plan, mark_make(0xff, 0)), i);
    }
}

/* --- queueing --------------------------------------------------------------------------- */

/* key: whose address chooses the gate. bypass: packets pass when nobody reads the queue. */
static void put_queue(FILE *out, const struct rules_plan *plan, const char *match, const char *key,
                      bool bypass)
{
    const struct gate_settings *g = plan->snapshot->settings;
    const char *flags = bypass ? "flags bypass " : "";

    if (g->gates == 1)
        fprintf(out, "    %s counter queue %sto %u\n", match, flags, g->queue);
    else
        fprintf(out, "    %s counter queue %sto jhash %s mod %u seed 0x%08x offset %u\n", match,
                flags, key, g->gates, RULES_HASH_SEED, g->queue);
}

static void put_from_client(FILE *out, const struct rules_plan *plan, bool bypass)
{
    if (!plan->ct)
        fprintf(out, "    ip saddr @clients4 jump tell\n    ip6 saddr @clients6 jump tell\n");
    if (!bypass) {
        put_queue(out, plan, "ip saddr @pupils4", "ip saddr", false);
        put_queue(out, plan, "ip6 saddr @pupils6", "ip6 saddr", false);
    }
    put_queue(out, plan, "ip saddr @clients4", "ip saddr", true);
    put_queue(out, plan, "ip6 saddr @clients6", "ip6 saddr", true);
    fprintf(out, "  }\n");
}

static void put_to_client(FILE *out, const struct rules_plan *plan, bool bypass)
{
    if (!plan->ct)
        fprintf(out, "    jump tell\n");
    put_queue(out, plan, "meta nfproto ipv4", "ip daddr", bypass);
    put_queue(out, plan, "meta nfproto ipv6", "ip6 daddr", bypass);
    fprintf(out, "  }\n");
}

static void put_gates(FILE *out, const struct rules_plan *plan)
{
    const bool bypass = plan->snapshot->settings->fail_open;

    fprintf(out, "\n  chain from_client {\n    comment \"to the gate of the client, by source\"\n");
    put_from_client(out, plan, bypass);
    fprintf(out, "\n  chain ask {\n    comment \"as from_client, but DNS always passes\"\n");
    put_from_client(out, plan, true);
    fprintf(out, "\n  chain to_client {\n"
                 "    comment \"to the gate of the client, by destination\"\n");
    put_to_client(out, plan, bypass);
    fprintf(out, "\n  chain answer_client {\n"
                 "    comment \"as to_client, but DNS always passes\"\n");
    put_to_client(out, plan, true);
}

static void put_question(FILE *out)
{
    fprintf(out, "\n  chain question {\n"
                 "    comment \"what names are asked, before any address is translated\"\n"
                 "    type filter hook prerouting priority mangle; policy accept;\n"
                 "    meta l4proto { tcp, udp } th dport 53 iifname @lan goto questions\n"
                 "  }\n\n"
                 "  chain questions {\n"
                 "    meta l4proto udp goto ask\n"
                 "    " PAYLOAD_TCP " goto ask\n"
                 "  }\n");
}

static void put_answer(FILE *out, const struct rules_plan *plan)
{
    const uint32_t answers = plan_bits(plan, MARK_ANSWERS);

    fprintf(out,
            "\n  chain answer {\n"
            "    comment \"what is answered to a question that was translated\"\n"
            "    type filter hook postrouting priority mangle; policy accept;\n"
            "    meta l4proto udp ct mark & 0x%08x == 0x%08x oifname @lan ct direction reply "
            "goto answer_client\n  }\n",
            answers, answers);
}

static void put_inspect(FILE *out, const struct rules_plan *plan)
{
    const uint32_t tentative = plan_bits(plan, MARK_TENTATIVE), final = plan_bits(plan, MARK_FINAL),
                   condemned = plan_bits(plan, MARK_CONDEMNED),
                   requests = plan_bits(plan, MARK_REQUESTS), again = plan_bits(plan, MARK_AGAIN);

    fprintf(out,
            "\n  chain inspect {\n    comment \"what says a flow's name\"\n"
            "    type filter hook forward priority mangle; policy accept;\n"
            "    ct mark & 0x%08x == 0x%08x goto named comment \"named, and not plain HTTP\"\n"
            "    ct mark & 0x%08x == 0x%08x iifname != @lan ct direction reply "
            "tcp flags & (fin | syn | rst | ack) == (syn | ack) goto anew\n"
            "    ct mark & 0x%08x == 0x%08x goto named\n"
            "    ct mark & 0x%08x == 0x%08x accept comment \"refused for ever, below\"\n"
            "    iifname @lan ct direction original goto client_speaks\n"
            "    oifname @lan ct direction reply ct mark & 0x%08x == 0x%08x " PAYLOAD_TCP
            " goto to_client comment \"does the server confirm the name?\"\n",
            final | requests | again, final, again, again, final | requests, final, condemned,
            condemned, tentative | final, tentative);
    /* No mark and no direction is said of what belongs to no connection: it comes this far. */
    if (plan_normalise(plan, NORMALISE_INVALID))
        fprintf(out, "    iifname @lan meta l4proto tcp ct state invalid goto stray\n");
    fprintf(out,
            "  }\n\n  chain named {\n    comment \"QUIC begins anew behind other datagrams\"\n"
            "    meta l4proto udp iifname @lan udp length >= %u @th,64,8 >= 0x80 "
            "@th,72,32 { 0x%08x, 0x%08x, 0x%08x-0x%08x, 0x%08x-0x%08x } "
            "ct direction original goto from_client\n  }\n",
            RULES_QUIC_LENGTH, RULES_QUIC_V1, RULES_QUIC_V2, RULES_QUIC_DRAFTS,
            RULES_QUIC_DRAFTS | 0xff, RULES_QUIC_MVFST, RULES_QUIC_MVFST | 0xff);
}

/* A client may use its ports again: what its last connection was called means nothing then. Only
 * the server can say so, a client would say it of a connection that lives. */
static void put_anew(FILE *out, const struct rules_plan *plan)
{
    fprintf(out,
            "\n  chain anew {\n    comment \"another connection of the same ports\"\n"
            "    ct mark set ct mark & 0x%08x\n    goto to_client\n  }\n"
            "\n  chain again {\n    comment \"a SYN where there was a connection\"\n",
            ~plan_bits(plan, MARK_CT | MARK_AGAIN));
    if (plan_normalise(plan, NORMALISE_SYN_DATA))
        fprintf(out, "    ip saddr @pupils4 " PAYLOAD_TCP " counter drop\n"
                     "    ip6 saddr @pupils6 " PAYLOAD_TCP " counter drop\n");
    fprintf(out, "    ct mark set ct mark | 0x%08x\n  }\n", plan_bits(plan, MARK_AGAIN));
}

static void put_speaks(FILE *out, const struct rules_plan *plan)
{
    fprintf(out, "\n  chain client_speaks {\n");
    if (plan_normalise(plan, NORMALISE_IPV6_HEADERS))
        fprintf(out, "    ip6 nexthdr { 0, 43, 60 } ip6 saddr @pupils6 meta l4proto { tcp, udp } "
                     "counter drop comment \"extension headers\"\n");
    if (plan_normalise(plan, NORMALISE_SYN_DATA) || plan_normalise(plan, NORMALISE_FAST_OPEN))
        fprintf(out, "    tcp flags & (syn | ack) == syn goto client_begins\n");
    fprintf(out,
            "    tcp dport != 53 " PAYLOAD " goto client_says\n"
            "    udp dport != 53 ct mark & 0x%08x == 0 goto from_client\n  }\n"
            "\n  chain client_says {\n"
            "    ip saddr @pupils4 jump tidy\n"
            "    ip6 saddr @pupils6 jump tidy\n"
            "    goto from_client\n  }\n",
            plan_bits(plan, MARK_STATE));
}

/* --- what pupils' packets lose ---------------------------------------------------------- */

static void put_begins(FILE *out, const struct rules_plan *plan)
{
    if (!plan_normalise(plan, NORMALISE_SYN_DATA) && !plan_normalise(plan, NORMALISE_FAST_OPEN))
        return;
    fprintf(out, "\n  chain client_begins {\n    comment \"no data before a connection is open\"\n"
                 "    ip saddr @pupils4 goto tidy_first\n"
                 "    ip6 saddr @pupils6 goto tidy_first\n"
                 "  }\n\n  chain tidy_first {\n");
    if (plan_normalise(plan, NORMALISE_SYN_DATA))
        fprintf(out, "    " PAYLOAD_TCP " counter drop\n");
    if (plan_normalise(plan, NORMALISE_FAST_OPEN))
        fprintf(out, "    reset tcp option fastopen\n");
    fprintf(out, "  }\n");
}

static void put_tidy(FILE *out, const struct rules_plan *plan)
{
    const unsigned ttl = plan->snapshot->settings->ttl;

    fprintf(out, "\n  chain tidy {\n    comment \"the server sees what the gate reads\"\n");
    if (plan_normalise(plan, NORMALISE_MD5SIG))
        fprintf(out, "    tcp option md5sig exists counter drop\n");
    if (plan_normalise(plan, NORMALISE_URGENT))
        fprintf(out, "    tcp flags & urg == urg counter drop\n");
    if (ttl)
        fprintf(out, "    ip ttl set %u\n    ip6 hoplimit set %u\n", ttl, ttl);
    fprintf(out, "  }\n");
}

static void put_stray(FILE *out, const struct rules_plan *plan)
{
    if (!plan_normalise(plan, NORMALISE_INVALID))
        return;
    fprintf(out, "\n  chain stray {\n    comment \"it fits no connection\"\n"
                 "    tcp flags & rst == rst accept\n"
                 "    ip saddr @pupils4 counter drop\n"
                 "    ip6 saddr @pupils6 counter drop\n  }\n");
}

/* --- marks, where the kernel takes none from a verdict ---------------------------------- */

/* nft cannot copy some bits of one mark into another: one rule for each bit does. */
static void put_copy(FILE *out, const struct rules_plan *plan, const char *from, const char *to)
{
    for (unsigned i = 0; i < 16; i++) {
        uint32_t bit = plan_bits(plan, UINT32_C(1) << i);

        if (MARK_CT >> i & 1)
            fprintf(out, "    %s & 0x%08x == 0x%08x %s set %s | 0x%08x\n", from, bit, bit, to, to,
                    bit);
    }
}

static void put_save(FILE *out, const struct rules_plan *plan)
{
    const uint32_t save = plan_bits(plan, MARK_SAVE), ours = plan_bits(plan, MARK_SKB);

    fprintf(out,
            "    meta mark & 0x%08x == 0x%08x ct mark & 0x%08x == 0 jump save\n"
            "    meta mark & 0x%08x != 0 meta mark set meta mark & 0x%08x\n",
            save, save, plan_bits(plan, MARK_CONDEMNED), ours, ~ours);
}

static void put_tell_and_save(FILE *out, const struct rules_plan *plan)
{
    fprintf(out,
            "\n  chain tell {\n    comment \"the packet tells the gate its flow's mark\"\n"
            "    meta mark set meta mark & 0x%08x\n",
            ~plan_bits(plan, MARK_SKB));
    put_copy(out, plan, "ct mark", "meta mark");
    /* State bits are only added, but a flow may get another name while it is read. */
    fprintf(out,
            "  }\n\n  chain save {\n    comment \"the packet brings its flow's new mark\"\n"
            "    ct mark set ct mark & 0x%08x\n",
            ~plan_bits(plan, mark_make(0xff, 0)));
    put_copy(out, plan, "meta mark", "ct mark");
    fprintf(out, "  }\n\n  chain local {\n"
                 "    comment \"questions to a resolver on the gateway\"\n"
                 "    type filter hook input priority mangle; policy accept;\n");
    put_save(out, plan);
    fprintf(out, "  }\n");
}

/* --- deciding --------------------------------------------------------------------------- */

static void put_decide_start(FILE *out, const struct rules_plan *plan)
{
    fprintf(out, "\n  chain decide {\n    comment \"is it closed, here and now?\"\n"
                 "    type filter hook forward priority filter - 5; policy accept;\n");
    if (!plan->ct)
        put_save(out, plan);
}

static void put_decide(FILE *out, const struct rules_plan *plan)
{
    const uint32_t condemned = plan_bits(plan, MARK_CONDEMNED);

    put_decide_start(out, plan);
    /* Only the client is refused: a refused server leaves its client waiting. */
    fprintf(out,
            "    ct mark & 0x%08x == 0 accept\n"
            "    ct direction reply accept\n"
            "    iifname != @lan accept\n"
            "    tcp flags & rst == rst accept comment \"a reset by the client is news for the "
            "server\"\n"
            "    tcp flags & (fin | syn | rst | ack) == syn goto again\n"
            "    ct mark & 0x%08x == 0x%08x goto refuse\n"
            "    ip saddr vmap @zone4\n"
            "    ip6 saddr vmap @zone6\n  }\n",
            plan_bits(plan, MARK_CT), condemned, condemned);
    fprintf(out, "\n  chain refuse {\n"
                 "    meta l4proto tcp counter reject with tcp reset\n"
                 "    counter reject with icmpx type port-unreachable\n  }\n");
}

/* No accept in the filter hook: it would not spare the packet from others' tables. */
static void put_own(FILE *out, const struct rules_plan *plan)
{
    const uint32_t own = plan_bits(plan, MARK_OWN);

    fprintf(out,
            "\n  chain own {\n    comment \"answers of our own are no flows\"\n"
            "    type filter hook output priority raw; policy accept;\n"
            "    meta mark & 0x%08x == 0x%08x notrack\n  }\n",
            own, own);
}

/* --- all -------------------------------------------------------------------------------- */

void nft_put_removal(FILE *out)
{
    fprintf(out, "table " TABLE "\ndelete table " TABLE "\n");
}

static void put_flushes(FILE *out, const struct rules_plan *plan)
{
    static const char *const sets[] = {"set " TABLE " lan",      "set " TABLE " clients4",
                                       "set " TABLE " clients6", "set " TABLE " pupils4",
                                       "set " TABLE " pupils6",  "map " TABLE " zone4",
                                       "map " TABLE " zone6"};

    fprintf(out, "flush table " TABLE "\n");
    for (size_t i = 0; i < ARRAY_SIZE(sets); i++)
        fprintf(out, "flush %s\n", sets[i]);
    for (uint32_t i = 0; i < plan->snapshot->zone_count; i++)
        if (plan_rules_zone(plan, i))
            fprintf(out, "flush set " TABLE " closed_%u\n", i);
}

static void put_table(FILE *out, const struct rules_plan *plan)
{
    fprintf(out, "table " TABLE " {\n"
                 "  comment \"lespoort: the gate names flows, these sets decide\"\n");
    put_lan(out, plan->snapshot->settings);
    put_clients(out, plan, true);
    put_clients(out, plan, false);
    put_zones(out, plan);
    put_gates(out, plan);
    put_question(out);
    put_tidy(out, plan);
    put_begins(out, plan);
    put_stray(out, plan);
    put_speaks(out, plan);
    put_inspect(out, plan);
    put_anew(out, plan);
    put_answer(out, plan);
    if (!plan->ct)
        put_tell_and_save(out, plan);
    put_decide(out, plan);
    put_own(out, plan);
    fprintf(out, "}\n");
}

void nft_put_table(FILE *out, const struct rules_plan *plan)
{
    nft_put_removal(out);
    put_table(out, plan);
}

void nft_put_refill(FILE *out, const struct rules_plan *plan)
{
    put_flushes(out, plan);
    put_table(out, plan);
}

void nft_put_update(FILE *out, const struct rules_plan *plan, const uint8_t *zones)
{
    char lead[64];

    for (uint32_t i = 0; i < plan->snapshot->zone_count; i++) {
        if (!zones[i] || !plan_rules_zone(plan, i))
            continue;
        fprintf(out, "flush set " TABLE " closed_%u\n", i);
        snprintf(lead, sizeof(lead), "add element " TABLE " closed_%u { ", i);
        put_closed(out, plan, i, lead);
    }
}
