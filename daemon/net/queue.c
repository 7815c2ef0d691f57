/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "net/queue.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <poll.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/raw.h"

#define MESSAGE_MAX (0x10000 + 4096) /* the largest copy and every attribute beside it */
#define VERDICT_MAX 64               /* one verdict with a mark in either form */
#define PACKET_MIN  20               /* an IP header */
#define SEND_TRIES  3
#define VERDICTS    (QUEUE_BATCH + 1)
#define ANSWER_MS   2000 /* the kernel answers a configuration at once, or never */

/* Told apart from other messages by its number: its refusal only says that nothing waited. */
#define SEQ_LEFT_BEHIND 1

struct queue {
    struct queue_options options;
    struct queue_counters counters;
    uint32_t drops_before;
    bool started;
    struct mmsghdr messages[QUEUE_BATCH];
    struct iovec parts[QUEUE_BATCH];
    uint8_t *in;
    alignas(NLMSG_ALIGNTO) uint8_t out[VERDICTS * VERDICT_MAX + VERDICT_BYTES_MAX];
    size_t out_len;
};

/* One packet as the kernel describes it. */
struct queued {
    uint32_t id, mark, ct_mark, ifindex;
    uint8_t hook;
    struct bytes ip;
};

static size_t padded(const struct nlmsghdr *m)
{
    return (m->nlmsg_len + NLMSG_ALIGNTO - 1) & ~(NLMSG_ALIGNTO - 1);
}

/* --- opening ---------------------------------------------------------------------------- */

static struct nlmsghdr *ask(char *buf, uint16_t number, uint32_t seq)
{
    struct nlmsghdr *m = nfq_nlmsg_put(buf, NFQNL_MSG_CONFIG, number);

    m->nlmsg_flags |= NLM_F_ACK;
    m->nlmsg_seq = seq;
    return m;
}

static void put_flags(struct nlmsghdr *m, uint32_t flags)
{
    mnl_attr_put_u32(m, NFQA_CFG_FLAGS, htonl(flags));
    mnl_attr_put_u32(m, NFQA_CFG_MASK, htonl(flags));
}

/* The first error in one datagram of answers, and whether the one to `last` is among them. */
static int read_answers(const void *buf, size_t size, uint32_t last, bool *done)
{
    const struct nlmsghdr *m = buf;
    int len = (int)size, error = 0;

    for (; mnl_nlmsg_ok(m, len); m = mnl_nlmsg_next(m, &len)) {
        const struct nlmsgerr *answer = mnl_nlmsg_get_payload(m);

        if (m->nlmsg_type != NLMSG_ERROR || mnl_nlmsg_get_payload_len(m) < sizeof(*answer))
            continue;
        if (error == 0)
            error = -answer->error;
        if (answer->msg.nlmsg_seq == last)
            *done = true;
    }
    return error;
}

/* Sends configuration messages and waits for the answer to each; 0 or the first error. */
static int configure(int fd, const void *buf, size_t len, uint32_t last)
{
    alignas(NLMSG_ALIGNTO) char in[8192];
    struct pollfd waiting = {.fd = fd, .events = POLLIN};
    bool done = false;
    int error = 0;

    if (send(fd, buf, len, 0) < 0)
        return errno;
    while (!done) {
        int ready = poll(&waiting, 1, ANSWER_MS);

        if (ready == 0)
            return ETIMEDOUT;
        if (ready < 0 && errno != EINTR)
            return errno;

        ssize_t n = recv(fd, in, sizeof(in), MSG_DONTWAIT);

        if (n < 0 && errno != EINTR && errno != EAGAIN && errno != ENOBUFS)
            return errno;
        if (n > 0) {
            int answer = read_answers(in, (size_t)n, last, &done);

            error = error ? error : answer;
        }
    }
    return error;
}

