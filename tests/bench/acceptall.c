/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The least that a program can do with a queue: accept every packet unread. What the gate costs
 * beyond this is its own doing. bench_acceptall QUEUE; says "ready", then runs until it is killed.
 */
#include <arpa/inet.h> /* before the kernel headers, which define the same things */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "bench/bench.h"
#include "net/queue.h"

#define MESSAGE_MAX (QUEUE_COPY_RANGE + 4096)

/* Laid out as the kernel reads it. */
struct accept {
    struct nlmsghdr message;
    struct nfgenmsg queue;
    struct nlattr attribute;
    struct nfqnl_msg_verdict_hdr verdict;
};
_Static_assert(sizeof(struct accept) == 32, "no padding in a message");

static struct accept accept_packet(uint16_t queue, uint32_t id)
{
    return (struct accept){
        .message = {.nlmsg_len = sizeof(struct accept),
                    .nlmsg_type = NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_VERDICT,
                    .nlmsg_flags = NLM_F_REQUEST},
        .queue = {.version = NFNETLINK_V0, .res_id = htons(queue)},
        .attribute = {.nla_len = sizeof(struct nlattr) + sizeof(struct nfqnl_msg_verdict_hdr),
                      .nla_type = NFQA_VERDICT_HDR},
        .verdict = {.verdict = htonl(NF_ACCEPT), .id = id},
    };
}

/* The packet's number, as it came, is the first attribute of its message. */
static bool packet_id(const uint8_t *buf, size_t len, uint32_t *ret)
{
    const size_t at = sizeof(struct nlmsghdr) + sizeof(struct nfgenmsg) + sizeof(struct nlattr);
    uint16_t type;

    if (len < at + sizeof(*ret))
        return false;
    memcpy(&type, buf + offsetof(struct nlmsghdr, nlmsg_type), sizeof(type));
    memcpy(ret, buf + at, sizeof(*ret));
    return type == (NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET);
}

static void batch(int fd, uint16_t queue, struct mmsghdr *messages)
{
    static struct accept out[QUEUE_BATCH];
    unsigned answers = 0;
    int count = recvmmsg(fd, messages, QUEUE_BATCH, MSG_DONTWAIT, NULL);

    if (count < 0 && errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
        bench_die("recvmmsg");
    for (int i = 0; i < count; i++) {
        uint32_t id;

        if (packet_id(messages[i].msg_hdr.msg_iov->iov_base, messages[i].msg_len, &id))
            out[answers++] = accept_packet(queue, id);
    }
    if (answers && send(fd, out, answers * sizeof(out[0]), 0) < 0)
        bench_die("send");
}

int main(int argc, char **argv)
{
    struct mmsghdr messages[QUEUE_BATCH] = {0};
    struct iovec parts[QUEUE_BATCH];
    bool ct;

    if (argc != 2)
        return 2;
    uint16_t number = (uint16_t)bench_number(argv[1], 0, UINT16_MAX);
    uint8_t *memory = malloc((size_t)QUEUE_BATCH * MESSAGE_MAX);
    int fd = queue_open(number, true, &ct);

    if (fd < 0 || !memory)
        bench_die("queue");
    for (size_t i = 0; i < QUEUE_BATCH; i++) {
        parts[i] = (struct iovec){memory + i * MESSAGE_MAX, MESSAGE_MAX};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
    }
    puts("ready");
    fflush(stdout);
    for (;;) {
        struct pollfd waiting = {.fd = fd, .events = POLLIN};

        poll(&waiting, 1, -1);
        batch(fd, number, messages);
    }
}
