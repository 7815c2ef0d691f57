/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "names/safe.h"

#include "names/catalogue_format.h"

struct set256 safe_services(const struct catalogue *c)
{
    const struct catalogue_header *h = catalogue_head(c);
    const struct catalogue_safe *safe = catalogue_sections(h).safe;
    struct set256 services = {0};

    for (uint32_t i = 0; i < h->safe_count; i++) {
        struct hostname name;
        uint8_t label;

        hostname_set(&name, (struct span){safe[i].name, strlen(safe[i].name)});
        label = catalogue_label(c, &name, NULL);
        if (label < c->label_count)
            services = set256_union(&services, &c->labels[label]);
    }
    return services;
}
