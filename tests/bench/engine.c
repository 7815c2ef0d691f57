/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Our own work per packet, in ns, without a kernel: bench_engine [-n names] [-r rounds].
 *
 * Packets come as the queue hands them over: warm in the cache, 64 flows at a time, each flow with
 * a port and an address of its own, as fast as a busy school opens connections.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/fixture.h"
#include "engine/engine.h"
#include "flow/flow.h"
#include "support/hello.h"
#include "wire/build.h"

#define PACKET_MAX   2048
#define FLOWS        64  /* per group */
#define GROUPS       200 /* per round */
#define GROUP_MS     5   /* 64 flows in 5 ms: 12 800 per second */
#define STEPS_MAX    3   /* packets per flow */
#define CLIENT_SEQ   1000
#define SERVER_SEQ   5000
#define ANSWER_BYTES 1000
#define HELLO_BYTES  1900
#define FIRST_BYTES  1400
#define SHORT_HELLO  517

/* Each flow has another number in the name, so that look-ups find their memory cold. */
#define NAME       "name1000000.example.org"
#define NUMBER_AT  4 /* within the name */
#define NUMBER_MIN 1000000u
#define NUMBER_END 5000000u
#define NAMES      NUMBER_END

/* Where an IPv4 packet without options has what differs from flow to flow. */
#define CLIENT_OF_SOURCE      14 /* the last two bytes of the address */
#define CLIENT_OF_DESTINATION 18
#define PORT_OF_SOURCE        20
#define PORT_OF_DESTINATION   22

struct template
{
    uint8_t bytes[PACKET_MAX];
    size_t len, number_at; /* number_at 0: no number */
    enum hook hook;
    bool from_server;
};

struct scene {
    const char *what;
    void (*write)(struct template *steps); /* fills the first ones, the others stay empty */
    bool lesson;
    const char *counter; /* goes up once per flow, or this measures something else */
};

static const uint8_t client_address[4] = {10, 0, 1, 1}, server_address[4] = {192, 0, 2, 1};
static struct template group[FLOWS][STEPS_MAX];
static struct engine *engine;
static struct fixture fixture;
static struct now now;
static unsigned next_flow;

static struct endpoint client(void)
{
    return (struct endpoint){addr_from4(client_address), 1024};
}

static struct endpoint server(uint16_t port)
{
    return (struct endpoint){addr_from4(server_address), port};
}

/* ---- what is said ---- */

static void write_question(struct template *t, const char *name)
{
    uint8_t message[512];
    struct endpoint from = client(), to = server(53);
    size_t len = bench_question(message, sizeof(message), name);

    t->hook = HOOK_QUESTION;
    t->len = build_udp(t->bytes, PACKET_MAX, &from, &to, (struct bytes){message, len});
}

static void write_open_question(struct template *steps)
{
    write_question(steps, NAME);
}

static void write_closed_question(struct template *steps)
{
    write_question(steps, "www.service7.example");
}

static void write_client(struct template *t, uint16_t port, uint32_t seq, struct bytes payload)
{
    struct segment s = {client(),   server(port),      CLIENT_SEQ + seq,
                        SERVER_SEQ, TCP_ACK | TCP_PSH, payload};

    t->hook = HOOK_FORWARD;
    t->len = build_tcp(t->bytes, PACKET_MAX, &s);
}

static void write_answer(struct template *t, uint32_t read)
{
    static const uint8_t flight[ANSWER_BYTES] = {22, 3, 3};
    struct segment s = {server(443),       client(),          SERVER_SEQ,
                        CLIENT_SEQ + read, TCP_ACK | TCP_PSH, {flight, sizeof(flight)}};

    t->hook = HOOK_FORWARD;
    t->from_server = true;
    t->len = build_tcp(t->bytes, PACKET_MAX, &s);
}

static struct bytes make_hello(size_t size)
{
    static uint8_t buf[PACKET_MAX];
    const struct hello_options shape = {.pad_to = size};

    return (struct bytes){buf, hello_make(buf, sizeof(buf), NAME, &shape)};
}

static void write_short_hello(struct template *steps)
{
    write_client(&steps[0], 443, 0, make_hello(SHORT_HELLO));
}

static void write_confirmed_hello(struct template *steps)
{
    struct bytes hello = make_hello(HELLO_BYTES);

    write_client(&steps[0], 443, 0, (struct bytes){hello.ptr, FIRST_BYTES});
    write_client(&steps[1], 443, FIRST_BYTES,
                 (struct bytes){hello.ptr + FIRST_BYTES, hello.len - FIRST_BYTES});
    write_answer(&steps[2], (uint32_t)hello.len);
}

static void write_request(struct template *steps)
{
    static const char text[] = "GET /path/of/a/page HTTP/1.1\r\nHost: " NAME "\r\n"
                               "User-Agent: bench\r\nAccept: */*\r\n\r\n";

    write_client(steps, 80, 0, (struct bytes){(const uint8_t *)text, sizeof(text) - 1});
}

