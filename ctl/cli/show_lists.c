/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "base/span.h"
#include "cli/show.h"
#include "cli/table.h"

void show_zones(const struct screen *screen, const json_t *result)
{
    static const char *const head[] = {"ZONE", "KIND", "STREAM", "QUIC", "PREFIXES"};
    struct table *table = table_new(head, ARRAY_SIZE(head));
    const json_t *zone;
    size_t i;

    json_array_foreach(json_object_get(result, "zones"), i, zone)
    {
        char *prefixes = show_list(json_object_get(zone, "prefixes"), ", ", ", ");
        const char *const cells[] = {show_text(zone, "zone"), show_text(zone, "kind"),
                                     show_text(zone, "stream"), show_text(zone, "quic"), prefixes};

        table_add(table, cells);
        free(prefixes);
    }
    table_print(table, screen->out, screen->width);
    table_free(table);
}

void show_reload(const struct screen *screen, const json_t *result)
{
    fprintf(screen->out, "The config is loaded: %s, policy %s.\n", show_text(result, "school"),
            show_text(result, "policy"));
}

void show_version(const struct screen *screen, const json_t *result)
{
    fprintf(screen->out,
            "lespoortctl %s\nlespoortd %s, protocol %" JSON_INTEGER_FORMAT
            ", policy %s, catalogue %s\n",
            LESPOORT_VERSION, show_text(result, "version"),
            json_integer_value(json_object_get(result, "protocol")), show_text(result, "policy"),
            show_text(result, "catalogue"));
}
