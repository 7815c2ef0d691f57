/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a bell costs: ms to change the kernel's sets, in process, as the supervisor does. 200 zones
 * with 60 labels each, in a network namespace of its own: bench_bell [-r rounds].
 *
 * Where the kernel lacks nftables' queue, its table is loaded without the rules that need it; the
 * sets, which alone change at a bell, are the same.
 */
#include <nftables/libnftables.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "bench/bench.h"
#include "bench/fixture.h"
#include "net/rules.h"

#define ZONES  200
#define LABELS 60

static struct fixture fixture;
static unsigned rounds = 7;

static double ms_since(int64_t start)
{
    return (double)(bench_clock() - start) / 1e6;
}

static void print(struct samples *s, const struct rules_backend *backend, const char *what)
{
    char text[128];

    snprintf(text, sizeof(text), "%s: %s", backend->name, what);
    samples_print(s, text, "ms");
}

/* ---- loading everything ---- */

static char *rules_text(const struct rules_backend *backend, const struct rules_plan *plan)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    bench_require(out != NULL, "no memory");
    backend->print(out, plan);
    fclose(out);
    return text;
}

static void drop_lines_with(char *text, const char *word)
{
    char *to = text;

    for (char *line = text, *next; *line; line = next) {
        size_t len = strcspn(line, "\n");
        bool drop = memmem(line, len, word, strlen(word)) != NULL;

        next = line + len + (line[len] == '\n');
        if (!drop) {
            memmove(to, line, (size_t)(next - line));
            to += next - line;
        }
    }
    *to = '\0';
}

static void load_without_queue(const struct rules_backend *backend, const struct rules_plan *plan)
{
    struct nft_ctx *nft = nft_ctx_new(NFT_CTX_DEFAULT);
    char *text = rules_text(backend, plan);

    bench_require(nft != NULL, "no memory");
    drop_lines_with(text, "queue ");
    bench_require(nft_run_cmd_from_buffer(nft, text) == 0,
                  "the table without queue could not be loaded");
    nft_ctx_free(nft);
    free(text);
}

/* What is closed at `now`, with all else around it. */
static void install(struct rules *r, const struct rules_backend *backend, bool whole, int64_t now)
{
    const struct rules_plan plan = {.snapshot = &fixture.snapshot, .now = now, .ct = !whole};

    if (whole)
        bench_require(rules_install(r, &plan), "the rules could not be installed");
    else
        load_without_queue(backend, &plan);
}

static void measure_install(struct rules *r, const struct rules_backend *backend, bool whole)
{
    struct samples open = {.count = 0}, closed = {.count = 0};

    for (unsigned i = 0; i < rounds; i++) {
        int64_t start = bench_clock();

        install(r, backend, whole, fixture.before);
        samples_add(&open, ms_since(start));
        start = bench_clock();
        install(r, backend, whole, fixture.during);
        samples_add(&closed, ms_since(start));
    }
    print(&open, backend, whole ? "load all rules, all open" : "load all but queue, all open");
    print(&closed, backend,
          whole ? "load all rules, all closed" : "load all but queue, all closed");
    install(r, backend, whole, fixture.before);
}

/* ---- changing what is closed ---- */

static double update(struct rules *r, const struct rules_backend *backend, unsigned zones,
                     int64_t now)
{
    const struct rules_plan plan = {.snapshot = &fixture.snapshot, .now = now};
    uint8_t which[ZONES] = {0};
    int64_t start = bench_clock();

    memset(which, 1, zones);
    bench_require(backend->update(r, &plan, which), "the sets could not be changed");
    return ms_since(start);
}

static void measure_update(struct rules *r, const struct rules_backend *backend, unsigned zones)
{
    struct samples close = {.count = 0}, open = {.count = 0};
    char text[64];

    for (unsigned i = 0; i < rounds; i++) {
        samples_add(&close, update(r, backend, zones, fixture.during));
        samples_add(&open, update(r, backend, zones, fixture.after));
    }
    snprintf(text, sizeof(text), "%u zone%s x %u labels close", zones, zones == 1 ? "" : "s",
             LABELS);
    print(&close, backend, text);
    snprintf(text, sizeof(text), "%u zone%s x %u labels open", zones, zones == 1 ? "" : "s",
             LABELS);
    print(&open, backend, text);
}

static void measure(const struct rules_backend *backend)
{
    const char *why;
    bool whole = backend->usable(&why);
    struct rules *r = rules_new(backend);

    bench_require(r != NULL, "no memory");
    if (!whole && backend != &rules_nftables) {
        fprintf(stderr, "bell: no %s: %s\n", backend->name, why);
        rules_free(r);
        return;
    }
    measure_install(r, backend, whole);
    measure_update(r, backend, ZONES);
    measure_update(r, backend, 1);
    rules_remove(r);
    rules_free(r);
}

int main(int argc, char **argv)
{
    const struct fixture_size size = {.zones = ZONES, .labels = LABELS};
    int option;

    while ((option = getopt(argc, argv, "r:")) != -1) {
        if (option != 'r')
            return 2;
        rounds = (unsigned)bench_number(optarg, 1, BENCH_SAMPLES_MAX);
    }
    if (unshare(CLONE_NEWNET) != 0)
        bench_die("a network namespace");
    log_init("bell", LOG_LEVEL_WARNING, NULL);
    fixture_make(&fixture, &size);
    measure(&rules_nftables);
    measure(&rules_iptables);
    return EXIT_SUCCESS;
}
