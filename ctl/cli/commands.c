/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/commands.h"

#include <string.h>

#include "base/span.h"

#define ZONE_OPTION(text)                                                                          \
    {                                                                                              \
        .name = "zone", .value = "ZONE", .type = OPTION_TEXT, .arg = "zone", .help = (text)        \
    }

const struct option_row common_options[] = {
    {.name = "json", .help = "print the answer as JSON"},
    {.name = "socket", .value = "PATH", .type = OPTION_TEXT, .help = "the socket of lespoortd"},
    {.name = "help", .help = "explain the command"},
    {.name = "version", .help = "print the version of this tool"},
};
const size_t common_option_count = ARRAY_SIZE(common_options);

const struct command commands[] = {
    {.name = "status",
     .summary = "what is closed where, now",
     .verb = "status",
     .show = show_status,
     .options = {ZONE_OPTION("only that zone")}},
    {.name = "grant",
     .summary = "open services in a zone until the lesson ends",
     .details =
         "A grant ends with the running lesson of the zone at the latest. Given again for the\n"
         "same services and zone, the end moves to the new one; a teacher cannot shorten what\n"
         "somebody else granted. SERVICE is a service or a category (lespoortctl services).\n"
         "Without --zone it is the only zone with a lesson now.\n"
         "\n"
         "The gateway opens within a second. Firefox may keep an earlier refusal for up to\n"
         "60 seconds: wait, or open the page in a new window.",
     .operand = "SERVICE",
     .operands = OPERANDS_MANY,
     .arg = "services",
     .verb = "grant",
     .show = show_grant,
     .options = {ZONE_OPTION("where"),
                 {.name = "until",
                  .value = "HH:MM",
                  .type = OPTION_TEXT,
                  .arg = "until",
                  .help = "end at that time"},
                 {.name = "for",
                  .value = "TIME",
                  .type = OPTION_DURATION,
                  .arg = "for",
                  .help = "end after that time: 20m, 1h30m"},
                 {.name = "reason",
                  .value = "CODE",
                  .type = OPTION_TEXT,
                  .arg = "reason",
                  .help = "reason code to record, such as didactic"},
                 {.name = "on-behalf-of",
                  .value = "NAME",
                  .type = OPTION_TEXT,
                  .arg = "on_behalf_of",
                  .help = "who decided it; needed by administrators"}}},
    {.name = "revoke",
     .summary = "withdraw grants",
     .details =
         "Without anything to withdraw, your own grants end. A GRANT is named by its id\n"
         "(lespoortctl grants). A SERVICE or category is taken out of your own grants or, if you\n"
         "have none of it, of those of others. Teachers withdraw their own grants; leaders,\n"
         "directors and administrators any.",
     .operand = "GRANT|SERVICE",
     .operands = OPERANDS_MAYBE,
     .arg = "what",
     .verb = "revoke",
     .show = show_revoke,
     .options = {ZONE_OPTION("only in that zone"),
                 {.name = "all", .arg = "all", .help = "also what others granted, if you may"}}},
    {.name = "grants",
     .summary = "the grants that run now",
     .verb = "grants",
     .show = show_grants,
     .options = {ZONE_OPTION("only of that zone")}},
    {.name = "why",
     .summary = "what is decided about a service or a name, and by what rule",
     .details = "The answer comes from the same function that decides for the traffic.",
     .operand = "SERVICE|NAME",
     .operands = OPERANDS_ONE,
     .arg = "what",
     .verb = "why",
     .show = show_why,
     .options = {ZONE_OPTION("where"),
                 {.name = "at",
                  .value = "WHEN",
                  .type = OPTION_TEXT,
                  .arg = "at",
                  .help = "now, 10:15, \"thu 10:15\" or \"2026-11-19 10:15\""}}},
    {.name = "zones", .summary = "the zones of this gateway", .verb = "zones", .show = show_zones},
    {.name = "services",
     .summary = "the services of the catalogue",
     .verb = "services",
     .show = show_services},
    {.name = "reload",
     .summary = "read the config again",
     .details = "All or nothing: a config with errors changes nothing, and all errors are shown.",
     .verb = "reload",
     .show = show_reload},
    {.name = "version",
     .summary = "versions of the tool, lespoortd, policy and catalogue",
     .verb = "version",
     .show = show_version},
    {.name = "help",
     .summary = "explain a command",
     .operand = "COMMAND",
     .operands = OPERANDS_MAYBE},
};
const size_t command_count = ARRAY_SIZE(commands);

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < command_count; i++)
        if (!strcmp(commands[i].name, name))
            return &commands[i];
    return NULL;
}
