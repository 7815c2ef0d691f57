/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/proto.h"

#define LINE 16

static struct span text(const char *s)
{
    return (struct span){s, strlen(s)};
}

/* Puts in what fits; returns how much. */
static size_t feed(struct line_buffer *b, const char *bytes, size_t len)
{
    size_t room;
    char *at = line_buffer_room(b, &room);

    if (!at)
        return 0;
    if (len > room)
        len = room;
    memcpy(at, bytes, len);
    line_buffer_added(b, len);
    return len;
}

static void expect_line(struct line_buffer *b, const char *want)
{
    struct span line;

    assert_true(line_buffer_next(b, &line));
    assert_int_equal(line.len, strlen(want));
    assert_memory_equal(line.ptr, want, line.len);
}

static void line_buffer__several_lines_in_one_read__each_once(void **state)
{
    struct line_buffer b;
    struct span line;

    (void)state;
    assert_true(line_buffer_init(&b, LINE));
    feed(&b, "a\n\nbc\nd", 7);
    expect_line(&b, "a");
    expect_line(&b, "");
    expect_line(&b, "bc");
    assert_false(line_buffer_next(&b, &line));
    feed(&b, "e\n", 2);
    expect_line(&b, "de");
    line_buffer_done(&b);
}

static void line_buffer__one_byte_at_a_time__whole_lines(void **state)
{
    static const char input[] = "one\ntwo\nthree\n";
    struct line_buffer b;
    struct span line;
    unsigned count = 0;

    (void)state;
    assert_true(line_buffer_init(&b, LINE));
    for (size_t i = 0; i < strlen(input); i++) {
        assert_int_equal(feed(&b, &input[i], 1), 1);
        count += line_buffer_next(&b, &line);
    }
    assert_int_equal(count, 3);
    line_buffer_done(&b);
}

static void line_buffer__line_of_limit_minus_one_limit_and_more__only_more_is_refused(void **state)
{
    (void)state;
    for (size_t len = LINE - 1; len <= LINE + 1; len++) {
        struct line_buffer b;
        struct span line;
        char bytes[LINE + 2];
        size_t room;

        memset(bytes, 'x', sizeof(bytes));
        bytes[len] = '\n';
        assert_true(line_buffer_init(&b, LINE));
        feed(&b, bytes, len + 1);
        if (len <= LINE) {
            assert_true(line_buffer_next(&b, &line));
            assert_int_equal(line.len, len);
        } else {
            assert_false(line_buffer_next(&b, &line));
            assert_null(line_buffer_room(&b, &room));
            assert_int_equal(room, 0);
        }
        line_buffer_done(&b);
    }
}

static void parse__object__comes_back(void **state)
{
    const char *why = NULL;
    json_t *object = proto_parse(text("{\"id\":7,\"verb\":\"status\"}\r"), &why);

    (void)state;
    assert_non_null(object);
    assert_int_equal(json_integer_value(json_object_get(object, "id")), 7);
    json_decref(object);
}

static void parse__not_a_request__is_refused_with_the_reason(void **state)
{
    static const struct {
        const char *line, *why;
    } cases[] = {
        {"", "not JSON"},
        {"{", "not JSON"},
        {"{} {}", "not JSON"},
        {"[]", "not a JSON object"},
        {"{\"a\":1,\"a\":2}", "a key occurs twice"},
        {"{\"a\":\"\\u0000\"}", "a null character in a text"},
        {"{\"a\":\"\xff\"}", "not UTF-8"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const char *why = NULL;

        assert_null(proto_parse(text(cases[i].line), &why));
        assert_string_equal(why, cases[i].why);
    }
}

static void parse__deep_nesting__is_refused(void **state)
{
    static char line[PROTO_LINE_MAX];
    const char *why = NULL;

    (void)state;
    memset(line, '[', sizeof(line));
    memcpy(line, (const char[]){'{', '"', 'a', '"', ':'}, 5);
    assert_null(proto_parse((struct span){line, sizeof(line)}, &why));
    assert_string_equal(why, "nested too deeply");
}

static void print__object__is_one_line(void **state)
{
    char *line = proto_print(json_pack("{s:s}", "a", "x\ny"));

    (void)state;
    assert_string_equal(line, "{\"a\":\"x\\ny\"}\n");
    free(line);
}

static void text__bytes_that_are_not_utf8__become_question_marks(void **state)
{
    json_t *good = proto_text("Lycée"), *bad = proto_text("Lyc\xe9");

    (void)state;
    assert_string_equal(json_string_value(good), "Lycée");
    assert_string_equal(json_string_value(bad), "Lyc?");
    json_decref(good);
    json_decref(bad);
}

static void expect_print(json_t *object, const char *want)
{
    char *line = proto_print(object);

    assert_string_equal(line, want);
    free(line);
}

static void messages__each_kind__have_their_form(void **state)
{
    json_t *id = json_string("me");

    (void)state;
    expect_print(proto_request(3, "status", NULL), "{\"id\":3,\"verb\":\"status\",\"args\":{}}\n");
    expect_print(proto_answer(id, json_object()), "{\"id\":\"me\",\"ok\":true,\"result\":{}}\n");
    expect_print(
        proto_refusal(NULL, PROTO_NO_LESSON, "No.", NULL),
        "{\"id\":null,\"ok\":false,\"error\":{\"code\":\"no-lesson\",\"message\":\"No.\"}}\n");
    expect_print(proto_refusal(id, PROTO_DENIED, "No.", "Ask."),
                 "{\"id\":\"me\",\"ok\":false,\"error\":{\"code\":\"denied\",\"message\":\"No.\","
                 "\"hint\":\"Ask.\"}}\n");
    json_decref(id);
}

static void errors__every_class__has_a_code_and_an_exit_code(void **state)
{
    (void)state;
    for (unsigned e = 0; e < PROTO_ERROR_COUNT; e++) {
        const char *code = proto_error_code((enum proto_error)e);

        assert_non_null(code);
        assert_int_equal(proto_error_from(code), e);
        assert_in_range(proto_error_exit((enum proto_error)e), 2, 63);
    }
    assert_int_equal(proto_error_from("no such code"), PROTO_BAD_REQUEST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_buffer__several_lines_in_one_read__each_once),
        cmocka_unit_test(line_buffer__one_byte_at_a_time__whole_lines),
        cmocka_unit_test(line_buffer__line_of_limit_minus_one_limit_and_more__only_more_is_refused),
        cmocka_unit_test(parse__object__comes_back),
        cmocka_unit_test(parse__not_a_request__is_refused_with_the_reason),
        cmocka_unit_test(parse__deep_nesting__is_refused),
        cmocka_unit_test(print__object__is_one_line),
        cmocka_unit_test(text__bytes_that_are_not_utf8__become_question_marks),
        cmocka_unit_test(messages__each_kind__have_their_form),
        cmocka_unit_test(errors__every_class__has_a_code_and_an_exit_code),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
