/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small random catalogues against the rules of catalogue.h, written down once more in the plainest
 * way: for each question, a walk over all that was said. */
#include "support/test.h"

#include "maker.h"

#define UNIVERSES 8000
#define SAID_MAX  14
#define DEPTH     5

static const char services[] = "a b c +l +m +n";
static const char *const owners[] = {"a", "b", "c", "+l", "+m", "+n"};

enum { OWNERS = 6, FIRST_LIST = 3 };

enum kind { SUFFIX, EXACT, EXCEPT, NEVER, HIDDEN };

struct said {
    enum kind kind;
    unsigned owner;
    char name[32];
};

struct universe {
    struct said said[SAID_MAX];
    unsigned count;
};

static uint64_t seed = 88172645463325252u;

static unsigned pick(unsigned below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 33) % below;
}

/* Of so few labels that most names are above, below or equal to another one. */
static void random_name(char to[static 32], unsigned depth)
{
    to[0] = '\0';
    for (unsigned i = 0; i < depth; i++)
        snprintf(to + strlen(to), 32 - strlen(to), "%s%c", i ? "." : "", 'x' + pick(2));
}

static void random_universe(struct universe *u)
{
    static const enum kind kinds[] = {SUFFIX, SUFFIX, SUFFIX, SUFFIX, EXACT,
                                      EXACT,  EXCEPT, EXCEPT, NEVER,  HIDDEN};

    u->count = 1 + pick(SAID_MAX);
    for (unsigned i = 0; i < u->count; i++) {
        u->said[i] = (struct said){.kind = kinds[pick(ARRAY_SIZE(kinds))], .owner = pick(OWNERS)};
        random_name(u->said[i].name, 1 + pick(DEPTH - 1));
    }
}

/* After the last label the end of the text. */
static const char *parent(const char *name)
{
    const char *dot = strchr(name, '.');

    return dot ? dot + 1 : name + strlen(name);
}

static bool said(const struct universe *u, enum kind kind, unsigned owner, const char *name)
{
    for (unsigned i = 0; i < u->count; i++)
        if (u->said[i].kind == kind && !strcmp(u->said[i].name, name) &&
            (kind == NEVER || kind == HIDDEN || u->said[i].owner == owner))
            return true;
    return false;
}

/* An exception between the question and that suffix of it, both included. */
static bool excepted(const struct universe *u, unsigned owner, const char *question,
                     const char *suffix)
{
    for (const char *at = question; at <= suffix; at = parent(at))
        if (said(u, EXCEPT, owner, at))
            return true;
    return false;
}

static bool any_service(const struct universe *u, enum kind kind, const char *name)
{
    for (unsigned i = 0; i < FIRST_LIST; i++)
        if (said(u, kind, i, name))
            return true;
    return false;
}

static bool sheltered(const struct universe *u, const char *question)
{
    for (const char *at = question; *at; at = parent(at))
        if (said(u, NEVER, 0, at))
            return true;
    return false;
}

static unsigned services_of(const struct universe *u, const char *question)
{
    const char *at = question;
    enum kind kind = SUFFIX;
    unsigned set = 0;

    if (!said(u, NEVER, 0, question) && any_service(u, EXACT, question))
        kind = EXACT;
    else
        while (*at && !any_service(u, SUFFIX, at) && !said(u, NEVER, 0, at) &&
               !said(u, HIDDEN, 0, at))
            at = parent(at);
    if (!*at || said(u, NEVER, 0, at))
        return 0;
    for (unsigned i = 0; i < FIRST_LIST; i++)
        if (said(u, kind, i, at) && !excepted(u, i, question, at))
            set |= 1u << i;
    return set;
}

static unsigned lists_of(const struct universe *u, const char *question)
{
    unsigned set = 0;

    if (sheltered(u, question))
        return 0;
    for (unsigned i = FIRST_LIST; i < OWNERS; i++) {
        if (said(u, EXACT, i, question) && !excepted(u, i, question, question))
            set |= 1u << i;
        for (const char *at = question; *at; at = parent(at))
            if (said(u, SUFFIX, i, at) && !excepted(u, i, question, at))
                set |= 1u << i;
    }
    return set;
}

