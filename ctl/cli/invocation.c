/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/invocation.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/parse.h"
#include "base/span.h"
#include "base/suggest.h"
#include "proto/proto.h"

#define OPTIONS_MAX   16
#define COMMANDS_MAX  64
#define COMMAND_WORDS 128    /* bytes of two of them; more are none of ours */
#define COMMON_OPTION 0x1000 /* what getopt_long returns: this plus the row, or… */
#define OWN_OPTION    0x2000

static const char default_socket[] = LESPOORT_RUNDIR "/control.sock";

static void set_hint(struct invocation *v, const char *near, const char *otherwise)
{
    if (near)
        snprintf(v->hint, sizeof(v->hint), "Did you mean %s?", near);
    else
        snprintf(v->hint, sizeof(v->hint), "%s", otherwise);
}

static struct option long_option(const struct option_row *row, int value)
{
    return (struct option){.name = row->name,
                           .has_arg = row->type == OPTION_FLAG ? no_argument : required_argument,
                           .val = value};
}

/* The rows of getopt_long for a command, or before it (NULL). */
static size_t list_options(const struct command *command, struct option out[static OPTIONS_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < common_option_count; i++)
        out[count++] = long_option(&common_options[i], COMMON_OPTION + (int)i);
    for (int i = 0; command && i < COMMAND_OPTIONS && command->options[i].name; i++)
        out[count++] = long_option(&command->options[i], OWN_OPTION + i);
    out[count] = (struct option){.name = NULL};
    return count;
}

static void take_common(struct invocation *v, const char *name)
{
    if (!strcmp(name, "json"))
        v->json = true;
    else if (!strcmp(name, "help"))
        v->help = true;
    else if (!strcmp(name, "version"))
        v->version = true;
    else
        v->socket = optarg;
}

/* Of that form, whatever the numbers: with a 1 for each of them it is one. */
static bool is_duration(const char *text)
{
    char ones[sizeof("1h1m1s")];
    size_t len = 0;
    int64_t seconds;

    if (!strpbrk(text, "123456789"))
        return false;
    while (*text && len + 2 < sizeof(ones)) {
        size_t digits = strspn(text, "0123456789");

        if (digits)
            ones[len++] = '1';
        text += digits;
        if (*text)
            ones[len++] = *text++;
    }
    ones[len] = '\0';
    return !*text && parse_duration(ones, &seconds);
}

static bool take_own(struct invocation *v, const struct option_row *row)
{
    int64_t seconds;

    if (row->type == OPTION_FLAG) {
        json_object_set_new(v->args, row->arg, json_true());
        return true;
    }
    if (row->type == OPTION_TEXT) {
        json_object_set_new(v->args, row->arg, proto_text(optarg));
        return true;
    }
    if (!parse_duration(optarg, &seconds)) {
        snprintf(v->message, sizeof(v->message), "'%s' is %s.", optarg,
                 is_duration(optarg) ? "too long a time" : "not a duration");
        set_hint(v, NULL, "Such as 20m, 90s or 1h30m; at most 168h, which is a week.");
        return false;
    }
    json_object_set_new(v->args, row->arg, json_integer(seconds));
    return true;
}

