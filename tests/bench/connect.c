/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * New TLS connections per second, as far as a gateway sees them: a ClientHello in two segments,
 * the server's first flight (answer.c), then the client leaves with RST, so that no state waits.
 *
 *   bench_connect [-j parallel] [-t seconds] [-n connections] [-b source] [-c clients] [-s name]
 *                 SERVER
 *
 * Clients are `clients` addresses from `source` on. Prints: connections per second, us of CPU time
 * of the whole machine for each, how many were reset, how many failed otherwise or got stuck, and
 * how many us the middle one and the slowest in a hundred took from SYN to the whole answer.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/answer.h"
#include "bench/bench.h"
#include "support/hello.h"

#define PARALLEL_MAX  1024
#define FIRST_SEGMENT 1400
#define HELLO_SIZE    1900 /* what browsers send since key shares are post-quantum */
#define STUCK_NS      INT64_C(1000000000)
#define TIMES_MAX     (1 << 18) /* the first ones speak for all */

struct connection {
    int fd; /* -1: none */
    bool sent;
    size_t received;
    int64_t started;
};

static struct {
    unsigned parallel, clients;
    int64_t seconds, limit;
    struct sockaddr_in source, server;
    const char *name;
    bool bound;
} options = {.parallel = 64, .clients = 1, .seconds = 2, .limit = 1 << 24, .name = "example.net"};

static struct connection connections[PARALLEL_MAX];
static int64_t begun, done, resets, failures;
static double times[TIMES_MAX];
static size_t time_count;
static int epoll;
static uint8_t hello[HELLO_SIZE + 100];
static size_t hello_len;

static void watch(struct connection *c, int operation, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = c};

    if (epoll_ctl(epoll, operation, c->fd, &event) != 0)
        bench_die("epoll_ctl");
}

static void from_next_client(int fd)
{
    static unsigned client;
    struct sockaddr_in a = options.source;
    const int on = 1;

    if (!options.bound)
        return;
    a.sin_addr.s_addr = htonl(ntohl(a.sin_addr.s_addr) + client++ % options.clients);
    /* The port is chosen at connect(), so that one port serves several servers. */
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
    if (bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0)
        bench_die("bind");
}

static void begin(struct connection *c)
{
    const struct linger reset = {.l_onoff = 1};
    const int on = 1;

    if (begun >= options.limit)
        return;
    begun++;
    *c = (struct connection){.fd = bench_socket(SOCK_STREAM), .started = bench_clock()};
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    from_next_client(c->fd);
    if (connect(c->fd, (struct sockaddr *)&options.server, sizeof(options.server)) != 0 &&
        errno != EINPROGRESS)
        bench_die("connect");
    watch(c, EPOLL_CTL_ADD, EPOLLOUT);
}

static void end(struct connection *c, int64_t *counter)
{
    (*counter)++;
    close(c->fd);
    c->fd = -1;
    begin(c);
}

static void end_done(struct connection *c)
{
    if (time_count < TIMES_MAX)
        times[time_count++] = (double)(bench_clock() - c->started) / 1e3;
    end(c, &done);
}

static int by_size(const void *left, const void *right)
{
    const double *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

/* Of the sorted times; part is 0 … 1. */
static double time_at(double part)
{
    return time_count ? times[(size_t)((double)(time_count - 1) * part)] : 0;
}

static void end_failed(struct connection *c)
{
    end(c, errno == ECONNRESET || errno == ECONNREFUSED || errno == EPIPE ? &resets : &failures);
}

static bool speak(struct connection *c)
{
    int error = 0;
    socklen_t size = sizeof(error);

    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    errno = error;
    if (error)
        return false;
    c->sent = true;
    if (send(c->fd, hello, FIRST_SEGMENT, MSG_NOSIGNAL) != FIRST_SEGMENT ||
        send(c->fd, hello + FIRST_SEGMENT, hello_len - FIRST_SEGMENT, MSG_NOSIGNAL) < 0)
        return false;
    watch(c, EPOLL_CTL_MOD, EPOLLIN);
    return true;
}

static void listen_to(struct connection *c)
{
    static uint8_t scratch[ANSWER_SIZE];
    ssize_t n = recv(c->fd, scratch, sizeof(scratch), 0);

    if (n < 0 && errno == EAGAIN)
        return;
    if (n == 0)
        errno = EPROTO; /* the server never closes */
    if (n <= 0) {
        end_failed(c);
        return;
    }
    c->received += (size_t)n;
    if (c->received >= ANSWER_SIZE)
        end_done(c);
}

static void step(struct connection *c)
{
    if (c->sent)
        listen_to(c);
    else if (!speak(c))
        end_failed(c);
}

static void run(int64_t until)
{
    struct epoll_event events[64];

    while (bench_clock() < until && done + resets + failures < options.limit) {
        int count = epoll_wait(epoll, events, 64, 100);

        for (int i = 0; i < count; i++)
            step(events[i].data.ptr);
    }
}

static int64_t stuck(int64_t now)
{
    int64_t count = 0;

    for (unsigned i = 0; i < options.parallel; i++)
        count += connections[i].fd >= 0 && now - connections[i].started > STUCK_NS;
    return count;
}

static void read_options(int argc, char **argv)
{
    int option;

    while ((option = getopt(argc, argv, "j:t:n:b:c:s:")) != -1) {
        if (option == 'j')
            options.parallel = (unsigned)bench_number(optarg, 1, PARALLEL_MAX);
        else if (option == 't')
            options.seconds = bench_number(optarg, 1, 60);
        else if (option == 'n')
            options.limit = bench_number(optarg, 1, 1 << 24);
        else if (option == 'b')
            options.source = bench_address(optarg, 0);
        else if (option == 'c')
            options.clients = (unsigned)bench_number(optarg, 1, 250);
        else if (option == 's')
            options.name = optarg;
        else
            exit(2);
        options.bound = options.bound || option == 'b';
    }
    if (optind != argc - 1)
        exit(2);
    options.server = bench_address(argv[optind], ANSWER_TLS_PORT);
}

int main(int argc, char **argv)
{
    const struct hello_options shape = {.pad_to = HELLO_SIZE};

    read_options(argc, argv);
    hello_len = hello_make(hello, sizeof(hello), options.name, &shape);
    if (hello_len <= FIRST_SEGMENT)
        bench_die("hello");
    epoll = epoll_create1(EPOLL_CLOEXEC);
    int64_t busy = bench_busy(), start = bench_clock();

    for (unsigned i = 0; i < options.parallel; i++) {
        connections[i].fd = -1;
        begin(&connections[i]);
    }
    run(start + options.seconds * 1000000000);

    int64_t now = bench_clock(), all = done + resets + failures;

    failures += stuck(now);
    double seconds = (double)(now - start) / 1e9;

    busy = bench_busy() - busy;
    qsort(times, time_count, sizeof(times[0]), by_size);
    printf("%.0f %.1f %lld %lld %.1f %.1f\n", (double)done / seconds,
           (double)busy / (double)(all ? all : 1), (long long)resets, (long long)failures,
           time_at(0.5), time_at(0.99));
    return EXIT_SUCCESS;
}