static bool owned(const struct universe *u, enum kind kind, const char *name)
{
    for (unsigned i = 0; i < FIRST_LIST; i++)
        if (said(u, kind, i, name) && !said(u, EXCEPT, i, name))
            return true;
    return false;
}

/* What a name is that nobody owns. */
static const char *base_of(const struct universe *u, const char *question)
{
    if (!said(u, NEVER, 0, question) && owned(u, EXACT, question))
        return "other";
    for (const char *at = question; *at; at = parent(at)) {
        if (said(u, NEVER, 0, at))
            return "never";
        if (owned(u, SUFFIX, at))
            return "other";
        if (said(u, HIDDEN, 0, at))
            return "hidden";
    }
    return "other";
}

static const char *expected(const struct universe *u, const char *question)
{
    static char text[64];
    unsigned set = services_of(u, question) | lists_of(u, question);

    text[0] = '\0';
    for (unsigned i = 0; i < OWNERS; i++)
        if (set >> i & 1)
            snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", *text ? " " : "",
                     owners[i]);
    return set ? text : base_of(u, question);
}

static bool contradicts(const struct universe *u)
{
    for (unsigned i = 0; i < u->count; i++) {
        const char *name = u->said[i].name;

        if (u->said[i].kind == NEVER && (owned(u, SUFFIX, name) || owned(u, EXACT, name)))
            return true;
    }
    return false;
}

static void add_all(const struct universe *u, struct maker *m)
{
    static const char *const marks[] = {[SUFFIX] = "", [EXACT] = "=", [EXCEPT] = "!"};
    char line[64];

    for (unsigned i = 0; i < u->count; i++) {
        const struct said *s = &u->said[i];

        if (s->kind == NEVER || s->kind == HIDDEN)
            snprintf(line, sizeof(line), "%s %s", s->kind == NEVER ? "never" : "hidden", s->name);
        else
            snprintf(line, sizeof(line), "%s %s%s", owners[s->owner], marks[s->kind], s->name);
        assert_int_equal(maker_try(m, line), CATALOGUE_OK);
    }
}

static void show(const struct universe *u)
{
    for (unsigned i = 0; i < u->count; i++)
        print_error("%u %s %s\n", u->said[i].kind, owners[u->said[i].owner], u->said[i].name);
}

/* Every name there is, one label deeper than any that was spoken of. */
static void ask_all(const struct universe *u, const struct catalogue *c, unsigned depth)
{
    char question[32];

    for (unsigned bits = 0; bits < 1u << depth; bits++) {
        question[0] = '\0';
        for (unsigned i = 0; i < depth; i++)
            snprintf(question + strlen(question), sizeof(question) - strlen(question), "%s%c",
                     i ? "." : "", 'x' + (bits >> i & 1));
        if (strcmp(maker_match(c, question), expected(u, question)) != 0) {
            show(u);
            fail_msg("%s: %s, not %s", question, maker_match(c, question), expected(u, question));
        }
    }
}

static void random__every_question__as_the_rules_say(void **state)
{
    unsigned refused = 0;

    (void)state;
    for (unsigned n = 0; n < UNIVERSES; n++) {
        struct universe u;
        struct hostname which;
        struct bytes map;
        struct maker m;
        unsigned whose;

        random_universe(&u);
        maker_start(&m, services);
        add_all(&u, &m);
        if (contradicts(&u)) {
            assert_int_equal(catalogue_build(m.b, (const uint64_t[2]){0}, &map, &which, &whose),
                             CATALOGUE_NEVER_BLOCKED);
            refused++;
        } else {
            struct catalogue c = maker_build(&m);

            for (unsigned depth = 1; depth <= DEPTH; depth++)
                ask_all(&u, &c, depth);
            bytes_free(c.map);
        }
        maker_done(&m);
    }
    assert_in_range(refused, 1, UNIVERSES / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random__every_question__as_the_rules_say),
    };

    return cmocka_run_group_tests_name("catalogue_random", tests, NULL, NULL);
}
