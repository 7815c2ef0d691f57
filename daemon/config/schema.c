/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/schema.h"

#include <string.h>

#include "config/model.h"
#include "config/types.h"

/* Index is the value: in the order of the enums in school.h and snapshot.h. */
static const char *const exceptions_words[] = {"none", "leader", "teacher", NULL};
static const char *const kind_words[] = {"classroom", "supervised", "public", "staff",
                                         "guest",     "resolver",   NULL};
static const char *const quic_words[] = {"reject", "pass", NULL};
static const char *const backend_words[] = {"auto", "nftables", "iptables", NULL};
static const char *const fail_words[] = {"closed", "open", NULL};
static const char *const drop_words[] = {"pass", "drop", NULL};
static const char *const reset_words[] = {"pass", "reset", NULL};
static const char *const format_words[] = {"auto",    "hosts", "domains", "dnsmasq",
                                           "adblock", "rpz",   NULL};

#define FIELD(type, field) .offset = offsetof(type, field), .size = sizeof(((type *)0)->field)

#define RULE(...) (&(const struct key_rule){__VA_ARGS__})

#define TEXT(parser, type, field) .shape = SHAPE_TEXT, .parse = (parser), FIELD(type, field)

#define WORD(list, type, field) TEXT(type_word, type, field), .words = (list)

#define NUMBER(low, high, type, field)                                                             \
    .shape = SHAPE_NUMBER, .parse = type_number, FIELD(type, field), .min = (low), .max = (high)

#define FLAG(type, field) .shape = SHAPE_FLAG, .parse = type_flag, FIELD(type, field)

/* A list of at least `low` and at most `high` texts, each parsed into an element. */
#define TEXTS(parser, low, high, type, field, element)                                             \
    .shape = SHAPE_TEXTS, .parse = (parser), .offset = offsetof(type, field), .size = (element),   \
    .min = (low), .max = (high)

/* Its keys count their offsets from where the group itself does. */
#define GROUP .shape = SHAPE_GROUP

#define GROUPS(low, high, type, field, element)                                                    \
    .shape = SHAPE_GROUPS, .offset = offsetof(type, field), .size = sizeof(element), .min = (low), \
    .max = (high)

#define IMPLIED .implied = true

#define ANY_TEXT_31 "text of at most 31 bytes"
#define ANY_TIME    "time such as \"08:30\""
#define ANY_DATE    "date such as \"2026-12-19\""
#define ANY_NAMES   "list of host names such as \"example.nl\""
#define ANY_WORDS   "list of services and categories"
#define ANY_ID      "id of a-z, 0-9, \"-\" and \"_\", at most 31"
#define ANY_TEXT_47 "text of at most 47 bytes"
#define ANY_SOCKET  "absolute path of at most 107 bytes"

#define ROLE(word, role, fallback, who)                                                            \
    {"roles." word, "group", "", who, RULE(GROUP, FIELD(struct config_model, roles[role]))},       \
        {"roles." word ".users", "list of logins", fallback, "Logins of people with this role.",   \
         RULE(TEXTS(type_text, 0, ROLE_MEMBER_MAX, struct role_entry, users, ACCOUNT_MAX))},       \
    {                                                                                              \
        "roles." word ".groups", "list of groups", "", "Groups whose members have this role.",     \
            RULE(TEXTS(type_text, 0, ROLE_MEMBER_MAX, struct role_entry, groups, ACCOUNT_MAX))     \
    }

