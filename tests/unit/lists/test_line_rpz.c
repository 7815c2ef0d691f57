/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "unit/lists/said.h"

struct one {
    const char *line, *said;
};

static void check(const struct one *lines, size_t count)
{
    struct list_reader r = {.format = LIST_RPZ};
    char text[SAID_MAX];

    for (size_t i = 0; i < count; i++)
        assert_string_equal(said(&r, lines[i].line, text), lines[i].said);
}

static void zone__with_origin__names_are_relative_to_it(void **state)
{
    static const struct one lines[] = {
        {"; a zone", "."},
        {"$TTL 60", "-"},
        {"$ORIGIN rpz.example.", "-"},
        {"@ IN SOA ns.rpz.example. hostmaster.rpz.example. (", "-"},
        {"   2026112001 ; serial", "."},
        {"   3600 600 ; refresh, retry )", "."},
        {"   86400 60 )", "."},
        {"    IN NS localhost.", "-"},
        {"bad.test CNAME .", "=bad.test ."},
        {"*.bad.test CNAME .", "bad.test ."},
        {"nodata.test IN CNAME *.", "=nodata.test ."},
        {"absolute.test.rpz.example. CNAME .", "=absolute.test ."},
        {"*.wild.test.rpz.example. CNAME . ; why", "wild.test ."},
        {"ok.test CNAME rpz-passthru.", "!ok.test ."},
        {"*.ok.test CNAME rpz-passthru.", "!ok.test ."},
        {"itself.test CNAME itself.test.", "!itself.test ."},
        {"drop.test 300 IN CNAME rpz-drop.", "=drop.test ."},
        {"tcp.test CNAME rpz-tcp-only.", "-"},
        {"garden.test CNAME walled.garden.example.", "-"},
        {"local.test IN 300 A 192.0.2.1", "=local.test ."},
        {"local.test 1h30m AAAA 2001:db8::1", "=local.test ."},
        {"*.local.test A ( 192.0.2.1 )", "local.test ."},
        {"text.test TXT \"a ; b ( c\"", "-"},
        {"odd.test TYPE65 \\# 0", "-"},
        {"32.1.2.0.192.rpz-ip CNAME .", "-"},
        {"24.0.2.0.192.rpz-client-ip CNAME .", "-"},
        {"ns.bad.test.rpz-nsdname CNAME .", "-"},
        {"32.1.2.0.192.rpz-nsip CNAME .", "-"},
        {"@ CNAME .", "-"},
        {"Upper.Test cname .", "=upper.test ."},
        {"    A 192.0.2.1", "=upper.test ."},
        {"", "."},
        {"\tAAAA ::", "=upper.test ."},
    };

    (void)state;
    check(lines, ARRAY_SIZE(lines));
}

/* As dig prints a transfer: no origin, and the SOA record tells the zone. */
static void zone__of_absolute_names__known_by_its_soa(void **state)
{
    static const struct one lines[] = {
        {"rpz.example. 60 IN SOA ns.example. h.example. 1 2 3 4 5", "-"},
        {"bad.test.rpz.example.\t60\tIN\tCNAME\t.", "=bad.test ."},
        {"bad.test.other.example. CNAME .", "'bad.test.other.example' is outside of the zone"},
        {"badrpz.example. CNAME .", "'badrpz.example' is outside of the zone"},
        {"rpz.example. 60 IN SOA ns.example. h.example. 1 2 3 4 5", "-"},
    };

    (void)state;
    check(lines, ARRAY_SIZE(lines));
}

/* As BIND writes its files. */
static void zone__of_moving_origin__names_are_whole(void **state)
{
    static const struct one lines[] = {
        {"$ORIGIN .", "-"},
        {"rpz.example IN SOA ns.example. h.example. (1 2 3 4 5)", "-"},
        {"$ORIGIN test.rpz.example.", "-"},
        {"bad CNAME .", "=bad.test ."},
        {"*.bad CNAME .", "bad.test ."},
        {"$ORIGIN deep", "-"},
        {"x CNAME .", "=x.deep.test ."},
        {"* CNAME .", "deep.test ."},
    };

    (void)state;
    check(lines, ARRAY_SIZE(lines));
}

