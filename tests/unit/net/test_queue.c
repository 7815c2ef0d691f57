/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's side of the socket is played by the other end of a socket pair. */
#include "net/queue.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/test.h"

#define NUMBER 7

struct rig {
    struct queue *q;
    int kernel, fd;
    struct engine_packet seen;
    unsigned calls;
    struct verdict answer;
    uint8_t out[8192];
    size_t out_len;
};

/* What a verdict message says. */
struct said {
    int type;
    uint32_t verdict, id, mark, ct_mark, ct_mask;
    bool has_mark, has_ct;
    struct bytes payload;
};

static struct rig rig;

static void handler(void *arg, const struct engine_packet *p, struct verdict *ret)
{
    struct rig *r = arg;

    r->seen = *p;
    r->calls++;
    *ret = r->answer;
}

static int set_up(bool ct, uint8_t shift)
{
    int fds[2];

    rig = (struct rig){0};
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, fds) != 0)
        return -1;
    rig.fd = fds[0];
    rig.kernel = fds[1];
    rig.q = queue_new(&(struct queue_options){
        .fd = fds[0], .raw4 = -1, .raw6 = -1, .number = NUMBER, .mark_shift = shift, .ct = ct});
    return rig.q ? 0 : -1;
}

static int set_up_ct(void **state)
{
    (void)state;
    return set_up(true, 8);
}

static int set_up_mark(void **state)
{
    (void)state;
    return set_up(false, 8);
}

static int tear_down(void **state)
{
    (void)state;
    queue_free(rig.q);
    close(rig.fd);
    close(rig.kernel);
    return 0;
}

/* Packet `id` as the kernel would report it. Zero marks are left out, as the kernel does. */
static void report(uint32_t id, uint8_t hook, uint32_t mark, uint32_t ct_mark)
{
    char buf[512];
    struct nlmsghdr *m = nfq_nlmsg_put(buf, NFQNL_MSG_PACKET, NUMBER);
    struct nfqnl_msg_packet_hdr header = {.packet_id = htonl(id), .hook = hook};

    mnl_attr_put(m, NFQA_PACKET_HDR, sizeof(header), &header);
    if (mark)
        mnl_attr_put_u32(m, NFQA_MARK, htonl(mark));
    if (ct_mark) {
        struct nlattr *ct = mnl_attr_nest_start(m, NFQA_CT);

        mnl_attr_put_u32(m, CTA_STATUS, htonl(1));
        mnl_attr_put_u32(m, CTA_MARK, htonl(ct_mark));
        mnl_attr_nest_end(m, ct);
    }
    mnl_attr_put(m, NFQA_PAYLOAD, 4, "\x45pkt");
    assert_int_equal(send(rig.kernel, m, m->nlmsg_len, 0), m->nlmsg_len);
}

static int run(void)
{
    int n = queue_run(rig.q, handler, &rig);
    ssize_t len = recv(rig.kernel, rig.out, sizeof(rig.out), MSG_DONTWAIT);

    rig.out_len = len > 0 ? (size_t)len : 0;
    return n;
}

static int read_attr(const struct nlattr *a, void *arg)
{
    struct said *s = arg;
    const struct nfqnl_msg_verdict_hdr *v = mnl_attr_get_payload(a);
    const struct nlattr *in;

    switch (mnl_attr_get_type(a)) {
    case NFQA_VERDICT_HDR:
        s->verdict = ntohl(v->verdict);
        s->id = ntohl(v->id);
        break;
    case NFQA_MARK:
        s->has_mark = true;
        s->mark = ntohl(mnl_attr_get_u32(a));
        break;
    case NFQA_CT:
        s->has_ct = true;
        in = mnl_attr_get_payload(a);
        s->ct_mark = ntohl(mnl_attr_get_u32(in));
        in = (const void *)((const uint8_t *)in + MNL_ALIGN(in->nla_len));
        s->ct_mask = ntohl(mnl_attr_get_u32(in));
        break;
    default:
        s->payload = (struct bytes){mnl_attr_get_payload(a), mnl_attr_get_payload_len(a)};
    }
    return MNL_CB_OK;
}

