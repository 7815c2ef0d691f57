/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the golden configs do not show of catalogues: limits, and which file is read. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/test.h"

#include "config/config.h"

#define TEXT_MAX (3u << 20)
#define CONFIG   TEST_SOURCE_DIR "/config/good.defaults.conf"

static const char one_service[] =
    "services = ( { id = \"one\"; title = \"One\"; category = \"c\"; core = [ \"one.example\" ]; } "
    ");\n";

struct draft {
    char *text;
    size_t len;
    char errors[8192];
};

static void add(struct draft *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct draft *d, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(d->text + d->len, TEXT_MAX - d->len, format, args);
    va_end(args);
    assert_true(n >= 0 && (size_t)n < TEXT_MAX - d->len);
    d->len += (size_t)n;
}

static struct draft draft(void)
{
    struct draft d = {.text = malloc(TEXT_MAX)};

    assert_non_null(d.text);
    return d;
}

static int file_of(struct draft *d)
{
    int fd = memfd_create("draft", MFD_CLOEXEC);

    assert_true(fd >= 0 && write(fd, d->text, d->len) == (ssize_t)d->len);
    free(d->text);
    return fd;
}

/* With that file as the config, or as the catalogue of an ordinary one. */
static struct config *load(struct draft *d, bool config)
{
    int fd = file_of(d);
    FILE *errors = fmemopen(d->errors, sizeof(d->errors), "w");
    struct config *c;
    char path[32];

    assert_non_null(errors);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    c = config ? config_load(path, errors) : config_load_with(CONFIG, path, errors);
    fclose(errors);
    close(fd);
    return c;
}

static void is_accepted(struct draft d, bool config)
{
    struct config *c = load(&d, config);

    if (!c)
        fail_msg("%s", d.errors);
    config_free(c);
}

static void is_refused(struct draft d, bool config, const char *why)
{
    assert_null(load(&d, config));
    if (!strstr(d.errors, why))
        fail_msg("%s", d.errors);
}

static struct draft with_safe_names(unsigned count)
{
    struct draft d = draft();

    add(&d, "%ssafe_search = (", one_service);
    for (unsigned i = 0; i < count; i += 64) {
        add(&d, "%s{ host = \"safe.example\"; names = [", i ? "," : "");
        for (unsigned k = i; k < i + 64 && k < count; k++)
            add(&d, "%s\"%u.example\"", k > i ? "," : "", k);
        add(&d, "]; }\n");
    }
    add(&d, ");\n");
    return d;
}

static void config_load__safe_names_around_the_limit__are_counted_over_all_groups(void **state)
{
    (void)state;
    is_accepted(with_safe_names(SAFE_MAX), false);
    is_refused(with_safe_names(SAFE_MAX + 1), false,
               "key 'safe_search[].names': there are 1025 in all groups, expected at most 1024");
}

static struct draft with_services(unsigned count)
{
    struct draft d = draft();

    add(&d, "services = (");
    for (unsigned i = 0; i < count; i++)
        add(&d, "%s{ id = \"s%u\"; title = \"S\"; category = \"c\"; core = [ \"%u.example\" ]; }\n",
            i ? "," : "", i, i);
    add(&d, ");\n");
    return d;
}

/* With lists beside so many services. */
static struct draft with_lists(int catalogue, unsigned lists)
{
    struct draft d = draft();

    add(&d, "school = \"Test\"; lan = [ \"eth1\" ]; catalogue = \"%d\";\n", catalogue);
    add(&d, "streams = ( { name = \"all\"; bells = ( { start = \"08:30\"; end = \"09:15\"; } ); } "
            ");\nzones = ( { name = \"306\"; prefixes = [ \"10.3.6.0/24\" ]; } );\nlists = (");
    for (unsigned i = 0; i < lists; i++)
        add(&d, "%s{ id = \"l%u\"; path = \"l\"; }\n", i ? "," : "", i);
    add(&d, ");\n");
    return d;
}

static void config_load__services_and_lists_around_the_limit__are_counted(void **state)
{
    struct draft few = with_services(200);
    int catalogue = file_of(&few);

    (void)state;
    is_accepted(with_services(SERVICE_MAX), false);
    is_refused(with_services(SERVICE_MAX + 1), false, "key 'services': has 257 elements");
    is_accepted(with_lists(catalogue, 56), true);
    is_refused(with_lists(catalogue, 57), true,
               "key 'lists': there are 57, and 200 services in the catalogue, expected at most 256 "
               "together");
    is_refused(with_lists(catalogue, 129), true, "key 'lists': has 129 elements");
    close(catalogue);
}

static void config_load__conflicts_above_the_limit__are_counted(void **state)
{
    struct draft d = draft();
    struct config *c;

    (void)state;
    add(&d, "services = (");
    for (unsigned i = 0; i < 2; i++) {
        add(&d, "%s{ id = \"s%u\"; title = \"S\"; category = \"c\"; shared = [", i ? "," : "", i);
        for (unsigned k = 0; k < CONFLICT_MAX + 3; k++)
            add(&d, "%s\"%u.example\"", k ? "," : "", k);
        add(&d, "]; }\n");
    }
    add(&d, ");\n");
    c = load(&d, false);
    assert_non_null(c);
    assert_int_equal(c->conflict_count, CONFLICT_MAX);
    assert_int_equal(c->conflicts_dropped, 3);
    assert_int_equal(c->conflicts[0].kind, CONFLICT_SHARED);
    assert_int_equal(set256_count(&c->conflicts[0].closing), 2);
    config_free(c);
}

