/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "support/test.h"

#include "base/addr.h"
#include "base/span.h"
#include "base/wall.h"
#include "config/types.h"

typedef const char *parser(const char *text, const struct key_rule *rule, void *ret);

static const char *const words[] = {"none", "leader", NULL};

/* want: NULL is accepted, else the reason. value: compared for those that give an int. */
static const struct {
    parser *parse;
    struct key_rule rule;
    const char *text, *want;
    int value;
} cases[] = {
    {type_clock, {.max = 1439}, "08:30", NULL, 510},
    {type_clock, {.max = 1439}, "00:00", NULL, 0},
    {type_clock, {.max = 1439}, "23:59", NULL, 1439},
    {type_clock, {.max = 1439}, "24:00", "is not a time", 0},
    {type_clock, {.max = 1440}, "24:00", NULL, 1440},
    {type_clock, {.max = 1440}, "24:01", "is not a time", 0},
    {type_clock, {.max = 1440}, "8:30", "is not a time", 0},
    {type_word, {.words = words}, "none", NULL, 0},
    {type_word, {.words = words}, "leader", NULL, 1},
    {type_word, {.words = words}, "Leader", "is unknown", 0},
    {type_word, {.words = words}, "lead", "is unknown", 0},
    {type_word, {.words = words}, "", "is unknown", 0},
};

static void types__texts_with_a_small_value__are_judged(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        int value = -1;
        const char *why = cases[i].parse(cases[i].text, &cases[i].rule, &value);

        if (cases[i].want) {
            assert_non_null(why);
            assert_string_equal(why, cases[i].want);
            assert_int_equal(value, -1);
        } else {
            assert_null(why);
            assert_int_equal(value, cases[i].value);
        }
    }
}

static const struct {
    const char *text;
    int days; /* -1: refused */
} day_cases[] = {
    {"mon", 0x01},
    {"sun", 0x40},
    {"mon-fri", 0x1f},
    {"Mon-Fri", 0x1f},
    {"mon,wed", 0x05},
    {"mon, wed", 0x05},
    {"mon-thu,sat", 0x2f},
    {"fri-mon", 0x71},
    {"mon-sun", 0x7f},
    {"tue-tue", 0x02},
    {"mon,mon", 0x01},
    {"", -1},
    {",", -1},
    {"mon,", -1},
    {"mon-", -1},
    {"-mon", -1},
    {"mon-tue-wed", -1},
    {"monday", -1},
    {"ma-vr", -1},
    {" mon ", -1},
    {"mon,tue,wed,thu,fri,sat,sun,mon,tue,wed,thu,fri,sat,sun,mon,tue,wed", -1},
};

static void type_days__each_list__gives_its_days(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(day_cases); i++) {
        uint8_t days = 0x80;
        const char *why = type_days(day_cases[i].text, &(struct key_rule){0}, &days);

        assert_int_equal(why == NULL, day_cases[i].days >= 0);
        assert_int_equal(days, day_cases[i].days >= 0 ? day_cases[i].days : 0x80);
    }
}

static void type_text__length_around_the_limit__is_exact(void **state)
{
    struct key_rule rule = {.size = 4};
    char buffer[5] = "zzzz";

    (void)state;
    assert_null(type_text("abc", &rule, buffer));
    assert_string_equal(buffer, "abc");
    assert_string_equal(type_text("abcd", &rule, buffer), "is too long");
    assert_string_equal(type_text("", &rule, buffer), "is empty");
    assert_string_equal(type_text("a\n", &rule, buffer),
                        "holds bytes that are not printable UTF-8");
    assert_string_equal(buffer, "abc");
    assert_int_equal(buffer[4], '\0');
}

static const struct {
    parser *parse;
    const char *text;
    bool ok;
} text_cases[] = {
    {type_path, "catalogue.conf", true},
    {type_path, "a/", false},
    {type_absolute, "/run/a.sock", true},
    {type_absolute, "run/a.sock", false},
    {type_absolute, "/run/", false},
    {type_interface, "eth1", true},
    {type_interface, "br-lan.12", true},
    {type_interface, "eth+", false},
    {type_interface, "a/b", false},
    {type_interface, "a b", false},
    {type_interface, "..", false},
    {type_interface, ".", false},
    {type_interface, "a:1", false},
    {type_id, "business-network", true},
    {type_id, "_bypass_doh", true},
    {type_id, "9gag", true},
    {type_id, "You", false},
    {type_id, "a b", false},
    {type_id, "", false},
    {type_interface, "", false},
    {type_path, "", false},
    {type_file, "keys.gpg", true},
    {type_file, "", true},
    {type_file, "keys/", false},
    {type_absolute, "", false},
};

static void types__texts_of_a_kind__are_judged(void **state)
{
    struct key_rule rule = {.size = 64};
    char buffer[64];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(text_cases); i++)
        if ((text_cases[i].parse(text_cases[i].text, &rule, buffer) == NULL) != text_cases[i].ok)
            fail_msg("%s", text_cases[i].text);
}