/* The n-th message of what was sent; false when there are fewer. */
static bool said(unsigned n, struct said *ret)
{
    const struct nlmsghdr *m = (const void *)rig.out;
    int len = (int)rig.out_len;

    *ret = (struct said){0};
    for (; mnl_nlmsg_ok(m, len); m = mnl_nlmsg_next(m, &len)) {
        if (n-- > 0)
            continue;
        ret->type = m->nlmsg_type & 0xff;
        assert_int_equal(mnl_attr_parse(m, sizeof(struct nfgenmsg), read_attr, ret), MNL_CB_OK);
        return true;
    }
    return false;
}

static void run__first_packet__older_ones_accepted_before(void **state)
{
    struct said s;

    (void)state;
    report(100, NF_INET_FORWARD, 0, 0);
    assert_int_equal(run(), 1);
    assert_true(said(0, &s));
    assert_int_equal(s.type, NFQNL_MSG_VERDICT_BATCH);
    assert_int_equal(s.id, 99);
    assert_int_equal(s.verdict, NF_ACCEPT);
    assert_true(said(1, &s));
    assert_int_equal(s.type, NFQNL_MSG_VERDICT);
    assert_int_equal(s.id, 100);
    assert_false(said(2, &s));

    report(101, NF_INET_FORWARD, 0, 0);
    assert_int_equal(run(), 1);
    assert_true(said(0, &s));
    assert_int_equal(s.type, NFQNL_MSG_VERDICT);
    assert_int_equal(s.id, 101);
    assert_false(said(1, &s));
}

static void run__nothing_waits__zero(void **state)
{
    (void)state;
    assert_int_equal(run(), 0);
    assert_int_equal(rig.out_len, 0);
}

static void run__hooks__told_apart_others_accepted_unseen(void **state)
{
    static const struct {
        uint8_t hook;
        bool seen;
        enum hook as;
    } cases[] = {
        {NF_INET_PRE_ROUTING, true, HOOK_QUESTION}, {NF_INET_FORWARD, true, HOOK_FORWARD},
        {NF_INET_POST_ROUTING, true, HOOK_ANSWER},  {NF_INET_LOCAL_IN, false, HOOK_FORWARD},
        {NF_INET_LOCAL_OUT, false, HOOK_FORWARD},
    };
    struct said s;

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        rig.calls = 0;
        rig.answer = (struct verdict){.drop = cases[i].seen};
        report(i + 1, cases[i].hook, 0, 0);
        assert_int_equal(run(), 1);
        assert_int_equal(rig.calls, cases[i].seen);
        if (cases[i].seen)
            assert_int_equal(rig.seen.hook, cases[i].as);
        assert_true(said(i == 0 ? 1 : 0, &s));
        assert_int_equal(s.verdict, cases[i].seen ? NF_DROP : NF_ACCEPT);
        assert_int_equal(s.id, i + 1);
    }
}

static void run__kernel_has_marks__flow_mark_read_and_written_under_a_mask(void **state)
{
    struct said s;

    (void)state;
    rig.answer = (struct verdict){.marks = true, .mark = 0x0503};
    report(1, NF_INET_FORWARD, 0x00050300, 0xaa0101bb);
    assert_int_equal(run(), 1);
    assert_int_equal(rig.seen.mark, 0x0101);
    assert_int_equal(rig.seen.ip.len, 4);
    assert_true(said(1, &s));
    assert_true(s.has_ct);
    assert_int_equal(s.ct_mark, 0x00050300);
    assert_int_equal(s.ct_mask, 0x00ff4f00);
    assert_false(s.has_mark);
    assert_int_equal(s.payload.len, 0);
}

static void run__packet_marks__others_bits_stay_ours_only_to_be_saved(void **state)
{
    static const struct {
        uint32_t mark;
        bool marks;
        bool written;
        uint32_t expected;
    } cases[] = {
        {0xaa0101bb, true, true, 0xaa0513bb},
        {0xaa0101bb, false, true, 0xaa0000bb},
        {0xaa0000bb, false, false, 0},
        {0, true, true, 0x00051300},
        {0, false, false, 0},
    };
    struct said s;

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        rig.answer = (struct verdict){.marks = cases[i].marks, .mark = 0x0503};
        report(i + 1, NF_INET_FORWARD, cases[i].mark, 0);
        assert_int_equal(run(), 1);
        assert_int_equal(rig.seen.mark, cases[i].mark >> 8 & MARK_CT);
        assert_true(said(i == 0 ? 1 : 0, &s));
        assert_int_equal(s.has_mark, cases[i].written);
        assert_int_equal(s.mark, cases[i].expected);
        assert_false(s.has_ct);
    }
}

