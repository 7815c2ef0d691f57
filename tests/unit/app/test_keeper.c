/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "app/keeper.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "net/rules_common.h"
#include "support/test.h"

#define PATIENCE_S 30

/* --- a back end whose looks find what the test wants ------------------------------------ */

static enum rules_state finds;
static bool dies; /* in the look */

static enum rules_state check(const struct rules *r, const struct rules_plan *plan, uint32_t *stamp)
{
    (void)r;
    (void)plan;
    if (dies)
        raise(SIGKILL);
    *stamp = finds == RULES_WHOLE ? 7 : 0;
    return finds;
}

static const struct rules_backend backend = {.name = "told", .check = check};

struct fixture {
    struct event_base *base;
    struct keeper *keeper;
    struct rules rules;
    struct gate_settings settings;
    struct snapshot snapshot;
    unsigned repairs, news;
    bool can_repair;
};

static void watch(struct fixture *f)
{
    const struct rules_plan plan = {.snapshot = &f->snapshot, .now = 1000};

    keeper_watch(f->keeper, &f->rules, &plan);
}

static void on_repair(void *arg)
{
    struct fixture *f = arg;

    f->repairs++;
    if (f->can_repair) {
        finds = RULES_WHOLE;
        watch(f);
    } else {
        keeper_watch(f->keeper, NULL, NULL);
    }
    event_base_loopbreak(f->base);
}

static void on_news(void *arg)
{
    struct fixture *f = arg;

    f->news++;
    event_base_loopbreak(f->base);
}

static void quiet(enum log_level level, const char *line)
{
    (void)level;
    (void)line;
}

static void begin(struct fixture *f)
{
    log_init("test", LOG_LEVEL_DEBUG, quiet);
    *f = (struct fixture){.base = event_base_new(),
                          .rules = {.backend = &backend, .installed = true},
                          .settings = {.lan = {"lo"}, .lan_count = 1},
                          .can_repair = true};
    f->snapshot.settings = &f->settings;
    f->keeper = keeper_new(f->base, &(struct keeper_hooks){on_repair, on_news, f});
    assert_non_null(f->keeper);
    finds = RULES_WHOLE;
    dies = false;
}

static void end(struct fixture *f)
{
    keeper_free(f->keeper);
    event_base_free(f->base);
}

/* Until a hook has been called that often in all; false when nothing more comes. */
static bool runs_until(struct fixture *f, const unsigned *count, unsigned is)
{
    while (*count < is) {
        const struct timeval patience = {PATIENCE_S, 0};
        unsigned before = f->repairs + f->news;

        event_base_loopexit(f->base, &patience);
        event_base_dispatch(f->base);
        if (f->repairs + f->news == before)
            return false;
    }
    return true;
}

static void look__rules_taken_away__repaired_and_counted(void **state)
{
    struct fixture f;

    (void)state;
    begin(&f);
    watch(&f);
    finds = RULES_BROKEN;
    assert_true(runs_until(&f, &f.repairs, 1));
    assert_int_equal(keeper_upkeep(f.keeper)->repairs, 1);
    assert_int_equal(keeper_upkeep(f.keeper)->repaired, 1000);
    finds = RULES_BROKEN;
    assert_true(runs_until(&f, &f.repairs, 2));
    assert_int_equal(keeper_upkeep(f.keeper)->repairs, 2);
    end(&f);
}

static void look__not_put_back_at_once__counted_when_it_is(void **state)
{
    struct fixture f;

    (void)state;
    begin(&f);
    watch(&f);
    f.can_repair = false;
    finds = RULES_BROKEN;
    assert_true(runs_until(&f, &f.repairs, 1));
    assert_int_equal(keeper_upkeep(f.keeper)->repairs, 0);
    watch(&f);
    assert_int_equal(keeper_upkeep(f.keeper)->repairs, 1);
    end(&f);
}

static void look__interface_gone_and_back__news_each_time(void **state)
{
    struct fixture f;
    unsigned news;

    (void)state;
    begin(&f);
    strcpy(f.settings.lan[0], "no-such-lan");
    watch(&f);
    assert_true(runs_until(&f, &f.news, 1));
    assert_true(troubles_has(&keeper_upkeep(f.keeper)->troubles, TROUBLE_INTERFACE));
    strcpy(f.settings.lan[0], "lo");
    news = f.news;
    assert_true(runs_until(&f, &f.news, news + 1));
    assert_false(troubles_has(&keeper_upkeep(f.keeper)->troubles, TROUBLE_INTERFACE));
    assert_int_equal(f.repairs, 0);
    end(&f);
}

static void look__always_fails__told_and_not_repaired(void **state)
{
    struct fixture f;

    (void)state;
    for (unsigned way = 0; way < 2; way++) {
        begin(&f);
        finds = RULES_UNKNOWN;
        dies = way;
        watch(&f);
        while (!troubles_has(&keeper_upkeep(f.keeper)->troubles, TROUBLE_UNCHECKED))
            assert_true(runs_until(&f, &f.news, f.news + 1));
        assert_int_equal(f.repairs, 0);
        end(&f);
    }
}

static void free__look_under_way__ended(void **state)
{
    struct fixture f;

    (void)state;
    begin(&f);
    watch(&f);
    event_base_loop(f.base, EVLOOP_ONCE); /* the first tick */
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(look__rules_taken_away__repaired_and_counted),
        cmocka_unit_test(look__not_put_back_at_once__counted_when_it_is),
        cmocka_unit_test(look__interface_gone_and_back__news_each_time),
        cmocka_unit_test(look__always_fails__told_and_not_repaired),
        cmocka_unit_test(free__look_under_way__ended),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
