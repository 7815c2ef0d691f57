/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "lists/inputs.h"
#include "lists/shelf.h"
#include "support/folder.h"
#include "support/plan.h"

/* All that a catalogue can be made from, for one thing at a time to differ. */
struct all {
    struct service services[3];
    struct plan_name names[4];
    struct hostname never, hidden;
    struct plan_prefix prefix;
    struct plan_safe safe;
    struct plan_list list;
    struct local_name local;
    struct plan plan;
};

static struct hostname host(const char *text)
{
    struct hostname name;

    assert_true(hostname_set(&name, (struct span){text, strlen(text)}));
    return name;
}

static void fill(struct all *a)
{
    const struct plan p = plan_make(NULL, false);

    memset(a, 0, sizeof(*a));
    memcpy(a->services, p.services, 2 * sizeof(a->services[0]));
    snprintf(a->services[2].id, sizeof(a->services[2].id), "ads");
    a->services[2].list = 1;
    memcpy(a->names, p.names, sizeof(a->names));
    a->never = p.never[0];
    a->hidden = host("ech.example");
    a->prefix.prefix.bits = 8;
    a->safe = (struct plan_safe){host("youtube.com"), host("restrict.youtube.com")};
    a->list = (struct plan_list){.service = 2, .path = "/a"};
    a->local.name = host("a.nl");
    snprintf(a->local.service, sizeof(a->local.service), "facebook");
    a->plan = (struct plan){.services = a->services,
                            .service_count = 3,
                            .names = a->names,
                            .name_count = 4,
                            .never = &a->never,
                            .never_count = 1,
                            .hidden = &a->hidden,
                            .hidden_count = 1,
                            .prefixes = &a->prefix,
                            .prefix_count = 1,
                            .safe = &a->safe,
                            .safe_count = 1,
                            .lists = &a->list,
                            .list_count = 1};
}

static struct inputs of(struct all *a)
{
    const struct local_names local = {&a->local, 1, 1};
    struct inputs inputs;

    inputs_of(&a->plan, &local, &inputs);
    return inputs;
}

static void title(struct all *a)
{
    a->services[0].title[0] = 'X';
}

static void dutch(struct all *a)
{
    a->services[1].title_nl[0] = 'X';
}

static void category(struct all *a)
{
    a->services[1].category[0] = 'X';
}

static void retired(struct all *a)
{
    a->services[1].retired = 1;
}

static void is_list(struct all *a)
{
    a->services[2].list = 0;
}

static void one_service_less(struct all *a)
{
    a->plan.service_count--;
}

static void owner(struct all *a)
{
    a->names[0].service = 1;
}

static void name(struct all *a)
{
    a->names[3].name = host("fbcdn.com");
}

static void never(struct all *a)
{
    a->never = host("magister.nl");
}

static void never_is_hidden(struct all *a)
{
    a->plan.never_count = 0;
    a->plan.hidden = &a->never;
}

static void prefix_bits(struct all *a)
{
    a->prefix.prefix.bits++;
}

static void prefix_base(struct all *a)
{
    a->prefix.prefix.base.b[3] = 1;
}

static void safe_host(struct all *a)
{
    a->safe.host = host("restrictmoderate.youtube.com");
}

static void excepted(struct all *a)
{
    a->local.except = true;
}

static void local_service(struct all *a)
{
    snprintf(a->local.service, sizeof(a->local.service), "%s", LOCAL_NEVER);
}

static void inputs__anything_that_counts_differs__is_seen(void **state)
{
    static void (*const changes[])(struct all * a) = {
        title,    dutch,         category,        retired,     is_list,     one_service_less,
        owner,    name,          never,           prefix_bits, prefix_base, safe_host,
        excepted, local_service, never_is_hidden,
    };
    struct all a;
    struct inputs before[ARRAY_SIZE(changes) + 1];

    (void)state;
    fill(&a);
    before[0] = of(&a);
    for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
        fill(&a);
        changes[i](&a);
        before[i + 1] = of(&a);
        for (size_t k = 0; k <= i; k++)
            assert_memory_not_equal(&before[k], &before[i + 1], sizeof(before[0]));
    }
}

static void inputs__who_and_when__do_not_count(void **state)
{
    struct all a;
    struct inputs before, after;

    (void)state;
    fill(&a);
    before = of(&a);
    fill(&a);
    a.local.at = 99;
    snprintf(a.local.who, sizeof(a.local.who), "jan");
    a.list.path = "/elsewhere";
    after = of(&a);
    assert_memory_equal(&before, &after, sizeof(before));
}

static void inputs__a_list_with_other_content__is_seen(void **state)
{
    struct all a;
    struct inputs seen[3];
    struct list_report report;
    char why[LIST_FAULT_TEXT], path[FOLDER_PATH + 32];

    fill(&a);
    a.plan.state = *state;
    a.list.format = LIST_DOMAINS;
    snprintf(path, sizeof(path), "%s/source", (const char *)*state);
    a.list.path = path;
    seen[0] = of(&a);
    folder_write(*state, "source", "ads.example.com\n");
    assert_int_equal(
        shelf_take(*state, "ads", &(struct shelf_order){&a.list, SHELF_AGAIN, 1}, &report, why),
        SHELF_TAKEN);
    seen[1] = of(&a);
    folder_write(*state, "source", "ads.example.net\n");
    assert_int_equal(
        shelf_take(*state, "ads", &(struct shelf_order){&a.list, SHELF_AGAIN, 2}, &report, why),
        SHELF_TAKEN);
    seen[2] = of(&a);
    assert_memory_not_equal(&seen[0], &seen[1], sizeof(seen[0]));
    assert_memory_not_equal(&seen[1], &seen[2], sizeof(seen[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inputs__anything_that_counts_differs__is_seen),
        cmocka_unit_test(inputs__who_and_when__do_not_count),
        cmocka_unit_test_setup_teardown(inputs__a_list_with_other_content__is_seen, folder_set_up,
                                        folder_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