/* All in one datagram, the copy mode last: a bound queue that does not copy loses packets. */
static int configure_queue(int fd, uint16_t number, bool fail_open)
{
    alignas(NLMSG_ALIGNTO) char buf[512];
    char *at = buf;
    struct nlmsghdr *m;

    m = ask(at, number, 1);
    nfq_nlmsg_cfg_put_cmd(m, AF_UNSPEC, NFQNL_CFG_CMD_BIND);
    at += padded(m);
    m = ask(at, number, 2);
    nfq_nlmsg_cfg_put_qmaxlen(m, QUEUE_LENGTH);
    put_flags(m, NFQA_CFG_F_GSO | (fail_open ? (uint32_t)NFQA_CFG_F_FAIL_OPEN : 0));
    at += padded(m);
    m = ask(at, number, 3);
    nfq_nlmsg_cfg_put_params(m, NFQNL_COPY_PACKET, QUEUE_COPY_RANGE);
    at += padded(m);
    return configure(fd, buf, (size_t)(at - buf), 3);
}

/* Alone, since the kernel refuses a set of flags as a whole. Asking also loads the module
 * without which marks in verdicts are ignored in silence. */
static bool configure_ct(int fd, uint16_t number)
{
    alignas(NLMSG_ALIGNTO) char buf[256];
    struct nlmsghdr *m = ask(buf, number, 4);

    put_flags(m, NFQA_CFG_F_CONNTRACK);
    return configure(fd, m, m->nlmsg_len, 4) == 0;
}

static int open_socket(void)
{
    const struct sockaddr_nl any = {.nl_family = AF_NETLINK};
    const int on = 1, size = QUEUE_BUFFER;
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_NETFILTER);

    if (fd < 0)
        return -1;
    if (bind(fd, (const struct sockaddr *)&any, sizeof(any)) != 0) {
        int error = errno;

        close(fd);
        errno = error;
        return -1;
    }
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) != 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    /* After a reported overrun the kernel sends nothing until all is read: more would be lost. */
    setsockopt(fd, SOL_NETLINK, NETLINK_NO_ENOBUFS, &on, sizeof(on));
    return fd;
}

int queue_open(uint16_t number, bool fail_open, bool *ret_ct)
{
    int fd = open_socket(), error;

    if (fd < 0)
        return -1;
    error = configure_queue(fd, number, fail_open);
    if (error) {
        close(fd);
        errno = error;
        return -1;
    }
    *ret_ct = configure_ct(fd, number);
    return fd;
}

/* --- reading ---------------------------------------------------------------------------- */

/* Reports the kernel could not deliver on this socket, since it was made. */
static uint32_t socket_drops(int fd)
{
    uint32_t info[SK_MEMINFO_VARS] = {0};
    socklen_t len = sizeof(info);

    if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &len) != 0)
        return 0;
    return info[SK_MEMINFO_DROPS];
}

struct queue *queue_new(const struct queue_options *options)
{
    struct queue *q = calloc(1, sizeof(*q));

    if (!q)
        return NULL;
    q->options = *options;
    q->drops_before = socket_drops(options->fd);
    q->in = malloc((size_t)QUEUE_BATCH * MESSAGE_MAX);
    if (!q->in) {
        free(q);
        return NULL;
    }
    for (size_t i = 0; i < QUEUE_BATCH; i++) {
        q->parts[i] = (struct iovec){q->in + i * MESSAGE_MAX, MESSAGE_MAX};
        q->messages[i].msg_hdr = (struct msghdr){.msg_iov = &q->parts[i], .msg_iovlen = 1};
    }
    return q;
}

void queue_free(struct queue *q)
{
    if (!q)
        return;
    free(q->in);
    free(q);
}

const struct queue_counters *queue_counters(struct queue *q)
{
    q->counters.lost = socket_drops(q->options.fd) - q->drops_before;
    return &q->counters;
}

static uint32_t attr_u32(const struct nlattr *a)
{
    return a && mnl_attr_get_payload_len(a) >= 4 ? ntohl(mnl_attr_get_u32(a)) : 0;
}

static int find_mark(const struct nlattr *a, void *arg)
{
    uint32_t *mark = arg;

    if (mnl_attr_get_type(a) == CTA_MARK)
        *mark = attr_u32(a);
    return MNL_CB_OK;
}

