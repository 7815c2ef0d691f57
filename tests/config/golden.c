/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Golden configs. In the working directory, good.NAME.conf loads and reads as good.NAME.ok says;
 * bad.NAME.conf is refused with exactly the text of bad.NAME.err. Files given as arguments must
 * load. With --update the expected texts are written anew: read the difference before a commit.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"

#define TEXT_MAX (64 * 1024)

const char *__lsan_default_suppressions(void);

/* libconfig's parser forgets the text it holds when it meets a syntax error. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig";
}

static bool update;

static void print_bell(FILE *out, const struct bell *bell)
{
    fprintf(out, "  bell '%s' days %02x %d-%d\n", bell->name, bell->days, bell->start, bell->end);
}

static void print_set(FILE *out, const struct config *c, const char *what, const struct set256 *set)
{
    fprintf(out, "%s:", what);
    for (unsigned i = 0; i < c->plan.service_count; i++)
        if (set256_has(set, (uint8_t)i))
            fprintf(out, " %s", c->plan.services[i].id);
    fprintf(out, "\n");
}

static void print_zone(FILE *out, const struct zone *z)
{
    char text[ADDR_TEXT];

    fprintf(out, "zone '%s' kind %d quic %d stream %d:", z->name, z->kind, z->quic,
            z->stream == NO_STREAM ? -1 : z->stream);
    for (size_t i = 0; i < z->prefix_count; i++)
        fprintf(out, " %s", prefix_text(&z->prefixes[i], text));
    fprintf(out, "\n");
}

static void print_school(FILE *out, const struct config *c)
{
    const struct school *s = c->school;

    fprintf(out, "school '%s' version '%s' exceptions %d zone %s\n", s->name, s->version,
            s->exceptions, c->timezone);
    for (size_t i = 0; i < s->stream_count; i++) {
        fprintf(out, "stream '%s'\n", s->streams[i].name);
        for (size_t k = 0; k < s->streams[i].bell_count; k++)
            print_bell(out, &s->streams[i].bells[k]);
    }
    for (size_t i = 0; i < s->day_off_count; i++) {
        const struct day_off *d = &s->days_off[i];

        fprintf(out, "day off '%s' %d-%02d-%02d to %d-%02d-%02d\n", d->name, d->from.year,
                d->from.month, d->from.day, d->to.year, d->to.month, d->to.day);
    }
    for (size_t i = 0; i < s->zone_count; i++)
        print_zone(out, &s->zones[i]);
    print_set(out, c, "closed", &s->lesson_closed);
    print_set(out, c, "locked", &s->locked);
}

static void print_gate(FILE *out, const struct config *c)
{
    fprintf(out, "lan:");
    for (unsigned i = 0; i < c->gate.lan_count; i++)
        fprintf(out, " %s", c->gate.lan[i]);
    fprintf(out,
            "\ngate: backend %u queue %u gates %u fail_open %u mark_shift %u probe %u user %s\n",
            c->gate.backend, c->gate.queue, c->gate.gates, c->gate.fail_open, c->gate.mark_shift,
            c->gate.probe, c->gate_user);
    fprintf(out, "normalise: %02x ttl %u\n", c->gate.normalise, c->gate.ttl);
    fprintf(out, "control: %s %s\n", c->control_socket, c->snapshot_socket);
    fprintf(out, "grants: %lld s\n", (long long)c->grant_max);
    for (int i = 0; i < ROLE_COUNT; i++)
        if (c->roles[i].uid_count || c->roles[i].gid_count)
            fprintf(out, "%s: %u users, %u groups\n", role_name((enum role)i),
                    c->roles[i].uid_count, c->roles[i].gid_count);
}

static void print_date(FILE *out, struct date d)
{
    fprintf(out, "%d-%02d-%02d", d.year, d.month, d.day);
}

static void print_services(FILE *out, const struct config *c)
{
    for (size_t i = 0; i < c->plan.service_count; i++) {
        const struct service *s = &c->plan.services[i];

        fprintf(out, "service %s '%s' '%s' %s%s%s, from '%s' ", s->id, s->title, s->title_nl,
                s->category, s->list ? ", list" : "", s->retired ? ", retired" : "",
                c->notes[i].source);
        print_date(out, c->notes[i].date);
        fprintf(out, "\n");
    }
    for (size_t i = 0; i < c->category_count; i++)
        fprintf(out, "category %s '%s' '%s'\n", c->categories[i].id, c->categories[i].title,
                c->categories[i].title_nl);
    for (size_t i = 0; i < c->word_count; i++)
        fprintf(out, "word '%s': %s\n", c->words[i].word, c->plan.services[c->words[i].service].id);
}

static const char *id_of(const struct config *c, unsigned service)
{
    return c->plan.services[service].id;
}

static void print_plan(FILE *out, const struct config *c)
{
    const struct plan *p = &c->plan;
    char text[ADDR_TEXT];

    for (size_t i = 0; i < p->name_count; i++)
        fprintf(out, "%s: %s\n", p->names[i].name.text, id_of(c, p->names[i].service));
    for (size_t i = 0; i < p->never_count; i++)
        fprintf(out, "never %s\n", p->never[i].text);
    for (size_t i = 0; i < p->hidden_count; i++)
        fprintf(out, "hidden %s\n", p->hidden[i].text);
    for (size_t i = 0; i < p->prefix_count; i++)
        fprintf(out, "%s: %s\n", prefix_text(&p->prefixes[i].prefix, text),
                id_of(c, p->prefixes[i].service));
    for (size_t i = 0; i < p->safe_count; i++)
        fprintf(out, "safe %s: %s\n", p->safe[i].name.text, p->safe[i].host.text);
    for (size_t i = 0; i < p->list_count; i++)
        fprintf(out, "list %s: format %d %s\n", id_of(c, p->lists[i].service), p->lists[i].format,
                p->lists[i].path);
    fprintf(out, "state: %s\n", p->state ? p->state : "none");
    fprintf(out, "catalogue: %s keyring '%s'\n", c->catalogue_path, c->catalogue_keyring);
}

static void print_conflicts(FILE *out, const struct config *c)
{
    static const char *const kinds[] = {"hits", "shared", "split"};

    for (size_t i = 0; i < c->conflict_count; i++) {
        fprintf(out, "%s %s\n", kinds[c->conflicts[i].kind], c->conflicts[i].name.text);
        print_set(out, c, "  closing", &c->conflicts[i].closing);
        if (c->conflicts[i].kind == CONFLICT_HITS)
            print_set(out, c, "  hits", &c->conflicts[i].hits);
    }
}

/* What the config means, or its faults; terminated. */
static bool load(const char *path, char *text, size_t size)
{
    FILE *out = fmemopen(text, size, "w");
    struct config *c;

    if (!out)
        exit(2);
    c = config_load(path, out);
    if (c) {
        print_school(out, c);
        print_gate(out, c);
        print_services(out, c);
        print_plan(out, c);
        print_conflicts(out, c);
    }
    fclose(out);
    text[size - 1] = '\0';
    config_free(c);
    return c;
}

