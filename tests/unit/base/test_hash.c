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
        cmocka_unit_test(hash__random_keys__differ),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