/* clang-format off */
const struct config_key config_keys[] = {
    {"school", "text of at most 63 bytes", NULL,
     "The name of the school, as the tools show it.",
     RULE(TEXT(type_text, struct config_model, school))},
    {"timezone", "time zone such as \"Europe/Amsterdam\"", "Europe/Amsterdam",
     "The zone of all times in the file; the system must know it.",
     RULE(TEXT(type_text, struct config_model, timezone))},

    {"policy", "group", "", "The rules that the school adopted.",
     RULE(GROUP)},
    {"policy.version", ANY_TEXT_31, "1",
     "The version of the adopted policy, shown with every decision.",
     RULE(TEXT(type_text, struct config_model, policy.version))},
    {"policy.exceptions", "none, leader or teacher", "teacher",
     "Who may open something for pupils during a lesson.",
     RULE(WORD(exceptions_words, struct config_model, policy.exceptions))},

    {"lan", "list of 1 to 16 interface names", NULL,
     "The interfaces behind which the zones are.",
     RULE(TEXTS(type_interface, 1, LAN_MAX, struct config_model, lan, INTERFACE_MAX))},

    {"streams", "list of 1 to 64 groups", NULL,
     "Classes that share a bell schedule.",
     RULE(GROUPS(1, STREAM_MAX, struct config_model, streams, struct stream_entry))},
    {"streams[].name", ANY_TEXT_31, NULL, "The name of the stream, by which zones refer to it.",
     RULE(TEXT(type_text, struct stream_entry, name))},
    {"streams[].bells", "list of 1 to 256 groups", NULL,
     "The periods of the week in which there is a lesson.",
     RULE(GROUPS(1, BELL_MAX, struct stream_entry, bells, struct bell_entry))},
    {"streams[].bells[].name", ANY_TEXT_31, "its place in the list",
     "What people call the period.",
     RULE(TEXT(type_text, struct bell_entry, name), IMPLIED)},
    {"streams[].bells[].days", "days such as \"mon-thu,sat\"", "mon-fri",
     "The days on which the period begins.",
     RULE(TEXT(type_days, struct bell_entry, days))},
    {"streams[].bells[].start", ANY_TIME, NULL, "When the lesson begins.",
     RULE(TEXT(type_clock, struct bell_entry, start), .max = 1439)},
    {"streams[].bells[].end", ANY_TIME, NULL,
     "When it ends. Earlier than the start: on the next day, within 12 hours.",
     RULE(TEXT(type_clock, struct bell_entry, end), .max = 1440)},

    {"days_off", "list of at most 512 groups", "", "Days without lessons.",
     RULE(GROUPS(0, DAY_OFF_MAX, struct config_model, days_off, struct day_off_entry))},
    {"days_off[].name", ANY_TEXT_31, NULL, "What the day or the holiday is called.",
     RULE(TEXT(type_text, struct day_off_entry, name))},
    {"days_off[].from", ANY_DATE, NULL, "The first day.",
     RULE(TEXT(type_date, struct day_off_entry, from))},
    {"days_off[].to", ANY_DATE, "the first day", "The last day.",
     RULE(TEXT(type_date, struct day_off_entry, to), IMPLIED)},

    {"zones", "list of 1 to 1024 groups", NULL, "Where clients are.",
     RULE(GROUPS(1, ZONE_MAX, struct config_model, zones, struct zone_entry))},
    {"zones[].name", ANY_TEXT_31, NULL, "The name of the zone, such as a room number.",
     RULE(TEXT(type_zone, struct zone_entry, name))},
    {"zones[].kind", "classroom, supervised, public, staff, guest or resolver", "classroom",
     "What the zone is for.",
     RULE(WORD(kind_words, struct zone_entry, kind))},
    {"zones[].stream", "name of a stream", "the only stream, in a classroom or supervised zone",
     "Whose lessons close the zone.",
     RULE(TEXT(type_text, struct zone_entry, stream), IMPLIED)},
    {"zones[].prefixes", "list of prefixes such as \"10.3.6.0/24\" or \"2001:db8:306::/64\"", NULL,
     "The addresses of the zone. Of nested prefixes the longest counts.",
     RULE(TEXTS(type_prefix, 1, PREFIX_MAX, struct zone_entry, prefixes, sizeof(struct prefix)))},
    {"zones[].quic", "reject or pass", "reject",
     "What happens to QUIC while something is closed in the zone.",
     RULE(WORD(quic_words, struct zone_entry, quic))},

    {"lessons", "group", "", "What a lesson closes.",
     RULE(GROUP)},
    {"lessons.close", ANY_WORDS, "every service of the catalogue",
     "What is closed during lessons.",
     RULE(TEXTS(type_text, 0, SERVICE_MAX, struct config_model, lessons.close, SERVICE_ID_MAX),
          IMPLIED)},
    {"lessons.locked", ANY_WORDS, "", "What no grant opens: services and categories.",
     RULE(TEXTS(type_text, 0, SERVICE_MAX, struct config_model, lessons.locked, SERVICE_ID_MAX))},

    {"never_block", ANY_NAMES, "",
     "Names that are never closed, with all names below them.",
     RULE(TEXTS(type_hostname, 0, NEVER_BLOCK_MAX, struct config_model, never_block,
                sizeof(struct hostname)))},
    {"catalogue", "path of a file",
     "catalogue.conf beside this file, else in the state folder, else " LESPOORT_DATADIR
     "/catalogue.conf",
     "The catalogue of services. A relative path begins at the folder of this file.",
     RULE(TEXT(type_path, struct config_model, catalogue), IMPLIED)},
    {"catalogue_keyring", "path of a file", "",
     "OpenPGP keys of those who may sign a catalogue. Empty: its checksum is enough.",
     RULE(TEXT(type_file, struct config_model, keyring))},
    {"state", "absolute path of a folder", LESPOORT_STATEDIR,
     "Where lespoortd keeps lists, updates and names added by hand. Empty: nowhere.",
     RULE(TEXT(type_folder, struct config_model, state))},

    {"lists", "list of at most 128 groups", "",
     "Lists of names from elsewhere, each like a service of its own.",
     RULE(GROUPS(0, EXTERNAL_MAX, struct config_model, lists, struct external_entry))},
    {"lists[].id", ANY_ID, NULL, "What people type for the list.",
     RULE(TEXT(type_id, struct external_entry, service.id))},
    {"lists[].title", ANY_TEXT_47, "its id", "What people read.",
     RULE(TEXT(type_text, struct external_entry, service.title), IMPLIED)},
    {"lists[].title_nl", ANY_TEXT_47, "its title", "The same in Dutch.",
     RULE(TEXT(type_text, struct external_entry, service.title_nl), IMPLIED)},
    {"lists[].category", ANY_ID, "list", "Lists and services of one category are closed together.",
     RULE(TEXT(type_id, struct external_entry, service.category))},
    {"lists[].path", "path of a file or folder", NULL,
     "The list, plain or gzip, or a folder with a file \"domains\".",
     RULE(TEXT(type_text, struct external_entry, path))},
    {"lists[].format", "auto, hosts, domains, dnsmasq, adblock or rpz", "auto",
     "How it is written; auto looks at its first lines.",
     RULE(WORD(format_words, struct external_entry, format))},

    {"gate", "group", "", "How the gateway is reached.",
     RULE(GROUP)},
    {"gate.backend", "auto, nftables or iptables", "auto",
     "The packet filter; auto takes what the kernel can do.",
     RULE(WORD(backend_words, struct config_model, gate.backend))},
    {"gate.queue", "number from 0 to 65535", "40",
     "The first queue number; each gate has its own.",
     RULE(NUMBER(0, 65535, struct config_model, gate.queue))},
    {"gate.gates", "number from 1 to 16", "1",
     "How many gate processes share the work.",
     RULE(NUMBER(1, GATE_MAX, struct config_model, gate.gates))},
    {"gate.fail", "open or closed", "open",
     "What happens to traffic while no gate is running.",
     RULE(WORD(fail_words, struct config_model, gate.fail))},
    {"gate.mark_shift", "number from 0 to 16", "16",
     "Where the 16 bits begin that are ours in the mark of a connection: 0, 8 or 16.",
     RULE(NUMBER(0, 16, struct config_model, gate.mark_shift))},
    {"gate.probe", "true or false", "true",
     "Whether the gate probes itself, over a device of its own.",
     RULE(FLAG(struct config_model, gate.probe))},
    {"gate.user", ANY_TEXT_31, "root", "The account of lespoort-gate, which may fetch snapshots.",
     RULE(TEXT(type_text, struct config_model, gate.user))},

    {"normalise", "group", "",
     "What is tidied up of packets of clients in zones with lessons, before they go on.",
     RULE(GROUP)},
    {"normalise.invalid", "drop or pass", "drop", "TCP packets that fit no connection.",
     RULE(WORD(drop_words, struct config_model, normalise.invalid))},
    {"normalise.md5sig", "drop or pass", "drop",
     "Segments that may say a name, with a signature as routers use it.",
     RULE(WORD(drop_words, struct config_model, normalise.md5sig))},
    {"normalise.fast_open", "reset or pass", "reset",
     "The offer to send data in the first packet of a connection; reset takes it out.",
     RULE(WORD(reset_words, struct config_model, normalise.fast_open))},
    {"normalise.syn_data", "drop or pass", "drop", "Data in the first packet of a connection.",
     RULE(WORD(drop_words, struct config_model, normalise.syn_data))},
    {"normalise.urgent", "drop or pass", "drop",
     "Segments that may say a name, and hold urgent bytes.",
     RULE(WORD(drop_words, struct config_model, normalise.urgent))},
    {"normalise.ipv6_headers", "drop or pass", "drop",
     "IPv6 packets with extension headers in front of TCP or UDP, until a name is known.",
     RULE(WORD(drop_words, struct config_model, normalise.ipv6_headers))},
    {"normalise.ttl", "number from 0 to 255", "0",
     "The TTL or hop limit of segments that may say a name: 32 or more; 0 keeps it.",
     RULE(NUMBER(0, 255, struct config_model, normalise.ttl))},

    {"control", "group", "", "The sockets of lespoortd.",
     RULE(GROUP)},
    {"control.socket", ANY_SOCKET, LESPOORT_RUNDIR "/control.sock",
     "The socket of lespoortctl.",
     RULE(TEXT(type_absolute, struct config_model, control.socket))},
    {"control.snapshots", ANY_SOCKET, LESPOORT_RUNDIR "/snapshot.sock",
     "The socket where lespoort-gate fetches snapshots.",
     RULE(TEXT(type_absolute, struct config_model, control.snapshots))},

    {"roles", "group", "", "Who may do what.", RULE(GROUP)},
    ROLE("teacher", ROLE_TEACHER, "", "Opens and closes services in lessons."),
    ROLE("attendant", ROLE_ATTENDANT, "", "Supervises a room; no rights of its own yet."),
    ROLE("scheduler", ROLE_SCHEDULER, "", "Keeps the timetable; no rights of its own yet."),
    ROLE("leader", ROLE_LEADER, "", "Leads a team of teachers."),
    ROLE("director", ROLE_DIRECTOR, "", "Leads the school."),
    ROLE("admin", ROLE_ADMIN, "root", "Runs the gateway."),
    ROLE("privacy", ROLE_PRIVACY, "", "Guards the privacy of pupils; no rights of its own yet."),

    {"grants", "group", "", "The limits of exceptions.",
     RULE(GROUP)},
    {"grants.max", "duration from \"1m\" to \"24h\"", "3h",
     "The longest grant; it never outlives its lesson.",
     RULE(TEXT(type_duration, struct config_model, grants.max), .min = 60, .max = 86400)},
};
const size_t config_key_count = ARRAY_SIZE(config_keys);

