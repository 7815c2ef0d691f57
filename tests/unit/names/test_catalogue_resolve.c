/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "maker.h"

/* A question, and whose the name is. */
struct trap {
    const char *name, *owners;
};

static void check(const struct catalogue *c, const struct trap *traps, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(maker_match(c, traps[i].name), traps[i].owners) != 0)
            fail_msg("%s: %s, not %s", traps[i].name, maker_match(c, traps[i].name),
                     traps[i].owners);
}

#define CHECK(services, lines, traps)                                                              \
    do {                                                                                           \
        struct catalogue c_ = maker_catalogue(services, lines, ARRAY_SIZE(lines));                 \
                                                                                                   \
        check(&c_, traps, ARRAY_SIZE(traps));                                                      \
        bytes_free(c_.map);                                                                        \
    } while (0)

static void match__traps_of_spelling__whole_labels_only(void **state)
{
    static const char *const lines[] = {
        "x x.com", "x t.co", "youtube youtube", "idn xn--mnchen-3ya.de", "idn a_b.example",
    };
    static const struct trap traps[] = {
        {"x.com", "x"},
        {"X.COM", "x"},
        {"x.com.", "x"},
        {"Api.X.Com.", "x"},
        {"netflix.com", "other"},
        {"ax.com", "other"},
        {"a-x.com", "other"},
        {"x.com.evil.org", "other"},
        {"x.co", "other"},
        {"com", "other"},
        {"t.co", "x"},
        {"t.com", "other"},
        {"at.co", "other"},
        {"youtube", "youtube"},
        {"www.youtube", "youtube"},
        {"youtube.com", "other"},
        {"myyoutube", "other"},
        {"xn--mnchen-3ya.de", "idn"},
        {"WWW.XN--MNCHEN-3YA.DE", "idn"},
        {"munchen.de", "other"},
        {"a_b.example", "idn"},
        {"ab.example", "other"},
    };

    (void)state;
    CHECK("x youtube idn", lines, traps);
}

static void match__services_and_never_block__longest_wins(void **state)
{
    static const char *const lines[] = {
        "youtube youtube.com",
        "never studio.youtube.com",
        "music music.studio.youtube.com",
        "never magister.net",
        "never a.magister.net",
        "google google.com",
        "never classroom.google.com",
        "facebook fbcdn.net",
        "instagram fbcdn.net",
        "messenger www.messenger.facebook.com",
        "facebook facebook.com",
    };
    static const struct trap traps[] = {
        {"youtube.com", "youtube"},
        {"studio.youtube.com", "never"},
        {"a.studio.youtube.com", "never"},
        {"xstudio.youtube.com", "youtube"},
        {"music.studio.youtube.com", "music"},
        {"a.music.studio.youtube.com", "music"},
        {"magister.net", "never"},
        {"b.a.magister.net", "never"},
        {"magister.net.youtube.com", "youtube"},
        {"classroom.google.com", "never"},
        {"mail.google.com", "google"},
        {"scontent.fbcdn.net", "facebook instagram"},
        {"messenger.facebook.com", "facebook"},
        {"a.www.messenger.facebook.com", "messenger"},
    };

    (void)state;
    CHECK("youtube google facebook instagram messenger music", lines, traps);
}

static void match__exact_names__before_suffixes_and_for_themselves_only(void **state)
{
    static const char *const lines[] = {
        "a =www.example.org",  "b example.org",     "a =both.example",  "b both.example",
        "+l =www.example.org", "+l =alone.example", "+m alone.example",
    };
    static const struct trap traps[] = {
        {"www.example.org", "a +l"}, {"WWW.example.org.", "a +l"}, {"x.www.example.org", "b"},
        {"example.org", "b"},        {"both.example", "a"},        {"x.both.example", "b"},
        {"alone.example", "+l +m"},  {"x.alone.example", "+m"},    {"example", "other"},
    };

    (void)state;
    CHECK("a b +l +m", lines, traps);
}

static void match__lists__add_up_and_yield_to_never_block(void **state)
{
    static const char *const lines[] = {
        "youtube youtube.com",
        "+ads ads.youtube.com",
        "+all youtube.com",
        "+more x.ads.youtube.com",
        "youtube cdn.example",
        "+all example",
        "+ads example",
        "never school.example",
        "+ads school.example",
        "+ads www.school.example",
        "+ads =api.school.example",
        "music music.school.example",
        "+ads a.music.school.example",
        "blog blogspot.com",
        "+ads xxx.blogspot.com",
    };
    static const struct trap traps[] = {
        {"youtube.com", "youtube +all"},
        {"www.youtube.com", "youtube +all"},
        {"ads.youtube.com", "youtube +ads +all"},
        {"x.ads.youtube.com", "youtube +ads +all +more"},
        {"cdn.example", "youtube +ads +all"},
        {"b.example", "+ads +all"},
        {"school.example", "never"},
        {"www.school.example", "never"},
        {"api.school.example", "never"},
        {"music.school.example", "music"},
        {"a.music.school.example", "music"},
        {"xxx.blogspot.com", "blog +ads"},
        {"yyy.blogspot.com", "blog"},
    };

    (void)state;
    CHECK("youtube music blog +ads +all +more", lines, traps);
}

