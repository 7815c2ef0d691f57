/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "names/catalogue_format.h"

enum { X, MICROSOFT, YOUTUBE, FACEBOOK, INSTAGRAM, MESSENGER, SERVICES };

static const struct service services[SERVICES] = {
    [X] = {"x", "X", "social"},
    [MICROSOFT] = {"microsoft", "Microsoft", "work"},
    [YOUTUBE] = {"youtube", "YouTube", "video"},
    [FACEBOOK] = {"facebook", "Facebook", "social"},
    [INSTAGRAM] = {"instagram", "Instagram", "social"},
    [MESSENGER] = {"messenger", "Messenger", "chat"},
};

#define NEVER SERVICES

static const struct {
    unsigned service;
    const char *name;
} names[] = {
    {X, "x.com"},
    {X, "t.co"},
    {MICROSOFT, "live.com"},
    {YOUTUBE, "youtube"},
    {YOUTUBE, "youtube.com"},
    {YOUTUBE, "googlevideo.com"},
    {NEVER, "studio.youtube.com"},
    {YOUTUBE, "music.studio.youtube.com"},
    {FACEBOOK, "facebook.com"},
    {FACEBOOK, "fbcdn.net"},
    {INSTAGRAM, "fbcdn.net"},
    {INSTAGRAM, "instagram.com"},
    {MESSENGER, "fbcdn.net"},
    {MESSENGER, "www.messenger.facebook.com"},
    {NEVER, "magister.net"},
};

struct fixture {
    struct bytes map;
    struct catalogue c;
};

static struct hostname name_of(const char *text)
{
    struct hostname name;

    assert_true(hostname_set(&name, (struct span){text, strlen(text)}));
    return name;
}

static struct bytes build(void)
{
    struct catalogue_builder *b = catalogue_builder_new();
    struct bytes map = {0};
    struct hostname which;
    unsigned whose;

    assert_non_null(b);
    for (unsigned i = 0; i < SERVICES; i++)
        assert_int_equal(catalogue_add_service(b, &services[i]), i);
    for (unsigned i = 0; i < ARRAY_SIZE(names); i++) {
        struct hostname name = name_of(names[i].name);
        enum catalogue_error error = names[i].service == NEVER
                                         ? catalogue_add_never(b, &name)
                                         : catalogue_add_name(b, names[i].service, &name);

        assert_int_equal(error, CATALOGUE_OK);
    }
    assert_int_equal(catalogue_build(b, &map, &which, &whose), CATALOGUE_OK);
    catalogue_builder_free(b);
    return map;
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    const char *why;

    assert_non_null(f);
    f->map = build();
    assert_true(catalogue_open(&f->c, f->map, &why));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    bytes_free(f->map);
    free(f);
    return 0;
}

#define SET1(a)       ((struct set256){{1u << (a)}})
#define SET3(a, b, c) ((struct set256){{1u << (a) | 1u << (b) | 1u << (c)}})

/* Which set of services a name belongs to; label 0: the one in .reserved. */
struct match {
    const char *name;
    struct set256 services;
    uint8_t reserved;
    const char *suffix; /* NULL: none */
};

static void check_match(const struct catalogue *c, const struct match *m)
{
    struct hostname name = name_of(m->name);
    size_t at = SIZE_MAX;
    uint8_t label = catalogue_label(c, &name, &at);

    if (m->reserved)
        assert_int_equal(label, m->reserved);
    else
        assert_true(label < c->label_count && set256_equal(&c->labels[label], &m->services));
    if (m->suffix)
        assert_string_equal(name.text + at, m->suffix);
    else
        assert_int_equal(at, SIZE_MAX);
    assert_int_equal(catalogue_label(c, &name, NULL), label);
}

static void label__suffixes_by_whole_labels__longest_wins(void **state)
{
    static const struct match cases[] = {
        {"x.com", SET1(X), 0, "x.com"},
        {"api.x.com", SET1(X), 0, "x.com"},
        {"X.CoM.", SET1(X), 0, "x.com"},
        {"netflix.com", {{0}}, LABEL_OTHER, NULL},
        {"x.com.evil.org", {{0}}, LABEL_OTHER, NULL},
        {"t.co", SET1(X), 0, "t.co"},
        {"microsoft.com", {{0}}, LABEL_OTHER, NULL},
        {"t.com", {{0}}, LABEL_OTHER, NULL},
        {"co", {{0}}, LABEL_OTHER, NULL},
        {"com", {{0}}, LABEL_OTHER, NULL},
        {"facebook.com.evil.org", {{0}}, LABEL_OTHER, NULL},
        {"facebook.com.", SET1(FACEBOOK), 0, "facebook.com"},
        {"notfacebook.com", {{0}}, LABEL_OTHER, NULL},
        {"my-facebook.com", {{0}}, LABEL_OTHER, NULL},
        {"messenger.facebook.com", SET1(FACEBOOK), 0, "facebook.com"},
        {"a.www.messenger.facebook.com", SET1(MESSENGER), 0, "www.messenger.facebook.com"},
        {"youtube", SET1(YOUTUBE), 0, "youtube"},
        {"www.youtube", SET1(YOUTUBE), 0, "youtube"},
        {"youtube.nl", {{0}}, LABEL_OTHER, NULL},
        {"myyoutube", {{0}}, LABEL_OTHER, NULL},
        {"scontent.ams2.fbcdn.net", SET3(FACEBOOK, INSTAGRAM, MESSENGER), 0, "fbcdn.net"},
        {"studio.youtube.com", {{0}}, LABEL_NEVER, "studio.youtube.com"},
        {"a.studio.youtube.com", {{0}}, LABEL_NEVER, "studio.youtube.com"},
        {"a.music.studio.youtube.com", SET1(YOUTUBE), 0, "music.studio.youtube.com"},
        {"school.magister.net", {{0}}, LABEL_NEVER, "magister.net"},
        {"magister.net.x.com", SET1(X), 0, "x.com"},
    };
    struct fixture *f = *state;

    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++)
        check_match(&f->c, &cases[i]);
}

