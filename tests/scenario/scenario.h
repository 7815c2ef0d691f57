/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scenarios: config + clock + packets -> verdicts, without sockets. README describes the language.
 */
#ifndef LESPOORT_TESTS_SCENARIO_SCENARIO_H
#define LESPOORT_TESTS_SCENARIO_SCENARIO_H

#include "config/config.h"
#include "lists/sealed.h"
#include "school/compile.h"
#include "support/gateway.h"

#define WORD_MAX       16
#define GRANTS_MAX     16
#define TALK_MAX       64
#define TALK_BYTES_MAX 40000

/* One line of a script. */
struct line {
    const char *path;
    unsigned number;
    char *words[WORD_MAX + 1]; /* NULL behind the last */
};

/* What a client says over one of its ports. */
struct talk {
    struct endpoint client, server;
    uint8_t proto;
    uint32_t seq;   /* of what is said next */
    uint32_t start; /* of what was said last */
};

struct world {
    struct config *config;
    struct sealed *sealed;
    struct catalogue catalogue; /* the view of it */
    struct snapshot snapshot;
    struct bytes snapshot_map;
    uint64_t generation;
    struct grant grants[GRANTS_MAX];
    unsigned grant_count;
    struct gateway gateway;
    struct talk talks[TALK_MAX];
    unsigned talk_count;
    struct passage last;  /* of the first packet that did not pass, or of the last one */
    struct talk *speaker; /* whose packets those were; NULL before the first */
    uint8_t asked[512];   /* the DNS question over UDP that went on last */
    size_t asked_len;
    unsigned expected, failed;
};

/* Reports file:line and ends the program: the script itself is wrong. */
void bad_line(const struct line *l, const char *format, ...)
    __attribute__((format(printf, 2, 3), noreturn));

/* world.c: the school and its clock. */
void do_config(struct world *w, const struct line *l);
void do_clock(struct world *w, const struct line *l);
void do_advance(struct world *w, const struct line *l);
void do_grant(struct world *w, const struct line *l);
void do_revoke(struct world *w, const struct line *l);
void do_replace_gate(struct world *w, const struct line *l);
void world_done(struct world *w);

/* talk.c: packets. */
void do_dns(struct world *w, const struct line *l);
void do_dns_tcp(struct world *w, const struct line *l);
void do_dns_answer(struct world *w, const struct line *l);
void do_tls(struct world *w, const struct line *l);
void do_http(struct world *w, const struct line *l);
void do_data(struct world *w, const struct line *l);
void do_quic(struct world *w, const struct line *l);
void do_udp(struct world *w, const struct line *l);
void do_server_ack(struct world *w, const struct line *l);
void do_reconnect(struct world *w, const struct line *l);

/* expect.c: what became of them. */
void do_expect(struct world *w, const struct line *l);

#endif