static bool has_conflict(const struct config *c, enum conflict_kind kind, const char *name,
                         const char *closing, const char *hits)
{
    for (size_t i = 0; i < c->conflict_count; i++) {
        const struct conflict *x = &c->conflicts[i];

        if (x->kind == kind && strcmp(x->name.text, name) == 0)
            return set256_has(&x->closing, (uint8_t)config_service(c, closing)) &&
                   (!hits || set256_has(&x->hits, (uint8_t)config_service(c, hits)));
    }
    return false;
}

static void config_load__the_catalogue_of_the_project__has_its_known_conflicts(void **state)
{
    struct config *c = config_load_with(CONFIG, TEST_SOURCE_DIR "/../conf/catalogue.conf", stdout);

    (void)state;
    assert_non_null(c);
    assert_true(has_conflict(c, CONFLICT_HITS, "facebook.com", "facebook", "instagram"));
    assert_true(has_conflict(c, CONFLICT_SHARED, "fbcdn.net", "facebook", NULL));
    assert_true(has_conflict(c, CONFLICT_SHARED, "fbcdn.net", "instagram", NULL));
    assert_true(has_conflict(c, CONFLICT_SHARED, "fbcdn.net", "whatsapp", NULL));
    assert_true(has_conflict(c, CONFLICT_SHARED, "fbcdn.net", "threads", NULL));
    assert_int_equal(c->conflicts_dropped, 0);
    config_free(c);
}

static void config_load__the_catalogue_of_the_project__has_all_kinds_of_names(void **state)
{
    struct config *c = config_load_with(CONFIG, TEST_SOURCE_DIR "/../conf/catalogue.conf", stdout);
    unsigned kinds[NAME_KIND_COUNT] = {0}, shared = 0;
    int youtube;

    (void)state;
    assert_non_null(c);
    youtube = config_service(c, "yt");
    for (size_t i = 0; i < c->plan.name_count; i++)
        if (c->plan.names[i].service == youtube)
            kinds[c->plan.names[i].kind]++;
    assert_true(kinds[NAME_CORE] > kinds[NAME_API] && kinds[NAME_API] > kinds[NAME_CDN]);
    assert_true(kinds[NAME_CDN] > 0);
    for (size_t i = 0; i < c->shared_count; i++)
        shared += c->shared[i].service == youtube &&
                  strcmp(c->shared[i].name.text, "googlevideo.com") == 0;
    assert_int_equal(shared, 1);
    config_free(c);
}

static void config_load_with__another_catalogue__replaces_the_own_one(void **state)
{
    struct draft d = draft();
    struct config *c;

    (void)state;
    add(&d, "%s", one_service);
    c = load(&d, false);
    assert_non_null(c);
    assert_int_equal(config_service(c, "one"), 0);
    assert_int_equal(config_service(c, "youtube"), -1);
    assert_int_equal(strncmp(c->catalogue_path, "/proc/self/fd/", 14), 0);
    config_free(c);
}

static void config_load_with__no_such_catalogue__is_refused(void **state)
{
    char text[1024] = "";
    FILE *errors = fmemopen(text, sizeof(text), "w");

    (void)state;
    assert_non_null(errors);
    assert_null(config_load_with(CONFIG, "/nonexistent/catalogue.conf", errors));
    fclose(errors);
    assert_non_null(strstr(text, "'/nonexistent/catalogue.conf': No such file"));
}

/* A folder with a config, a state folder and, on demand, catalogues in both. */
struct home {
    char folder[32];
};

static const char *in_home(const struct home *h, const char *name)
{
    static char path[64];

    snprintf(path, sizeof(path), "%s/%s", h->folder, name);
    return path;
}

static void put(const struct home *h, const char *name, const char *text)
{
    FILE *out = fopen(in_home(h, name), "we");

    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static void reads_catalogue(const struct home *h, const char *name)
{
    struct config *c = config_load(in_home(h, "lespoort.conf"), stdout);

    assert_non_null(c);
    assert_string_equal(c->catalogue_path, in_home(h, name));
    config_free(c);
}

static void config_load__no_path_of_a_catalogue__finds_the_nearest(void **state)
{
    struct home h = {"/tmp/lespoort-XXXXXX"};
    char text[512];

    (void)state;
    assert_non_null(mkdtemp(h.folder));
    snprintf(
        text, sizeof(text),
        "school = \"Test\"; lan = [ \"eth1\" ]; state = \"%s/state\";\n"
        "streams = ( { name = \"a\"; bells = ( { start = \"08:30\"; end = \"09:15\"; } ); } );\n"
        "zones = ( { name = \"306\"; prefixes = [ \"10.3.6.0/24\" ]; } );\n",
        h.folder);
    put(&h, "lespoort.conf", text);
    assert_int_equal(mkdir(in_home(&h, "state"), 0700), 0);
    put(&h, "state/catalogue.conf", one_service);
    reads_catalogue(&h, "state/catalogue.conf");
    put(&h, "catalogue.conf", one_service);
    reads_catalogue(&h, "catalogue.conf");
    unlink(in_home(&h, "catalogue.conf"));
    unlink(in_home(&h, "state/catalogue.conf"));
    unlink(in_home(&h, "lespoort.conf"));
    rmdir(in_home(&h, "state"));
    assert_int_equal(rmdir(h.folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config_load__safe_names_around_the_limit__are_counted_over_all_groups),
        cmocka_unit_test(config_load__services_and_lists_around_the_limit__are_counted),
        cmocka_unit_test(config_load__conflicts_above_the_limit__are_counted),
        cmocka_unit_test(config_load__the_catalogue_of_the_project__has_its_known_conflicts),
        cmocka_unit_test(config_load__the_catalogue_of_the_project__has_all_kinds_of_names),
        cmocka_unit_test(config_load_with__another_catalogue__replaces_the_own_one),
        cmocka_unit_test(config_load_with__no_such_catalogue__is_refused),
        cmocka_unit_test(config_load__no_path_of_a_catalogue__finds_the_nearest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
