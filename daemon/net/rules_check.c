/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "net/rules_check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "engine/mark.h"
#include "net/rules_ipt_text.h"

/* Nobody chooses these texts to collide: a fixed key will do. */
static const struct hash_key key = {0x6c6573706f6f7274, 1};

static const char *next_line(const char *line, struct span *ret)
{
    size_t len = strcspn(line, "\n");

    *ret = (struct span){line, len};
    return line + len + (line[len] == '\n');
}

static bool begins(struct span line, const char *with)
{
    size_t len = strlen(with);

    return line.len >= len && memcmp(line.ptr, with, len) == 0;
}

static bool has(struct span line, const char *what)
{
    return memmem(line.ptr, line.len, what, strlen(what)) != NULL;
}

/* Both go on behind what they took; false: something else stands there. */
static bool literal(const char **at, const char *text)
{
    size_t len = strlen(text);

    if (strncmp(*at, text, len) != 0)
        return false;
    *at += len;
    return true;
}

static bool number(const char **at, unsigned *ret)
{
    char *end;
    unsigned long value;

    if (**at < '0' || **at > '9')
        return false;
    value = strtoul(*at, &end, 10);
    *at = end;
    *ret = value < UINT16_MAX ? (unsigned)value : UINT16_MAX;
    return true;
}

/* Order counts: the digest so far goes into the next. */
static uint64_t follow(uint64_t digest, struct span line)
{
    const struct hash_key next = {key.k0, digest};

    return hash_bytes(&next, line.ptr, line.len);
}

/* --- iptables --------------------------------------------------------------------------- */

#define OURS "LESPOORT-"

/* "-A CHAIN ". */
static struct span chain_of(struct span line)
{
    const char *end = line.len > 3 ? memchr(line.ptr + 3, ' ', line.len - 3) : NULL;

    return (struct span){line.ptr, end ? (size_t)(end - line.ptr) : line.len};
}