static void run__full_batch__all_verdicts_in_one_message_in_order(void **state)
{
    enum { COUNT = 8 }; /* what a socket pair holds */
    struct said s;

    (void)state;
    rig.answer = (struct verdict){.marks = true, .mark = 0xff0f};
    for (unsigned i = 0; i < COUNT; i++)
        report(i + 1, NF_INET_FORWARD, 0, 0);
    assert_int_equal(run(), COUNT);
    for (unsigned i = 0; i < COUNT; i++) {
        assert_true(said(i + 1, &s));
        assert_int_equal(s.id, i + 1);
    }
    assert_false(said(COUNT + 1, &s));
}

static void run__packet_in_place_of_another__goes_with_the_verdict(void **state)
{
    static uint8_t packet[VERDICT_BYTES_MAX + 1] = {0x45, 1, 2, 3};
    static const struct {
        size_t len;
        bool drop, sent;
    } cases[] = {
        {60, false, true},  {VERDICT_BYTES_MAX, false, true},      {20, false, true},
        {19, false, false}, {VERDICT_BYTES_MAX + 1, false, false}, {60, true, false},
    };
    struct said s;

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        rig.answer = (struct verdict){.drop = cases[i].drop, .marks = true, .mark = MARK_ANSWERS};
        rig.answer.instead = (struct bytes){packet, cases[i].len};
        report(i + 1, NF_INET_PRE_ROUTING, 0, 0);
        assert_int_equal(run(), 1);
        assert_true(said(i == 0 ? 1 : 0, &s));
        assert_int_equal(s.payload.len, cases[i].sent ? cases[i].len : 0);
        if (cases[i].sent)
            assert_memory_equal(s.payload.ptr, packet, cases[i].len);
        assert_true(s.has_mark);
        assert_int_equal(s.verdict, cases[i].drop ? NF_DROP : NF_ACCEPT);
    }
}

/* More than one buffer holds. */
static void run__many_large_packets__all_verdicts_come_in_order(void **state)
{
    enum { COUNT = 8 };
    static uint8_t packet[VERDICT_BYTES_MAX] = {0x45};
    struct said s;
    uint32_t next = 1;

    (void)state;
    rig.answer = (struct verdict){.instead = {packet, sizeof(packet)}};
    for (unsigned i = 0; i < COUNT; i++)
        report(i + 1, NF_INET_POST_ROUTING, 0, 0);
    assert_int_equal(run(), COUNT);
    do
        for (unsigned n = 0; said(n, &s); n++) {
            if (s.type != NFQNL_MSG_VERDICT)
                continue;
            assert_int_equal(s.id, next++);
            assert_int_equal(s.payload.len, sizeof(packet));
        }
    while ((rig.out_len = (size_t)recv(rig.kernel, rig.out, sizeof(rig.out), MSG_DONTWAIT)) <=
           sizeof(rig.out));
    assert_int_equal(next, COUNT + 1);
}

static void run__many_packets_in_one_datagram__each_has_a_verdict(void **state)
{
    enum { COUNT = 200 };
    static char buf[COUNT * 64];
    struct said s;
    size_t len = 0;
    unsigned verdicts = 0;

    (void)state;
    for (unsigned i = 0; i < COUNT; i++) {
        struct nlmsghdr *m = nfq_nlmsg_put(buf + len, NFQNL_MSG_PACKET, NUMBER);
        struct nfqnl_msg_packet_hdr header = {.packet_id = htonl(i + 1), .hook = NF_INET_FORWARD};

        mnl_attr_put(m, NFQA_PACKET_HDR, sizeof(header), &header);
        len += (m->nlmsg_len + 3) & ~UINT32_C(3);
    }
    assert_int_equal(send(rig.kernel, buf, len, 0), len);
    assert_int_equal(run(), COUNT);
    do
        for (unsigned n = 0; said(n, &s); n++)
            verdicts += s.type == NFQNL_MSG_VERDICT;
    while ((rig.out_len = (size_t)recv(rig.kernel, rig.out, sizeof(rig.out), MSG_DONTWAIT)) <=
           sizeof(rig.out));
    assert_int_equal(verdicts, COUNT);
}

