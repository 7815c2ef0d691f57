/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "maker.h"

#define LISTS 9 /* more subsets than there are labels */

static uint8_t number_of(const struct catalogue *c, const char *text)
{
    struct hostname name = maker_name(text);

    return catalogue_label(c, &name, NULL);
}

static struct catalogue seeded(const struct catalogue *old, const char *services,
                               const char *const *lines, size_t count)
{
    struct catalogue c;
    struct maker m;

    maker_start(&m, services);
    catalogue_seed(m.b, old);
    maker_add(&m, lines, count);
    c = maker_build(&m);
    maker_done(&m);
    return c;
}

static void numbers__of_a_first_build__in_order_of_first_name(void **state)
{
    static const char *const lines[] = {
        "b b.example",  "a cdn.example", "a a.example",   "b cdn.example",
        "a a2.example", "b a2.example",  "a cdn.example", "+l 10.0.0.0/8",
    };
    struct catalogue c = maker_catalogue("a b +l", lines, ARRAY_SIZE(lines));

    (void)state;
    assert_int_equal(c.label_count, 5);
    assert_int_equal(number_of(&c, "b.example"), 1);
    assert_int_equal(number_of(&c, "cdn.example"), 2);
    assert_int_equal(number_of(&c, "a.example"), 3);
    assert_int_equal(number_of(&c, "a2.example"), 2);
    assert_string_equal(maker_label(&c, 4), "+l");
    bytes_free(c.map);
}

static void seed__other_order_and_numbers_of_services__sets_keep_their_numbers(void **state)
{
    static const char *const before[] = {"a a.example",    "b b.example",    "a ab.example",
                                         "b ab.example",   "gone g.example", "a ag.example",
                                         "gone ag.example"};
    static const char *const after[] = {"new n.example", "b ab.example", "a ab.example",
                                        "a a.example", "b b.example"};
    struct catalogue old = maker_catalogue("a b gone", before, ARRAY_SIZE(before));
    struct catalogue c = seeded(&old, "new b a", after, ARRAY_SIZE(after));

    (void)state;
    assert_int_equal(number_of(&c, "a.example"), number_of(&old, "a.example"));
    assert_int_equal(number_of(&c, "b.example"), number_of(&old, "b.example"));
    assert_int_equal(number_of(&c, "ab.example"), number_of(&old, "ab.example"));
    assert_int_equal(number_of(&c, "n.example"), old.label_count);
    assert_true(set256_empty(&c.labels[number_of(&old, "g.example")]));
    assert_true(set256_empty(&c.labels[number_of(&old, "ag.example")]));
    bytes_free(old.map);
    bytes_free(c.map);
}

static void seed__last_set_gone__its_number_is_not_given_away(void **state)
{
    static const char *const before[] = {"a a.example", "b b.example"};
    static const char *const after[] = {"a a.example", "c c.example"};
    struct catalogue old = maker_catalogue("a b c", before, 2);
    struct catalogue between = seeded(&old, "a b c", before, 1);
    struct catalogue c = seeded(&between, "a b c", after, 2);

    (void)state;
    assert_int_equal(between.label_count, 3);
    assert_int_equal(number_of(&c, "a.example"), 1);
    assert_true(set256_empty(&c.labels[2]));
    assert_int_equal(number_of(&c, "c.example"), 3);
    bytes_free(old.map);
    bytes_free(between.map);
    bytes_free(c.map);
}

/* sN owns nN.example, for each N from `from` up to `to`. */
static void add_numbered(struct maker *m, unsigned from, unsigned to)
{
    char line[64];

    for (unsigned i = from; i < to; i++) {
        snprintf(line, sizeof(line), "s%u n%u.example", i, i);
        assert_int_equal(maker_try(m, line), CATALOGUE_OK);
    }
}

static void start_numbered(struct maker *m, unsigned services)
{
    char id[SERVICE_ID_MAX];

    maker_start(m, "");
    for (unsigned i = 0; i < services; i++) {
        snprintf(id, sizeof(id), "s%u", i);
        maker_service(m, id);
    }
}

