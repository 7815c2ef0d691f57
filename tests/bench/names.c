/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A list of any size, in lespoort and in a plain hash table:
 *
 *   bench_names list COUNT domains|dnsmasq|unbound      prints the generated list
 *   bench_names measure COUNT FILE FOLDER ROUND         FILE: that list as domains; FOLDER: empty
 *
 * measure prints lines "measure<tab>variant<tab>value"; table.py knows them. Odd rounds begin with
 * lespoort, even ones with the hash table.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/list.h"
#include "bench/plain.h"
#include "lists/sealed.h"

#define QUESTIONS   1000000u /* each asked once: their memory is cold, as in a school */
#define MIXED_SHARE 10       /* of so many, one is listed */

static struct {
    unsigned names;
    const char *path, *folder;
    bool plain_first;
} options;

static struct service service = {.id = "bench", .title = "Bench", .category = "bench", .list = 1};
static struct plan_list source = {.service = 0, .format = LIST_DOMAINS};
static struct plan plan = {
    .services = &service, .service_count = 1, .lists = &source, .list_count = 1};
static const struct compile_job job = {.now = 1};
static struct compile_report report;
static struct sealed *sealed;
static struct plain *plain;

static void print(const char *measure, const char *variant, double value)
{
    printf("%s\t%s\t%.3f\n", measure, variant, value);
}

static double ms_since(int64_t start)
{
    return (double)(bench_clock() - start) / 1e6;
}

/* ---- from text, in a process of its own, as lespoortd does it ---- */

static void build_lespoort(void)
{
    struct bytes map;
    char why[COMPILE_WHY];

    bench_require(compile_catalogue(&plan, &job, &map, &report), report.why);
    bench_require(report.lists[0].result == SHELF_TAKEN, report.lists[0].why);
    bench_require(compile_store(options.folder, map, why), why);
}

static void build_plain(void)
{
    struct hostname first;

    list_name(&first, 0);
    bench_require(plain_has(plain_read(options.path, options.names), &first),
                  "the hash table does not hold the list");
}

static double measure_build(const char *variant, void (*build)(void))
{
    int64_t start = bench_clock();
    struct rusage usage;
    int status;

    fflush(stdout);
    pid_t pid = fork();

    if (pid < 0)
        bench_die("fork");
    if (pid == 0) {
        build();
        _exit(EXIT_SUCCESS);
    }
    if (wait4(pid, &status, 0, &usage) != pid)
        bench_die("wait4");
    double ms = ms_since(start);

    bench_require(status == 0, "a list could not be built");
    print("build", variant, ms / 1000);
    print("peak", variant, (double)usage.ru_maxrss / 1024);
    return ms;
}

/* It has no other way to start. */
static void measure_plain(void)
{
    print("start", "plain", measure_build("plain", build_plain));
}

/* ---- start ---- */

static void measure_file(void)
{
    char path[SHELF_PATH_MAX];
    struct catalogue c;
    const char *why;
    struct stat s;
    int64_t start = bench_clock();

    snprintf(path, sizeof(path), "%s/%s", options.folder, COMPILE_FILE);
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &s) != 0)
        bench_die(path);
    void *map = mmap(NULL, (size_t)s.st_size, PROT_READ, MAP_PRIVATE, fd, 0);

    if (map == MAP_FAILED)
        bench_die(path);
    bench_require(catalogue_open(&c, (struct bytes){map, (size_t)s.st_size}, &why), why);
    print("start", "opened", ms_since(start));
    bench_require(catalogue_intact(&c), "the file is damaged");
    print("start", "checked", ms_since(start));
    munmap(map, (size_t)s.st_size);
    close(fd);
}

/* As lespoortd starts: is the list still the same, then the file into sealed memory. */
static void measure_start(void)
{
    int64_t start = bench_clock();

    sealed = sealed_compile(&plan, &job, &report);
    bench_require(sealed != NULL, report.why);
    bench_require(report.cached, "the list was compiled again");
    print("start", "lespoort", ms_since(start));
}

