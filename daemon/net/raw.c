/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "net/raw.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/mark.h"
#include "net/queue.h"

/* IPPROTO_RAW: the header is ours (raw(7), ipv6(7)), and nothing is ever received. */
int raw_open(bool v6, uint8_t mark_shift)
{
    const uint32_t mark = (uint32_t)MARK_OWN << mark_shift;
    int fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW);

    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_MARK, &mark, sizeof(mark)) == 0)
        return fd;

    int error = errno;

    close(fd);
    errno = error;
    return -1;
}

static bool send4(int fd, struct bytes ip)
{
    struct sockaddr_in to = {.sin_family = AF_INET};

    if (ip.len < 20)
        return false;
    memcpy(&to.sin_addr, ip.ptr + 16, 4);
    return sendto(fd, ip.ptr, ip.len, MSG_DONTWAIT, (const struct sockaddr *)&to, sizeof(to)) >= 0;
}

static bool send6(int fd, struct bytes ip, unsigned ifindex)
{
    struct sockaddr_in6 to = {.sin6_family = AF_INET6};

    if (ip.len < 40)
        return false;
    memcpy(&to.sin6_addr, ip.ptr + 24, 16);
    if (IN6_IS_ADDR_LINKLOCAL(&to.sin6_addr))
        to.sin6_scope_id = ifindex;
    return sendto(fd, ip.ptr, ip.len, MSG_DONTWAIT, (const struct sockaddr *)&to, sizeof(to)) >= 0;
}

bool raw_send(int raw4, int raw6, struct bytes ip, unsigned ifindex)
{
    unsigned version = ip.len > 0 ? ip.ptr[0] >> 4 : 0;

    if (version == 4)
        return send4(raw4, ip);
    return version == 6 && send6(raw6, ip, ifindex);
}
