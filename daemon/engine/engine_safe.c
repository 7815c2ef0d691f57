/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The safe names of a zone with a restricted grant: questions for their addresses go on with the
 * name of their safe host in them, and the answers come back under the name that was asked.
 *
 * That is done over UDP only. What a TCP connection carries keeps its length, so there the client
 * is told the alias alone, without addresses, and the connection ends: one that follows aliases
 * asks for the host itself, all others have none.
 */
#include <string.h>

#include "engine/internal.h"
#include "wire/build.h"
#include "wire/dns_answer.h"
#include "wire/dns_record.h"

#define QUESTION_MAX (VERDICT_BYTES_MAX - 48) /* with the headers of IPv6 and UDP */
#define PLAIN_MAX    512                      /* without EDNS (RFC 1035 section 4.2.1) */
#define EDNS_MAX     1232

const char *engine_safe_host(const struct visit *v, const struct dns_question *q)
{
    const char *host = NULL;

    if (v->state->restricted && q->qclass == DNS_CLASS_IN)
        host = catalogue_safe(v->e->catalogue, &q->name);
    return host && strcmp(host, q->name.text) != 0 ? host : NULL;
}

bool engine_safe_ask(struct visit *v, const struct dns_question *q, const char *host)
{
    const struct packet *p = v->packet;
    uint8_t message[QUESTION_MAX];
    size_t len = dns_write_question(message, sizeof(message), q, host);

    len = len ? build_udp(visit_room(v), VERDICT_BYTES_MAX, &p->src, &p->dst,
                          (struct bytes){message, len})
              : 0;
    if (!len)
        return false;
    v->e->counters.safe_questions++;
    asked_add(v->e->asked, &p->src, q, host, v->now.mono);
    v->verdict->instead = (struct bytes){visit_room(v), len};
    v->verdict->marks = true;
    v->verdict->mark = v->mark | MARK_ANSWERS;
    return true;
}

size_t engine_safe_reply(struct visit *v, const struct dns_question *q, const char *host,
                         uint8_t *buf, size_t cap)
{
    v->e->counters.safe_replies++;
    if (dns_asks_address(q))
        return dns_write_alias(buf, cap, q, host, NULL);
    return dns_write_nodata(buf, cap, q);
}

/* The answer goes on as the client may read it; without room for that it does not. */
static void translate(struct visit *v, const struct asked *asked, const struct dns_answer *answer)
{
    const struct packet *p = v->packet;
    struct dns_question q = asked_question(asked);
    uint8_t message[EDNS_MAX];
    size_t len = dns_write_alias(message, q.edns ? EDNS_MAX : PLAIN_MAX, &q, asked->host, answer);

    if (len)
        len = build_udp(visit_room(v), VERDICT_BYTES_MAX, &p->src, &p->dst,
                        (struct bytes){message, len});
    v->e->counters.safe_answers++;
    v->verdict->instead = (struct bytes){visit_room(v), len};
    v->verdict->drop = !len;
}

/*
 * An answer to a client one of whose questions was translated. It is the one by client, port, id
 * and type, and by its name: clients may use all of these again. An answer about the safe name
 * itself is to nothing that was asked here. All others pass, and so do those that come too late
 * or cannot be read: they say nothing of the name that the client asked for.
 */
void engine_dns_answer(struct visit *v)
{
    const struct packet *p = v->packet;
    const struct asked *asked;
    struct dns_answer answer;

    if (dns_read_answer(&answer, p->payload) != PARSE_OK)
        return;
    asked = asked_find(v->e->asked, &p->dst, answer.id, answer.qtype, v->now.mono);
    if (!asked)
        return;
    if (!strcmp(answer.name.text, asked->host)) {
        translate(v, asked, &answer);
    } else if (catalogue_safe(v->e->catalogue, &answer.name)) {
        v->e->counters.safe_bad++;
        v->verdict->drop = true;
    }
}

/* Answers over TCP are never asked for. */
void engine_dns_none(struct visit *v)
{
    (void)v;
}