static bool same(struct span a, struct span b)
{
    return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

/* In a chain the order counts. That of chains and tables does not, it is the tool's: each chain has
 * a digest, begun with its table, and those are summed up. */
uint64_t check_ipt_rules(const char *save)
{
    uint64_t sum = 0, table = 0, digest = 0;
    struct span line, chain = {"", 0};

    while (*save) {
        save = next_line(save, &line);
        if (begins(line, "*")) {
            table = follow(0, line);
            chain.len = 0;
        }
        if (!begins(line, "-A ") || !has(line, OURS))
            continue;
        if (!same(chain_of(line), chain)) {
            sum += digest;
            digest = table;
            chain = chain_of(line);
        }
        digest = follow(digest, line);
    }
    return sum + digest;
}

/* What a set is for, by its name. */
struct set_name {
    char generation;
    unsigned label; /* 0: the set of all zones */
    bool v4;
};

static bool read_set_name(const char *at, struct set_name *ret)
{
    unsigned family;

    *ret = (struct set_name){0};
    if (!literal(&at, IPT_SET_PREFIX) || !*at)
        return false;
    ret->generation = *at++;
    if (!literal(&at, "-zones-v") &&
        !(literal(&at, "-label") && number(&at, &ret->label) && literal(&at, "-v")))
        return false;
    if (!number(&at, &family))
        return false;
    ret->v4 = family == 4;
    return ret->label < LABEL_COUNT;
}

/* How many prefixes were put into it. A whole family takes two. */
static unsigned expected(const struct rules_plan *plan, const struct set256 *loaded,
                         const struct set_name *set)
{
    const struct snapshot *s = plan->snapshot;
    char text[2][ADDR_TEXT];
    unsigned count = 0;

    for (uint32_t i = 0; i < s->prefix_count; i++) {
        const struct snap_prefix *p = &s->prefixes[i];

        if (prefix_is4(&p->prefix) == set->v4 && plan_rules_zone(plan, p->zone) &&
            (!set->label || set256_has(&loaded[p->zone], (uint8_t)set->label)))
            count += plan_prefix_text(&p->prefix, text);
    }
    return count;
}

static unsigned sets_of(const struct rules_plan *plan)
{
    unsigned count = 2;

    for (unsigned label = 1; label < LABEL_COUNT; label++)
        count += 2 * plan_closable(plan, label);
    return count;
}

bool check_ipt_sets(const char *list, const struct rules_plan *plan, char generation,
                    const struct set256 *loaded)
{
    static const char entries[] = "Number of entries: ";
    struct set_name set = {0};
    unsigned found = 0;
    bool ours = false;
    struct span line;

    while (*list) {
        const char *at = list;

        list = next_line(list, &line);
        if (begins(line, "Name: ")) {
            ours = read_set_name(at + strlen("Name: "), &set) && set.generation == generation;
            found += ours;
        }
        if (ours && begins(line, entries) &&
            strtoul(at + strlen(entries), NULL, 10) < expected(plan, loaded, &set))
            return false;
    }
    return found >= sets_of(plan);
}

/* --- nftables --------------------------------------------------------------------------- */

/* Where in the listing of a table a line stands. */
struct place {
    bool chain;    /* in a chain; else in a set or map, or outside */
    bool elements; /* in the elements of a set */
    int closed;    /* of which zone's closed set; -1: none */
};

static void enter(struct place *p, const char *at, struct span line)
{
    unsigned zone;

    if (begins(line, "\t\t")) {
        p->elements = p->elements || (p->closed >= 0 && begins(line, "\t\telements"));
        return;
    }
    *p = (struct place){.chain = begins(line, "\tchain "), .closed = -1};
    if (literal(&at, "\tset closed_") && number(&at, &zone))
        p->closed = (int)zone;
}

uint64_t check_nft_table(const char *listing)
{
    struct place p = {.closed = -1};
    uint64_t digest = 0;
    unsigned rules = 0;
    struct span line;

    while (*listing) {
        const char *at = listing;

        listing = next_line(listing, &line);
        enter(&p, at, line);
        if (p.elements)
            continue;
        digest = follow(digest, line);
        rules += p.chain && begins(line, "\t\t");
    }
    return rules ? digest : 0;
}

static unsigned occurrences(struct span line, const char *word)
{
    const char *at = line.ptr, *end = line.ptr + line.len;
    unsigned count = 0;

    while ((at = memmem(at, (size_t)(end - at), word, strlen(word))) != NULL) {
        at += strlen(word);
        count++;
    }
    return count;
}

/* Labels that are closed there, by the plan. */
static unsigned closed_labels(const struct rules_plan *plan, uint32_t zone)
{
    unsigned count = 0;

    for (unsigned label = 1; label < LABEL_COUNT; label++)
        count += plan_closed_seconds(plan, zone, label) > 0;
    return count;
}

/* Leaves the closed set of a zone: false when it held less than it should. */
static bool leave(const struct place *p, const struct rules_plan *plan, unsigned elements)
{
    return p->closed < 0 || (uint32_t)p->closed >= plan->snapshot->zone_count ||
           elements >= closed_labels(plan, (uint32_t)p->closed);
}

static unsigned ruled_zones(const struct rules_plan *plan)
{
    unsigned count = 0;

    for (uint32_t i = 0; i < plan->snapshot->zone_count; i++)
        count += plan_rules_zone(plan, i);
    return count;
}

bool check_nft_closed(const char *listing, const struct rules_plan *plan)
{
    struct place p = {.closed = -1};
    unsigned elements = 0, sets = 0;
    struct span line;

    while (*listing) {
        const struct place was = p;
        const char *at = listing;

        listing = next_line(listing, &line);
        enter(&p, at, line);
        if (p.elements)
            elements += occurrences(line, " timeout ");
        if (p.closed == was.closed)
            continue;
        if (!leave(&was, plan, elements))
            return false;
        elements = 0;
        sets += p.closed >= 0;
    }
    return leave(&p, plan, elements) && sets >= ruled_zones(plan);
}

/* --- flowtables ------------------------------------------------------------------------- */

/* Final, of a name that is never blocked, and with nothing that says it will be read again. */
const char *check_offload_match(unsigned mark_shift, char out[static CHECK_MATCH_TEXT])
{
    const uint32_t mask = mark_make(0xff, MARK_FINAL | MARK_CONDEMNED | MARK_REQUESTS);
    const uint32_t value = mark_make(LABEL_NEVER, MARK_FINAL);

    snprintf(out, CHECK_MATCH_TEXT, "ct mark & 0x%08" PRIx32 " == 0x%08" PRIx32, mask << mark_shift,
             value << mark_shift);
    return out;
}

bool check_offload(const char *listing, const char *flowtable, unsigned mark_shift)
{
    char match[CHECK_MATCH_TEXT], add[64];
    struct span line;

    check_offload_match(mark_shift, match);
    snprintf(add, sizeof(add), "flow add @%s", flowtable);
    while (*listing) {
        listing = next_line(listing, &line);
        if (has(line, add) && !(has(line, match) && has(line, "meta l4proto tcp ")))
            return false;
    }
    return true;
}