static void measure_memory(void)
{
    const struct catalogue *c = &sealed->catalogue;

    print("memory", "lespoort", (double)c->map.len / options.names);
    print("memory", "kept", (double)c->map.len / c->name_count);
    print("memory", "plain", (double)plain_bytes(plain) / options.names);
}

/* ---- look-ups ---- */

static struct hostname *questions;

static bool in_lespoort(const struct hostname *name)
{
    return catalogue_label(&sealed->catalogue, name, NULL) != LABEL_OTHER;
}

static bool in_plain(const struct hostname *name)
{
    return plain_has(plain, name);
}

static void ask(const char *measure, const char *variant, bool (*has)(const struct hostname *),
                unsigned wanted)
{
    unsigned found = 0;
    int64_t start = bench_clock();

    for (unsigned i = 0; i < QUESTIONS; i++)
        found += has(&questions[i]);
    print(measure, variant, ms_since(start) * 1e6 / QUESTIONS);
    bench_require(found == wanted, "not all names were found, or too many");
}

static void ask_both(const char *measure, unsigned wanted)
{
    if (options.plain_first)
        ask(measure, "plain", in_plain, wanted);
    ask(measure, "lespoort", in_lespoort, wanted);
    if (!options.plain_first)
        ask(measure, "plain", in_plain, wanted);
}

/* Another one each time, anywhere in the list. */
static unsigned some(unsigned question)
{
    return (unsigned)(question * UINT64_C(2654435761) % options.names);
}

static void measure_look_ups(void)
{
    unsigned listed = 0;

    /* Reads all of it: the other table was just written, its pages are there, too. */
    bench_require(catalogue_intact(&sealed->catalogue), "the sealed memory is damaged");
    questions = malloc(QUESTIONS * sizeof(*questions));
    bench_require(questions != NULL, "no memory");
    for (unsigned i = 0; i < QUESTIONS; i++)
        list_name(&questions[i], some(i));
    ask_both("hit", QUESTIONS);
    for (unsigned i = 0; i < QUESTIONS; i++)
        list_below(&questions[i], some(i));
    ask_both("below", QUESTIONS);
    for (unsigned i = 0; i < QUESTIONS; i++)
        list_other(&questions[i], i);
    ask_both("miss", 0);
    for (unsigned i = 0; i < QUESTIONS; i += MIXED_SHARE, listed++)
        list_below(&questions[i], some(i));
    ask_both("mixed", listed);
    free(questions);
}

static void measure_all(void)
{
    if (options.plain_first)
        measure_plain();
    measure_build("lespoort", build_lespoort);
    if (!options.plain_first)
        measure_plain();
    measure_file();
    measure_start();
    plain = plain_read(options.path, options.names);
    measure_memory();
    measure_look_ups();
    plain_free(plain);
    sealed_free(sealed);
}

static void print_list(const char *format)
{
    const char *shape = "%s\n";
    struct hostname name;

    if (strcmp(format, "dnsmasq") == 0)
        shape = "address=/%s/\n";
    else if (strcmp(format, "unbound") == 0)
        shape = "local-zone: \"%s\" always_nxdomain\n";
    else
        bench_require(strcmp(format, "domains") == 0, "expected domains, dnsmasq or unbound");
    const char *end = strchr(shape, '%') + 2;

    for (unsigned i = 0; i < options.names; i++) {
        list_name(&name, i);
        printf("%.*s%s%s", (int)(end - 2 - shape), shape, name.text, end);
    }
}

int main(int argc, char **argv)
{
    bench_require(argc >= 4, "expected list COUNT FORMAT, or measure COUNT FILE FOLDER ROUND");
    options.names = (unsigned)bench_number(argv[2], 1, LIST_NUMBER_MAX);
    if (strcmp(argv[1], "list") == 0) {
        print_list(argv[3]);
        return EXIT_SUCCESS;
    }
    bench_require(argc == 6 && strcmp(argv[1], "measure") == 0,
                  "expected measure COUNT FILE FOLDER ROUND");
    options.path = source.path = argv[3];
    options.folder = plan.state = argv[4];
    options.plain_first = bench_number(argv[5], 0, BENCH_SAMPLES_MAX) % 2 == 0;
    measure_all();
    return EXIT_SUCCESS;
}