#define NAMES(field)                                                                               \
    RULE(TEXTS(type_hostname, 0, SERVICE_NAME_MAX, struct service_entry, field,                    \
               sizeof(struct hostname)))

const struct config_key catalogue_keys[] = {
    {"categories", "list of at most 256 groups", "", "What categories are called.",
     RULE(GROUPS(0, CATEGORY_MAX, struct catalogue_model, categories, struct category))},
    {"categories[].id", ANY_ID, NULL, "What people type for the category.",
     RULE(TEXT(type_id, struct category, id))},
    {"categories[].title", ANY_TEXT_47, NULL, "What people read.",
     RULE(TEXT(type_text, struct category, title))},
    {"categories[].title_nl", ANY_TEXT_47, "its title", "The same in Dutch.",
     RULE(TEXT(type_text, struct category, title_nl), IMPLIED)},

    {"services", "list of 1 to 256 groups", NULL, "The services.",
     RULE(GROUPS(1, SERVICE_MAX, struct catalogue_model, services, struct service_entry))},
    {"services[].id", ANY_ID, NULL, "What people type for the service.",
     RULE(TEXT(type_id, struct service_entry, service.id))},
    {"services[].title", ANY_TEXT_47, NULL, "What people read.",
     RULE(TEXT(type_text, struct service_entry, service.title))},
    {"services[].title_nl", ANY_TEXT_47, "its title", "The same in Dutch.",
     RULE(TEXT(type_text, struct service_entry, service.title_nl), IMPLIED)},
    {"services[].category", ANY_ID, NULL, "Services of one category are closed together.",
     RULE(TEXT(type_id, struct service_entry, service.category))},
    {"services[].aliases", "list of ids of a-z, 0-9, \"-\" and \"_\", at most 31", "",
     "Other words for the service.",
     RULE(TEXTS(type_id, 0, ALIAS_MAX, struct service_entry, aliases, SERVICE_ID_MAX))},
    {"services[].retired", "true or false", "false",
     "The service no longer exists: people may still name it, and nothing is closed for it.",
     RULE(FLAG(struct service_entry, service.retired))},
    {"services[].source", "text of at most 95 bytes", "not known", "Where its names come from.",
     RULE(TEXT(type_text, struct service_entry, note.source), IMPLIED)},
    {"services[].date", ANY_DATE, "not known", "When somebody last looked at its names.",
     RULE(TEXT(type_date, struct service_entry, note.date), IMPLIED)},
    {"services[].core", ANY_NAMES, "", "The service's own names.", NAMES(core)},
    {"services[].cdn", ANY_NAMES, "", "Where its pictures and videos come from.", NAMES(cdn)},
    {"services[].api", ANY_NAMES, "", "What its apps talk to.", NAMES(api)},
    {"services[].shared", ANY_NAMES, "",
     "Names that others need as well: known, and not closed.", NAMES(shared)},
    {"services[].prefixes", "list of prefixes such as \"192.0.2.0/24\" or \"2001:db8:306::/64\"", "",
     "Addresses of the service's own, for what says no name.",
     RULE(TEXTS(type_prefix, 0, SERVICE_PREFIX_MAX, struct service_entry, prefixes,
                sizeof(struct prefix)))},

    {"never_block", ANY_NAMES, "", "Names that are never closed, with all names below them.",
     RULE(TEXTS(type_hostname, 0, NEVER_BLOCK_MAX, struct catalogue_model, never_block,
                sizeof(struct hostname)))},
    {"hidden_names", ANY_NAMES, "",
     "Names that stand for others that cannot be seen, with all names below them.",
     RULE(TEXTS(type_hostname, 0, HIDDEN_MAX, struct catalogue_model, hidden_names,
                sizeof(struct hostname)))},

    {"safe_search", "list of at most 64 groups", "", "What a restricted grant answers instead.",
     RULE(GROUPS(0, SAFE_HOST_MAX, struct catalogue_model, safe_search, struct safe_entry))},
    {"safe_search[].host", "host name of at most 63 bytes", NULL,
     "The host whose addresses are given.",
     RULE(TEXT(type_safe, struct safe_entry, host))},
    {"safe_search[].names", "list of 1 to 1024 host names of at most 63 bytes", NULL,
     "For exactly these names.",
     RULE(TEXTS(type_safe, 1, SAFE_MAX, struct safe_entry, names, sizeof(struct hostname)))},
};
const size_t catalogue_key_count = ARRAY_SIZE(catalogue_keys);
/* clang-format on */

const struct schema config_schema = {config_keys, ARRAY_SIZE(config_keys)};
const struct schema catalogue_schema = {catalogue_keys, ARRAY_SIZE(catalogue_keys)};

const struct config_key *schema_find(const struct schema *s, const char *path)
{
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->keys[i].path, path) == 0)
            return &s->keys[i];
    return NULL;
}

const char *schema_child(const struct config_key *key, const char *group)
{
    size_t len = strlen(group);
    const char *name = key->path;

    if (len) {
        if (strncmp(name, group, len) != 0 || name[len] != '.')
            return NULL;
        name += len + 1;
    }
    return strchr(name, '.') ? NULL : name;
}