static void zone__told_by_nothing__names_as_they_stand(void **state)
{
    static const struct one lines[] = {
        {"bad.test CNAME .", "=bad.test ."},
        {"bad.test. CNAME .", "=bad.test ."},
    };

    (void)state;
    check(lines, ARRAY_SIZE(lines));
}

static void record__at_fault__told(void **state)
{
    static const struct one lines[] = {
        {" CNAME .", "' CNAME .' is a record without a host name"},
        {"$INCLUDE other", "'$INCLUDE' is not followed here"},
        {"$ORIGIN", "'$ORIGIN' is no $ORIGIN with a name"},
        {"$ORIGIN a..b.", "'$ORIGIN a..b.' is no $ORIGIN with a name"},
        {"bad.test", "'bad.test' is no record of a known type"},
        {"bad.test WHAT .", "'bad.test WHAT .' is no record of a known type"},
        {"bad.test CNAME", "'bad.test CNAME' is a record without data"},
        {"bad.test A nowhere", "'nowhere' is no address"},
        {"a\\.b.test CNAME .", "'a\\.b.test CNAME .' is a record without a host name"},
        {"    CNAME .", "'    CNAME .' is a record without a host name"},
        {"com CNAME .", "'com' is a whole top-level domain"},
        {"*.com CNAME .", "'com' is a whole top-level domain"},
        {"* CNAME .", "'.' is said of every name there is"},
        {"*. CNAME .", "'.' is said of every name there is"},
        {"0.0.0.0 bad.test", "'0.0.0.0 bad.test' is no record of a known type"},
    };

    (void)state;
    check(lines, ARRAY_SIZE(lines));
}

static void name__over_the_limit_with_its_origin__refused(void **state)
{
    char label[64], line[SAID_MAX], text[SAID_MAX];
    struct list_reader r = {.format = LIST_RPZ};

    (void)state;
    memset(label, 'a', 63);
    label[63] = '\0';
    snprintf(line, sizeof(line), "$ORIGIN %s.%s.%s.", label, label, label);
    assert_string_equal(said(&r, line, text), "-");
    snprintf(line, sizeof(line), "%.61s CNAME .", label);
    said(&r, line, text);
    assert_memory_equal(text, "'aaa", 4); /* without the zone it is one label */
    assert_non_null(strstr(text, "a whole top-level domain"));
    snprintf(line, sizeof(line), "%.62s CNAME .", label);
    assert_non_null(strstr(said(&r, line, text), "without a host name"));
    snprintf(line, sizeof(line), "%s.%s.%s.%s.%s CNAME .", label, label, label, label, label);
    assert_non_null(strstr(said(&r, line, text), "without a host name"));
}

static void parenthesis__never_closed__told_and_given_up(void **state)
{
    struct list_reader r = {.format = LIST_RPZ};
    char text[SAID_MAX];
    unsigned quiet = 0;

    (void)state;
    assert_string_equal(said(&r, "@ SOA a. b. (", text), "-");
    while (strcmp(said(&r, "bad.test CNAME .", text), ".") == 0)
        assert_true(quiet++ < 1000);
    assert_string_equal(text, "'bad.test CNAME .' is behind a '(' that is never closed");
    assert_true(quiet > 10);
    assert_string_equal(said(&r, "bad.test CNAME .", text), "=bad.test .");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zone__with_origin__names_are_relative_to_it),
        cmocka_unit_test(zone__of_absolute_names__known_by_its_soa),
        cmocka_unit_test(zone__of_moving_origin__names_are_whole),
        cmocka_unit_test(zone__told_by_nothing__names_as_they_stand),
        cmocka_unit_test(record__at_fault__told),
        cmocka_unit_test(name__over_the_limit_with_its_origin__refused),
        cmocka_unit_test(parenthesis__never_closed__told_and_given_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
