/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "net/backlog.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <stdalign.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/parse.h"

#define PROC_FILE   "/proc/self/net/netfilter/nfnetlink_queue"
#define NUMBER_TEXT 12

/* Columns: queue, socket, waiting, copy mode, copy range, dropped, dropped at the socket, last. */
enum { COLUMN_QUEUE = 0, COLUMN_WAITING = 2, COLUMN_LAST = 7, COLUMNS };

static bool read_line(const char *line, uint32_t values[static COLUMNS])
{
    for (unsigned i = 0; i < COLUMNS; i++) {
        char text[NUMBER_TEXT] = "";
        int64_t value;

        line += strspn(line, " ");
        size_t len = strspn(line, "0123456789");

        if (len == 0 || len >= sizeof(text))
            return false;
        memcpy(text, line, len);
        if (!parse_int(text, 0, UINT32_MAX, &value))
            return false;
        values[i] = (uint32_t)value;
        line += len;
    }
    return true;
}

bool backlog_find(const char *text, uint16_t queue, struct backlog *ret)
{
    uint32_t values[COLUMNS];

    for (const char *line = text; line && *line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (!read_line(line, values) || values[COLUMN_QUEUE] != queue)
            continue;
        *ret = (struct backlog){values[COLUMN_WAITING], values[COLUMN_LAST]};
        return true;
    }
    return false;
}

bool backlog_read(char *out, uint32_t size)
{
    int fd = open(PROC_FILE, O_RDONLY | O_CLOEXEC);
    ssize_t n;

    if (fd < 0)
        return false;
    n = read(fd, out, size - 1);
    close(fd);
    if (n < 0)
        return false;
    out[n] = '\0';
    return true;
}

bool backlog_release(int fd, uint16_t queue, uint32_t last)
{
    alignas(NLMSG_ALIGNTO) char buf[128];
    struct nlmsghdr *m = nfq_nlmsg_put(buf, NFQNL_MSG_VERDICT_BATCH, queue);

    nfq_nlmsg_verdict_put(m, (int)last, NF_ACCEPT);
    return send(fd, m, m->nlmsg_len, 0) >= 0;
}
