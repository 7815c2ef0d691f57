/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "net/tun.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEVICE    "/dev/net/tun"
#define PATH_TEXT 96

/* Without these the probe works too, or says that it does not. */
static void set(const char *folder, const char *name, const char *setting, char value)
{
    char path[PATH_TEXT];
    int fd;

    snprintf(path, sizeof(path), "/proc/sys/net/%s/conf/%s/%s", folder, name, setting);
    fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    if (write(fd, &value, 1) != 1)
        errno = 0;
    close(fd);
}

static bool bring_up(int sock, const char *name)
{
    struct ifreq r = {.ifr_flags = 0};

    snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
    if (ioctl(sock, SIOCGIFFLAGS, &r) != 0)
        return false;
    r.ifr_flags |= IFF_UP;
    return ioctl(sock, SIOCSIFFLAGS, &r) == 0;
}

static void set_address(struct sockaddr *to, const uint8_t b[static 4])
{
    struct sockaddr_in in = {.sin_family = AF_INET};

    memcpy(&in.sin_addr, b, 4);
    memcpy(to, &in, sizeof(in));
}

static bool add_route(int sock, const char *name, const struct prefix *to)
{
    uint32_t mask = htonl(UINT32_MAX << (128 - to->bits));
    char device[IFNAMSIZ];
    struct rtentry r = {.rt_flags = RTF_UP, .rt_dev = device};

    snprintf(device, sizeof(device), "%s", name);
    set_address(&r.rt_dst, to->base.b + ADDR_V4_BITS / 8);
    set_address(&r.rt_genmask, (const uint8_t *)&mask);
    return ioctl(sock, SIOCADDRT, &r) == 0;
}

static bool set_up(const char *name, const struct prefix *to)
{
    int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), error;
    bool done;

    if (sock < 0)
        return false;
    set("ipv6", name, "disable_ipv6", '1'); /* it would ask for routers */
    done = bring_up(sock, name) && add_route(sock, name, to);
    error = errno;
    close(sock);
    errno = error;
    return done;
}

void tun_forward(const char *name)
{
    set("ipv4", name, "forwarding", '1');
}

int tun_open(const char *name, const struct prefix *to)
{
    struct ifreq r = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    int fd = open(DEVICE, O_RDWR | O_CLOEXEC | O_NONBLOCK), error;

    if (fd < 0)
        return -1;
    snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
    if (ioctl(fd, TUNSETIFF, &r) == 0 && set_up(name, to))
        return fd;
    error = errno;
    close(fd);
    errno = error;
    return -1;
}

static bool has(const char *name, const char *part)
{
    char path[PATH_TEXT];

    snprintf(path, sizeof(path), "/sys/class/net/%s/%s", name, part);
    return access(path, F_OK) == 0;
}

/* -1: there is no such interface. */
static int forwards(const char *name)
{
    char path[PATH_TEXT], value = '0';
    int fd;

    if (has(name, "bridge") || has(name, "brport"))
        return 1;
    snprintf(path, sizeof(path), "/proc/sys/net/ipv4/conf/%s/forwarding", name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    if (read(fd, &value, 1) != 1)
        value = '1';
    close(fd);
    return value != '0';
}

bool tun_others_forward(const char (*names)[16], unsigned count)
{
    bool any = false;

    for (unsigned i = 0; i < count; i++) {
        int does = forwards(names[i]);

        if (does > 0)
            return true;
        any |= does == 0;
    }
    return !any;
}
