/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "unit/lists/said.h"

#define LABEL63 "a23456789-123456789-123456789-123456789-123456789-123456789-123"

struct one {
    const char *line, *said;
};

static void check(enum list_format format, const struct one *cases, size_t count)
{
    char text[SAID_MAX];

    for (size_t i = 0; i < count; i++)
        assert_string_equal(said_alone(format, cases[i].line, text), cases[i].said);
}

static void hosts__each_line__exact_names(void **state)
{
    static const struct one cases[] = {
        {"", "."},
        {"   \t", "."},
        {"\r", "."},
        {"# a comment", "."},
        {"0.0.0.0 ads.example", "=ads.example ."},
        {"127.0.0.1\tads.example\tb.example\r", "=ads.example =b.example ."},
        {"  0.0.0.0   a.example   b.example # c.example", "=a.example =b.example ."},
        {"0.0.0.0 a.example#b.example", "=a.example ."},
        {":: a.example", "=a.example ."},
        {"::1 a.example", "=a.example ."},
        {"0 A.Example.", "=a.example ."},
        {"0.0.0.0 _srv.a-b.example", "=_srv.a-b.example ."},
        {"127.0.0.1 localhost", "-"},
        {"127.0.0.1 localhost localhost.localdomain ads.example", "=ads.example ."},
        {"0.0.0.0 ads.example localhost", "=ads.example -"},
        {"::1 ip6-localhost ip6-loopback", "-"},
        {"0.0.0.0 0.0.0.0", "-"},
        {"127.0.0.1 local", "-"},
        {"255.255.255.255 broadcasthost", "-"},
        {"fe80::1%lo0 localhost", "-"},
        {"192.0.2.7 printer.example", "-"},
        {"0.0.0.0 com", "'com' is a whole top-level domain"},
        {"0.0.0.0 com.", "'com.' is a whole top-level domain"},
        {"0.0.0.0 a.example foo..bar c.example", "=a.example 'foo..bar' is no host name"},
        {"0.0.0.0 192.0.2.1", "'192.0.2.1' is an address"},
        {"0.0.0.0 b\xc3\xbc"
         "cher.example",
         "'b\xc3\xbc"
         "cher.example' is not ASCII; write it as xn--"},
        {"0.0.0.0", "'0.0.0.0' is an address without a name"},
        {"ads.example", "'ads.example' is no address, with which a hosts line begins"},
        {"||ads.example^", "'||ads.example^' is no address, with which a hosts line begins"},
    };

    (void)state;
    check(LIST_HOSTS, cases, ARRAY_SIZE(cases));
}

static void domains__each_line__suffixes(void **state)
{
    static const struct one cases[] = {
        {"", "."},
        {"ads.example", "ads.example ."},
        {" Ads.Example. \r", "ads.example ."},
        {"*.ads.example", "ads.example ."},
        {".ads.example", "ads.example ."},
        {"ads.example # why", "ads.example ."},
        {"ads.example ; why", "ads.example ."},
        {"# ads.example", "."},
        {"; ads.example", "."},
        {"! ads.example", "."},
        {"192.0.2.1", "-"},
        {"2001:db8::1", "-"},
        {"192.0.2.0/24", "-"},
        {"http://ads.example", "ads.example ."},
        {"https://ads.example/", "ads.example ."},
        {"https://ads.example/page", "-"},
        {"http://192.0.2.1/page", "-"},
        {"ads.example/page", "-"},
        {"ads.example:8080", "-"},
        {"a.example b.example", "'a.example b.example' is more than one name"},
        {"com", "'com' is a whole top-level domain"},
        {"*.com", "'com' is a whole top-level domain"},
        {"*", "'*' is no host name"},
        {"ads.*.example", "'ads.*.example' is no host name"},
        {"someone@mail.example", "'someone@mail.example' is no host name"},
        {"</div>", "'<' is no host name"},
        {LABEL63 ".example", LABEL63 ".example ."},
        {"x" LABEL63 ".example", "'x" LABEL63 ".example' is no host name"},
        {"xn--bcher-kva.example", "xn--bcher-kva.example ."},
    };

    (void)state;
    check(LIST_DOMAINS, cases, ARRAY_SIZE(cases));
}

static void dnsmasq__each_line__suffixes_of_what_is_blocked(void **state)
{
    static const struct one cases[] = {
        {"", "."},
        {"# comment", "."},
        {"address=/ads.example/0.0.0.0", "ads.example ."},
        {"address=/a.example/b.example/::", "a.example b.example ."},
        {"address=/ads.example/", "ads.example ."},
        {"address=/ads.example/#", "ads.example ."},
        {"address=/ads.example/# # comment", "ads.example ."},
        {"  address=/.ads.example/127.0.0.1\r", "ads.example ."},
        {"address=/*.ads.example/", "ads.example ."},
        {"local=/ads.example/", "ads.example ."},
        {"server=/a.example/b.example/", "a.example b.example ."},
        {"server=/ok.example/#", "!ok.example ."},
        {"server=/a.example/b.example/#", "!a.example !b.example ."},
        {"server=/corp.example/192.0.2.53", "-"},
        {"address=/intranet.example/192.0.2.7", "-"},
        {"server=192.0.2.53", "-"},
        {"server=//192.0.2.53", "-"},
        {"server=//", "-"},
        {"cache-size=1000", "-"},
        {"no-resolv", "-"},
        {"ipset=/ads.example/blocked", "-"},
        {"address=/ads*/0.0.0.0", "-"},
        {"address=/ads*/b.example/0.0.0.0", "b.example ."},
        {"address=/#/0.0.0.0", "'#' is every name there is"},
        {"local=/lan/", "'lan' is a whole top-level domain"},
        {"address=/a.example/b..c/0.0.0.0", "a.example 'b..c' is no host name"},
        {"address=/192.0.2.1/", "'192.0.2.1' is an address"},
        {"address=/ads.example", "'address=/ads.example' is without a '/' behind the name"},
        {"ads.example", "'ads.example' is no line of dnsmasq, as address=/NAME/ is"},
        {"0.0.0.0 ads.example", "'0.0.0.0' is no line of dnsmasq, as address=/NAME/ is"},
    };

    (void)state;
    check(LIST_DNSMASQ, cases, ARRAY_SIZE(cases));
}

