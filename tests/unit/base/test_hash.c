/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "base/hash.h"

/* Appendix A of the SipHash paper: key 00..0f, message 00..0e. */
static void hash__paper_vector__matches(void **state)
{
    const struct hash_key key = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};
    uint8_t message[15];

    (void)state;
    for (size_t i = 0; i < sizeof(message); i++)
        message[i] = (uint8_t)i;
    assert_true(hash_bytes(&key, message, sizeof(message)) == UINT64_C(0xa129ca6149be45e5));
}

/* What the reference implementation prints for messages of that length. */
static void hash128__reference_vectors__match(void **state)
{
    static const struct {
        size_t len;
        struct hash128 hash;
    } cases[] = {
        {0, {UINT64_C(0xe6a825ba047f81a3), UINT64_C(0x930255c71472f66d)}},
        {1, {UINT64_C(0x44af996bd8c187da), UINT64_C(0x45fc229b11597634)}},
        {15, {UINT64_C(0x11a8b03399e99354), UINT64_C(0xd9c3cf970fec087e)}},
        {63, {UINT64_C(0x4a83502f77d15051), UINT64_C(0x7cbd3f979a063e50)}},
    };
    const struct hash_key key = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};
    uint8_t message[63];

    (void)state;
    for (size_t i = 0; i < sizeof(message); i++)
        message[i] = (uint8_t)i;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct hash128 hash = hash_bytes128(&key, message, cases[i].len);

        assert_true(hash.lo == cases[i].hash.lo && hash.hi == cases[i].hash.hi);
    }
}

static void hash__random_keys__differ(void **state)
{
    struct hash_key a = hash_key_random(), b = hash_key_random();

    (void)state;
    assert_true(a.k0 != b.k0 || a.k1 != b.k1);
    assert_true(hash_bytes(&a, "x.com", 5) != hash_bytes(&b, "x.com", 5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash__paper_vector__matches),
        cmocka_unit_test(hash128__reference_vectors__match),
        cmocka_unit_test(hash__random_keys__differ),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
