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
    {.name = "health",
     .summary = "whether the gateway does its work",
     .details =
         "One line for each check: ok, NOT OK and what to do, or not known. For monitoring the\n"
         "exit code is 0 when all is well, or not known, and 9 when something is not.",
     .judged = true,
     .verb = "health",
     .show = show_health},
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
                  .help = "who decided it; needed by administrators"},
                 {.name = "restricted",
                  .arg = "restricted",
                  .help = "YouTube and search engines answer with their safe search only"}}},
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
     .summary = "the services of the catalogue, or one of them",
     .details =
         "Where names that several services need make a lesson close more or less than it says,\n"
         "--conflicts tells: what closing one service also hits, names that stay open because\n"
         "others need them, and names that are closed only when several services are.",
     .operand = "SERVICE",
     .operands = OPERANDS_MAYBE,
     .arg = "service",
     .verb = "services",
     .show = show_services,
     .options = {{.name = "conflicts",
                  .arg = "conflicts",
                  .help = "what services share, and what that does to lessons"}}},
    {.name = "services update",
     .summary = "look at a new catalogue file, and install it",
     .details = "Beside PATH stands PATH.sha256, made by sha256sum(1); where the config names a\n"
                "keyring, also PATH.sig or PATH.asc. Without --install it is checked completely,\n"
                "and what would change is shown. Names of your own (lespoortctl name list) stay.",
     .operand = "PATH",
     .operands = OPERANDS_ONE,
     .arg = "path",
     .path = true,
     .slow = true,
     .verb = "services.update",
     .show = show_update,
     .options = {{.name = "install", .arg = "install", .help = "take it into use"}}},
    {.name = "services rollback",
     .summary = "go back to the catalogue of before the last update",
     .details = "Given once more, it goes forth again.",
     .slow = true,
     .verb = "services.rollback",
     .show = show_update},
    {.name = "name add",
     .summary = "let a name belong to a service here",
     .details =
         "The name stands for itself and for all names below it, in any script. Updates of the\n"
         "catalogue and of lists leave it alone. A name of several services is closed only\n"
         "when all of them are: so a school closes a name that services share, such as\n"
         "\n"
         "  lespoortctl name add fbcdn.net facebook instagram whatsapp\n"
         "\n"
         "SERVICE may be never-block: the name is open whatever is closed. What name remove took\n"
         "away comes back by adding it.",
     .first = "NAME",
     .first_arg = "name",
     .operand = "SERVICE",
     .operands = OPERANDS_MANY,
     .arg = "services",
     .slow = true,
     .verb = "name.add",
     .show = show_name_change},
    {.name = "name remove",
     .summary = "take a name from a service here",
     .details = "A name that was added here is taken back. Of one that the catalogue or a list\n"
                "says, an exception is made, which updates leave alone; name add drops it.\n"
                "Without SERVICE: from all that have it.",
     .first = "NAME",
     .first_arg = "name",
     .operand = "SERVICE",
     .operands = OPERANDS_ANY,
     .arg = "services",
     .slow = true,
     .verb = "name.remove",
     .show = show_name_change},
    {.name = "name test",
     .summary = "whose a name is, and by what entry",
     .details = "Nothing of it is recorded.",
     .operand = "NAME",
     .operands = OPERANDS_ONE,
     .arg = "name",
     .verb = "name.test",
     .show = show_name},
    {.name = "name list",
     .summary = "the names that were added or taken away here",
     .verb = "name.list",
     .show = show_names},
    {.name = "lists",
     .summary = "the external lists: how many names, how old, whether all is well",
     .verb = "lists",
     .show = show_sources},
    {.name = "lists update",
     .summary = "read external lists again",
     .details =
         "All of them, or those named. A list that has lost more than half of its names, or has\n"
         "three times as many, is not believed: the old one stays. --force takes it all the same.",
     .operand = "ID",
     .operands = OPERANDS_ANY,
     .arg = "lists",
     .slow = true,
     .verb = "lists.update",
     .show = show_sources_update,
     .options = {{.name = "force", .arg = "force", .help = "take suspicious ones, too"}}},
    {.name = "lists rollback",
     .summary = "go back to the list of before its last change",
     .details = "Its file is left alone until it changes. There is one step back, no more.",
     .operand = "ID",
     .operands = OPERANDS_ONE,
     .arg = "list",
     .slow = true,
     .verb = "lists.rollback",
     .show = show_sources_rollback},
    {.name = "reload",
     .summary = "read the config again",
     .details = "All or nothing: a config with errors changes nothing, and all errors are shown.",
     .slow = true,
     .verb = "reload",
     .show = show_reload},
    {.name = "version",
     .summary = "versions of the tool, lespoortd, policy and catalogue",
     .verb = "version",
     .show = show_version},
    {.name = "help",
     .summary = "explain a command",
     .operand = "COMMAND",
     .operands = OPERANDS_ANY},
};
const size_t command_count = ARRAY_SIZE(commands);

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < command_count; i++)
        if (!strcmp(commands[i].name, name))
            return &commands[i];
    return NULL;
}
