/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/walk.h"

#include <stdarg.h>
#include <string.h>

#include "base/suggest.h"

#define KEY_PATH_MAX 64
#define WORDS_TEXT   512
#define WORDS_SHOWN  20
#define SIBLING_MAX  64 /* keys of one group */
#define VALUE_SHOWN  100

/* One group on the way: its path ("zones[]"), its setting (NULL: absent, all defaults). */
struct group {
    const struct load *load;
    const char *path;
    const config_setting_t *at;
    char *into;
};

/* What the schema says of that key. */
static const char *key_type(const struct load *l, const char *path)
{
    const struct config_key *key = schema_find(l->schema, path);

    return key ? key->type : "a known key";
}

void load_fault(const struct load *l, const config_setting_t *at, const char *path,
                const char *expected, const char *reason, ...)
{
    va_list args;

    va_start(args, reason);
    report_addv(l->report, source_place(&l->source, at), path,
                expected ? expected : key_type(l, path), reason, args);
    va_end(args);
}

/* "one of a, b, c", or empty when there are too many to read. */
static void word_list(char out[static WORDS_TEXT], struct words known)
{
    size_t len = 0;

    out[0] = '\0';
    if (known.count > WORDS_SHOWN)
        return;
    for (size_t i = 0; i < known.count && len < WORDS_TEXT; i++) {
        int n = snprintf(out + len, WORDS_TEXT - len, "%s%s", i ? ", " : "one of ", known.items[i]);

        len += n > 0 ? (size_t)n : 0;
    }
}

/* subject: what begins the sentence, such as the text in quotes. */
static void unknown_word(const struct load *l, const config_setting_t *at, const char *path,
                         const char *subject, const char *text, struct words known)
{
    const char *near = suggest(text, known.items, known.count);
    struct place place = source_place(&l->source, at);
    char all[WORDS_TEXT];

    word_list(all, known);
    if (!all[0])
        snprintf(all, sizeof(all), "%s", key_type(l, path));
    if (near)
        report_add(l->report, place, path, all, "%sis unknown (did you mean '%s'?)", subject, near);
    else
        report_add(l->report, place, path, all, "%sis unknown", subject);
}

void load_unknown(const struct load *l, const config_setting_t *at, const char *path,
                  const char *text, struct words known)
{
    char subject[VALUE_SHOWN + 4];

    snprintf(subject, sizeof(subject), "'%.*s' ", VALUE_SHOWN, text);
    unknown_word(l, at, path, subject, text, known);
}

const char *load_where(const struct load *l, const config_setting_t *at, char out[static WHERE_MAX])
{
    struct place place = source_place(&l->source, at);

    snprintf(out, WHERE_MAX, "%.*s:%u", WHERE_MAX - 16, place.file, place.line);
    return out;
}

const config_setting_t *load_at(const config_setting_t *group, const char *key)
{
    const config_setting_t *at = group ? config_setting_get_member(group, key) : NULL;

    return at ? at : group;
}

void *load_get(const struct load *l, struct pool *pool, size_t count, size_t size)
{
    void *room = pool_get(pool, count, size);

    if (!room)
        report_add(l->report, source_place(&l->source, NULL), NULL, "more free memory",
                   "there is no memory left");
    return room;
}

/* Of words that end with NULL. */
static struct words counted(const char *const *items)
{
    struct words known = {.items = items};

    while (items[known.count])
        known.count++;
    return known;
}

static void parse_value(const struct group *g, const config_setting_t *at,
                        const struct config_key *key, const char *text, void *into)
{
    const struct key_rule *rule = key->rule;
    const char *why = rule->parse(text, rule, into);

    if (why && rule->words)
        load_unknown(g->load, at, key->path, text, counted(rule->words));
    else if (why)
        load_fault(g->load, at, key->path, NULL, "'%.*s' %s", VALUE_SHOWN, text, why);
}

static const char *type_name(const config_setting_t *at)
{
    static const char *const names[] = {
        [CONFIG_TYPE_NONE] = "nothing",       [CONFIG_TYPE_GROUP] = "a group",
        [CONFIG_TYPE_INT] = "a number",       [CONFIG_TYPE_INT64] = "a large number",
        [CONFIG_TYPE_FLOAT] = "a fraction",   [CONFIG_TYPE_STRING] = "a text",
        [CONFIG_TYPE_BOOL] = "true or false", [CONFIG_TYPE_ARRAY] = "a list",
        [CONFIG_TYPE_LIST] = "a list",
    };

    return names[config_setting_type(at)];
}

static void wrong_type(const struct group *g, const config_setting_t *at,
                       const struct config_key *key)
{
    load_fault(g->load, at, key->path, NULL, "is %s", type_name(at));
}

static void read_text(const struct group *g, const config_setting_t *at,
                      const struct config_key *key, void *into)
{
    if (config_setting_type(at) != CONFIG_TYPE_STRING)
        wrong_type(g, at, key);
    else
        parse_value(g, at, key, config_setting_get_string(at), into);
}

static void read_number(const struct group *g, const config_setting_t *at,
                        const struct config_key *key, void *into)
{
    char text[24];

    if (config_setting_type(at) != CONFIG_TYPE_INT &&
        config_setting_type(at) != CONFIG_TYPE_INT64) {
        wrong_type(g, at, key);
        return;
    }
    snprintf(text, sizeof(text), "%lld", config_setting_get_int64(at));
    parse_value(g, at, key, text, into);
}

static void read_flag(const struct group *g, const config_setting_t *at,
                      const struct config_key *key, void *into)
{
    if (config_setting_type(at) != CONFIG_TYPE_BOOL)
        wrong_type(g, at, key);
    else
        parse_value(g, at, key, config_setting_get_bool(at) ? "true" : "false", into);
}

