/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lespoortctl: what people type. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/parse.h"
#include "cli/client.h"
#include "cli/help.h"
#include "cli/invocation.h"
#include "proto/proto.h"

#define WIDTH_MIN 40
#define WIDTH_MAX 1000

/* COLUMNS, else the terminal's; a pipe has no limit. */
static size_t screen_width(void)
{
    const char *columns = getenv("COLUMNS");
    struct winsize size;
    int64_t width;

    if (columns && parse_int(columns, WIDTH_MIN, WIDTH_MAX, &width))
        return (size_t)width;
    if (isatty(STDOUT_FILENO) && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) &&
        size.ws_col >= WIDTH_MIN)
        return size.ws_col;
    return 0;
}

/* Texts of others never steer the terminal. */
static void print_plain(FILE *out, const char *text)
{
    for (; *text; text++)
        fputc(((unsigned char)*text < 0x20 && *text != '\n') || *text == 0x7f ? '?' : *text, out);
}

static void print_json(json_t *value)
{
    json_dumpf(value, stdout, JSON_INDENT(2));
    putchar('\n');
}

/* Takes over the answer; its exit code. */
static int print_error(json_t *answer, bool json)
{
    json_t *error = json_object_get(answer, "error");
    const char *hint = show_text(error, "hint");
    int code = proto_error_exit(proto_error_from(show_text(error, "code")));

    if (json) {
        json_t *alone = json_pack("{s:O}", "error", error);

        print_json(alone);
        json_decref(alone);
    } else {
        fputs("lespoortctl: ", stderr);
        print_plain(stderr, show_text(error, "message"));
        fputc('\n', stderr);
        print_plain(stderr, hint);
        fputs(*hint ? "\n" : "", stderr);
    }
    json_decref(answer);
    return code;
}

/* Takes over args. */
static int ask(const struct invocation *v, json_t *args)
{
    struct screen screen = {.out = stdout, .width = screen_width()};
    json_t *answer = client_ask(v->socket, v->command->verb, args);
    json_t *result = json_object_get(answer, "result");

    if (!answer)
        return EXIT_FAILURE;
    if (!json_is_true(json_object_get(answer, "ok")))
        return print_error(answer, v->json);
    if (v->json)
        print_json(result);
    else
        v->command->show(&screen, result);
    json_decref(answer);
    return fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int fail(const struct invocation *v)
{
    return print_error(proto_refusal(NULL, PROTO_BAD_REQUEST, v->message, v->hint), v->json);
}

static int run(const struct invocation *v)
{
    if (v->version) {
        printf("lespoortctl %s\n", LESPOORT_VERSION);
        return EXIT_SUCCESS;
    }
    if (v->help || (v->command && !v->command->verb)) {
        help_print(stdout, v->about);
        return EXIT_SUCCESS;
    }
    if (!v->command) {
        help_print(stderr, NULL);
        return proto_error_exit(PROTO_BAD_REQUEST);
    }
    return ask(v, json_incref(v->args));
}

int main(int argc, char **argv)
{
    struct invocation v;
    int code = invocation_parse(&v, argc, argv) ? run(&v) : fail(&v);

    json_decref(v.args);
    return code;
}
