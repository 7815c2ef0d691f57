/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "maker.h"
#include "names/catalogue_format.h"
#include "names/probe.h"

static const char services[] = "x youtube facebook instagram messenger +l";

static const char *const lines[] = {
    "x x.com",
    "youtube youtube",
    "youtube youtube.com",
    "never studio.youtube.com",
    "facebook facebook.com",
    "facebook fbcdn.net",
    "instagram fbcdn.net",
    "messenger www.messenger.facebook.com",
    "never magister.net",
    "+l =exact.example",
    "hidden ech.example",
    "x 10.0.0.0/8",
    "+l 10.1.0.0/16",
    "safe www.youtube.com restrict.youtube.com",
    "safe youtube.com restrict.youtube.com",
    "safe www.bing.com strict.bing.com",
};

static const char *const questions[] = {"x.com",     "www.youtube.com", "a.studio.youtube.com",
                                        "fbcdn.net", "exact.example",   "school.magister.net"};

struct fixture {
    struct catalogue c;
    uint8_t *copy; /* of its map, to be spoilt */
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    f->c = maker_catalogue(services, lines, ARRAY_SIZE(lines));
    f->copy = malloc(f->c.map.len);
    assert_non_null(f->copy);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    bytes_free(f->c.map);
    free(f->copy);
    free(f);
    return 0;
}

static struct bytes fresh(struct fixture *f)
{
    memcpy(f->copy, f->c.map.ptr, f->c.map.len);
    return (struct bytes){f->copy, f->c.map.len};
}

static struct catalogue opened(struct bytes map)
{
    struct catalogue c;
    const char *why;

    assert_true(catalogue_open(&c, map, &why));
    return c;
}

static void label__match__says_where_it_starts(void **state)
{
    static const struct {
        const char *name, *suffix; /* NULL: no match */
    } cases[] = {
        {"API.x.com.", "x.com"},
        {"www.youtube", "youtube"},
        {"a.studio.youtube.com", "studio.youtube.com"},
        {"exact.example", "exact.example"},
        {"a.exact.example", NULL},
        {"netflix.com", NULL},
    };
    struct fixture *f = *state;

    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        struct hostname name = maker_name(cases[i].name);
        size_t at = SIZE_MAX;
        uint8_t label = catalogue_label(&f->c, &name, &at);

        assert_int_equal(catalogue_label(&f->c, &name, NULL), label);
        if (cases[i].suffix)
            assert_string_equal(name.text + at, cases[i].suffix);
        else
            assert_int_equal(at, SIZE_MAX);
    }
}

static void label__deepest_possible_name__still_matches(void **state)
{
    struct fixture *f = *state;
    char text[HOSTNAME_MAX + 1];

    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = i % 2 ? '.' : 'a';
    memcpy(text + sizeof(text) - 6, "x.com", 6); /* with the terminator */
    assert_string_equal(maker_match(&f->c, text), "x");
}

/* As many suffixes as there can be, all of them hashed. */
static void label__deepest_entry__matches_from_top_to_bottom(void **state)
{
    char text[HOSTNAME_MAX + 1], line[HOSTNAME_MAX + 16];
    struct catalogue c;
    struct maker m;

    (void)state;
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = i % 2 ? '.' : 'a';
    text[HOSTNAME_MAX] = '\0';
    maker_start(&m, "deep top +l");
    snprintf(line, sizeof(line), "deep %s", text);
    assert_int_equal(maker_try(&m, line), CATALOGUE_OK);
    snprintf(line, sizeof(line), "+l =%s", text);
    assert_int_equal(maker_try(&m, line), CATALOGUE_OK);
    assert_int_equal(maker_try(&m, "top a"), CATALOGUE_OK);
    c = maker_build(&m);
    assert_string_equal(maker_match(&c, text), "deep +l");
    assert_string_equal(maker_match(&c, text + 2), "top");
    text[0] = 'b';
    assert_string_equal(maker_match(&c, text), "top");
    bytes_free(c.map);
    maker_done(&m);
}

/* The slot that holds that name. */
static uint64_t *slot_of(struct bytes map, const char *text)
{
    const struct catalogue c = opened(map);
    struct hash128 hash = hash_bytes128(&c.key, text, strlen(text));
    uint32_t at = slot_home(hash, c.slot_count);
    uint64_t *slots = (void *)(uintptr_t)c.slots;

    while ((slots[at] & ~UINT64_C(0xff)) != slot_print(hash)) {
        assert_true(slots[at] != 0);
        at = (at + 1) % c.slot_count;
    }
    return &slots[at];
}

