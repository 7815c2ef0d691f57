/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is in the kernel's nftables, whoever put it there. Reads only. */
#ifndef LESPOORT_NET_NFT_LOOK_H
#define LESPOORT_NET_NFT_LOOK_H

#include <stdbool.h>
#include <stdint.h>

/* The number of the last change of anybody's rules or sets (NFT_MSG_GETGEN): one question to the
 * kernel, whatever the size of the rules. False: no nftables, or no right. */
bool nft_look_generation(uint32_t *ret);

/* The text of one "list" command, without counters and the time that is left to elements; the
 * caller frees it. NULL: nft refused it (nothing of that name, no nftables, no right). */
char *nft_look_list(const char *command);

#endif
