/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line of an external list: pure. Formats: hosts(5); plain domains (also UT1); dnsmasq(8)
 * address=, server=, local=; AdBlock-style "||name^" and "@@||name^"; response policy zones
 * (draft-vixie-dnsop-dns-rpz). */
#ifndef LESPOORT_LISTS_LINE_H
#define LESPOORT_LISTS_LINE_H

#include "names/plan.h"

enum list_says {
    LIST_SUFFIX, /* the name and all below it */
    LIST_EXACT,  /* the name alone */
    LIST_ALLOW,  /* not the name nor anything below it */
};

struct list_entry {
    enum list_says says;
    struct hostname name;
};

/* What is known between lines. Zeroed before the first one, but for the format. */
struct list_reader {
    enum list_format format; /* not AUTO */
    /* The rest is for list_next() alone. */
    bool inside;         /* the last one was an entry, and the line may hold more */
    enum list_says says; /* dnsmasq: of every name in this line */
    /* RPZ */
    struct hostname zone;   /* names end in it; empty: nothing was said of it yet */
    bool zone_known;        /* by its SOA record */
    struct hostname origin; /* what relative names are relative to (RFC 1035 5.1) */
    struct hostname owner;  /* of the last record, with the zone; empty: the root */
    bool owner_known, owner_bad, owner_wild;
    unsigned open, open_lines; /* parentheses that are open, and for how long */
};

enum list_line {
    LIST_ENTRY,   /* *ret holds it; *rest is what may hold more of them */
    LIST_END,     /* no more in this line; also a blank line or a comment */
    LIST_SKIPPED, /* well formed, not about whole names: a path, a cosmetic filter, an address */
    LIST_FAULT,   /* *ret_why is what *rest, the part at fault, is instead: a static text */
};

/*
 * The next entry of a line. Begin with *rest the whole line (without its end), and go on while
 * ENTRY comes. A name of one label ("com") is a FAULT: no list may close a whole top-level
 * domain. "localhost" and its like in hosts files are SKIPPED.
 *
 * hosts    a name sent to an address of nowhere (0.0.0.0, 127.0.0.1, ::) is EXACT, to any other
 *          SKIPPED
 * domains  a name is SUFFIX, as UT1 means it; an address or a URL with a path is SKIPPED
 * dnsmasq  address=/NAME/ with an address of nowhere, "#" or none is SUFFIX, so are server=/NAME/
 *          and local=/NAME/; server=/NAME/# is ALLOW; with another target they are SKIPPED
 * adblock  "||name^", with no other modifier than important and all, is SUFFIX, with "@@" before
 *          it ALLOW; every other rule is SKIPPED
 * rpz      NXDOMAIN, NODATA, drop and local addresses are EXACT, or SUFFIX of what is below "*.";
 *          passthru is ALLOW; tcp-only, a CNAME to another name and triggers that are no names
 *          are SKIPPED
 */
enum list_line list_next(struct list_reader *r, struct span *rest, struct list_entry *ret,
                         const char **ret_why);

/* The format that most of these lines have; LIST_AUTO when none fits. */
enum list_format list_sniff(struct span start_of_file);

const char *list_format_name(enum list_format f); /* "hosts", "domains", … */

#endif