static bool fail_option(struct invocation *v, int found, const char *word,
                        const struct option *options, size_t count)
{
    const char *names[OPTIONS_MAX];
    char near[64];
    const char *best;

    if (found == ':') {
        snprintf(v->message, sizeof(v->message), "%s needs a value.", word);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        names[i] = options[i].name;
    char letter[] = {'-', (char)optopt, '\0'};

    if (optopt > 0 && optopt < COMMON_OPTION)
        word = letter;
    best = suggest(word + strspn(word, "-"), names, count);
    snprintf(near, sizeof(near), "--%s", best ? best : "");
    snprintf(v->message, sizeof(v->message), "There is no option '%s'%s%s.", word,
             v->command ? " of " : "", v->command ? v->command->name : "");
    set_hint(v, best ? near : NULL, "lespoortctl help COMMAND lists them.");
    return false;
}

/* From argv[0] on, argv[0] being the program or the command. Leaves optind at the first word. */
static bool parse_options(struct invocation *v, int argc, char **argv)
{
    struct option options[OPTIONS_MAX];
    size_t count = list_options(v->command, options);
    /* "+": before the command, stop at the first word. ":": missing values are told apart. */
    const char *shorts = v->command ? ":h" : "+:h";
    int found;

    optind = 0;
    opterr = 0;
    while ((found = getopt_long(argc, argv, shorts, options, NULL)) != -1) {
        if (found == 'h')
            v->help = true;
        else if (found == '?' || found == ':')
            return fail_option(v, found, argv[optind - 1], options, count);
        else if (found < OWN_OPTION)
            take_common(v, common_options[found - COMMON_OPTION].name);
        else if (v->command && !take_own(v, &v->command->options[found - OWN_OPTION]))
            return false;
    }
    return true;
}

/* That word begins that name of two words. */
static bool begins(const char *name, const char *word)
{
    size_t len = strlen(word);

    return !strncmp(name, word, len) && name[len] == ' ';
}

/* A word that people may have meant: whole names, so that two words are told together. */
static const char *nearest_command(const char *text)
{
    const char *names[COMMANDS_MAX];
    size_t count = 0;

    while (count < command_count && count < COMMANDS_MAX) {
        names[count] = commands[count].name;
        count++;
    }
    return suggest(text, names, count);
}

/* Where the first word of two is right: "name add, name list, …"; empty where it is not. */
static void list_seconds(const char *word, char *out, size_t size)
{
    size_t len = 0;

    *out = '\0';
    for (size_t i = 0; i < command_count && len < size; i++)
        if (begins(commands[i].name, word))
            len +=
                (size_t)snprintf(out + len, size - len, "%s%s", len ? ", " : "", commands[i].name);
}

/* The second word may be missing, or be something else: NULL. */
static bool no_command(struct invocation *v, const char *word, const char *second)
{
    char both[COMMAND_WORDS], seconds[sizeof(v->hint)];
    const char *near;

    snprintf(both, sizeof(both), "%s%s%s", word, second ? " " : "", second ? second : "");
    list_seconds(word, seconds, sizeof(seconds));
    near = nearest_command(both);
    if (!*seconds && !near)
        near = nearest_command(word);
    if (*seconds && !second)
        snprintf(v->message, sizeof(v->message), "%s needs one word more.", word);
    else
        snprintf(v->message, sizeof(v->message), "There is no command '%s'.",
                 *seconds ? both : word);
    set_hint(v, near, *seconds ? seconds : "lespoortctl help lists them.");
    return false;
}

/* The command that the words begin with, the longest one, and how many words it has. */
static bool find_command(struct invocation *v, int count, char **words, const struct command **ret,
                         int *ret_words)
{
    const char *second = count > 1 && words[1][0] != '-' ? words[1] : NULL;
    char both[COMMAND_WORDS];

    snprintf(both, sizeof(both), "%s %s", words[0], second ? second : "");
    *ret_words = 2;
    *ret = command_find(both);
    if (*ret)
        return true;
    *ret_words = 1;
    *ret = command_find(words[0]);
    return *ret || no_command(v, words[0], second);
}

/* The command may have been meant as the first word of another one: `lists upate`. */
static bool too_many(struct invocation *v, char **words, int most)
{
    char both[COMMAND_WORDS];
    const char *near;

    snprintf(both, sizeof(both), "%s %s", v->command->name, words[0]);
    near = nearest_command(both);
    if (near && begins(near, v->command->name))
        set_hint(v, near, "");
    snprintf(v->message, sizeof(v->message), "%s: '%s' is one word too many.", v->command->name,
             words[most]);
    return false;
}

static bool take_about(struct invocation *v, int count, char **words)
{
    int used;

    if (!find_command(v, count, words, &v->about, &used))
        return false;
    return used == count || too_many(v, words, used);
}

/* From the root on. */
static bool set_path(struct invocation *v, const char *path)
{
    char full[PATH_MAX], folder[PATH_MAX - 1] = "";
    bool whole = path[0] == '/' || !getcwd(folder, sizeof(folder));
    int len = snprintf(full, sizeof(full), "%s%s%s", folder, whole ? "" : "/", path);

    if (len < 0 || (size_t)len >= sizeof(full)) {
        snprintf(v->message, sizeof(v->message), "%s: the path is too long.", v->command->name);
        return false;
    }
    json_object_set_new(v->args, v->command->arg, proto_text(full));
    return true;
}

static bool set_operands(struct invocation *v, int count, char **words)
{
    const struct command *c = v->command;
    json_t *list;

    if (c->path)
        return set_path(v, words[0]);
    if (c->operands == OPERANDS_MAYBE || c->operands == OPERANDS_ONE) {
        json_object_set_new(v->args, c->arg, proto_text(words[0]));
        return true;
    }
    list = json_array();
    for (int i = 0; i < count; i++)
        json_array_append_new(list, proto_text(words[i]));
    json_object_set_new(v->args, c->arg, list);
    return true;
}

static bool needs(struct invocation *v, const char *what)
{
    snprintf(v->message, sizeof(v->message), "%s needs a %s.", v->command->name, what);
    return v->help;
}

static bool take_operands(struct invocation *v, int count, char **words)
{
    static const int most[] = {[OPERANDS_NONE] = 0,
                               [OPERANDS_MAYBE] = 1,
                               [OPERANDS_ONE] = 1,
                               [OPERANDS_ANY] = INT_MAX,
                               [OPERANDS_MANY] = INT_MAX};
    const struct command *c = v->command;

    snprintf(v->hint, sizeof(v->hint), "lespoortctl help %s", c->name);
    if (c->first && !count)
        return needs(v, c->first);
    if (c->first) {
        json_object_set_new(v->args, c->first_arg, proto_text(words[0]));
        count--;
        words++;
    }
    if (count > most[c->operands])
        return too_many(v, words, most[c->operands]);
    if (!count && (c->operands == OPERANDS_ONE || c->operands == OPERANDS_MANY))
        return needs(v, c->operand);
    if (!count)
        return true;
    return c->verb ? set_operands(v, count, words) : take_about(v, count, words);
}

/* How an error is shown must be known before the first one. */
static bool wants_json(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (!strcmp(argv[i], "--json"))
            return true;
    return false;
}

/* What the protocol cannot carry: it would arrive as something else. */
static bool check_utf8(struct invocation *v, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        json_t *text = json_string(argv[i]);

        if (!text) {
            snprintf(v->message, sizeof(v->message), "'%s' is not UTF-8.", argv[i]);
            return false;
        }
        json_decref(text);
    }
    return true;
}

bool invocation_parse(struct invocation *v, int argc, char **argv)
{
    int words;

    *v = (struct invocation){
        .socket = default_socket, .args = json_object(), .json = wants_json(argc, argv)};
    if (!check_utf8(v, argc, argv) || !parse_options(v, argc, argv))
        return false;
    argc -= optind;
    argv += optind;
    if (argc < 1)
        return true;
    if (!find_command(v, argc, argv, &v->command, &words) ||
        !parse_options(v, argc - words + 1, argv + words - 1))
        return false;
    argc -= words - 1;
    argv += words - 1;
    v->about = v->command->verb ? v->command : NULL;
    return take_operands(v, argc - optind, argv + optind);
}