static void match__exceptions__end_what_stands_above_them(void **state)
{
    static const char *const lines[] = {
        "fb facebook.com",          "fb !help.facebook.com",    "fb !cdn.facebook.com",
        "ig cdn.facebook.com",      "fb cdn.facebook.com",      "fb back.help.facebook.com",
        "fb taken.example",         "fb !taken.example",        "+l facebook.com",
        "+l !ok.facebook.com",      "+l list.example",          "+l !ok.list.example",
        "+l =deep.ok.list.example", "+l =ok.list.example",      "+m ok.list.example",
        "ig !nothing.example",      "+l www.help.facebook.com", "fb never.example",
        "never a.never.example",    "fb b.a.never.example",     "fb !b.a.never.example",
    };
    static const struct trap traps[] = {
        {"facebook.com", "fb +l"},        {"help.facebook.com", "+l"},
        {"www.help.facebook.com", "+l"},  {"back.help.facebook.com", "fb +l"},
        {"cdn.facebook.com", "ig +l"},    {"ok.facebook.com", "fb"},
        {"x.ok.facebook.com", "fb"},      {"taken.example", "other"},
        {"x.taken.example", "other"},     {"list.example", "+l"},
        {"ok.list.example", "+m"},        {"deep.ok.list.example", "+l +m"},
        {"x.deep.ok.list.example", "+m"}, {"nothing.example", "other"},
        {"b.a.never.example", "never"},
    };

    (void)state;
    CHECK("fb ig +l +m", lines, traps);
}

static void match__exception_leaves_nothing__the_match_ends_there(void **state)
{
    static const char *const lines[] = {"fb facebook.com", "fb !help.facebook.com"};
    struct catalogue c = maker_catalogue("fb", lines, ARRAY_SIZE(lines));
    struct hostname name = maker_name("www.help.facebook.com");
    size_t at = SIZE_MAX;

    (void)state;
    assert_int_equal(catalogue_label(&c, &name, &at), LABEL_OTHER);
    assert_int_equal(at, 4);
    bytes_free(c.map);
}

static void match__hidden__where_nobody_owns_the_name(void **state)
{
    static const char *const lines[] = {
        "hidden ech.example",   "cdn example",         "+l list.ech.example", "fb fb.ech.example",
        "hidden never.example", "never never.example", "hidden own.example",  "fb own.example",
        "fb !own.example",      "fb both.example",     "hidden both.example",
    };
    static const struct trap traps[] = {
        {"ech.example", "hidden"}, {"x.ech.example", "hidden"}, {"list.ech.example", "+l"},
        {"fb.ech.example", "fb"},  {"never.example", "never"},  {"own.example", "hidden"},
        {"both.example", "fb"},    {"a.example", "cdn"},
    };

    (void)state;
    CHECK("cdn fb +l", lines, traps);
}

static void match__bare_reserved_words__are_names_like_others(void **state)
{
    static const char *const lines[] = {"fb never", "fb com.never"};
    static const struct trap traps[] = {{"never", "fb"}, {"a.never", "fb"}, {"ever", "other"}};

    (void)state;
    CHECK("fb", lines, traps);
}

static void build__owned_name_never_blocked__refused_in_any_order(void **state)
{
    static const char *const cases[][3] = {
        {"a a.example", "never s.example", "b s.example"},
        {"b s.example", "a a.example", "never s.example"},
        {"+l s.example", "b =s.example", "never s.example"},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        struct hostname which = {0};
        struct bytes map;
        struct maker m;
        unsigned whose = 77;

        maker_start(&m, "a b +l");
        maker_add(&m, cases[i], 3);
        assert_int_equal(catalogue_build(m.b, (const uint64_t[2]){0}, &map, &which, &whose),
                         CATALOGUE_NEVER_BLOCKED);
        assert_string_equal(which.text, "s.example");
        assert_int_equal(whose, 1);
        maker_done(&m);
    }
}

static void build__owned_name_never_blocked_but_taken_out__is_fine(void **state)
{
    static const char *const lines[] = {"a s.example", "never s.example", "a !s.example"};
    static const struct trap traps[] = {{"s.example", "never"}};

    (void)state;
    CHECK("a", lines, traps);
}

static void counts__every_claim__in_one_of_them(void **state)
{
    static const char *const lines[] = {
        "fb facebook.com",      "fb www.facebook.com", "+l facebook.com", "+l www.facebook.com",
        "+l =www.facebook.com", "+l a.example",        "+l a.example",    "never n.example",
        "+l n.example",         "+l =x.n.example",     "+l !b.example",   "+l b.example",
        "+m n.example",
    };
    struct catalogue c = maker_catalogue("fb +l +m", lines, ARRAY_SIZE(lines));

    (void)state;
    assert_int_equal(c.counts[0].names, 2);
    assert_int_equal(c.counts[0].repeated, 0);
    assert_int_equal(c.counts[1].names, 2);
    assert_int_equal(c.counts[1].repeated, 2);
    assert_int_equal(c.counts[1].left_out, 2);
    assert_int_equal(c.counts[1].weakened, 0);
    assert_int_equal(c.counts[2].left_out, 1);
    assert_int_equal(c.name_count, 3); /* facebook.com, a.example, n.example */
    bytes_free(c.map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(match__traps_of_spelling__whole_labels_only),
        cmocka_unit_test(match__services_and_never_block__longest_wins),
        cmocka_unit_test(match__exact_names__before_suffixes_and_for_themselves_only),
        cmocka_unit_test(match__lists__add_up_and_yield_to_never_block),
        cmocka_unit_test(match__exceptions__end_what_stands_above_them),
        cmocka_unit_test(match__exception_leaves_nothing__the_match_ends_there),
        cmocka_unit_test(match__hidden__where_nobody_owns_the_name),
        cmocka_unit_test(match__bare_reserved_words__are_names_like_others),
        cmocka_unit_test(build__owned_name_never_blocked__refused_in_any_order),
        cmocka_unit_test(build__owned_name_never_blocked_but_taken_out__is_fine),
        cmocka_unit_test(counts__every_claim__in_one_of_them),
    };

    return cmocka_run_group_tests_name("catalogue_resolve", tests, NULL, NULL);
}