static struct catalogue numbered(const struct catalogue *seed, unsigned from, unsigned to)
{
    struct catalogue c;
    struct maker m;

    start_numbered(&m, SERVICE_MAX);
    if (seed)
        catalogue_seed(m.b, seed);
    add_numbered(&m, from, to);
    c = maker_build(&m);
    maker_done(&m);
    return c;
}

static void seed__no_fresh_number_left__the_one_free_for_longest_is_taken(void **state)
{
    struct catalogue full = numbered(NULL, 0, LABEL_SERVICE_MAX);
    struct catalogue less = numbered(&full, 0, LABEL_SERVICE_MAX - 1);
    struct catalogue none = numbered(&less, 1, LABEL_SERVICE_MAX - 1);
    struct catalogue more = numbered(&none, 1, LABEL_SERVICE_MAX);

    (void)state;
    assert_int_equal(number_of(&full, "n0.example"), 1);
    assert_int_equal(number_of(&full, "n238.example"), 239);
    assert_int_equal(none.label_count, LABEL_SERVICE_MAX + 1);
    assert_true(set256_empty(&none.labels[1]) && set256_empty(&none.labels[239]));
    assert_int_equal(number_of(&more, "n238.example"), 239);
    assert_true(set256_empty(&more.labels[1]));
    for (unsigned i = 1; i < LABEL_SERVICE_MAX; i++) {
        char text[32];

        snprintf(text, sizeof(text), "n%u.example", i);
        assert_int_equal(number_of(&more, text), number_of(&full, text));
    }
    bytes_free(full.map);
    bytes_free(less.map);
    bytes_free(none.map);
    bytes_free(more.map);
}

static void build__as_many_sets_of_services_as_labels__fits_and_one_more_is_full(void **state)
{
    struct hostname which;
    struct catalogue c;
    struct bytes map;
    struct maker m;
    unsigned whose;

    (void)state;
    start_numbered(&m, LABEL_SERVICE_MAX + 1);
    add_numbered(&m, 0, LABEL_SERVICE_MAX);
    c = maker_build(&m);
    assert_int_equal(c.label_count, LABEL_SERVICE_MAX + 1);
    bytes_free(c.map);
    add_numbered(&m, LABEL_SERVICE_MAX, LABEL_SERVICE_MAX + 1);
    assert_int_equal(catalogue_build(m.b, (const uint64_t[2]){0}, &map, &which, &whose),
                     CATALOGUE_FULL);
    maker_done(&m);
}

/* A third of them are below a service's name. */
static bool owned(unsigned subset)
{
    return subset % 3 == 0;
}

/* Every subset of the lists has names of its own, n<subset>-<i>.example or .fb.example: one, and
 * of the former one more for each list that is not in it. */
static unsigned subset_names(unsigned subset)
{
    return owned(subset) ? 1 : 1 + LISTS - (unsigned)__builtin_popcount(subset);
}

static void subset_name(char *to, size_t size, unsigned subset, unsigned i)
{
    snprintf(to, size, "n%u-%u.%sexample", subset, i, owned(subset) ? "fb." : "");
}

static void add_subsets(struct maker *m)
{
    char name[64], line[128];

    for (unsigned subset = 1; subset < 1u << LISTS; subset++)
        for (unsigned i = 0; i < subset_names(subset) * LISTS; i++) {
            if (!(subset >> i % LISTS & 1))
                continue;
            subset_name(name, sizeof(name), subset, i / LISTS);
            snprintf(line, sizeof(line), "+l%u %s", i % LISTS, name);
            assert_int_equal(maker_try(m, line), CATALOGUE_OK);
        }
}

static struct catalogue overflowing(void)
{
    static const char *const lines[] = {"fb fb.example", "never never.example"};
    char id[SERVICE_ID_MAX];
    struct catalogue c;
    struct maker m;