static bool list_room(const struct group *g, struct list *list, size_t count, size_t size)
{
    list->items = load_get(g->load, g->load->pool, count, size);
    list->at = load_get(g->load, g->load->pool, count, sizeof(const config_setting_t *));
    list->sound = load_get(g->load, g->load->pool, count, sizeof(bool));
    list->count = list->items && list->at && list->sound ? count : 0;
    return list->count == count;
}

/* The elements of a list that is long and short enough; false with a report. */
static bool open_list(const struct group *g, const config_setting_t *at,
                      const struct config_key *key, struct list *list)
{
    const struct key_rule *rule = key->rule;
    int count = config_setting_length(at);

    if (count < rule->min || count > rule->max) {
        load_fault(g->load, at, key->path, NULL, "has %d elements, and %s", count,
                   count < rule->min ? "needs at least one" : "that is too many");
        return false;
    }
    return list_room(g, list, (size_t)count, rule->size);
}

static void walk_group(const struct group *g);

static void read_element(const struct group *g, const struct config_key *key, struct list *list,
                         size_t i)
{
    const config_setting_t *at = list->at[i];
    char *into = (char *)list->items + i * key->rule->size, path[KEY_PATH_MAX];
    size_t before = g->load->report->total;

    if (key->rule->shape == SHAPE_TEXTS) {
        read_text(g, at, key, into);
    } else if (!config_setting_is_group(at)) {
        load_fault(g->load, at, key->path, NULL, "has %s where a group { } belongs", type_name(at));
    } else {
        snprintf(path, sizeof(path), "%s[]", key->path);
        walk_group(&(struct group){g->load, path, at, into});
    }
    list->sound[i] = g->load->report->total == before;
}

static void read_list(const struct group *g, const config_setting_t *at,
                      const struct config_key *key, void *into)
{
    struct list *list = into;

    if (!config_setting_is_list(at) && !config_setting_is_array(at)) {
        wrong_type(g, at, key);
        return;
    }
    if (!open_list(g, at, key, list))
        return;
    for (size_t i = 0; i < list->count; i++) {
        list->at[i] = config_setting_get_elem(at, (unsigned)i);
        read_element(g, key, list, i);
    }
}

static void read_group(const struct group *g, const config_setting_t *at,
                       const struct config_key *key, void *into)
{
    if (at && !config_setting_is_group(at))
        wrong_type(g, at, key);
    else
        walk_group(&(struct group){g->load, key->path, at, into});
}

static void (*const readers[SHAPE_COUNT])(const struct group *, const config_setting_t *,
                                          const struct config_key *, void *) = {
    [SHAPE_TEXT] = read_text,  [SHAPE_NUMBER] = read_number, [SHAPE_FLAG] = read_flag,
    [SHAPE_TEXTS] = read_list, [SHAPE_GROUP] = read_group,   [SHAPE_GROUPS] = read_list,
};

static void read_key(const struct group *g, const config_setting_t *at,
                     const struct config_key *key)
{
    readers[key->rule->shape](g, at, key, g->into + key->rule->offset);
}

/* A default list is empty or has one element. */
static void default_list(const struct group *g, const struct config_key *key, struct list *list)
{
    if (!*key->fallback || !list_room(g, list, 1, key->rule->size))
        return;
    parse_value(g, g->at, key, key->fallback, list->items);
    list->sound[0] = true;
}

static void use_default(const struct group *g, const struct config_key *key)
{
    void *into = g->into + key->rule->offset;

    if (!key->fallback)
        load_fault(g->load, g->at, key->path, NULL, "is missing");
    else if (key->rule->implied)
        return;
    else if (key->rule->shape == SHAPE_GROUP)
        read_group(g, NULL, key, into);
    else if (key->rule->shape == SHAPE_TEXTS || key->rule->shape == SHAPE_GROUPS)
        default_list(g, key, into);
    else
        parse_value(g, g->at, key, key->fallback, into);
}

/* Its index in the schema, or -1. */
static int known_key(const struct group *g, const char *name)
{
    const struct schema *s = g->load->schema;

    for (size_t i = 0; i < s->count; i++) {
        const char *child = schema_child(&s->keys[i], g->path);

        if (child && strcmp(child, name) == 0)
            return (int)i;
    }
    return -1;
}

static void unknown_key(const struct group *g, const config_setting_t *at)
{
    const struct schema *s = g->load->schema;
    const char *words[SIBLING_MAX], *name = config_setting_name(at);
    char path[2 * KEY_PATH_MAX];
    size_t count = 0;

    for (size_t i = 0; i < s->count && count < SIBLING_MAX; i++) {
        const char *child = schema_child(&s->keys[i], g->path);

        if (child)
            words[count++] = child;
    }
    snprintf(path, sizeof(path), "%s%s%s", g->path, *g->path ? "." : "", name);
    unknown_word(g->load, at, path, "", name, (struct words){words, count});
}

static void walk_group(const struct group *g)
{
    const struct schema *s = g->load->schema;
    int count = g->at ? config_setting_length(g->at) : 0;

    for (int i = 0; i < count; i++) {
        const config_setting_t *at = config_setting_get_elem(g->at, (unsigned)i);
        int index = known_key(g, config_setting_name(at));

        if (index < 0)
            unknown_key(g, at);
        else
            read_key(g, at, &s->keys[index]);
    }
    for (size_t i = 0; i < s->count; i++) {
        const char *name = schema_child(&s->keys[i], g->path);

        if (name && !(g->at && config_setting_get_member(g->at, name)))
            use_default(g, &s->keys[i]);
    }
}

void walk(const struct load *l, void *model)
{
    walk_group(&(struct group){l, "", config_root_setting(&l->source.tree), model});
}
