/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/gateway.h"

#include <netinet/in.h>
#include <string.h>

#define DNS_PORT     53
#define QUIC_INITIAL 1200

static bool same(const struct endpoint *a, const struct endpoint *b)
{
    return a->port == b->port && addr_equal(&a->addr, &b->addr);
}

static struct connection *find(struct gateway *g, const struct packet *p, bool *ret_server)
{
    for (unsigned i = 0; i < g->count; i++) {
        struct connection *c = &g->connections[i];
        bool forward = same(&c->client, &p->src) && same(&c->server, &p->dst);
        bool backward = same(&c->client, &p->dst) && same(&c->server, &p->src);

        if (c->proto == p->proto && (forward || backward)) {
            *ret_server = backward;
            return c;
        }
    }
    return NULL;
}

static struct connection *connect_new(struct gateway *g, const struct packet *p, bool *ret_server)
{
    struct connection *c = &g->connections[g->count < GATEWAY_FLOWS ? g->count++ : 0];

    *ret_server = snapshot_zone(g->snapshot, &p->src.addr) < 0 &&
                  snapshot_zone(g->snapshot, &p->dst.addr) >= 0;
    *c = (struct connection){.client = *ret_server ? p->dst : p->src,
                             .server = *ret_server ? p->src : p->dst,
                             .proto = p->proto};
    return c;
}

static bool is_answer(const struct connection *c, bool server)
{
    return server && c->proto == IPPROTO_UDP && c->server.port == DNS_PORT;
}

/* As the rules tell it from RTP, whose first bit is set as well. */
static bool is_initial(const struct packet *p)
{
    static const uint8_t versions[][4] = {{0, 0, 0, 1}, {0x6b, 0x33, 0x43, 0xcf}};

    if (p->payload.len < QUIC_INITIAL || p->payload.ptr[0] < 0x80)
        return false;
    return memcmp(p->payload.ptr + 1, versions[0], 4) == 0 ||
           memcmp(p->payload.ptr + 1, versions[1], 4) == 0;
}

static bool is_queued(const struct connection *c, const struct packet *p, bool server)
{
    bool final = c->mark & (MARK_FINAL | MARK_CONDEMNED);

    if (!server && c->server.port == DNS_PORT)
        return p->proto == IPPROTO_UDP || p->payload.len;
    if (is_answer(c, server))
        return c->mark & MARK_ANSWERS;
    if (p->proto == IPPROTO_UDP)
        return !server && (!final || is_initial(p));
    if (!p->payload.len || c->mark & MARK_CONDEMNED)
        return false;
    if (server)
        return !final && c->mark & MARK_TENTATIVE;
    return !final || c->mark & MARK_REQUESTS;
}

static enum hook hook_of(const struct connection *c, bool server)
{
    if (is_answer(c, server))
        return HOOK_ANSWER;
    return c->server.port == DNS_PORT ? HOOK_QUESTION : HOOK_FORWARD;
}

static void ask(struct gateway *g, struct connection *c, struct bytes ip, bool server,
                struct passage *ret)
{
    const struct engine_packet p = {.ip = ip, .hook = hook_of(c, server), .mark = c->mark};

    engine_handle(g->engine, &p, g->now, &ret->verdict);
    ret->dropped = ret->verdict.drop;
    if (ret->verdict.marks)
        c->mark = ret->verdict.mark; /* as it is: the kernel adds nothing */
}

/* Only what the client sends is refused; its own reset passes. */
static bool is_refused(const struct gateway *g, const struct connection *c, const struct packet *p,
                       bool server)
{
    int zone = snapshot_zone(g->snapshot, &c->client.addr);

    if (server || zone < 0 || p->flags & TCP_RST)
        return false;
    return c->mark & MARK_CONDEMNED ||
           set256_has(&snapshot_state(g->snapshot, (unsigned)zone, g->now.wall)->closed,
                      mark_label(c->mark));
}

bool gateway_pass(struct gateway *g, struct bytes ip, struct passage *ret)
{
    struct packet p;
    bool cut, server = false;
    struct connection *c;

    *ret = (struct passage){.queued = false};
    if (packet_read(&p, ip, &cut) != PARSE_OK)
        return false;
    c = find(g, &p, &server);
    if (!c)
        c = connect_new(g, &p, &server);
    ret->queued = is_queued(c, &p, server);
    if (ret->queued)
        ask(g, c, ip, server, ret);
    ret->refused = !ret->dropped && is_refused(g, c, &p, server);
    ret->mark = c->mark;
    return true;
}

void gateway_forget(struct gateway *g, const struct endpoint *client)
{
    for (unsigned i = 0; i < g->count; i++)
        if (same(&g->connections[i].client, client))
            g->connections[i].mark = 0;
}
