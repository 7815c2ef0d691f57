/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares what became of the last packet with the words of an `expect` line. */
#include <stdio.h>
#include <string.h>

#include "scenario.h"
#include "wire/dns_answer.h"
#include "wire/dns_record.h"

#define NXDOMAIN 3

static bool was_accepted(const struct world *w)
{
    return !w->last.dropped;
}

static bool was_dropped(const struct world *w)
{
    return w->last.dropped && !w->last.verdict.out_count;
}

static bool goes_to(const struct packet *p, const struct endpoint *src, const struct endpoint *dst)
{
    return p->src.port == src->port && p->dst.port == dst->port &&
           addr_equal(&p->src.addr, &src->addr) && addr_equal(&p->dst.addr, &dst->addr);
}

static bool read_out(const struct world *w, unsigned i, struct packet *ret)
{
    bool cut;

    return i < w->last.verdict.out_count &&
           packet_read(ret, w->last.verdict.out[i], &cut) == PARSE_OK && !cut;
}

static bool is_refusal(struct bytes message)
{
    return message.len > 12 && message.ptr[2] & 0x80 && (message.ptr[3] & 0x0f) == NXDOMAIN;
}

/* One answer, from the address that was asked. */
static bool was_refused(const struct world *w)
{
    struct packet p;

    return w->last.dropped && w->last.verdict.out_count == 1 && read_out(w, 0, &p) &&
           goes_to(&p, &w->speaker->server, &w->speaker->client) && is_refusal(p.payload);
}

/* The connection is ended at the client, and reset at the server. */
static bool was_ended(const struct world *w, struct packet *ret_answer)
{
    struct packet reset;

    return w->last.dropped && read_out(w, 0, ret_answer) && read_out(w, 1, &reset) &&
           goes_to(ret_answer, &w->speaker->server, &w->speaker->client) &&
           goes_to(&reset, &w->speaker->client, &w->speaker->server) &&
           ret_answer->flags & TCP_FIN && reset.flags & TCP_RST;
}

static bool was_finished(const struct world *w)
{
    struct packet answer;

    return was_ended(w, &answer) && answer.payload.len > 2 &&
           is_refusal((struct bytes){answer.payload.ptr + 2, answer.payload.len - 2});
}

static bool was_cut_off(const struct world *w)
{
    struct packet answer;

    return was_ended(w, &answer) && !answer.payload.len;
}

/* One answer of ours that says: there is such a name, but nothing of that type. */
static bool was_nothing(const struct world *w)
{
    struct packet p;

    return w->last.dropped && w->last.verdict.out_count == 1 && read_out(w, 0, &p) &&
           p.payload.len > DNS_HEADER && (p.payload.ptr[3] & DNS_RCODE) == 0 &&
           p.payload.ptr[7] == 0;
}

/* The question or answer of the packet that goes on in place of the one that came. */
static struct bytes instead(const struct world *w)
{
    struct packet p = {.payload = {NULL, 0}};
    bool cut;

    if (!w->last.dropped && w->last.verdict.instead.len)
        packet_read(&p, w->last.verdict.instead, &cut);
    return p.payload;
}

static bool was_unchanged(const struct world *w)
{
    return !w->last.dropped && !w->last.verdict.instead.len;
}

static bool was_queued(const struct world *w)
{
    return w->last.queued;
}

static bool was_unseen(const struct world *w)
{
    return !w->last.queued;
}

static bool is_closed(const struct world *w)
{
    return w->last.refused;
}

static bool is_open(const struct world *w)
{
    return !w->last.refused;
}

static bool is_unmarked(const struct world *w)
{
    return w->last.mark == 0;
}

/* Final counts more than the tentative it was before, condemned more than both. */
static bool is_tentative(const struct world *w)
{
    return (w->last.mark & (MARK_TENTATIVE | MARK_FINAL | MARK_CONDEMNED)) == MARK_TENTATIVE;
}

