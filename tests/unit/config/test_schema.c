/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables themselves: what a new row must keep. */
#include <stdio.h>
#include <string.h>

#include "support/test.h"

#include "base/span.h"
#include "config/schema.h"
#include "config/types.h"

static const struct schema *const schemas[] = {&config_schema, &catalogue_schema};

static void for_each(void (*check)(const struct schema *, const struct config_key *))
{
    for (size_t i = 0; i < ARRAY_SIZE(schemas); i++)
        for (size_t k = 0; k < schemas[i]->count; k++)
            check(schemas[i], &schemas[i]->keys[k]);
}

static void is_unique(const struct schema *s, const struct config_key *key)
{
    assert_ptr_equal(schema_find(s, key->path), key);
}

/* "zones[].name" stands in "zones", which must be a list of groups. */
static void has_a_group(const struct schema *s, const struct config_key *key)
{
    size_t len = strlen(key->path) - strlen(strrchr(key->path, '.') ? strrchr(key->path, '.') : "");
    bool many = len > 2 && memcmp(key->path + len - 2, "[]", 2) == 0;
    const struct config_key *group;
    char path[128] = "";

    if (len == strlen(key->path))
        return;
    memcpy(path, key->path, len);
    assert_non_null(schema_child(key, path));
    if (many)
        path[len - 2] = '\0';
    group = schema_find(s, path);
    assert_non_null(group);
    assert_int_equal(group->rule->shape, many ? SHAPE_GROUPS : SHAPE_GROUP);
}

static void is_described(const struct schema *s, const struct config_key *key)
{
    (void)s;
    assert_true(key->type && *key->type);
    assert_true(key->help && key->help[strlen(key->help) - 1] == '.');
    assert_int_equal(key->rule->parse == NULL,
                     key->rule->shape == SHAPE_GROUP || key->rule->shape == SHAPE_GROUPS);
}

/* A default is accepted where it is not worked out later. */
static void has_a_good_default(const struct schema *s, const struct config_key *key)
{
    static _Alignas(max_align_t) char value[8192];
    bool list = key->rule->shape == SHAPE_TEXTS || key->rule->shape == SHAPE_GROUPS;

    (void)s;
    if (!key->fallback || key->rule->implied || !key->rule->parse)
        return;
    assert_true(key->rule->size <= sizeof(value));
    if (list && !*key->fallback)
        assert_int_equal(key->rule->min, 0);
    else
        assert_null(key->rule->parse(key->fallback, key->rule, value));
}

/* The range that is documented is the one that is checked. */
static void tells_its_range(const struct schema *s, const struct config_key *key)
{
    const struct key_rule *rule = key->rule;
    char text[64];

    (void)s;
    if (rule->shape == SHAPE_NUMBER) {
        snprintf(text, sizeof(text), "number from %d to %d", (int)rule->min, (int)rule->max);
        assert_string_equal(key->type, text);
    }
    if (rule->shape == SHAPE_GROUPS) {
        if (rule->min)
            snprintf(text, sizeof(text), "list of %d to %d groups", (int)rule->min, (int)rule->max);
        else
            snprintf(text, sizeof(text), "list of at most %d groups", (int)rule->max);
        assert_string_equal(key->type, text);
    }
    if (rule->shape == SHAPE_TEXT && rule->parse == type_text && strstr(key->type, "bytes")) {
        snprintf(text, sizeof(text), "text of at most %zu bytes", rule->size - 1);
        assert_string_equal(key->type, text);
    }
    for (size_t i = 0; rule->words && rule->words[i]; i++)
        assert_non_null(strstr(key->type, rule->words[i]));
}

static void schema__paths__are_unique(void **state)
{
    (void)state;
    for_each(is_unique);
}

static void schema__keys__stand_in_a_group_of_the_table(void **state)
{
    (void)state;
    for_each(has_a_group);
}

static void schema__keys__are_described(void **state)
{
    (void)state;
    for_each(is_described);
}

static void schema__defaults__are_accepted(void **state)
{
    (void)state;
    for_each(has_a_good_default);
}

static void schema__ranges__are_those_documented(void **state)
{
    (void)state;
    for_each(tells_its_range);
}

static void schema_child__only_direct_children__are_named(void **state)
{
    const struct config_key *name = schema_find(&config_schema, "streams[].bells[].name");

    (void)state;
    assert_non_null(name);
    assert_string_equal(schema_child(name, "streams[].bells[]"), "name");
    assert_null(schema_child(name, "streams[]"));
    assert_null(schema_child(name, "streams[].bell"));
    assert_null(schema_child(name, ""));
    assert_string_equal(schema_child(schema_find(&config_schema, "zones"), ""), "zones");
    assert_null(schema_find(&config_schema, "zone"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schema__paths__are_unique),
        cmocka_unit_test(schema__keys__stand_in_a_group_of_the_table),
        cmocka_unit_test(schema__keys__are_described),
        cmocka_unit_test(schema__defaults__are_accepted),
        cmocka_unit_test(schema__ranges__are_those_documented),
        cmocka_unit_test(schema_child__only_direct_children__are_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
