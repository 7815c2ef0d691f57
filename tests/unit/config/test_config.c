/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the golden configs do not show: limits, which take long files, and looking words up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "support/test.h"

#include "config/config.h"

#define TEXT_MAX (2u << 20)

/* A config in memory, and the catalogue of the golden configs. */
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
    add(&d, "school = \"Test\"; lan = [ \"eth1\" ];\n");
    add(&d, "catalogue = \"%s/config/services.inc\";\n", TEST_SOURCE_DIR);
    return d;
}

static void add_stream(struct draft *d)
{
    add(d, "streams = ( { name = \"all\"; bells = ( { start = \"08:30\"; end = \"09:15\"; } ); } "
           ");\n");
}

static void add_zone(struct draft *d)
{
    add(d, "zones = ( { name = \"306\"; prefixes = [ \"10.3.6.0/24\" ]; } );\n");
}

/* count texts, separated by commas; the format takes the number. */
static void add_many(struct draft *d, unsigned count, const char *before, const char *after)
{
    for (unsigned i = 0; i < count; i++)
        add(d, "%s%s%u%s", i ? ", " : "", before, i, after);
}

/* Ends the draft. */
static struct config *load(struct draft *d)
{
    int fd = memfd_create("draft", MFD_CLOEXEC);
    FILE *errors = fmemopen(d->errors, sizeof(d->errors), "w");
    struct config *c;
    char path[32];

    assert_true(fd >= 0 && errors);
    assert_true(write(fd, d->text, d->len) == (ssize_t)d->len);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    c = config_load(path, errors);
    fclose(errors);
    close(fd);
    free(d->text);
    return c;
}

static void is_accepted(struct draft d)
{
    struct config *c = load(&d);

    if (!c)
        fail_msg("%s", d.errors);
    config_free(c);
}

static void is_refused(struct draft d, const char *why)
{
    assert_null(load(&d));
    if (!strstr(d.errors, why))
        fail_msg("%s", d.errors);
}

static struct draft with_streams(unsigned count)
{
    struct draft d = draft();

    add(&d, "streams = (");
    add_many(&d, count, "{ name = \"",
             "\"; bells = ( { start = \"08:30\"; end = \"09:15\"; } ); }\n");
    add(&d,
        ");\nzones = ( { name = \"306\"; stream = \"0\"; prefixes = [ \"10.0.0.0/24\" ]; } );\n");
    return d;
}

static void config_load__streams_around_the_limit__are_counted(void **state)
{
    (void)state;
    is_accepted(with_streams(STREAM_MAX));
    is_refused(with_streams(STREAM_MAX + 1), "key 'streams': has 65 elements");
}

static struct draft with_bells(unsigned count)
{
    struct draft d = draft();

    add_zone(&d);
    add(&d, "streams = ( { name = \"all\"; bells = (");
    for (unsigned i = 0; i < count; i++)
        add(&d, "%s{ start = \"%02u:%02u\"; end = \"%02u:%02u\"; }\n", i ? ", " : "", i / 60,
            i % 60, (i + 1) / 60, (i + 1) % 60);
    add(&d, "); } );\n");
    return d;
}

static void config_load__bells_around_the_limit__are_counted(void **state)
{
    (void)state;
    is_accepted(with_bells(BELL_MAX));
    is_refused(with_bells(BELL_MAX + 1), "key 'streams[].bells': has 257 elements");
}

static struct draft with_zones(unsigned zones, unsigned prefixes)
{
    struct draft d = draft();

    add_stream(&d);
    add(&d, "zones = (");
    for (unsigned i = 0; i < zones; i++) {
        add(&d, "%s{ name = \"%u\"; prefixes = [", i ? "," : "", i);
        for (unsigned k = 0; k < prefixes; k++)
            add(&d, "%s\"10.%u.%u.%u\"", k ? "," : "", i / 256, i % 256, k);
        add(&d, "]; }\n");
    }
    add(&d, ");\n");
    return d;
}

static void config_load__zones_around_the_limit__are_counted(void **state)
{
    (void)state;
    is_accepted(with_zones(ZONE_MAX, 1));
    is_refused(with_zones(ZONE_MAX + 1, 1), "key 'zones': has 1025 elements");
}

static void config_load__prefixes_around_the_limit__are_counted_over_all_zones(void **state)
{
    (void)state;
    is_accepted(with_zones(PREFIX_MAX / 16, 16));
    is_refused(with_zones(PREFIX_MAX / 16 + 1, 16),
               "key 'zones[].prefixes': there are 4112 in all zones, expected at most 4096");
}