static void label__deepest_possible_name__still_matches(void **state)
{
    struct fixture *f = *state;
    char text[HOSTNAME_MAX + 1];

    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = i % 2 ? '.' : 'a';
    memcpy(text + sizeof(text) - 6, "x.com", 6); /* with the terminator */
    check_match(&f->c, &(struct match){text, SET1(X), 0, "x.com"});
}

static void service__by_id__is_found_or_not(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(catalogue_service(&f->c, "youtube"), YOUTUBE);
    assert_int_equal(catalogue_service(&f->c, "x"), X);
    assert_int_equal(catalogue_service(&f->c, "you"), -1);
    assert_int_equal(catalogue_service(&f->c, ""), -1);
    assert_string_equal(f->c.services[YOUTUBE].title, "YouTube");
    assert_string_equal(f->c.services[YOUTUBE].category, "video");
}

/* Whatever the bytes: either refused with a reason, or every question has a sane answer. */
static bool survives(struct bytes map)
{
    struct catalogue c;
    const char *why = NULL;

    if (!catalogue_open(&c, map, &why)) {
        assert_non_null(why);
        return false;
    }
    for (unsigned i = 0; i < ARRAY_SIZE(names); i++) {
        struct hostname name = name_of(names[i].name);
        uint8_t label = catalogue_label(&c, &name, NULL);

        assert_true(label < c.label_count || label_reserved_name(label));
        assert_int_not_equal(label, LABEL_NONE);
    }
    assert_int_equal(catalogue_service(&c, "no such service"), -1);
    return true;
}

static void open__every_byte_changed__refused_or_sane(void **state)
{
    static const uint8_t flips[] = {0x01, 0x80, 0xff};
    struct fixture *f = *state;
    uint8_t *copy = malloc(f->map.len);
    unsigned refused = 0;

    assert_non_null(copy);
    memcpy(copy, f->map.ptr, f->map.len);
    for (size_t i = 0; i < f->map.len; i++)
        for (unsigned k = 0; k < ARRAY_SIZE(flips); k++) {
            copy[i] ^= flips[k];
            refused += !survives((struct bytes){copy, f->map.len});
            copy[i] ^= flips[k];
        }
    assert_true(refused > 3 * 40); /* all of magic, version, size and counts */
    assert_true(survives((struct bytes){copy, f->map.len}));
    free(copy);
}

static void open__every_truncation__refused(void **state)
{
    struct fixture *f = *state;

    for (size_t len = 0; len < f->map.len; len++) {
        uint8_t *copy =
            malloc(len ? len : 1); /* exact, so that the sanitizer sees a step too far */

        assert_non_null(copy);
        memcpy(copy, f->map.ptr, len);
        assert_false(survives((struct bytes){copy, len}));
        free(copy);
    }
}

static void open__not_aligned__refused(void **state)
{
    struct fixture *f = *state;
    uint8_t *copy = malloc(f->map.len + 1);

    assert_non_null(copy);
    memcpy(copy + 1, f->map.ptr, f->map.len);
    assert_false(survives((struct bytes){copy + 1, f->map.len}));
    free(copy);
}

static void open__counts_that_do_not_fit__refused(void **state)
{
    struct fixture *f = *state;
    const struct catalogue_header *good = (const void *)f->map.ptr;
    struct catalogue_header cases[] = {*good, *good, *good, *good, *good, *good};
    uint8_t *copy = malloc(f->map.len);

    assert_non_null(copy);
    memcpy(copy, f->map.ptr, f->map.len);
    cases[0].slot_count *= 2;
    cases[1].slot_count /= 2;
    cases[2].slot_count = 0;
    cases[3].service_count--;
    cases[4].label_count--;
    cases[5].size--;
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        memcpy(copy, &cases[i], sizeof(cases[i]));
        assert_false(survives((struct bytes){copy, f->map.len}));
    }
    free(copy);
}

/* A table without a gap, all of one label: a look-up ends, and says nothing impossible. */
static void label__full_table_of_unknown_labels__ends(void **state)
{
    struct fixture *f = *state;
    size_t slots = ((size_t)f->c.slot_mask + 1) * 8;
    uint8_t *copy = malloc(f->map.len);

    assert_non_null(copy);
    memcpy(copy, f->map.ptr, f->map.len);
    memset(copy + f->map.len - slots, LABEL_SERVICE_MAX, slots);
    assert_true(survives((struct bytes){copy, f->map.len}));
    free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(label__suffixes_by_whole_labels__longest_wins),
        cmocka_unit_test(label__deepest_possible_name__still_matches),
        cmocka_unit_test(label__full_table_of_unknown_labels__ends),
        cmocka_unit_test(service__by_id__is_found_or_not),
        cmocka_unit_test(open__every_byte_changed__refused_or_sane),
        cmocka_unit_test(open__every_truncation__refused),
        cmocka_unit_test(open__not_aligned__refused),
        cmocka_unit_test(open__counts_that_do_not_fit__refused),
    };

    return cmocka_run_group_tests_name("catalogue", tests, set_up, tear_down);
}
