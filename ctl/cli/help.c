/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/help.h"

#include <string.h>

#include "proto/proto.h"

#define OPTION_COLUMN 24

static void print_option(FILE *out, const struct option_row *row)
{
    size_t used = strlen(row->name) + 4;

    fprintf(out, "  --%s", row->name);
    if (row->value) {
        fprintf(out, " %s", row->value);
        used += 1 + strlen(row->value);
    }
    fprintf(out, "%*s%s\n", used < OPTION_COLUMN ? (int)(OPTION_COLUMN - used) : 1, "", row->help);
}

static void print_options(FILE *out, const char *title, const struct option_row *rows, size_t max)
{
    fprintf(out, "\n%s:\n", title);
    for (size_t i = 0; i < max && rows[i].name; i++)
        print_option(out, &rows[i]);
}

static void print_exit_codes(FILE *out)
{
    int last = 1;

    fputs("\nExit codes:\n  0  done\n  1  anything else", out);
    for (unsigned e = 0; e < PROTO_ERROR_COUNT; e++) {
        int code = proto_error_exit((enum proto_error)e);

        if (code == last)
            fprintf(out, ", %s", proto_error_code((enum proto_error)e));
        else
            fprintf(out, "\n  %d  %s", code, proto_error_code((enum proto_error)e));
        last = code;
    }
    fputc('\n', out);
}

/* What roles are for is config; that some have no rights yet must not surprise whoever gives
 * them. */
static void print_roles(FILE *out)
{
    fputs("\nRights beyond looking, by the roles in the config:\n"
          "  teacher           grant; revoke own grants; repeat or extend those of others\n"
          "  leader, director  grant; revoke any\n"
          "  admin             grant on behalf of somebody; revoke any; reload; names, lists and\n"
          "                    services\n"
          "  attendant, scheduler, privacy   none yet\n",
          out);
}

static void print_all(FILE *out)
{
    fputs("usage: lespoortctl [OPTION...] COMMAND [ARGUMENT...]\n\nCommands:\n", out);
    for (size_t i = 0; i < command_count; i++)
        fprintf(out, "  %-18s %s\n", commands[i].name, commands[i].summary);
    print_options(out, "Options of every command", common_options, common_option_count);
    print_roles(out);
    print_exit_codes(out);
}

static void print_operands(FILE *out, const struct command *c)
{
    static const struct {
        const char *before, *after;
    } marks[] = {
        [OPERANDS_NONE] = {"", ""},      [OPERANDS_MAYBE] = {" [", "]"}, [OPERANDS_ONE] = {" ", ""},
        [OPERANDS_ANY] = {" [", "...]"}, [OPERANDS_MANY] = {" ", "..."},
    };

    if (c->first)
        fprintf(out, " %s", c->first);
    fprintf(out, "%s%s%s", marks[c->operands].before, c->operand ? c->operand : "",
            marks[c->operands].after);
}

static json_t *options_json(const struct option_row *rows, size_t max)
{
    json_t *list = json_array();

    for (size_t i = 0; i < max && rows[i].name; i++)
        json_array_append_new(list, json_pack("{s:s,s:s*,s:s}", "option", rows[i].name, "value",
                                              rows[i].value, "help", rows[i].help));
    return list;
}

static json_t *command_json(const struct command *c)
{
    return json_pack("{s:s,s:s,s:s*,s:s*,s:s*,s:o}", "command", c->name, "summary", c->summary,
                     "details", c->details, "first", c->first, "operand", c->operand, "options",
                     options_json(c->options, COMMAND_OPTIONS));
}

json_t *help_json(const struct command *command)
{
    json_t *list;

    if (command)
        return command_json(command);
    list = json_array();
    for (size_t i = 0; i < command_count; i++)
        json_array_append_new(list, command_json(&commands[i]));
    return json_pack("{s:o,s:o}", "commands", list, "options",
                     options_json(common_options, common_option_count));
}

void help_print(FILE *out, const struct command *command)
{
    if (!command) {
        print_all(out);
        return;
    }
    fprintf(out, "usage: lespoortctl %s", command->name);
    print_operands(out, command);
    fprintf(out, "%s\n\n%s: %s\n", command->options[0].name ? " [OPTION...]" : "", command->name,
            command->summary);
    if (command->details)
        fprintf(out, "\n%s\n", command->details);
    if (command->options[0].name)
        print_options(out, "Options", command->options, COMMAND_OPTIONS);
    print_options(out, "Options of every command", common_options, common_option_count);
}
