/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "net/surroundings.h"

#include <fcntl.h>
#include <ifaddrs.h>
#include <inttypes.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/parse.h"
#include "names/probe.h"
#include "net/nft_look.h"
#include "net/rules_check.h"

#define UNREACHABLE4 3 /* ICMP type */
#define UNREACHABLE6 1 /* ICMPv6 type */

/* --- settings of the kernel ------------------------------------------------------------- */

static bool read_text(const char *path, char *out, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n;

    if (fd < 0)
        return false;
    n = read(fd, out, size - 1);
    close(fd);
    if (n < 0)
        return false;
    out[n] = '\0';
    return true;
}

static bool read_number(const char *path, int64_t *ret)
{
    char text[32];

    if (!read_text(path, text, sizeof(text)))
        return false;
    text[strcspn(text, "\n")] = '\0';
    return parse_int(text, INT64_MIN, INT64_MAX, ret);
}

/* --- ICMP ------------------------------------------------------------------------------- */

const char *surroundings_icmp(const struct icmp_limits *l, bool v4, char out[static TROUBLE_WHAT])
{
    const struct {
        const char *name;
        int64_t value;
        bool bad;
    } rows[] = {
        {v4 ? "net.ipv4.icmp_ratelimit" : "net.ipv6.icmp.ratelimit", l->peer_ms,
         l->peer_ms > ICMP_PEER_MS},
        {"net.ipv4.icmp_msgs_burst", l->burst, l->burst < ICMP_CLASS_BURST},
        {"net.ipv4.icmp_msgs_per_sec", l->rate, l->rate < ICMP_CLASS_RATE},
    };

    for (size_t i = 0; l->counts && i < ARRAY_SIZE(rows); i++) {
        if (!rows[i].bad)
            continue;
        snprintf(out, TROUBLE_WHAT, "%s = %" PRId64, rows[i].name, rows[i].value);
        return out;
    }
    return NULL;
}

bool surroundings_listed(const char *list, unsigned type)
{
    while (*list >= '0' && *list <= '9') {
        char *end;
        unsigned long from = strtoul(list, &end, 10), to = from;

        if (*end == '-')
            to = strtoul(end + 1, &end, 10);
        if (type >= from && type <= to)
            return true;
        list = end + (*end == ',');
    }
    return false;
}

/* Where the kernel shows none of it, nothing is said. */
static void look_at_icmp(struct troubles *ret)
{
    struct icmp_limits l = {.rate = INT64_MAX, .burst = INT64_MAX};
    char what[TROUBLE_WHAT], list[256];
    const char *held;
    int64_t mask;

    read_number("/proc/sys/net/ipv4/icmp_msgs_per_sec", &l.rate);
    read_number("/proc/sys/net/ipv4/icmp_msgs_burst", &l.burst);
    if (read_number("/proc/sys/net/ipv4/icmp_ratelimit", &l.peer_ms) &&
        read_number("/proc/sys/net/ipv4/icmp_ratemask", &mask))
        l.counts = mask >> UNREACHABLE4 & 1;
    held = surroundings_icmp(&l, true, what);
    if (held)
        troubles_add(ret, TROUBLE_ICMP, held);
    l.counts = read_number("/proc/sys/net/ipv6/icmp/ratelimit", &l.peer_ms) &&
               read_text("/proc/sys/net/ipv6/icmp/ratemask", list, sizeof(list)) &&
               surroundings_listed(list, UNREACHABLE6);
    held = held ? NULL : surroundings_icmp(&l, false, what);
    if (held)
        troubles_add(ret, TROUBLE_ICMP, held);
}

/* --- bridges ---------------------------------------------------------------------------- */

struct link_kind {
    bool bridge, port;
};

static int on_kind(const struct nlattr *a, void *arg)
{
    struct link_kind *kind = arg;
    bool bridge = mnl_attr_validate(a, MNL_TYPE_STRING) == 0 &&
                  strncmp(mnl_attr_get_str(a), "bridge", mnl_attr_get_payload_len(a)) == 0;

    if (mnl_attr_get_type(a) == IFLA_INFO_KIND)
        kind->bridge = bridge;
    if (mnl_attr_get_type(a) == IFLA_INFO_SLAVE_KIND)
        kind->port = bridge;
    return MNL_CB_OK;
}

static int on_link_attribute(const struct nlattr *a, void *arg)
{
    if (mnl_attr_get_type(a) == IFLA_LINKINFO && mnl_attr_validate(a, MNL_TYPE_NESTED) == 0)
        mnl_attr_parse_nested(a, on_kind, arg);
    return MNL_CB_OK;
}

/* Not from /sys, which may show another network namespace than ours. */
static struct link_kind link_kind(const char *name)
{
    alignas(NLMSG_ALIGNTO) char buf[16384];
    struct nlmsghdr *m = mnl_nlmsg_put_header(buf);
    struct mnl_socket *s = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
    struct link_kind kind = {0};
    ssize_t n;