static uint32_t ct_mark(const struct nlattr *ct)
{
    uint32_t mark = 0;

    if (ct)
        mnl_attr_parse_nested(ct, find_mark, &mark);
    return mark;
}

/* Every attribute is optional but the header that carries the packet's number. */
static bool read_packet(const struct nlmsghdr *m, struct queued *ret)
{
    struct nlattr *a[NFQA_MAX + 1] = {NULL};
    struct nfqnl_msg_packet_hdr header;

    *ret = (struct queued){0};
    if (nfq_nlmsg_parse(m, a) < 0 || !a[NFQA_PACKET_HDR] ||
        mnl_attr_get_payload_len(a[NFQA_PACKET_HDR]) < sizeof(header))
        return false;
    memcpy(&header, mnl_attr_get_payload(a[NFQA_PACKET_HDR]), sizeof(header));
    ret->id = ntohl(header.packet_id);
    ret->hook = header.hook;
    ret->mark = attr_u32(a[NFQA_MARK]);
    ret->ct_mark = ct_mark(a[NFQA_CT]);
    ret->ifindex = attr_u32(a[NFQA_IFINDEX_INDEV]);
    if (a[NFQA_PAYLOAD])
        ret->ip = (struct bytes){mnl_attr_get_payload(a[NFQA_PAYLOAD]),
                                 mnl_attr_get_payload_len(a[NFQA_PAYLOAD])};
    return true;
}

/* --- verdicts --------------------------------------------------------------------------- */

/* Verdicts that are not sent leave their packets waiting: short of memory, it is tried again. */
static void flush(struct queue *q)
{
    unsigned tries = SEND_TRIES;
    ssize_t n;

    if (q->out_len == 0)
        return;
    do
        n = send(q->options.fd, q->out, q->out_len, 0);
    while (n < 0 && (errno == EINTR || (errno == ENOBUFS && --tries)));
    if (n < 0)
        q->counters.errors++;
    q->out_len = 0;
}

/* payload: how much of a packet goes with it. */
static struct nlmsghdr *verdict_begin(struct queue *q, int type, uint32_t seq, size_t payload)
{
    if (sizeof(q->out) - q->out_len < VERDICT_MAX + payload)
        flush(q);

    struct nlmsghdr *m = nfq_nlmsg_put((char *)q->out + q->out_len, type, q->options.number);

    m->nlmsg_seq = seq;
    return m;
}

static void verdict_end(struct queue *q, const struct nlmsghdr *m)
{
    q->out_len += padded(m);
}

/* The kernel takes any verdict up to that number: what an earlier reader took and never
 * answered. All that it had not read yet comes to us. */
static void accept_left_behind(struct queue *q, uint32_t first)
{
    struct nlmsghdr *m = verdict_begin(q, NFQNL_MSG_VERDICT_BATCH, SEQ_LEFT_BEHIND, 0);

    nfq_nlmsg_verdict_put(m, (int)(first - 1), NF_ACCEPT);
    verdict_end(q, m);
}

/* In the packet mark others' bits stay and ours leave, but for what the save rule shall copy. */
static uint32_t packet_mark(const struct queue *q, const struct queued *p, const struct verdict *v)
{
    unsigned shift = q->options.mark_shift;
    uint32_t mark = p->mark & ~((uint32_t)MARK_SKB << shift);

    return v->marks ? mark | ((v->mark & MARK_CT) | MARK_SAVE) << shift : mark;
}

/* The packet in place of the one that waits. A payload shorter than an IP header can bring down
 * kernels to 5.18 (CVE-2022-36946). */
static struct bytes replacement(const struct verdict *v)
{
    bool usable = !v->drop && v->instead.len >= PACKET_MIN && v->instead.len <= VERDICT_BYTES_MAX;

    return usable ? v->instead : (struct bytes){NULL, 0};
}

