/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mangle table: what is queued, and what pupils' packets lose before. */
#include "engine/mark.h"
#include "net/rules_ipt_parts.h"

/*
 * "Has a TCP payload", as classic BPF on the packet from its IP header on (xt_bpf): the packet
 * is longer than its headers. In IPv6 a packet whose first next header is not TCP matches too:
 * with extension headers in between, the TCP header is not where this program looks.
 */
#define PAYLOAD4                                                                                   \
    "10,177 0 0 0,80 0 0 12,116 0 0 2,84 0 0 60,12 0 0 0,7 0 0 0,128 0 0 0,45 0 1 0,"              \
    "6 0 0 65535,6 0 0 0"
#define IF_TCP6                                                                                    \
    ",48 0 0 52,116 0 0 2,84 0 0 60,4 0 0 40,7 0 0 0,128 0 0 0,45 0 1 0,6 0 0 65535,6 0 0 0"
#define PAYLOAD6 "11,48 0 0 6,21 0 7 6" IF_TCP6

/* To drop a packet for its payload: only where that is certain. */
#define PAYLOAD6_SURE "11,48 0 0 6,21 0 8 6" IF_TCP6

/* The first next header is hop-by-hop options, routing, or destination options. */
#define EXTENSIONS6 "6,48 0 0 6,21 2 0 0,21 1 0 43,21 0 1 60,6 0 0 65535,6 0 0 0"

/* What rules_common.h says of QUIC: length, first bit, versions. In IPv6 all that is behind an
 * extension header matches, as above: the gate looks itself. */
#define QUIC                                                                                       \
    "72 0 0 4,53 0 9 1208,80 0 0 8,53 0 7 128,64 0 0 9,21 4 0 1,21 3 0 1798521807,"                \
    "84 0 0 4294967040,21 1 0 4278190080,21 0 1 4207849472,6 0 0 65535,6 0 0 0"
#define QUIC4 "13,177 0 0 0," QUIC
#define QUIC6 "16,48 0 0 6,21 1 0 17,6 0 0 65535,1 0 0 40," QUIC

const char *ipt_payload(bool v4, bool sure)
{
    if (v4)
        return PAYLOAD4;
    return sure ? PAYLOAD6_SURE : PAYLOAD6;
}

/* --- mangle: what is queued ------------------------------------------------------------- */

/*
 * Which gate has the client: a hash of its address, of an IPv6 one the last eight bytes. Not
 * "-m cluster", which takes the first four bytes of those: a school has one gate then.
 */
static void put_gate_match(const struct ipt *i, bool to_client, unsigned gate)
{
    const unsigned at = i->v4 ? (to_client ? 16 : 12) : (to_client ? 36 : 20);

    if (i->v4)
        fprintf(i->out, " -m bpf --bytecode \"7,32 0 0 %u,", at);
    else
        fprintf(i->out, " -m bpf --bytecode \"10,32 0 0 %u,7 0 0 0,32 0 0 %u,172 0 0 0,", at - 4,
                at);
    fprintf(i->out, "36 0 0 2654435761,116 0 0 16,148 0 0 %u,21 0 1 %u,6 0 0 65535,6 0 0 0\"",
            i->plan->snapshot->settings->gates, gate);
}

/* bypass: packets pass when nobody reads the queue. */
static void put_queue(const struct ipt *i, const char *chain, bool bypass, bool to_client)
{
    const struct gate_settings *g = i->plan->snapshot->settings;
    const char *option = bypass ? " --queue-bypass" : "";

    if (!i->plan->ct)
        fprintf(i->out, "-A %s -j CONNMARK --restore-mark --nfmask 0x%x --ctmask 0x%x\n", chain,
                ipt_bits(i, MARK_CT), ipt_bits(i, MARK_CT));
    for (unsigned n = 0; n + 1 < g->gates; n++) {
        fprintf(i->out, "-A %s", chain);
        put_gate_match(i, to_client, n);
        fprintf(i->out, " -j NFQUEUE --queue-num %u%s\n", g->queue + n, option);
    }
    fprintf(i->out, "-A %s -j NFQUEUE --queue-num %u%s\n", chain, g->queue + g->gates - 1U, option);
}

/* The interfaces come last: they are many, and few packets are questions. */
static void put_questions(const struct ipt *i)
{
    const struct gate_settings *g = i->plan->snapshot->settings;
    char zones[IPT_SET_MAX];

    ipt_zones_set(i->generation, i->v4, zones);
    fprintf(i->out,
            "-A LESPOORT-QUESTION -p udp --dport 53 -g LESPOORT-ASKS\n"
            "-A LESPOORT-QUESTION -p tcp --dport 53 -m bpf --bytecode \"%s\" -g LESPOORT-ASKS\n",
            ipt_payload(i->v4, false));
    for (unsigned k = 0; k < g->lan_count; k++)
        fprintf(i->out,
                "-A LESPOORT-ASKS -i %s -m set --match-set %s src "
                "-g LESPOORT-ASK\n",
                g->lan[k], zones);
}