/* What a collision of fingerprints would look like. */
static void label__slot_says_never_but_the_text_does_not__the_next_suffix_counts(void **state)
{
    struct fixture *f = *state;
    struct bytes map = fresh(f);
    struct catalogue c = opened(map);

    *slot_of(map, "www.messenger.facebook.com") |= LABEL_NEVER;
    *slot_of(map, "=exact.example") |= LABEL_NEVER;
    assert_string_equal(maker_match(&c, "www.messenger.facebook.com"), "facebook");
    assert_string_equal(maker_match(&c, "exact.example"), "other");
    assert_string_equal(maker_match(&c, "a.magister.net"), "never");
}

static void service__by_id__is_found_or_not(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(catalogue_service(&f->c, "youtube"), 1);
    assert_int_equal(catalogue_service(&f->c, "x"), 0);
    assert_int_equal(catalogue_service(&f->c, "you"), -1);
    assert_int_equal(catalogue_service(&f->c, ""), -1);
}

static void open__lists__are_told_from_services(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(set256_count(&f->c.lists), 1);
    assert_true(set256_has(&f->c.lists, (uint8_t)catalogue_service(&f->c, "+l")));
}

static void safe__by_whole_name__its_host(void **state)
{
    static const struct {
        const char *name, *host;
    } cases[] = {
        {"www.youtube.com", "restrict.youtube.com"},
        {"YOUTUBE.com.", "restrict.youtube.com"},
        {"www.bing.com", "strict.bing.com"},
        {"bing.com", NULL},
        {"a.www.bing.com", NULL},
        {"zzz.example", NULL},
    };
    struct fixture *f = *state;

    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        struct hostname name = maker_name(cases[i].name);
        const char *host = catalogue_safe(&f->c, &name);

        if (cases[i].host)
            assert_string_equal(host, cases[i].host);
        else
            assert_null(host);
    }
}

/* Whatever the bytes: either refused with a reason, or every question has a sane answer. */
static bool survives(struct bytes map)
{
    struct addr addr = {{[10] = 0xff, 0xff, 10, 1, 2, 3}};
    struct catalogue c;
    const char *why = NULL;

    if (!catalogue_open(&c, map, &why)) {
        assert_non_null(why);
        return false;
    }
    for (unsigned i = 0; i < ARRAY_SIZE(questions); i++) {
        struct hostname name = maker_name(questions[i]);
        uint8_t label = catalogue_label(&c, &name, NULL);
        const char *host = catalogue_safe(&c, &name);

        assert_true(label < c.label_count || label_reserved_name(label));
        assert_int_not_equal(label, LABEL_NONE);
        assert_true(!host || strlen(host) < SAFE_TEXT_MAX);
    }
    assert_true(catalogue_address(&c, &addr) < c.label_count);
    assert_int_equal(catalogue_service(&c, "no such service"), -1);
    return true;
}

static void open__every_byte_changed__refused_or_sane_and_never_intact(void **state)
{
    static const uint8_t flips[] = {0x01, 0x80, 0xff};
    struct fixture *f = *state;
    struct bytes map = fresh(f);
    unsigned refused = 0;

    for (size_t i = 0; i < map.len; i++)
        for (unsigned k = 0; k < ARRAY_SIZE(flips); k++) {
            f->copy[i] ^= flips[k];
            if (!survives(map)) {
                refused++;
            } else {
                struct catalogue c = opened(map);

                assert_false(catalogue_intact(&c));
            }
            f->copy[i] ^= flips[k];
        }
    assert_true(refused > 3 * 60); /* all of magic, version, size and counts */
    assert_true(survives(map));
}

static void open__every_truncation__refused(void **state)
{
    struct fixture *f = *state;

    for (size_t len = 0; len < f->c.map.len; len++) {
        uint8_t *copy =
            malloc(len ? len : 1); /* exact, so that the sanitizer sees a step too far */

        assert_non_null(copy);
        memcpy(copy, f->c.map.ptr, len);
        assert_false(survives((struct bytes){copy, len}));
        free(copy);
    }
}

static void open__not_aligned__refused(void **state)
{
    struct fixture *f = *state;
    uint8_t *copy = malloc(f->c.map.len + 1);

    assert_non_null(copy);
    memcpy(copy + 1, f->c.map.ptr, f->c.map.len);
    assert_false(survives((struct bytes){copy + 1, f->c.map.len}));
    free(copy);
}

