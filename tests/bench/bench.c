/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/parse.h"
#include "base/writer.h"

#define NS_PER_S INT64_C(1000000000)

void bench_die(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(EXIT_FAILURE);
}

void bench_require(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "%s\n", what);
    exit(EXIT_FAILURE);
}

int64_t bench_clock(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * NS_PER_S + t.tv_nsec;
}

int64_t bench_busy(void)
{
    /* proc(5): user nice system idle iowait irq softirq */
    enum { FIELDS = 7, IDLE = 3, IOWAIT = 4 };
    char line[256] = "", *at = line + 3;
    int64_t ticks = 0;
    FILE *f = fopen("/proc/stat", "re");

    if (!f || !fgets(line, sizeof(line), f) || strncmp(line, "cpu", 3) != 0)
        bench_die("/proc/stat");
    fclose(f);
    for (int field = 0; field < FIELDS; field++) {
        int64_t value = strtoll(at, &at, 10);

        ticks += field == IDLE || field == IOWAIT ? 0 : value;
    }
    return ticks * (1000000 / sysconf(_SC_CLK_TCK));
}

void samples_add(struct samples *s, double value)
{
    if (s->count < BENCH_SAMPLES_MAX)
        s->value[s->count++] = value;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

void samples_print(struct samples *s, const char *what, const char *unit)
{
    size_t n = s->count;

    if (n == 0)
        return;
    qsort(s->value, n, sizeof(s->value[0]), ascending);
    double median = (s->value[(n - 1) / 2] + s->value[n / 2]) / 2;

    printf("%s\t%.2f\t%.2f\t%.2f\t%s\n", what, s->value[0], median, s->value[n - 1], unit);
    fflush(stdout);
}

int64_t bench_number(const char *text, int64_t min, int64_t max)
{
    int64_t value;

    if (parse_int(text, min, max, &value))
        return value;
    fprintf(stderr, "'%s': expected a number from %lld to %lld\n", text, (long long)min,
            (long long)max);
    exit(2);
}

struct sockaddr_in bench_address(const char *text, uint16_t port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};

    if (inet_pton(AF_INET, text, &a.sin_addr) == 1)
        return a;
    fprintf(stderr, "'%s': expected an IPv4 address\n", text);
    exit(2);
}

size_t bench_question(uint8_t *buf, size_t cap, const char *name)
{
    struct writer w = wr_init(buf, cap);

    wr_u16(&w, 0x1234);
    wr_u16(&w, 0x0100); /* RD */
    wr_u16(&w, 1);
    wr_zero(&w, 6);
    while (*name) {
        size_t len = strcspn(name, ".");

        wr_u8(&w, (uint8_t)len);
        wr_bytes(&w, name, len);
        name += len + (name[len] == '.');
    }
    wr_u8(&w, 0);
    wr_u16(&w, 1); /* A */
    wr_u16(&w, 1); /* IN */
    bench_require(wr_ok(&w), "the name is too long");
    return w.len;
}

int bench_socket(int type)
{
    int fd = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        bench_die("socket");
    return fd;
}
