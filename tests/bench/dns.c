/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DNS questions per second with a fixed number of them on the way:
 *
 *   bench_dns [-w window] [-t seconds] [-n questions] [-b source] [-c clients] [-s name] SERVER
 *
 * Each client address asks from one socket. Prints: answers per second, us of CPU time of the whole
 * machine for each, how many were NXDOMAIN, how many questions got no answer within a second.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/answer.h"
#include "bench/bench.h"

#define CLIENTS_MAX   250
#define WINDOW_MAX    64 /* per client: what one system call sends and receives */
#define QUESTION_SIZE 512
#define LOST_MS       1000
#define RCODE         0x0f
#define NXDOMAIN      3

static struct {
    unsigned window, clients;
    int64_t seconds, limit;
    struct sockaddr_in source, server;
    const char *name;
    bool bound;
} options = {.window = 4, .clients = 16, .seconds = 2, .limit = 1 << 28, .name = "example.net"};

static struct pollfd sockets[CLIENTS_MAX];
static uint8_t question[QUESTION_SIZE];
static size_t question_len;
static int64_t asked, answered, refused;

static void ask(int fd, unsigned count)
{
    struct mmsghdr messages[WINDOW_MAX] = {0};
    struct iovec part = {question, question_len};

    for (unsigned i = 0; i < count; i++)
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &part, .msg_iovlen = 1};
    for (unsigned sent = 0; sent < count;) {
        int n = sendmmsg(fd, messages + sent, count - sent, 0);

        if (n < 0 && errno != EAGAIN)
            bench_die("sendmmsg");
        sent += n > 0 ? (unsigned)n : 0;
    }
    asked += count;
}

static void collect(int fd)
{
    static uint8_t bytes[WINDOW_MAX][QUESTION_SIZE];
    struct mmsghdr messages[WINDOW_MAX] = {0};
    struct iovec parts[WINDOW_MAX];

    for (unsigned i = 0; i < options.window; i++) {
        parts[i] = (struct iovec){bytes[i], QUESTION_SIZE};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
    }
    int count = recvmmsg(fd, messages, options.window, 0, NULL);

    if (count < 0)
        return;
    for (int i = 0; i < count; i++)
        refused += (bytes[i][3] & RCODE) == NXDOMAIN;
    answered += count;
    if (asked < options.limit)
        ask(fd, (unsigned)count);
}

static void open_client(unsigned client)
{
    struct sockaddr_in a = options.source;
    int fd = bench_socket(SOCK_DGRAM);

    a.sin_addr.s_addr = htonl(ntohl(a.sin_addr.s_addr) + client);
    if (options.bound && bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0)
        bench_die("bind");
    if (connect(fd, (struct sockaddr *)&options.server, sizeof(options.server)) != 0)
        bench_die("connect");
    sockets[client] = (struct pollfd){.fd = fd, .events = POLLIN};
}

/* False when nothing came for so long that it is lost. */
static bool step(void)
{
    int ready = poll(sockets, options.clients, LOST_MS);

    for (unsigned i = 0; i < options.clients && ready > 0; i++)
        if (sockets[i].revents)
            collect(sockets[i].fd);
    return ready != 0;
}

static void run(int64_t until)
{
    while (bench_clock() < until && answered < options.limit)
        if (!step())
            for (unsigned i = 0; i < options.clients && asked < options.limit; i++)
                ask(sockets[i].fd, options.window);
}

static void drain(void)
{
    options.limit = asked;
    while (answered < asked && step())
        continue;
}

static void read_options(int argc, char **argv)
{
    int option;

    while ((option = getopt(argc, argv, "w:t:n:b:c:s:")) != -1) {
        if (option == 'w')
            options.window = (unsigned)bench_number(optarg, 1, WINDOW_MAX);
        else if (option == 't')
            options.seconds = bench_number(optarg, 1, 60);
        else if (option == 'n')
            options.limit = bench_number(optarg, 1, 1 << 28);
        else if (option == 'b')
            options.source = bench_address(optarg, 0);
        else if (option == 'c')
            options.clients = (unsigned)bench_number(optarg, 1, CLIENTS_MAX);
        else if (option == 's')
            options.name = optarg;
        else
            exit(2);
        options.bound = options.bound || option == 'b';
    }
    if (optind != argc - 1)
        exit(2);
    options.server = bench_address(argv[optind], ANSWER_DNS_PORT);
}

int main(int argc, char **argv)
{
    read_options(argc, argv);
    question_len = bench_question(question, sizeof(question), options.name);

    int64_t busy = bench_busy(), start = bench_clock();

    for (unsigned i = 0; i < options.clients; i++) {
        open_client(i);
        ask(sockets[i].fd, options.window);
    }
    run(start + options.seconds * 1000000000);

    double seconds = (double)(bench_clock() - start) / 1e9, count = (double)answered;

    busy = bench_busy() - busy;
    drain();
    printf("%.0f %.1f %lld %lld\n", count / seconds, (double)busy / (count > 0 ? count : 1),
           (long long)refused, (long long)(asked - answered));
    return EXIT_SUCCESS;
}