/* A client may use its ports again: what its last connection was called means nothing then. Only
 * the server can say so, a client would say it of a connection that lives. */
static void put_anew(const struct ipt *i)
{
    const struct gate_settings *g = i->plan->snapshot->settings;
    const uint32_t again = ipt_bits(i, MARK_AGAIN);
    char zones[IPT_SET_MAX];

    fprintf(i->out,
            "-A LESPOORT-INSPECT -p tcp -m connmark --mark 0x%x/0x%x "
            "-m conntrack --ctdir REPLY -m tcp --tcp-flags FIN,SYN,RST,ACK SYN,ACK "
            "-m comment --comment \"another connection of the same ports\" -g LESPOORT-ANEW\n",
            again, again);
    for (unsigned k = 0; k < g->lan_count; k++)
        fprintf(i->out, "-A LESPOORT-ANEW -i %s -j RETURN\n", g->lan[k]);
    fprintf(i->out,
            "-A LESPOORT-ANEW -j CONNMARK --set-xmark 0x0/0x%x\n"
            "-A LESPOORT-ANEW -m set --match-set %s dst -g LESPOORT-QUEUE-TO\n",
            ipt_bits(i, MARK_CT | MARK_AGAIN), ipt_zones_set(i->generation, i->v4, zones));
}

/* "Named" is the first rule that most packets meet, and for TCP the last one. */
static void put_named(const struct ipt *i)
{
    const struct gate_settings *g = i->plan->snapshot->settings;
    const uint32_t final = ipt_bits(i, MARK_FINAL), named = final | ipt_bits(i, MARK_REQUESTS);
    const uint32_t again = ipt_bits(i, MARK_AGAIN);

    fprintf(i->out,
            "-A LESPOORT-INSPECT ! -p udp -m connmark --mark 0x%x/0x%x "
            "-m comment --comment \"named, and not plain HTTP\" -j RETURN\n"
            "-A LESPOORT-INSPECT -p udp -m connmark --mark 0x%x/0x%x -g LESPOORT-NAMED\n",
            final, named | again, final, named);
    put_anew(i);
    fprintf(i->out, "-A LESPOORT-INSPECT -m connmark --mark 0x%x/0x%x -j RETURN\n", final, named);
    for (unsigned k = 0; k < g->lan_count; k++)
        fprintf(i->out,
                "-A LESPOORT-NAMED -i %s -p udp -m bpf --bytecode \"%s\" "
                "-m conntrack --ctdir ORIGINAL "
                "-m comment --comment \"QUIC begins anew\" -g LESPOORT-READ\n",
                g->lan[k], i->v4 ? QUIC4 : QUIC6);
}

static void put_inspect(const struct ipt *i)
{
    const struct gate_settings *g = i->plan->snapshot->settings;
    const uint32_t condemned = ipt_bits(i, MARK_CONDEMNED), tentative = ipt_bits(i, MARK_TENTATIVE);
    char pupils[IPT_SET_MAX];

    put_named(i);
    fprintf(i->out,
            "-A LESPOORT-INSPECT -m connmark --mark 0x%x/0x%x "
            "-m comment --comment \"refused for ever, in filter\" -j RETURN\n",
            condemned, condemned);
    for (unsigned k = 0; k < g->lan_count; k++)
        fprintf(i->out,
                "-A LESPOORT-INSPECT -i %s -m conntrack --ctdir ORIGINAL -g LESPOORT-SPEAKS\n"
                "-A LESPOORT-INSPECT -o %s -p tcp -m connmark --mark 0x%x/0x%x "
                "-m conntrack --ctdir REPLY -m bpf --bytecode \"%s\" "
                "-m comment --comment \"does the server confirm the name?\" -g LESPOORT-QUEUE-TO\n",
                g->lan[k], g->lan[k], tentative, tentative | ipt_bits(i, MARK_FINAL),
                ipt_payload(i->v4, false));
    if (plan_normalise(i->plan, NORMALISE_INVALID))
        fprintf(i->out,
                "-A LESPOORT-INSPECT -p tcp ! --tcp-flags RST RST -m conntrack --ctstate INVALID "
                "-m set --match-set %s src "
                "-m comment --comment \"it fits no connection\" -j DROP\n",
                ipt_pupils_set(i->generation, i->v4, pupils));
}

/* --- mangle: what pupils' packets lose -------------------------------------------------- */

static void put_extensions(const struct ipt *i, const char *pupils)
{
    static const char *const protocols[] = {"tcp", "udp"};

    if (i->v4 || !plan_normalise(i->plan, NORMALISE_IPV6_HEADERS))
        return;
    for (size_t k = 0; k < ARRAY_SIZE(protocols); k++)
        fprintf(i->out,
                "-A LESPOORT-SPEAKS -p %s -m bpf --bytecode \"" EXTENSIONS6
                "\" -m set --match-set %s src "
                "-m comment --comment \"extension headers\" -j DROP\n",
                protocols[k], pupils);
}

