/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The audit in the log: one line for each change of a grant. The log itself tells when. */
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/wall.h"
#include "control/desk_parts.h"

/* `Grant "…" of "jan": "youtube,vimeo" in zone "306" until …, restricted`; malloc'ed, NULL without
 * memory. */
static char *grant_text(const struct ask *a, const struct grant *grant)
{
    char *ids = services_ids(a->desk, &grant->services, ","), *text = NULL;
    char until[WALL_TEXT];
    int len;

    len = asprintf(&text, "Grant \"%s\" of \"%s\"%s%s%s%s%s%s: \"%s\" in zone \"%s\" until %s%s",
                   grant->id, grant->who, grant->behalf[0] ? " on behalf of \"" : "", grant->behalf,
                   grant->behalf[0] ? "\"" : "", grant->code[0] ? ", reason \"" : "", grant->code,
                   grant->code[0] ? "\"" : "", ids ? ids : "?",
                   a->desk->config->school->zones[grant->zone].name,
                   wall_iso_text(grant->until, until, sizeof(until)),
                   grant->restricted ? ", restricted" : "");
    free(ids);
    return len < 0 ? NULL : text;
}

void log_given(const struct ask *a, const struct grant *grant, const char *change,
               const struct grant *before)
{
    char *text = grant_text(a, grant);
    char until[WALL_TEXT];

    if (before->id[0])
        log_notice("%s; %s, before by \"%s\" until %s.", text ? text : grant->id, change,
                   before->who, wall_iso_text(before->until, until, sizeof(until)));
    else
        log_notice("%s; %s.", text ? text : grant->id, change);
    free(text);
}

void log_withdrawn(const struct ask *a, const struct grant *part)
{
    char *text = grant_text(a, part);

    log_notice("%s; withdrawn by \"%s\".", text ? text : part->id, a->who->login);
    free(text);
}

void log_taken_over(const struct ask *a, const struct grant *part)
{
    char *text = grant_text(a, part);

    log_notice("%s; taken over by a grant of \"%s\".", text ? text : part->id, a->who->login);
    free(text);
}