static void read_text(const char *path, char *text, size_t size)
{
    FILE *in = fopen(path, "re");

    text[0] = '\0';
    if (!in)
        return;
    text[fread(text, 1, size - 1, in)] = '\0';
    fclose(in);
}

static bool write_text(const char *path, const char *text)
{
    FILE *out = fopen(path, "we");

    return out && fputs(text, out) >= 0 && fclose(out) == 0;
}

static bool same_as_golden(const char *golden, const char *got)
{
    static char want[TEXT_MAX];

    if (update)
        return write_text(golden, got);
    read_text(golden, want, sizeof(want));
    if (strcmp(want, got) == 0)
        return true;
    printf("FAILED %s\n--- expected\n%s--- got\n%s", golden, want, got);
    return false;
}

static bool run_case(const char *name, bool good)
{
    static char got[TEXT_MAX];
    char golden[512];
    const char *zone = getenv("TZ");
    char before[64];
    bool loaded;

    snprintf(before, sizeof(before), "%s", zone ? zone : "");
    memset(got, 0, sizeof(got));
    loaded = load(name, got, sizeof(got));
    if (loaded != good) {
        printf("FAILED %s: %s\n%s", name, loaded ? "was accepted" : "was refused", got);
        return false;
    }
    zone = getenv("TZ");
    if (!loaded && strcmp(before, zone ? zone : "") != 0) {
        printf("FAILED %s: the time zone of a refused config stayed\n", name);
        return false;
    }
    snprintf(golden, sizeof(golden), "%.*s%s", (int)(strlen(name) - strlen(".conf")), name,
             good ? ".ok" : ".err");
    return same_as_golden(golden, got);
}

static int is_case(const struct dirent *e)
{
    const char *dot = strrchr(e->d_name, '.');

    return (strncmp(e->d_name, "good.", 5) == 0 || strncmp(e->d_name, "bad.", 4) == 0) && dot &&
           strcmp(dot, ".conf") == 0;
}

static int run_folder(void)
{
    struct dirent **cases = NULL;
    int count = scandir(".", &cases, is_case, alphasort), failures = 0;

    for (int i = 0; i < count; i++) {
        failures += !run_case(cases[i]->d_name, cases[i]->d_name[0] == 'g');
        free(cases[i]);
    }
    free(cases);
    printf("%d cases, %d failed\n", count, failures);
    return count > 0 ? failures : 1;
}

static bool loads(const char *path)
{
    struct config *c = config_load(path, stdout);

    config_free(c);
    return c;
}

int main(int argc, char **argv)
{
    int failures = 0;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--update") == 0)
            update = true;
        else
            failures += !loads(argv[i]);
    }
    failures += run_folder();
    return failures ? 1 : 0;
}