static void type_number__around_the_range__is_exact(void **state)
{
    struct key_rule rule = {.min = 1, .max = 16};
    int64_t value = 0;

    (void)state;
    assert_non_null(type_number("0", &rule, &value));
    assert_null(type_number("1", &rule, &value));
    assert_null(type_number("16", &rule, &value));
    assert_int_equal(value, 16);
    assert_non_null(type_number("17", &rule, &value));
    assert_non_null(type_number("-1", &rule, &value));
}

static void type_duration__around_the_range__is_exact(void **state)
{
    struct key_rule rule = {.min = 60, .max = 86400};
    int64_t value = 0;

    (void)state;
    assert_string_equal(type_duration("59s", &rule, &value), "is out of range");
    assert_null(type_duration("1m", &rule, &value));
    assert_int_equal(value, 60);
    assert_null(type_duration("24h", &rule, &value));
    assert_string_equal(type_duration("24h1s", &rule, &value), "is out of range");
    assert_string_equal(type_duration("3", &rule, &value), "is not a duration");
}

static void type_prefix__each_mistake__has_its_reason(void **state)
{
    static const struct {
        const char *text, *why;
    } prefixes[] = {
        {"10.0.0.0/8", NULL},
        {"10.0.0.1", NULL},
        {"2001:db8::/32", NULL},
        {"10.0.0.1/8", "has bits set behind the prefix length"},
        {"10.0.0.0/33", "has a prefix length out of range"},
        {"10.0.0/8", "is not an address"},
        {"", "is not an address"},
    };
    struct prefix p;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
        const char *why = type_prefix(prefixes[i].text, &(struct key_rule){0}, &p);

        assert_int_equal(why == NULL, prefixes[i].why == NULL);
        if (why)
            assert_string_equal(why, prefixes[i].why);
    }
}

static void type_date__only_days_that_exist__are_taken(void **state)
{
    struct date date;

    (void)state;
    assert_null(type_date("2028-02-29", &(struct key_rule){0}, &date));
    assert_int_equal(date.day, 29);
    assert_non_null(type_date("2027-02-29", &(struct key_rule){0}, &date));
    assert_non_null(type_date("29-02-2028", &(struct key_rule){0}, &date));
}

static void type_flag__only_true_and_false__are_taken(void **state)
{
    uint8_t value = 7;

    (void)state;
    assert_null(type_flag("true", &(struct key_rule){0}, &value));
    assert_int_equal(value, 1);
    assert_null(type_flag("false", &(struct key_rule){0}, &value));
    assert_int_equal(value, 0);
    value = 7;
    assert_string_equal(type_flag("yes", &(struct key_rule){0}, &value),
                        "is neither true nor false");
    assert_int_equal(value, 7);
}

static void type_folder__each_text__is_a_folder_without_final_slash(void **state)
{
    static const struct {
        const char *text, *folder; /* NULL: refused */
    } folders[] = {
        {"/var/lib/lespoort", "/var/lib/lespoort"},
        {"/srv/", "/srv"},
        {"/srv//", "/srv"},
        {"", ""},
        {"/", NULL},
        {"///", NULL},
        {"srv", NULL},
        {"./srv", NULL},
        {"/a-folder-of-24-bytes/xy", NULL},
    };
    struct key_rule rule = {.size = 24};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
        char buffer[24] = "";
        const char *why = type_folder(folders[i].text, &rule, buffer);

        assert_int_equal(why == NULL, folders[i].folder != NULL);
        assert_string_equal(buffer, folders[i].folder ? folders[i].folder : "");
    }
}

#define LONG_LABEL "a-label-of-thirty-one-bytes-is."

static void type_safe__names_that_fit__are_taken(void **state)
{
    struct hostname name;

    (void)state;
    assert_null(type_safe("Strict.Bing.com.", &(struct key_rule){0}, &name));
    assert_string_equal(name.text, "strict.bing.com");
    assert_null(type_safe(LONG_LABEL LONG_LABEL "a", &(struct key_rule){0}, &name));
    assert_int_equal(name.len, SAFE_TEXT_MAX - 1);
    assert_string_equal(type_safe(LONG_LABEL LONG_LABEL "ab", &(struct key_rule){0}, &name),
                        "is longer than 63 bytes");
    assert_string_equal(type_safe("*.bing.com", &(struct key_rule){0}, &name),
                        "has a wildcard, and names here stand for themselves alone");
    assert_string_equal(type_safe("10.0.0.1", &(struct key_rule){0}, &name), "is an address");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types__texts_with_a_small_value__are_judged),
        cmocka_unit_test(type_days__each_list__gives_its_days),
        cmocka_unit_test(type_text__length_around_the_limit__is_exact),
        cmocka_unit_test(types__texts_of_a_kind__are_judged),
        cmocka_unit_test(type_number__around_the_range__is_exact),
        cmocka_unit_test(type_duration__around_the_range__is_exact),
        cmocka_unit_test(type_prefix__each_mistake__has_its_reason),
        cmocka_unit_test(type_date__only_days_that_exist__are_taken),
        cmocka_unit_test(type_flag__only_true_and_false__are_taken),
        cmocka_unit_test(type_folder__each_text__is_a_folder_without_final_slash),
        cmocka_unit_test(type_safe__names_that_fit__are_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
