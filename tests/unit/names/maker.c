/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "maker.h"

#include "support/test.h"

#define WORD_MAX 280

struct hostname maker_name(const char *text)
{
    struct hostname name;

    assert_true(hostname_set(&name, (struct span){text, strlen(text)}));
    return name;
}

void maker_service(struct maker *m, const char *id)
{
    struct service s = {.title = "T", .category = "c", .list = *id == '+'};

    snprintf(s.id, sizeof(s.id), "%s", id);
    snprintf(m->ids[m->count], sizeof(m->ids[0]), "%s", id);
    assert_int_equal(catalogue_add_service(m->b, &s), m->count);
    m->count++;
}

void maker_start(struct maker *m, const char *services)
{
    char word[WORD_MAX];
    int used;

    *m = (struct maker){.b = catalogue_builder_new()};
    assert_non_null(m->b);
    for (; sscanf(services, "%279s%n", word, &used) == 1; services += used)
        maker_service(m, word);
}

void maker_done(struct maker *m)
{
    catalogue_builder_free(m->b);
}

static unsigned service_of(const struct maker *m, const char *id)
{
    unsigned i = 0;

    while (i < m->count && strcmp(m->ids[i], id) != 0)
        i++;
    return i;
}

static enum catalogue_error add_owned(struct maker *m, unsigned service, const char *what)
{
    struct hostname name;
    struct prefix prefix;
    const char *why;

    if (prefix_parse(what, &prefix, &why))
        return catalogue_add_prefix(m->b, service, &prefix);
    if (*what == '!' || *what == '=') {
        name = maker_name(what + 1);
        return *what == '!' ? catalogue_add_exception(m->b, service, &name)
                            : catalogue_add_name(m->b, service, &name, MATCH_EXACT);
    }
    name = maker_name(what);
    return catalogue_add_name(m->b, service, &name, MATCH_SUFFIX);
}

enum catalogue_error maker_try(struct maker *m, const char *line)
{
    char who[WORD_MAX], what[WORD_MAX], host[WORD_MAX];
    struct hostname name, to;
    int words = sscanf(line, "%279s %279s %279s", who, what, host);

    assert_true(words >= 2);
    if (!strcmp(who, "safe")) {
        assert_int_equal(words, 3);
        name = maker_name(what);
        to = maker_name(host);
        return catalogue_add_safe(m->b, &name, &to);
    }
    if (strcmp(who, "never") != 0 && strcmp(who, "hidden") != 0)
        return add_owned(m, service_of(m, who), what);
    name = maker_name(what);
    return *who == 'n' ? catalogue_add_never(m->b, &name) : catalogue_add_hidden(m->b, &name);
}

void maker_add(struct maker *m, const char *const *lines, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_int_equal(maker_try(m, lines[i]), CATALOGUE_OK);
}

struct catalogue maker_build(struct maker *m)
{
    static const uint64_t inputs[2] = {11, 22};
    struct bytes map = {0};
    struct hostname which;
    struct catalogue c;
    const char *why;
    unsigned whose;

    assert_int_equal(catalogue_build(m->b, inputs, &map, &which, &whose), CATALOGUE_OK);
    assert_true(catalogue_open(&c, map, &why));
    assert_true(catalogue_intact(&c));
    return c;
}

struct catalogue maker_catalogue(const char *services, const char *const *lines, size_t count)
{
    struct maker m;
    struct catalogue c;

    maker_start(&m, services);
    maker_add(&m, lines, count);
    c = maker_build(&m);
    maker_done(&m);
    return c;
}

const char *maker_label(const struct catalogue *c, uint8_t label)
{
    static char text[SERVICE_MAX * (SERVICE_ID_MAX + 1)];
    size_t len = 0;

    if (label == LABEL_NEVER)
        return "never";
    if (label == LABEL_HIDDEN)
        return "hidden";
    if (label == LABEL_OTHER)
        return "other";
    if (label == LABEL_NONE)
        return "none";
    assert_true(label < c->label_count);
    *text = '\0';
    for (unsigned i = 0; i < c->service_count; i++)
        if (set256_has(&c->labels[label], (uint8_t)i))
            len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", len ? " " : "",
                                    c->services[i].id);
    return text;
}

const char *maker_match(const struct catalogue *c, const char *text)
{
    struct hostname name = maker_name(text);

    return maker_label(c, catalogue_label(c, &name, NULL));
}