static void adblock__each_line__rules_for_whole_names_alone(void **state)
{
    static const struct one cases[] = {
        {"", "."},
        {"[Adblock Plus 2.0]", "."},
        {"! Title: a list", "."},
        {"# comment", "."},
        {"#", "."},
        {"||ads.example^", "ads.example ."},
        {"||Ads.Example^\r", "ads.example ."},
        {"||ads.example^|", "ads.example ."},
        {"||ads.example^$important", "ads.example ."},
        {"||ads.example^$all,important", "ads.example ."},
        {"||*.ads.example^", "ads.example ."},
        {"@@||ok.example^", "!ok.example ."},
        {"@@||ok.example^$important", "!ok.example ."},
        {"||ads.example^$third-party", "-"},
        {"||ads.example^$important,domain=a.example", "-"},
        {"||ads.example^$", "-"},
        {"||ads.example", "-"},
        {"||ads.example/banner", "-"},
        {"||ads.example/banner^", "-"},
        {"||ads.example^banner", "-"},
        {"||ads.*^", "-"},
        {"||a.*.example^", "-"},
        {"||192.0.2.1^", "-"},
        {"||ads.example:8080^", "-"},
        {"|http://ads.example^", "-"},
        {"@@ok.example", "-"},
        {"##.banner", "-"},
        {"#@#.banner", "-"},
        {"site.example##.banner", "-"},
        {"/ads[0-9]+/", "-"},
        {"ads.example", "-"},
        {"||com^", "'com' is a whole top-level domain"},
        {"||foo..bar^", "'foo..bar' is no host name"},
        {"||^", "'' is no host name"},
    };

    (void)state;
    check(LIST_ADBLOCK, cases, ARRAY_SIZE(cases));
}

static void next__fault_within_a_line__next_line_begins_anew(void **state)
{
    struct list_reader r = {.format = LIST_HOSTS};
    char text[SAID_MAX];

    (void)state;
    assert_string_equal(said(&r, "0.0.0.0 a.example b..c", text),
                        "=a.example 'b..c' is no host name");
    assert_string_equal(said(&r, "0.0.0.0 c.example", text), "=c.example .");
    assert_string_equal(said(&r, "c.example", text),
                        "'c.example' is no address, with which a hosts line begins");
}

static void sniff__typical_starts__told(void **state)
{
    static const struct {
        const char *text;
        enum list_format format;
    } cases[] = {
        {"# hosts\n127.0.0.1 localhost\n0.0.0.0 a.example\n0.0.0.0 b.example\n", LIST_HOSTS},
        {"# names\na.example\nb.example\n", LIST_DOMAINS},
        {"a.example", LIST_DOMAINS},
        {"192.0.2.1\na.example\nc.example/page\n", LIST_DOMAINS},
        {"address=/a.example/\nserver=/b.example/\n", LIST_DNSMASQ},
        {"[Adblock Plus]\n||a.example^\n@@||b.example^\n##.x\n", LIST_ADBLOCK},
        {"$TTL 60\n@ SOA a. b. 1 2 3 4 5\n NS a.\na.example CNAME .\nb.example CNAME .\n",
         LIST_RPZ},
        /* One odd line changes nothing. */
        {"a.example\nb.example\n0.0.0.0 c.example\nd.example\n", LIST_DOMAINS},
        /* The last line is cut. */
        {"0.0.0.0 a.example\n0.0", LIST_HOSTS},
        {"", LIST_AUTO},
        {"\n\n# nothing\n", LIST_AUTO},
        {"<html>\n<head><title>Not Found</title></head>\n<body>gone</body>\n", LIST_AUTO},
        {"{\"error\": \"no such list\"}\n", LIST_AUTO},
        {"127.0.0.1 localhost\n", LIST_AUTO},
        {"one two\nthree four\nfive.example\n", LIST_AUTO},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_string_equal(
            list_format_name(list_sniff((struct span){cases[i].text, strlen(cases[i].text)})),
            list_format_name(cases[i].format));
}

static void format_name__each__once(void **state)
{
    (void)state;
    assert_string_equal(list_format_name(LIST_AUTO), "auto");
    for (enum list_format f = LIST_HOSTS; f < LIST_FORMAT_COUNT; f++)
        for (enum list_format other = LIST_AUTO; other < f; other++)
            assert_string_not_equal(list_format_name(f), list_format_name(other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts__each_line__exact_names),
        cmocka_unit_test(domains__each_line__suffixes),
        cmocka_unit_test(dnsmasq__each_line__suffixes_of_what_is_blocked),
        cmocka_unit_test(adblock__each_line__rules_for_whole_names_alone),
        cmocka_unit_test(next__fault_within_a_line__next_line_begins_anew),
        cmocka_unit_test(sniff__typical_starts__told),
        cmocka_unit_test(format_name__each__once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