static bool is_final(const struct world *w)
{
    return (w->last.mark & (MARK_FINAL | MARK_CONDEMNED)) == MARK_FINAL;
}

static bool is_condemned(const struct world *w)
{
    return w->last.mark & MARK_CONDEMNED;
}

static const struct {
    const char *word;
    bool (*holds)(const struct world *w);
} words[] = {
    {"accept", was_accepted},    {"drop", was_dropped},
    {"refused", was_refused},    {"finished", was_finished},
    {"cut-off", was_cut_off},    {"queued", was_queued},
    {"nothing", was_nothing},    {"unchanged", was_unchanged},
    {"unseen", was_unseen},      {"closed", is_closed},
    {"open", is_open},           {"unmarked", is_unmarked},
    {"tentative", is_tentative}, {"final", is_final},
    {"condemned", is_condemned},
};

static const struct {
    const char *word;
    uint8_t label;
} reserved[] = {
    {"unnamed", LABEL_NONE},    {"quic-flow", LABEL_QUIC}, {"opaque", LABEL_OPAQUE},
    {"no-name", LABEL_NO_NAME}, {"hidden", LABEL_HIDDEN},  {"other", LABEL_OTHER},
    {"never", LABEL_NEVER},
};

/* "instagram+facebook": the label of exactly these services. */
static bool has_services(const struct world *w, const struct line *l, const char *text)
{
    struct set256 wanted = {.w = {0}};
    uint8_t label = mark_label(w->last.mark);
    char copy[128], *rest = NULL;

    snprintf(copy, sizeof(copy), "%s", text);
    for (char *id = strtok_r(copy, "+", &rest); id; id = strtok_r(NULL, "+", &rest)) {
        int service = catalogue_service(&w->catalogue, id);

        if (service < 0)
            bad_line(l, "'%s' is no word and no service", id);
        set256_add(&wanted, (uint8_t)service);
    }
    return label > 0 && label < w->catalogue.label_count &&
           set256_equal(&w->catalogue.labels[label], &wanted);
}

/* "asks:restrict.youtube.com": the question went on for that host. */
static bool asks(const struct world *w, const char *host)
{
    struct dns_question q;

    return dns_read_question(&q, instead(w)) == PARSE_OK && strcmp(q.name.text, host) == 0;
}

/* "alias:www.youtube.com": the answer came under that name, with an address that has another. */
static bool is_alias(const struct world *w, const char *name)
{
    struct dns_answer a;

    return dns_read_answer(&a, instead(w)) == PARSE_OK && strcmp(a.name.text, name) == 0 &&
           a.count == 1;
}

static bool holds(const struct world *w, const struct line *l, const char *word)
{
    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        if (strcmp(words[i].word, word) == 0)
            return words[i].holds(w);
    if (strncmp(word, "asks:", 5) == 0)
        return asks(w, word + 5);
    if (strncmp(word, "alias:", 6) == 0)
        return is_alias(w, word + 6);
    for (size_t i = 0; i < ARRAY_SIZE(reserved); i++)
        if (strcmp(reserved[i].word, word) == 0)
            return mark_label(w->last.mark) == reserved[i].label;
    return has_services(w, l, word);
}

static void describe(const struct world *w)
{
    printf("  it was:");
    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        if (words[i].holds(w))
            printf(" %s", words[i].word);
    printf(" (label %u)\n", mark_label(w->last.mark));
}

void do_expect(struct world *w, const struct line *l)
{
    bool met = true;

    if (!w->speaker)
        bad_line(l, "'expect' before any packet");
    if (!l->words[1])
        bad_line(l, "expect what?");
    for (char *const *word = l->words + 1; *word; word++) {
        if (holds(w, l, *word))
            continue;
        printf("%s:%u: expected '%s'\n", l->path, l->number, *word);
        met = false;
    }
    w->expected++;
    if (met)
        return;
    describe(w);
    w->failed++;
}