static void put_syn(const struct ipt *i, const char *pupils)
{
    if (plan_normalise(i->plan, NORMALISE_SYN_DATA))
        fprintf(i->out,
                "-A LESPOORT-SYN -p tcp -m bpf --bytecode \"%s\" -m set --match-set %s src "
                "-m comment --comment \"no data before a connection is open\" -j DROP\n",
                ipt_payload(i->v4, true), pupils);
    if (plan_normalise(i->plan, NORMALISE_FAST_OPEN))
        fprintf(i->out,
                "-A LESPOORT-SYN -p tcp -m tcp --tcp-option 34 -m set --match-set %s src "
                "-j TCPOPTSTRIP --strip-options 34\n",
                pupils);
}

static void put_tidy(const struct ipt *i)
{
    const unsigned ttl = i->plan->snapshot->settings->ttl;

    if (plan_normalise(i->plan, NORMALISE_MD5SIG))
        fprintf(i->out, "-A LESPOORT-TIDY -p tcp -m tcp --tcp-option 19 -j DROP\n");
    if (plan_normalise(i->plan, NORMALISE_URGENT))
        fprintf(i->out, "-A LESPOORT-TIDY -p tcp -m tcp --tcp-flags URG URG -j DROP\n");
    if (ttl)
        fprintf(i->out, "-A LESPOORT-TIDY -j %s %u\n", i->v4 ? "TTL --ttl-set" : "HL --hl-set",
                ttl);
}

/* What a client says before its flow has a name. */
static void put_speaks(const struct ipt *i)
{
    char pupils[IPT_SET_MAX];

    ipt_pupils_set(i->generation, i->v4, pupils);
    put_extensions(i, pupils);
    fprintf(i->out,
            "-A LESPOORT-SPEAKS -p tcp --tcp-flags SYN,ACK SYN -g LESPOORT-SYN\n"
            "-A LESPOORT-SPEAKS -p tcp ! --dport 53 -m bpf --bytecode \"%s\" -g LESPOORT-SAYS\n"
            "-A LESPOORT-SPEAKS -p udp ! --dport 53 -m connmark --mark 0x0/0x%x "
            "-g LESPOORT-READ\n"
            "-A LESPOORT-SAYS -m set --match-set %s src -j LESPOORT-TIDY\n"
            "-A LESPOORT-SAYS -g LESPOORT-READ\n",
            ipt_payload(i->v4, false), ipt_bits(i, MARK_STATE), pupils);
    put_syn(i, pupils);
    put_tidy(i);
}

/* --- mangle: all ------------------------------------------------------------------------ */

/* To the gate of the client. Failing closed is for those whom a lesson closes something. */
static void put_queues(const struct ipt *i)
{
    const bool open = i->plan->snapshot->settings->fail_open;
    char set[IPT_SET_MAX];

    fprintf(i->out, "-A LESPOORT-READ -m set --match-set %s src -g LESPOORT-QUEUE\n",
            (open ? ipt_zones_set : ipt_pupils_set)(i->generation, i->v4, set));
    if (!open)
        fprintf(i->out, "-A LESPOORT-READ -m set --match-set %s src -g LESPOORT-ASK\n",
                ipt_zones_set(i->generation, i->v4, set));
    put_queue(i, "LESPOORT-QUEUE", open, false);
    put_queue(i, "LESPOORT-QUEUE-TO", open, true);
    /* Without names nothing works: DNS always passes. */
    put_queue(i, "LESPOORT-ASK", true, false);
    put_queue(i, "LESPOORT-ASK-TO", true, true);
}

/* By the gate that has the question: both are chosen by the client's address. */
static void put_answer(const struct ipt *i)
{
    const struct gate_settings *g = i->plan->snapshot->settings;

    fprintf(i->out,
            "-A LESPOORT-ANSWER ! -p udp -j RETURN\n"
            "-A LESPOORT-ANSWER -m connmark ! --mark 0x%x/0x%x "
            "-m comment --comment \"to a question that was translated?\" -j RETURN\n",
            ipt_bits(i, MARK_ANSWERS), ipt_bits(i, MARK_ANSWERS));
    for (unsigned k = 0; k < g->lan_count; k++)
        fprintf(i->out,
                "-A LESPOORT-ANSWER -o %s -p udp -m conntrack --ctdir REPLY -g LESPOORT-ASK-TO\n",
                g->lan[k]);
}

void ipt_put_mangle(const struct ipt *i)
{
    put_questions(i);
    put_inspect(i);
    put_speaks(i);
    put_queues(i);
    ipt_put_save(i, "LESPOORT-LOCAL"); /* of questions to a resolver on the gateway */
    put_answer(i);
}