static const struct scene scenes[] = {
    {"DNS question, open name", write_open_question, true, "dns_questions"},
    {"DNS question, closed name, answered", write_closed_question, true, "dns_refused"},
    {"ClientHello in one segment, no lesson", write_short_hello, false, "hellos"},
    {"ClientHello in two segments, confirmed by the server", write_confirmed_hello, true,
     "confirmed"},
    {"HTTP request", write_request, true, "requests"},
};

/* ---- measuring ---- */

static void find_number(struct template *t)
{
    const uint8_t *at = memmem(t->bytes, t->len, NAME, strcspn(NAME, "."));

    t->number_at = at ? (size_t)(at - t->bytes) + NUMBER_AT : 0;
}

static void write_number(struct template *t)
{
    unsigned number = NUMBER_MIN + next_flow * 2654435761u % (NUMBER_END - NUMBER_MIN);
    char digits[16];
    int len = snprintf(digits, sizeof(digits), "%u", number);

    if (t->number_at)
        memcpy(t->bytes + t->number_at, digits, (size_t)len);
}

/* Another flow than any of the last minute. */
static void renew(struct template *steps)
{
    unsigned port = 1024 + next_flow % 64000, host = 256 + next_flow / 64000 % 200 + next_flow % 50;

    next_flow++;
    for (struct template *t = steps; t < steps + STEPS_MAX && t->len; t++) {
        uint8_t *at = t->bytes + (t->from_server ? CLIENT_OF_DESTINATION : CLIENT_OF_SOURCE);
        uint8_t *at_port = t->bytes + (t->from_server ? PORT_OF_DESTINATION : PORT_OF_SOURCE);

        at[0] = (uint8_t)(host >> 8);
        at[1] = (uint8_t)host;
        at_port[0] = (uint8_t)(port >> 8);
        at_port[1] = (uint8_t)port;
        write_number(t);
    }
}

/* Step by step over all flows of the group, as their packets mix in a queue. */
static unsigned handle_group(void)
{
    unsigned count = 0;
    struct verdict verdict;

    for (unsigned step = 0; step < STEPS_MAX && group[0][step].len; step++)
        for (unsigned flow = 0; flow < FLOWS; flow++) {
            const struct template *t = &group[flow][step];
            struct engine_packet p = {.ip = {t->bytes, t->len}, .hook = t->hook};

            engine_handle(engine, &p, now, &verdict);
            count++;
        }
    return count;
}

static double round_of_groups(void)
{
    int64_t spent = 0;
    unsigned count = 0;

    for (unsigned i = 0; i < GROUPS; i++) {
        for (unsigned flow = 0; flow < FLOWS; flow++)
            renew(group[flow]);
        now.mono += GROUP_MS;
        int64_t start = bench_clock();

        count += handle_group();
        spent += bench_clock() - start;
    }
    return (double)spent / count;
}

static uint64_t count_of(const struct scene *s)
{
    for (size_t i = 0; i < counter_count; i++)
        if (strcmp(counter_info[i].name, s->counter) == 0)
            return counter_value(engine_counters(engine), i);
    return 0;
}

static void measure(const struct scene *scene, unsigned rounds)
{
    struct samples samples = {.count = 0};
    uint64_t before = count_of(scene), flows = (uint64_t)FLOWS * GROUPS * rounds;

    memset(group, 0, sizeof(group));
    scene->write(group[0]);
    for (unsigned step = 0; step < STEPS_MAX; step++)
        find_number(&group[0][step]);
    for (unsigned flow = 1; flow < FLOWS; flow++)
        memcpy(group[flow], group[0], sizeof(group[0]));
    for (unsigned i = 0; i < rounds; i++)
        samples_add(&samples, round_of_groups());
    if (count_of(scene) - before != flows) {
        fprintf(stderr, "%s: %llu of %llu flows were read\n", scene->what,
                (unsigned long long)(count_of(scene) - before), (unsigned long long)flows);
        exit(EXIT_FAILURE);
    }
    samples_print(&samples, scene->what, "ns per packet");
}

int main(int argc, char **argv)
{
    struct fixture_size size = {.zones = 200, .labels = 60, .names = NAMES};
    const struct engine_limits limits = {FLOW_LIMIT, FLOW_CLIENT_LIMIT};
    unsigned rounds = 9;
    int option;

    while ((option = getopt(argc, argv, "n:r:")) != -1) {
        if (option == 'n')
            size.names = (unsigned)bench_number(optarg, 0, 10000000);
        else if (option == 'r')
            rounds = (unsigned)bench_number(optarg, 1, BENCH_SAMPLES_MAX);
        else
            return 2;
    }
    fixture_make(&fixture, &size);
    for (size_t i = 0; i < ARRAY_SIZE(scenes); i++) {
        engine = engine_new(&limits, hash_key_random());
        if (!engine)
            bench_die("engine");
        engine_use(engine, &fixture.snapshot, &fixture.catalogue);
        now.wall = scenes[i].lesson ? fixture.during : fixture.after;
        measure(&scenes[i], rounds);
        engine_free(engine);
    }
    return EXIT_SUCCESS;
}