    maker_start(&m, "fb");
    for (unsigned i = 0; i < LISTS; i++) {
        snprintf(id, sizeof(id), "+l%u", i);
        maker_service(&m, id);
    }
    maker_add(&m, lines, ARRAY_SIZE(lines));
    add_subsets(&m);
    c = maker_build(&m);
    maker_done(&m);
    return c;
}

/* The services of a name, as bits: fb, then the lists. */
static unsigned bits_of(const struct catalogue *c, unsigned subset, unsigned i)
{
    char name[64];
    uint8_t label;

    subset_name(name, sizeof(name), subset, i);
    label = number_of(c, name);
    assert_true(label < c->label_count);
    return (unsigned)c->labels[label].w[0];
}

/* No set with a number has more of those lists, of the same services. */
static bool is_best(const struct catalogue *c, unsigned want, unsigned got)
{
    for (unsigned i = 1; i < c->label_count; i++) {
        unsigned other = (unsigned)c->labels[i].w[0];

        if (!(other & ~want) && (other & 1) == (want & 1) &&
            __builtin_popcount(other) > __builtin_popcount(got))
            return false;
    }
    return true;
}

static void lists__more_sets_than_labels__those_of_few_names_lose_lists_only(void **state)
{
    struct catalogue c = overflowing();
    unsigned weak = 0, lost = 0, told = 0;

    (void)state;
    assert_int_equal(c.label_count, LABEL_SERVICE_MAX + 1);
    for (unsigned subset = 1; subset < 1u << LISTS; subset++)
        for (unsigned i = 0; i < subset_names(subset); i++) {
            unsigned want = subset << 1 | owned(subset), got = bits_of(&c, subset, i);

            assert_int_equal(got & ~want, 0);
            assert_int_equal(got & 1, want & 1);
            assert_true(is_best(&c, want, got));
            assert_int_equal(bits_of(&c, subset, 0), got);
            /* sets of most names are whole; the smallest ones are those of most lists */
            if (!owned(subset) && __builtin_popcount(subset) <= 3)
                assert_int_equal(got, want);
            weak += got != want;
            lost += (unsigned)__builtin_popcount(want & ~got);
        }
    for (unsigned i = 0; i < c.service_count; i++)
        told += c.counts[i].weakened;
    assert_true(weak > 0);
    assert_int_equal(told, lost);
    assert_int_equal(number_of(&c, "a.never.example"), LABEL_NEVER);
    bytes_free(c.map);
}

static void lists__more_sets_than_labels__every_claim_is_counted_once(void **state)
{
    struct catalogue c = overflowing();

    (void)state;
    for (unsigned list = 0; list < LISTS; list++) {
        const struct service_count *count = &c.counts[1 + list];
        unsigned claims = 0;

        for (unsigned subset = 1; subset < 1u << LISTS; subset++)
            claims += subset >> list & 1 ? subset_names(subset) : 0;
        assert_int_equal(count->names + count->weakened, claims);
        assert_int_equal(count->repeated + count->left_out, 0);
    }
    bytes_free(c.map);
}

static void lists__more_sets_than_labels__same_in_another_build(void **state)
{
    struct catalogue c = overflowing(), again = overflowing();

    (void)state;
    assert_true(c.id == again.id);
    bytes_free(c.map);
    bytes_free(again.map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers__of_a_first_build__in_order_of_first_name),
        cmocka_unit_test(seed__other_order_and_numbers_of_services__sets_keep_their_numbers),
        cmocka_unit_test(seed__last_set_gone__its_number_is_not_given_away),
        cmocka_unit_test(seed__no_fresh_number_left__the_one_free_for_longest_is_taken),
        cmocka_unit_test(build__as_many_sets_of_services_as_labels__fits_and_one_more_is_full),
        cmocka_unit_test(lists__more_sets_than_labels__those_of_few_names_lose_lists_only),
        cmocka_unit_test(lists__more_sets_than_labels__every_claim_is_counted_once),
        cmocka_unit_test(lists__more_sets_than_labels__same_in_another_build),
    };

    return cmocka_run_group_tests_name("catalogue_labels", tests, NULL, NULL);
}
