/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The other side of the generators: bench_answer ADDRESS. On TCP port 443 the first TLS record is
 * answered with ANSWER_SIZE bytes; on UDP port 53 each message is sent back as its own answer.
 * Says "ready" and runs until it is killed.
 */
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/answer.h"
#include "bench/bench.h"

#define CONNECTIONS_MAX 65536 /* descriptors; more are closed at once */
#define BACKLOG         4096
#define RECORD_HEADER   5
#define DNS_BATCH       64
#define DNS_SIZE        512

/* By descriptor. */
static struct {
    size_t got, wanted;
} connections[CONNECTIONS_MAX];

static int epoll;

static void watch(int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        bench_die("epoll_ctl");
}

static int bound(int type, struct sockaddr_in address)
{
    int fd = bench_socket(type);
    const int on = 1;

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
        bench_die("bind");
    watch(fd);
    return fd;
}

static void accept_all(int listener)
{
    const int on = 1;
    int fd;

    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        if (fd >= CONNECTIONS_MAX) {
            close(fd);
            continue;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        connections[fd].got = connections[fd].wanted = 0;
        watch(fd);
    }
}

static void answer_tls(int fd)
{
    static const uint8_t flight[ANSWER_SIZE] = {22, 3, 3};
    static uint8_t scratch[65536];
    ssize_t n = recv(fd, scratch, sizeof(scratch), 0);

    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        close(fd); /* which ends the watching, too */
        return;
    }
    if (connections[fd].got == 0 && n >= RECORD_HEADER)
        connections[fd].wanted = RECORD_HEADER + (size_t)(scratch[3] << 8 | scratch[4]);
    connections[fd].got += (size_t)n;
    if (connections[fd].got < connections[fd].wanted)
        return;
    send(fd, flight, sizeof(flight), MSG_NOSIGNAL);
}

static void answer_dns(int fd)
{
    static uint8_t bytes[DNS_BATCH][DNS_SIZE];
    static struct sockaddr_in peers[DNS_BATCH];
    struct mmsghdr messages[DNS_BATCH] = {0};
    struct iovec parts[DNS_BATCH];

    for (int i = 0; i < DNS_BATCH; i++) {
        parts[i] = (struct iovec){bytes[i], DNS_SIZE};
        messages[i].msg_hdr = (struct msghdr){.msg_name = &peers[i],
                                              .msg_namelen = sizeof(peers[i]),
                                              .msg_iov = &parts[i],
                                              .msg_iovlen = 1};
    }
    int count = recvmmsg(fd, messages, DNS_BATCH, 0, NULL);

    for (int i = 0; i < count; i++) {
        parts[i].iov_len = messages[i].msg_len;
        bytes[i][2] |= 0x80; /* an answer */
    }
    if (count > 0)
        sendmmsg(fd, messages, (unsigned)count, 0);
}

int main(int argc, char **argv)
{
    struct epoll_event events[64];

    if (argc != 2)
        return 2;
    epoll = epoll_create1(EPOLL_CLOEXEC);
    int listener = bound(SOCK_STREAM, bench_address(argv[1], ANSWER_TLS_PORT));
    int dns = bound(SOCK_DGRAM, bench_address(argv[1], ANSWER_DNS_PORT));

    if (listen(listener, BACKLOG) != 0)
        bench_die("listen");
    puts("ready");
    fflush(stdout);
    for (;;) {
        int count = epoll_wait(epoll, events, 64, -1);

        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;

            (fd == listener ? accept_all : fd == dns ? answer_dns : answer_tls)(fd);
        }
    }
}
