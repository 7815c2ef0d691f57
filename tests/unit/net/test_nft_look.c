/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In a network of its own; skipped where nobody may make one, or without nftables. */
#include "net/nft_look.h"

#include <nftables/libnftables.h>
#include <sched.h>

#include "support/test.h"

static void generation__each_change__another_one(void **state)
{
    uint32_t before, same, after;
    struct nft_ctx *nft;

    (void)state;
    if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        skip();
    if (!nft_look_generation(&before))
        skip();
    assert_true(nft_look_generation(&same));
    assert_true(before == same);
    nft = nft_ctx_new(NFT_CTX_DEFAULT);
    assert_int_equal(nft_run_cmd_from_buffer(nft, "add table inet t"), 0);
    nft_ctx_free(nft);
    assert_true(nft_look_generation(&after));
    assert_true(before != after);

    char *text = nft_look_list("list table inet t");

    assert_string_equal(text, "table inet t {\n}\n");
    free(text);
    assert_null(nft_look_list("list table inet none"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generation__each_change__another_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