static void put_verdict(struct queue *q, const struct queued *p, const struct verdict *v)
{
    unsigned shift = q->options.mark_shift;
    struct bytes instead = replacement(v);
    struct nlmsghdr *m = verdict_begin(q, NFQNL_MSG_VERDICT, 0, instead.len);

    nfq_nlmsg_verdict_put(m, (int)p->id, v->drop ? NF_DROP : NF_ACCEPT);
    if (q->options.ct && v->marks) {
        struct nlattr *ct = mnl_attr_nest_start(m, NFQA_CT);

        mnl_attr_put_u32(m, CTA_MARK, htonl((v->mark & MARK_CT) << shift));
        mnl_attr_put_u32(m, CTA_MARK_MASK, htonl((uint32_t)MARK_CT << shift));
        mnl_attr_nest_end(m, ct);
    }
    if (!q->options.ct && packet_mark(q, p, v) != p->mark)
        nfq_nlmsg_verdict_put_mark(m, packet_mark(q, p, v));
    if (instead.len)
        mnl_attr_put(m, NFQA_PAYLOAD, instead.len, instead.ptr);
    verdict_end(q, m);
}

/* Before the verdict: what the packet sets off must not overtake our answer to it. */
static void send_own(struct queue *q, const struct queued *p, const struct verdict *v)
{
    for (unsigned i = 0; i < v->out_count && i < VERDICT_OUT_MAX; i++)
        if (!raw_send(q->options.raw4, q->options.raw6, v->out[i], p->ifindex))
            q->counters.unsent++;
}

/* False: no rule of ours queues there. */
static bool find_hook(const struct queued *p, enum hook *ret)
{
    switch (p->hook) {
    case NF_INET_PRE_ROUTING:
        *ret = HOOK_QUESTION;
        return true;
    case NF_INET_FORWARD:
        *ret = HOOK_FORWARD;
        return true;
    case NF_INET_POST_ROUTING:
        *ret = HOOK_ANSWER;
        return true;
    default:
        return false;
    }
}

static void handle(struct queue *q, const struct queued *p, queue_handler *handler, void *arg)
{
    uint32_t flow = q->options.ct ? p->ct_mark : p->mark;
    struct engine_packet packet = {
        .ip = p->ip,
        .mark = flow >> q->options.mark_shift & MARK_CT,
    };
    struct verdict v = {0};

    if (!q->started) {
        q->started = true;
        accept_left_behind(q, p->id);
    }
    if (p->ip.len > 0 && find_hook(p, &packet.hook)) {
        handler(arg, &packet, &v);
        send_own(q, p, &v);
    }
    put_verdict(q, p, &v);
}

static void count_error(struct queue *q, const struct nlmsghdr *m)
{
    const struct nlmsgerr *answer = mnl_nlmsg_get_payload(m);

    if (mnl_nlmsg_get_payload_len(m) < sizeof(*answer) || answer->error == 0 ||
        answer->msg.nlmsg_seq == SEQ_LEFT_BEHIND)
        return;
    q->counters.errors++;
}

static int datagram(struct queue *q, const void *buf, size_t size, queue_handler *handler,
                    void *arg)
{
    const struct nlmsghdr *m = buf;
    int len = (int)size, count = 0;

    for (; mnl_nlmsg_ok(m, len); m = mnl_nlmsg_next(m, &len)) {
        struct queued p;

        if (m->nlmsg_type == NLMSG_ERROR)
            count_error(q, m);
        if (m->nlmsg_type != (NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET) || !read_packet(m, &p))
            continue;
        handle(q, &p, handler, arg);
        count++;
    }
    return count;
}

int queue_run(struct queue *q, queue_handler *handler, void *arg)
{
    int count = 0, n = recvmmsg(q->options.fd, q->messages, QUEUE_BATCH, MSG_DONTWAIT, NULL);

    if (n < 0)
        return errno == EAGAIN || errno == EINTR || errno == ENOBUFS ? 0 : -1;
    for (int i = 0; i < n; i++)
        count += datagram(q, q->in + (size_t)i * MESSAGE_MAX, q->messages[i].msg_len, handler, arg);
    flush(q);
    return count;
}
