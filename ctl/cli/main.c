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

#define TYPED_NAME 32

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

/* What people typed where the protocol has that argument; NULL for none. */
static const char *typed_name(const struct command *command, const char *argument,
                              char out[static TYPED_NAME])
{
    if (!command || !*argument)
        return NULL;
    for (size_t i = 0; i < COMMAND_OPTIONS && command->options[i].name; i++) {
        if (strcmp(command->options[i].arg, argument) != 0)
            continue;
        snprintf(out, TYPED_NAME, "--%s", command->options[i].name);
        return out;
    }
    return command->first && !strcmp(command->first_arg, argument) ? command->first
                                                                   : command->operand;
}

static void print_message(const struct invocation *v, const json_t *error)
{
    char room[TYPED_NAME];
    const char *name = typed_name(v->command, show_text(error, "argument"), room);

    fputs("lespoortctl: ", stderr);
    if (name)
        fprintf(stderr, "%s is not ", name);
    print_plain(stderr, show_text(error, name ? "expected" : "message"));
    fputs(name ? ".\n" : "\n", stderr);
}

/* Takes over the answer; its exit code. */
static int print_error(const struct invocation *v, json_t *answer)
{
    json_t *error = json_object_get(answer, "error");
    const char *hint = show_text(error, "hint");
    int code = proto_error_exit(proto_error_from(show_text(error, "code")));

    if (v->json) {
        json_t *alone = json_pack("{s:O}", "error", error);

        print_json(alone);
        json_decref(alone);
    } else {
        print_message(v, error);
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
    json_t *answer = client_ask(v->socket, v->command->verb, args,
                                v->command->slow ? CLIENT_SLOW_S : CLIENT_TIMEOUT_S);
    json_t *result = json_object_get(answer, "result");
    int code = EXIT_SUCCESS;

    if (!answer)
        return EXIT_FAILURE;
    if (!json_is_true(json_object_get(answer, "ok")))
        return print_error(v, answer);
    if (v->json)
        print_json(result);
    else
        v->command->show(&screen, result);
    if (v->command->judged && json_is_false(json_object_get(result, "healthy")))
        code = EXIT_NOT_HEALTHY;
    json_decref(answer);
    return fflush(stdout) ? EXIT_FAILURE : code;
}

static int fail(const struct invocation *v)
{
    return print_error(v, proto_refusal(NULL, PROTO_BAD_REQUEST, v->message, v->hint));
}

/* Takes over the value. */
static int print_own_json(json_t *value)
{
    print_json(value);
    json_decref(value);
    return fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int print_version(const struct invocation *v)
{
    if (v->json)
        return print_own_json(json_pack("{s:s}", "version", LESPOORT_VERSION));
    printf("lespoortctl %s\n", LESPOORT_VERSION);
    return EXIT_SUCCESS;
}

static int print_help(const struct invocation *v)
{
    if (v->json)
        return print_own_json(help_json(v->about));
    help_print(stdout, v->about);
    return EXIT_SUCCESS;
}

static int without_command(struct invocation *v)
{
    if (!v->json) {
        help_print(stderr, NULL);
        return proto_error_exit(PROTO_BAD_REQUEST);
    }
    snprintf(v->message, sizeof(v->message), "There is no command.");
    snprintf(v->hint, sizeof(v->hint), "lespoortctl help lists them.");
    return fail(v);
}

static int run(struct invocation *v)
{
    if (v->version)
        return print_version(v);
    if (v->help || (v->command && !v->command->verb))
        return print_help(v);
    if (!v->command)
        return without_command(v);
    return ask(v, json_incref(v->args));
}

int main(int argc, char **argv)
{
    struct invocation v;
    int code = invocation_parse(&v, argc, argv) ? run(&v) : fail(&v);

    json_decref(v.args);
    return code;
}