static void report_error(uint32_t seq, int error)
{
    char buf[256];
    struct nlmsghdr *m = mnl_nlmsg_put_header(buf);
    struct nlmsgerr *e = mnl_nlmsg_put_extra_header(m, sizeof(*e));

    m->nlmsg_type = NLMSG_ERROR;
    e->error = error;
    e->msg.nlmsg_seq = seq;
    assert_int_equal(send(rig.kernel, m, m->nlmsg_len, 0), m->nlmsg_len);
}

static void run__refused_verdicts__counted_but_for_none_left_behind(void **state)
{
    (void)state;
    report_error(0, -ENOENT);
    report_error(0, 0);
    report_error(1, -ENOENT); /* nothing waited before the first packet */
    assert_int_equal(run(), 0);
    assert_int_equal(queue_counters(rig.q)->errors, 1);
    assert_int_equal(queue_counters(rig.q)->lost, 0);
}

static void run__broken_messages__ignored(void **state)
{
    char buf[256];
    struct nlmsghdr *m;

    (void)state;
    for (size_t len = 1; len < 60; len++) {
        m = nfq_nlmsg_put(buf, NFQNL_MSG_PACKET, NUMBER);
        mnl_attr_put(m, NFQA_PACKET_HDR, 3, "abc"); /* too short */
        mnl_attr_put(m, NFQA_PAYLOAD, 4, "\x45pkt");
        assert_true(send(rig.kernel, buf, len < m->nlmsg_len ? len : m->nlmsg_len, 0) > 0);
        assert_int_equal(run(), 0);
        assert_int_equal(rig.out_len, 0);
    }
    assert_int_equal(rig.calls, 0);
}

static void run__own_packets_cannot_be_sent__counted_and_verdict_given(void **state)
{
    static const uint8_t ip4[20] = {0x45}, ip6[40] = {0x60};
    struct said s;

    (void)state;
    rig.answer = (struct verdict){.drop = true, .out_count = 2};
    rig.answer.out[0] = (struct bytes){ip4, sizeof(ip4)};
    rig.answer.out[1] = (struct bytes){ip6, sizeof(ip6)};
    report(1, NF_INET_PRE_ROUTING, 0, 0);
    assert_int_equal(run(), 1);
    assert_int_equal(queue_counters(rig.q)->unsent, 2);
    assert_true(said(1, &s));
    assert_int_equal(s.verdict, NF_DROP);
}

static void run__socket_gone__minus_one(void **state)
{
    struct queue *q = queue_new(&(struct queue_options){.fd = -1});

    (void)state;
    assert_int_equal(queue_run(q, handler, &rig), -1);
    queue_free(q);
}

#define WITH(set_up, test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(set_up_ct, run__first_packet__older_ones_accepted_before),
        WITH(set_up_ct, run__nothing_waits__zero),
        WITH(set_up_ct, run__hooks__told_apart_others_accepted_unseen),
        WITH(set_up_ct, run__kernel_has_marks__flow_mark_read_and_written_under_a_mask),
        WITH(set_up_mark, run__packet_marks__others_bits_stay_ours_only_to_be_saved),
        WITH(set_up_ct, run__full_batch__all_verdicts_in_one_message_in_order),
        WITH(set_up_mark, run__packet_in_place_of_another__goes_with_the_verdict),
        WITH(set_up_ct, run__many_large_packets__all_verdicts_come_in_order),
        WITH(set_up_ct, run__many_packets_in_one_datagram__each_has_a_verdict),
        WITH(set_up_ct, run__refused_verdicts__counted_but_for_none_left_behind),
        WITH(set_up_ct, run__broken_messages__ignored),
        WITH(set_up_ct, run__own_packets_cannot_be_sent__counted_and_verdict_given),
        cmocka_unit_test(run__socket_gone__minus_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
