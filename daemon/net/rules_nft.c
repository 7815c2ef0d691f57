/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nftables, through its library: one atomic transaction for each change. */
#include <nftables/libnftables.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "net/nft_look.h"
#include "net/rules_check.h"
#include "net/rules_nft_text.h"

#define LIST "list table inet " RULES_NAME

/* One of everything the table needs of the kernel; never committed. */
static const char probe[] =
    "table inet " RULES_NAME "_probe {\n"
    "  set s { type mark; flags timeout; elements = { 0x1 timeout 1s }\n  }\n"
    "  map m { type ipv4_addr : verdict; flags interval; elements = { 10.0.0.0/8 : goto c }\n  }\n"
    "  chain c { meta l4proto tcp reject with tcp reset\n  }\n"
    "  chain r { type filter hook output priority raw; notrack\n  }\n"
    "  chain f {\n    type filter hook forward priority mangle;\n"
    "    ct mark & 0xff00 @s ct direction original ip saddr vmap @m\n"
    "    tcp dport 53 @ih,0,8 >= 0 queue flags bypass to 0\n  }\n"
    "}\n";

static struct nft_ctx *context_new(void)
{
    struct nft_ctx *nft = nft_ctx_new(NFT_CTX_DEFAULT);

    if (!nft)
        return NULL;
    if (nft_ctx_buffer_output(nft) == 0 && nft_ctx_buffer_error(nft) == 0)
        return nft;
    nft_ctx_free(nft);
    return NULL;
}

static bool usable(const char **ret_why)
{
    struct nft_ctx *nft = context_new();
    const char *said;
    bool ok;

    *ret_why = "no memory for nftables";
    if (!nft)
        return false;
    nft_ctx_set_dry_run(nft, true);
    ok = nft_run_cmd_from_buffer(nft, probe) == 0;
    said = nft_ctx_get_error_buffer(nft);
    *ret_why = ok                                        ? NULL
               : strstr(said, "Operation not permitted") ? "no right to change nftables rules"
                                                         : "the kernel's nftables lacks queue, "
                                                           "conntrack, reject or inner headers";
    nft_ctx_free(nft);
    return ok;
}

static void log_failure(struct nft_ctx *nft)
{
    const char *said = nft_ctx_get_error_buffer(nft);

    log_error("nftables refused a change of the rules; nothing was changed: %.*s",
              (int)strcspn(said, "\n"), said);
}

/* Closes the text, hands it to the kernel, and frees it. Quiet: no word of a refusal. */
static bool load_text(struct rules *r, struct text *t, bool quiet)
{
    bool ok;

    if (!text_close(t))
        return false;
    if (!r->nft)
        r->nft = context_new();
    if (!r->nft) {
        log_error("No memory for nftables.");
        text_free(t);
        return false;
    }
    ok = nft_run_cmd_from_buffer(r->nft, t->ptr) == 0;
    if (!ok && !quiet)
        log_failure(r->nft);
    text_free(t);
    return ok;
}

static bool load(struct rules *r, struct text *t)
{
    return load_text(r, t, false);
}

/* A chain that leaves its hook takes every packet with it that waits in a queue: a table of the
 * same shape is refilled. False: there is none. */
static bool refill(struct rules *r, const struct rules_plan *plan)
{
    struct text t;

    if (!text_open(&t))
        return false;
    nft_put_refill(t.out, plan);
    return load_text(r, &t, true);
}

static bool replace(struct rules *r, const struct rules_plan *plan)
{
    struct text t;

    if (!text_open(&t))
        return false;
    nft_put_table(t.out, plan);
    return load(r, &t);
}

static bool install(struct rules *r, const struct rules_plan *plan)
{
    char *listing;

    if (!refill(r, plan) && !replace(r, plan))
        return false;
    listing = nft_look_list(LIST);
    r->digest = listing ? check_nft_table(listing) : 0;
    free(listing);
    return true;
}

/* The generation is read before the listing: a change in between is looked at the next time. */
static enum rules_state check(const struct rules *r, const struct rules_plan *plan, uint32_t *stamp)
{
    uint32_t generation = 0;
    bool whole;
    char *listing;

    if (!r->digest || !nft_look_generation(&generation))
        return RULES_UNKNOWN;
    if (*stamp == generation)
        return RULES_WHOLE;
    *stamp = generation;
    listing = nft_look_list(LIST);
    whole = listing && check_nft_table(listing) == r->digest && check_nft_closed(listing, plan);
    free(listing);
    return whole ? RULES_WHOLE : RULES_BROKEN;
}

static bool update(struct rules *r, const struct rules_plan *plan, const uint8_t *zones)
{
    struct text t;

    if (!text_open(&t))
        return false;
    nft_put_update(t.out, plan, zones);
    return load(r, &t);
}

static void remove_all(struct rules *r)
{
    struct text t;

    if (!text_open(&t))
        return;
    nft_put_removal(t.out);
    load(r, &t);
}

const struct rules_backend rules_nftables = {
    .name = "nftables",
    .usable = usable,
    .print = nft_put_table,
    .install = install,
    .update = update,
    .check = check,
    .remove = remove_all,
};