    if (!s)
        return kind;
    mnl_nlmsg_put_extra_header(m, sizeof(struct ifinfomsg)); /* zeros: the name says which */
    m->nlmsg_type = RTM_GETLINK;
    m->nlmsg_flags = NLM_F_REQUEST;
    mnl_attr_put_strz(m, IFLA_IFNAME, name);
    if (mnl_socket_bind(s, 0, MNL_SOCKET_AUTOPID) == 0 &&
        mnl_socket_sendto(s, m, m->nlmsg_len) >= 0 &&
        (n = mnl_socket_recvfrom(s, buf, sizeof(buf))) > 0 && mnl_nlmsg_ok(m, (int)n) &&
        m->nlmsg_type == RTM_NEWLINK)
        mnl_attr_parse(m, sizeof(struct ifinfomsg), on_link_attribute, &kind);
    mnl_socket_close(s);
    return kind;
}

bool surroundings_default(const char *routes, char ret[static INTERFACE_MAX])
{
    char name[INTERFACE_MAX], to[9];

    for (const char *line = routes; line && *line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (sscanf(line, "%15s %8s", name, to) != 2 || strcmp(to, "00000000") != 0)
            continue;
        memcpy(ret, name, sizeof(name));
        return true;
    }
    return false;
}

static bool is_lan(const struct gate_settings *g, const char *name)
{
    for (unsigned i = 0; i < g->lan_count; i++)
        if (strncmp(g->lan[i], name, INTERFACE_MAX) == 0)
            return true;
    return false;
}

/* Clients behind a bridge are mostly routed to another interface, and then the rules see them. When
 * the way out is another port of the same bridge, br_netfilter must show them. */
static bool passes_over(const struct gate_settings *g)
{
    char routes[16384], out[INTERFACE_MAX];
    int64_t forward = 0;

    read_number("/proc/sys/net/ipv4/ip_forward", &forward);
    if (!forward)
        return true;
    if (!read_text("/proc/self/net/route", routes, sizeof(routes)))
        return false;
    return !surroundings_default(routes, out) || is_lan(g, out);
}

static bool has_address(const char *name)
{
    struct ifaddrs *all;
    bool found = false;

    if (getifaddrs(&all) != 0)
        return true;
    for (const struct ifaddrs *a = all; a && !found; a = a->ifa_next)
        found = a->ifa_addr && a->ifa_addr->sa_family == AF_INET && strcmp(a->ifa_name, name) == 0;
    freeifaddrs(all);
    return found;
}

static bool hooked(void)
{
    int64_t v4 = 0, v6 = 0;

    read_number("/proc/sys/net/bridge/bridge-nf-call-iptables", &v4);
    read_number("/proc/sys/net/bridge/bridge-nf-call-ip6tables", &v6);
    return v4 && v6;
}

static void look_at_interface(const struct gate_settings *g, const char *name, struct troubles *ret)
{
    struct link_kind kind;

    if (!if_nametoindex(name)) {
        troubles_add(ret, TROUBLE_INTERFACE, name);
        return;
    }
    kind = link_kind(name);
    if (kind.port)
        troubles_add(ret, TROUBLE_BRIDGE_PORT, name);
    if (!kind.bridge || !passes_over(g))
        return;
    if (!hooked())
        troubles_add(ret, TROUBLE_BRIDGE_HOOKS, name);
    if (!has_address(name))
        troubles_add(ret, TROUBLE_BRIDGE_ADDRESS, name);
}

/* --- flowtables ------------------------------------------------------------------------- */

bool surroundings_flowtable(const char **at, char table[static FLOWTABLE_NAME],
                            char ret_name[static FLOWTABLE_NAME])
{
    char family[8], name[48];

    while (**at) {
        const char *line = *at;

        *at += strcspn(line, "\n");
        *at += **at == '\n';
        if (sscanf(line, "table %7s %47s {", family, name) == 2)
            snprintf(table, FLOWTABLE_NAME, "%s %s", family, name);
        else if (*line == '\t' && sscanf(line, "\tflowtable %63s {", ret_name) == 1)
            return true;
    }
    return false;
}

static bool spares_lessons(const struct gate_settings *g, const char *table, const char *name)
{
    char command[sizeof("list table ") + FLOWTABLE_NAME], *listing;
    bool good;

    snprintf(command, sizeof(command), "list table %s", table);
    listing = nft_look_list(command);
    good = listing && check_offload(listing, name, g->mark_shift);
    free(listing);
    return good;
}

static void look_at_flowtables(const struct gate_settings *g, struct troubles *ret)
{
    char *listing = nft_look_list("list flowtables"), what[TROUBLE_WHAT];
    char table[FLOWTABLE_NAME] = "", name[FLOWTABLE_NAME];
    const char *at = listing ? listing : "";

    while (surroundings_flowtable(&at, table, name)) {
        if (spares_lessons(g, table, name))
            continue;
        snprintf(what, sizeof(what), "'%.24s' in table '%.48s'", name, table);
        troubles_add(ret, TROUBLE_FLOWTABLE, what);
    }
    free(listing);
}

void surroundings_look(const struct gate_settings *g, struct troubles *ret)
{
    *ret = (struct troubles){0};
    for (unsigned i = 0; i < g->lan_count; i++)
        if (strcmp(g->lan[i], PROBE_INTERFACE) != 0) /* it comes and goes with the probe */
            look_at_interface(g, g->lan[i], ret);
    look_at_flowtables(g, ret);
    look_at_icmp(ret);
}