static void open__counts_that_do_not_fit__refused(void **state)
{
    struct fixture *f = *state;
    struct catalogue_header good = *catalogue_head(&f->c);
    struct catalogue_header cases[] = {good, good, good, good, good, good,
                                       good, good, good, good, good};

    cases[0].slot_count *= 2;
    cases[1].slot_count = UINT32_MAX;
    cases[2].slot_count = 0;
    cases[3].service_count--;
    cases[4].label_count--;
    cases[5].size--;
    cases[6].range_count++;
    cases[7].safe_count++;
    cases[8].never_count--;
    cases[9].never_bytes++;
    cases[10].shallow = cases[10].depth + 1;
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        struct bytes map = fresh(f);

        memcpy(f->copy, &cases[i], sizeof(cases[i]));
        assert_false(survives(map));
    }
}

/* One word of one section is wrong. */
static void open__section_that_lies__refused(void **state)
{
    struct fixture *f = *state;

    for (unsigned i = 0; i < 8; i++) {
        struct bytes map = fresh(f);
        const struct catalogue_sections s = catalogue_sections((const void *)f->copy);
        void *const words[] = {
            (void *)(uintptr_t)s.services[1].id,   (void *)(uintptr_t)&s.labels[0],
            (void *)(uintptr_t)&s.labels[1].w[3],  (void *)(uintptr_t)&s.ranges[1].first.b[10],
            (void *)(uintptr_t)&s.ranges[0].label, (void *)(uintptr_t)s.safe[1].name,
            (void *)(uintptr_t)&s.safe[0].host[0], (void *)(uintptr_t)&s.never_ends[0],
        };

        memset(words[i], i == 0 || i == 3 ? 0 : 0xff, 4);
        assert_false(survives(map));
    }
}

static void open__label_without_services__is_fine(void **state)
{
    struct fixture *f = *state;
    struct bytes map = fresh(f);
    const struct catalogue_sections s = catalogue_sections((const void *)f->copy);

    memset((void *)(uintptr_t)&s.labels[1], 0, sizeof(s.labels[1]));
    assert_true(survives(map));
}

/* A table without a gap, all of one label: a look-up ends, and says nothing impossible. */
static void label__full_table_of_unknown_labels__ends(void **state)
{
    struct fixture *f = *state;
    struct bytes map = fresh(f);

    memset(f->copy + sizeof(struct catalogue_header), LABEL_SERVICE_MAX, f->c.slot_count * 8);
    assert_true(survives(map));
}

/* Nothing that is said of other names, above or below, changes what the self-probe asks. */
static void label__names_of_the_self_probe__in_every_catalogue(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *name;
        uint8_t label;
    } cases[] = {{PROBE_CLOSED, LABEL_PROBE},
                 {PROBE_OPEN, LABEL_OTHER},
                 {"x." PROBE_CLOSED, LABEL_OTHER},
                 {"lespoort.invalid", LABEL_OTHER}};

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct hostname name;

        assert_true(hostname_set(&name, (struct span){cases[i].name, strlen(cases[i].name)}));
        assert_int_equal(catalogue_label(&f->c, &name, NULL), cases[i].label);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(label__match__says_where_it_starts),
        cmocka_unit_test(label__deepest_possible_name__still_matches),
        cmocka_unit_test(label__deepest_entry__matches_from_top_to_bottom),
        cmocka_unit_test(label__slot_says_never_but_the_text_does_not__the_next_suffix_counts),
        cmocka_unit_test(label__full_table_of_unknown_labels__ends),
        cmocka_unit_test(label__names_of_the_self_probe__in_every_catalogue),
        cmocka_unit_test(service__by_id__is_found_or_not),
        cmocka_unit_test(safe__by_whole_name__its_host),
        cmocka_unit_test(open__lists__are_told_from_services),
        cmocka_unit_test(open__every_byte_changed__refused_or_sane_and_never_intact),
        cmocka_unit_test(open__every_truncation__refused),
        cmocka_unit_test(open__not_aligned__refused),
        cmocka_unit_test(open__counts_that_do_not_fit__refused),
        cmocka_unit_test(open__section_that_lies__refused),
        cmocka_unit_test(open__label_without_services__is_fine),
    };

    return cmocka_run_group_tests_name("catalogue", tests, set_up, tear_down);
}
