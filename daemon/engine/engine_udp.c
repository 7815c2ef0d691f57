/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UDP flows that are not DNS questions. */
#include "engine/internal.h"
#include "wire/quic.h"

#define QUIC_PORT 443

/* Servers discard smaller Initials (RFC 9000 section 14.1); and other protocols' small packets,
 * RTP's among them, now and then look like a long header. */
#define QUIC_INITIAL_MIN 1200

static bool is_quic(const struct packet *p, bool first)
{
    if (p->dst.port == QUIC_PORT && first)
        return true;
    return p->payload.len >= QUIC_INITIAL_MIN && quic_is_long_header(p->payload);
}

/* A flow that began with something else can still become QUIC, and not the other way round. */
void engine_udp(struct visit *v)
{
    bool first = !(v->mark & MARK_FINAL);

    if (v->mark & MARK_CONDEMNED || mark_label(v->mark) == LABEL_QUIC)
        return;
    if (!visit_enter(v, &v->packet->src.addr))
        return;
    if (is_quic(v->packet, first)) {
        v->e->counters.quic++;
        visit_mark(v, visit_unnamed(v, &v->packet->dst.addr, LABEL_QUIC), MARK_FINAL);
    } else if (first) {
        v->e->counters.opaque++;
        visit_mark(v, visit_unnamed(v, &v->packet->dst.addr, LABEL_OPAQUE), MARK_FINAL);
    }
}
