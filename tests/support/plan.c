/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/plan.h"

#include <stdio.h>
#include <stdlib.h>

static struct service services[2];
static struct plan_name names[4];
static struct hostname never;

static struct hostname host(const char *text)
{
    struct hostname name;

    if (!hostname_set(&name, (struct span){text, strlen(text)}))
        abort();
    return name;
}

static void set(struct service *s, const char *id)
{
    memset(s, 0, sizeof(*s));
    snprintf(s->id, sizeof(s->id), "%s", id);
    snprintf(s->title, sizeof(s->title), "%s", id);
    snprintf(s->category, sizeof(s->category), "social");
}

struct plan plan_make(const char *state, bool swapped)
{
    const uint16_t facebook = swapped, instagram = !swapped;

    set(&services[facebook], "facebook");
    set(&services[instagram], "instagram");
    names[0] = (struct plan_name){host("facebook.com"), facebook, NAME_CORE};
    names[1] = (struct plan_name){host("fbcdn.net"), facebook, NAME_CORE};
    names[2] = (struct plan_name){host("instagram.com"), instagram, NAME_CORE};
    names[3] = (struct plan_name){host("fbcdn.net"), instagram, NAME_CORE};
    never = host("magister.net");
    return (struct plan){.services = services,
                         .service_count = ARRAY_SIZE(services),
                         .names = names,
                         .name_count = ARRAY_SIZE(names),
                         .never = &never,
                         .never_count = 1,
                         .state = state};
}

uint8_t plan_label(const struct catalogue *c, const char *name)
{
    const struct hostname h = host(name);

    return catalogue_label(c, &h, NULL);
}
