/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <netinet/in.h>

#include "support/test.h"
#include "wire/build.h"

#define ROOM 65600

static uint8_t packet[ROOM], payload[ROOM];

static struct endpoint endpoint(const char *address, uint16_t port)
{
    struct endpoint e = {.port = port};

    assert_true(addr_parse(address, &e.addr));
    return e;
}

static uint16_t sum16(const uint8_t *ptr, size_t len, uint64_t sum)
{
    for (size_t i = 0; i < len; i++)
        sum += (uint64_t)ptr[i] << (i % 2 ? 0 : 8);
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

/* A receiver's view: the sum over everything, checksum included, has all bits set. */
static void check_sums(size_t len)
{
    bool v4 = packet[0] >> 4 == 4;
    size_t header = v4 ? 20 : 40, addrs = v4 ? 8 : 32;
    uint8_t proto = packet[v4 ? 9 : 6];

    if (v4)
        assert_int_equal(sum16(packet, 20, 0), 0xffff);
    uint16_t pseudo = sum16(packet + header - addrs, addrs, proto + len - header);
    assert_int_equal(sum16(packet + header, len - header, pseudo), 0xffff);
}

static const struct {
    const char *from, *to;
} pairs[] = {
    {"10.1.2.3", "192.0.2.53"},
    {"2001:db8::1", "2001:db8:ffff::53"},
};

static void build__tcp_of_any_payload__reads_back_with_right_sums(void **state)
{
    static const size_t lens[] = {0, 1, 2, 17, 1460, 60000};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(pairs) * ARRAY_SIZE(lens); i++) {
        size_t n = lens[i / ARRAY_SIZE(pairs)];
        struct segment s = {.from = endpoint(pairs[i % 2].from, 443),
                            .to = endpoint(pairs[i % 2].to, 50123),
                            .seq = 0xfffffffe,
                            .ack = 77,
                            .flags = TCP_FIN | TCP_ACK | TCP_PSH,
                            .payload = {payload, n}};
        size_t len = build_tcp(packet, sizeof(packet), &s);
        struct packet p;
        bool cut = true;

        assert_int_equal(packet_read(&p, (struct bytes){packet, len}, &cut), PARSE_OK);
        assert_false(cut);
        assert_int_equal(p.proto, IPPROTO_TCP);
        assert_memory_equal(&p.src.addr, &s.from.addr, sizeof(struct addr));
        assert_memory_equal(&p.dst.addr, &s.to.addr, sizeof(struct addr));
        assert_int_equal(p.src.port, 443);
        assert_int_equal(p.dst.port, 50123);
        assert_int_equal(p.seq, 0xfffffffe);
        assert_int_equal(p.ack, 77);
        assert_int_equal(p.flags, TCP_FIN | TCP_ACK | TCP_PSH);
        assert_int_equal(p.payload.len, n);
        if (n)
            assert_memory_equal(p.payload.ptr, payload, n);
        check_sums(len);
    }
}

static void build__udp_of_any_payload__reads_back_with_right_sums(void **state)
{
    static const size_t lens[] = {0, 1, 2, 511, 65000};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(pairs) * ARRAY_SIZE(lens); i++) {
        size_t n = lens[i / ARRAY_SIZE(pairs)];
        struct endpoint from = endpoint(pairs[i % 2].from, 53);
        struct endpoint to = endpoint(pairs[i % 2].to, 40000);
        size_t len = build_udp(packet, sizeof(packet), &from, &to, (struct bytes){payload, n});
        struct packet p;
        bool cut = true;

        assert_int_equal(packet_read(&p, (struct bytes){packet, len}, &cut), PARSE_OK);
        assert_false(cut);
        assert_int_equal(p.proto, IPPROTO_UDP);
        assert_memory_equal(&p.src.addr, &from.addr, sizeof(struct addr));
        assert_int_equal(p.src.port, 53);
        assert_int_equal(p.dst.port, 40000);
        assert_int_equal(p.payload.len, n);
        check_sums(len);
    }
}

/* RFC 768: a sum of zero goes out as all ones, for zero says that there is none. */
static void build__udp_whose_sum_is_zero__sends_all_ones(void **state)
{
    struct endpoint from = endpoint("10.0.0.1", 53), to = endpoint("10.0.0.2", 4000);
    uint8_t body[2] = {0, 0};

    (void)state;
    size_t len = build_udp(packet, sizeof(packet), &from, &to, (struct bytes){body, 2});
    assert_int_equal(len, 30);
    memcpy(body, packet + 26, 2); /* the payload that makes up for the rest */
    len = build_udp(packet, sizeof(packet), &from, &to, (struct bytes){body, 2});
    assert_int_equal(len, 30);
    assert_int_equal(packet[26], 0xff);
    assert_int_equal(packet[27], 0xff);
}

static void build__room_of_every_size__nothing_or_the_whole_packet(void **state)
{
    struct endpoint from = endpoint("10.0.0.1", 53), to = endpoint("10.0.0.2", 4000);
    struct segment s = {.from = from, .to = to, .payload = {payload, 10}};

    (void)state;
    for (size_t cap = 0; cap < 60; cap++) {
        uint8_t *exact = malloc(cap ? cap : 1);

        assert_non_null(exact);
        assert_int_equal(build_udp(exact, cap, &from, &to, s.payload), cap < 38 ? 0 : 38);
        assert_int_equal(build_tcp(exact, cap, &s), cap < 50 ? 0 : 50);
        free(exact);
    }
}

static void build__largest_packet__one_byte_more_is_refused(void **state)
{
    struct segment v4 = {.from = endpoint("10.0.0.1", 1), .to = endpoint("10.0.0.2", 2)};
    struct segment v6 = {.from = endpoint("::1", 1), .to = endpoint("::2", 2)};

    (void)state;
    v4.payload = (struct bytes){payload, 65535 - 40};
    assert_int_equal(build_tcp(packet, sizeof(packet), &v4), 65535);
    v4.payload.len++;
    assert_int_equal(build_tcp(packet, sizeof(packet), &v4), 0);
    v6.payload = (struct bytes){payload, 65535 - 60};
    assert_int_equal(build_tcp(packet, sizeof(packet), &v6), 65535);
    v6.payload.len++;
    assert_int_equal(build_tcp(packet, sizeof(packet), &v6), 0);
}

static void build__endpoints_of_two_families__refused(void **state)
{
    struct endpoint v4 = endpoint("10.0.0.1", 1), v6 = endpoint("2001:db8::1", 2);

    (void)state;
    assert_int_equal(build_udp(packet, sizeof(packet), &v4, &v6, (struct bytes){payload, 1}), 0);
    assert_int_equal(build_udp(packet, sizeof(packet), &v6, &v4, (struct bytes){payload, 1}), 0);
}

static int fill_payload(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(payload); i++)
        payload[i] = (uint8_t)(i * 7 + i / 251);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(build__tcp_of_any_payload__reads_back_with_right_sums),
        cmocka_unit_test(build__udp_of_any_payload__reads_back_with_right_sums),
        cmocka_unit_test(build__udp_whose_sum_is_zero__sends_all_ones),
        cmocka_unit_test(build__room_of_every_size__nothing_or_the_whole_packet),
        cmocka_unit_test(build__largest_packet__one_byte_more_is_refused),
        cmocka_unit_test(build__endpoints_of_two_families__refused),
    };

    return cmocka_run_group_tests_name("wire/build", tests, fill_payload, NULL);
}