static struct draft with_users(unsigned count)
{
    struct draft d = draft();

    add_stream(&d);
    add_zone(&d);
    add(&d, "roles = { leader = { users = [");
    for (unsigned i = 0; i < count; i++)
        add(&d, "%s\"root\"", i ? "," : "");
    add(&d, "]; }; };\n");
    return d;
}

static void config_load__members_around_the_limit__are_counted(void **state)
{
    (void)state;
    is_accepted(with_users(ROLE_MEMBER_MAX));
    is_refused(with_users(ROLE_MEMBER_MAX + 1), "key 'roles.leader.users': has 65 elements");
}

static void config_load__a_thousand_mistakes__are_bounded(void **state)
{
    struct draft d = draft();

    (void)state;
    for (unsigned i = 0; i < 1000; i++)
        add(&d, "unknown%u = 1;\n", i);
    is_refused(d, "key 'unknown0': is unknown, expected one of school, ");
}

static struct config *ordinary(void)
{
    struct draft d = draft();
    struct config *c;

    add_stream(&d);
    add_zone(&d);
    c = load(&d);
    assert_non_null(c);
    return c;
}

static void config_service__ids_and_aliases__are_found_in_any_case(void **state)
{
    struct config *c = ordinary();

    (void)state;
    assert_int_equal(config_service(c, "x"), 0);
    assert_int_equal(config_service(c, "Twitter"), 0);
    assert_int_equal(config_service(c, "YouTube"), 1);
    assert_int_equal(config_service(c, "social"), -1);
    assert_int_equal(config_service(c, "twit"), -1);
    assert_int_equal(config_service(c, ""), -1);
    config_free(c);
}

static void config_category__its_services__are_the_set(void **state)
{
    struct config *c = ordinary();
    struct set256 set = {{0, 0, 0, 1}};

    (void)state;
    assert_false(config_category(c, "youtube", &set));
    assert_int_equal(set.w[3], 1);
    assert_true(config_category(c, "Video", &set));
    assert_int_equal(set256_count(&set), 1);
    assert_true(set256_has(&set, 1));
    config_free(c);
}

static void config_load__roles__hold_the_ids_of_this_machine(void **state)
{
    struct config *c = ordinary();

    (void)state;
    assert_int_equal(c->roles[ROLE_ADMIN].uid_count, 1);
    assert_int_equal(c->roles[ROLE_ADMIN].uids[0], 0);
    assert_int_equal(c->roles[ROLE_TEACHER].uid_count + c->roles[ROLE_TEACHER].gid_count, 0);
    config_free(c);
}

static void config_load__time_zone__is_set_on_success_only(void **state)
{
    struct draft bad = draft();

    (void)state;
    assert_true(wall_set_zone("Europe/London"));
    is_refused(bad, "key 'streams': is missing");
    assert_string_equal(getenv("TZ"), "Europe/London");
    config_free(ordinary());
    assert_string_equal(getenv("TZ"), "Europe/Amsterdam");
}

static void config_free__nothing__is_harmless(void **state)
{
    (void)state;
    config_free(NULL);
}

static void role_name__each_role__has_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < ROLE_COUNT; i++)
        for (int k = 0; k < i; k++)
            assert_string_not_equal(role_name((enum role)i), role_name((enum role)k));
    assert_string_equal(role_name(ROLE_TEACHER), "teacher");
    assert_string_equal(role_name(ROLE_COUNT), "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config_load__streams_around_the_limit__are_counted),
        cmocka_unit_test(config_load__bells_around_the_limit__are_counted),
        cmocka_unit_test(config_load__zones_around_the_limit__are_counted),
        cmocka_unit_test(config_load__prefixes_around_the_limit__are_counted_over_all_zones),
        cmocka_unit_test(config_load__members_around_the_limit__are_counted),
        cmocka_unit_test(config_load__a_thousand_mistakes__are_bounded),
        cmocka_unit_test(config_service__ids_and_aliases__are_found_in_any_case),
        cmocka_unit_test(config_category__its_services__are_the_set),
        cmocka_unit_test(config_load__roles__hold_the_ids_of_this_machine),
        cmocka_unit_test(config_load__time_zone__is_set_on_success_only),
        cmocka_unit_test(config_free__nothing__is_harmless),
        cmocka_unit_test(role_name__each_role__has_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
