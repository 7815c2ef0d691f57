/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table in this kernel, in a network of its own; skipped where nobody may make one. */
#include "net/rules_nft_text.h"

#include <nftables/libnftables.h>
#include <sched.h>

#include "support/test.h"
#include "unit/net/example.h"

static struct nft_ctx *nft;

/* Kernels without nft queue take the rest of the table. */
static void without_queue(char *text)
{
    static const char verdict[] = {'a', 'c', 'c', 'e', 'p', 't'};

    for (char *at = text; (at = strstr(at, "queue ")) != NULL;) {
        size_t len = strcspn(at, "\n");

        memset(at, ' ', len);
        memcpy(at, verdict, sizeof(verdict));
    }
}

static int run_text(char *text, bool queue)
{
    int failed;

    if (!queue)
        without_queue(text);
    failed = nft_run_cmd_from_buffer(nft, text);
    if (failed)
        print_message("%s\n", nft_ctx_get_error_buffer(nft));
    free(text);
    return failed;
}

static int load(const struct rules_plan *plan, bool queue)
{
    return run_text(example_text(&rules_nftables, plan), queue);
}

static int refill(const struct rules_plan *plan, bool queue)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    nft_put_refill(out, plan);
    assert_int_equal(fclose(out), 0);
    return run_text(text, queue);
}

/* What "list table" says; it lasts until the next command. */
static const char *listing(void)
{
    nft_ctx_get_output_buffer(nft);
    assert_int_equal(nft_run_cmd_from_buffer(nft, "list table inet lespoort"), 0);
    return nft_ctx_get_output_buffer(nft);
}

static void table__every_form__loads_replaces_and_goes(void **state)
{
    struct rules *r = rules_new(&rules_nftables);
    const uint8_t zones[EXAMPLE_ZONES] = {1, 1, 1, 1};
    const char *why = NULL;
    struct example e;

    (void)state;
    if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        skip();
    nft = nft_ctx_new(NFT_CTX_DEFAULT);
    nft_ctx_output_set_flags(nft, NFT_CTX_OUTPUT_STATELESS);
    nft_ctx_buffer_output(nft);
    nft_ctx_buffer_error(nft);
    bool queue = rules_nftables.usable(&why);

    assert_int_equal(why == NULL, queue);
    for (unsigned form = 0; form < 4; form++) {
        struct rules_plan plan;

        example_init(&e);
        e.settings.gates = form & 1 ? 4 : 1;
        e.settings.mark_shift = form & 1 ? 8 : 0;
        e.settings.ttl = form & 1 ? 64 : 0;
        e.settings.normalise = form == 3 ? 0 : NORMALISE_ALL;
        e.settings.fail_open = form != 2;
        plan = example_plan(&e, form & 2);
        assert_int_equal(load(&plan, queue), 0);
        char *before = strdup(listing());

        assert_int_equal(refill(&plan, queue), 0);
        assert_string_equal(listing(), before);
        free(before);
        assert_true(rules_nftables.update(r, &plan, zones));
        assert_int_equal(
            nft_run_cmd_from_buffer(nft, "get element inet lespoort closed_1 { 0x200 }"),
            form & 1 ? -1 : 0);
    }
    rules_remove(r);
    example_init(&e);
    struct rules_plan plan = example_plan(&e, true);

    assert_int_not_equal(refill(&plan, queue), 0); /* there is nothing to refill */
    nft_ctx_get_output_buffer(nft);                /* forget what was said so far */
    assert_int_equal(nft_run_cmd_from_buffer(nft, "list tables"), 0);
    assert_string_equal(nft_ctx_get_output_buffer(nft), "");
    nft_ctx_free(nft);
    rules_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table__every_form__loads_replaces_and_goes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
