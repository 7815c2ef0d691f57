/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The head of an HTTP/1.x request (RFC 9112): whom it is for. */
#ifndef LESPOORT_WIRE_HTTP_H
#define LESPOORT_WIRE_HTTP_H

#include "base/hostname.h"
#include "base/span.h"

#define HTTP_HEAD_MAX 16384

struct http_request {
    struct hostname host; /* absolute-form target, else Host; empty: none, or an address */
    size_t used;          /* length of the head, empty line included */
};

/*
 * NOT_MINE as soon as the bytes cannot begin a request line with a known method. BAD: no empty
 * line within HTTP_HEAD_MAX, two Hosts that differ, a target that contradicts Host, a host that
 * is no name. CONNECT's target counts as its host.
 */
enum parse http_read_request(struct http_request *ret, struct bytes stream);

#endif
