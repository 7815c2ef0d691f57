/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plain HTTP/1.x. Every request names its own host, so that the client's payload is read for as
 * long as the connection lives (MARK_REQUESTS) and the label follows the latest request; what
 * the server sends is not looked at. The last head stays in the flow's stream: other bytes for
 * it condemn the flow, as with TLS.
 *
 * Bodies are not measured. A request is looked for where a head ended, and at the start of each
 * of the client's segments; all else is body and passes. A request that begins inside a segment
 * behind a body is therefore not seen.
 */
#include "engine/internal.h"
#include "wire/http.h"

static bool begins_request(struct bytes payload)
{
    struct http_request request;

    return http_read_request(&request, payload) != PARSE_NOT_MINE;
}

/* Takes one request off the unread bytes. */
static enum parse read_request(struct visit *v, struct flow *flow)
{
    struct http_request request;
    enum parse result = http_read_request(&request, visit_unread(flow));

    if (result != PARSE_OK)
        return result;
    v->e->counters.requests++;
    flow->end += (uint32_t)request.used;
    flow->label = visit_label(v, &flow->key.server.addr, &request.host);
    return PARSE_OK;
}

void engine_http_read(struct visit *v, struct flow *flow, bool full)
{
    enum parse result;

    flow->kind = FLOW_HTTP;
    do
        result = read_request(v, flow);
    while (result == PARSE_OK && !visit_closed(v, flow->label));
    flow->named = result != PARSE_MORE || visit_unread(flow).len == 0;
    if (result == PARSE_BAD || (full && !flow->named)) {
        visit_malformed(v, flow);
        return;
    }
    if (!flow->named)
        v->e->counters.waiting++;
    visit_mark(v, flow->label, MARK_FINAL | MARK_REQUESTS);
}

/* The packet lies apart from what is known, and begins a request. */
static bool is_apart(const struct flow *flow, const struct packet *p, bool full)
{
    bool apart = seq_before(p->seq, flow->stream->base) || seq_before(flow->end, p->seq);

    return flow->named && (apart || full) && begins_request(p->payload);
}

void engine_http_more(struct visit *v, struct flow *flow)
{
    const struct packet *p = v->packet;
    enum stream_add added;

    if (!flow && !begins_request(p->payload))
        return;
    if (!flow) {
        flow = visit_new_flow(v, FLOW_HTTP);
        flow->label = mark_label(v->mark);
    }
    added = stream_add(flow->stream, p->seq, p->payload);
    if (added == STREAM_CONFLICT) {
        visit_condemn(v, flow, &v->e->counters.conflicts);
        return;
    }
    if (is_apart(flow, p, added == STREAM_FULL)) {
        visit_restart(v, flow);
        added = STREAM_GREW;
    }
    engine_http_read(v, flow, added == STREAM_FULL && !flow->named);
}
