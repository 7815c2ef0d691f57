/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "net/nft_look.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <nftables/libnftables.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_MS 1000 /* the kernel answers while it is asked; this is for a lost answer */

static int on_attribute(const struct nlattr *a, void *arg)
{
    uint32_t *generation = arg;

    if (mnl_attr_get_type(a) == NFTA_GEN_ID && mnl_attr_validate(a, MNL_TYPE_U32) == 0)
        *generation = ntohl(mnl_attr_get_u32(a));
    return MNL_CB_OK;
}

static bool ask(struct mnl_socket *s, const struct nlmsghdr *question, uint32_t *ret)
{
    const struct timeval patience = {.tv_sec = PATIENCE_MS / 1000};
    alignas(NLMSG_ALIGNTO) char buf[1024];
    const struct nlmsghdr *answer = (const struct nlmsghdr *)buf;
    ssize_t n;

    if (mnl_socket_bind(s, 0, MNL_SOCKET_AUTOPID) != 0 ||
        setsockopt(mnl_socket_get_fd(s), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) ||
        mnl_socket_sendto(s, question, question->nlmsg_len) < 0)
        return false;
    n = mnl_socket_recvfrom(s, buf, sizeof(buf));
    *ret = 0;
    if (n < 0 || !mnl_nlmsg_ok(answer, (int)n) ||
        answer->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWGEN) ||
        mnl_attr_parse(answer, sizeof(struct nfgenmsg), on_attribute, ret) < 0)
        return false;
    return *ret != 0;
}

bool nft_look_generation(uint32_t *ret)
{
    alignas(NLMSG_ALIGNTO) char buf[64];
    struct nlmsghdr *m = mnl_nlmsg_put_header(buf);
    struct nfgenmsg *family = mnl_nlmsg_put_extra_header(m, sizeof(*family));
    struct mnl_socket *s = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
    bool known;

    if (!s)
        return false;
    m->nlmsg_type = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETGEN;
    m->nlmsg_flags = NLM_F_REQUEST;
    family->nfgen_family = AF_UNSPEC;
    family->version = NFNETLINK_V0;
    known = ask(s, m, ret);
    mnl_socket_close(s);
    return known;
}

char *nft_look_list(const char *command)
{
    struct nft_ctx *nft = nft_ctx_new(NFT_CTX_DEFAULT);
    char *text = NULL;

    if (!nft)
        return NULL;
    nft_ctx_output_set_flags(nft, NFT_CTX_OUTPUT_STATELESS);
    if (nft_ctx_buffer_output(nft) == 0 && nft_ctx_buffer_error(nft) == 0 &&
        nft_run_cmd_from_buffer(nft, command) == 0)
        text = strdup(nft_ctx_get_output_buffer(nft));
    nft_ctx_free(nft);
    return text;
}
