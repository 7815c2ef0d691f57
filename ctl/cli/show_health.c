/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "cli/show.h"

static const char *verdict(const char *state)
{
    static const char *const words[][2] = {
        {"ok", "ok"}, {"warning", "WARNING"}, {"fault", "NOT OK"}};

    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        if (!strcmp(state, words[i][0]))
            return words[i][1];
    return "not known";
}

void show_health(const struct screen *screen, const json_t *result)
{
    const json_t *check;
    size_t i;

    json_array_foreach(json_object_get(result, "checks"), i, check)
    {
        char *text = show_format("%s %s: %s", show_text(check, "check"),
                                 verdict(show_text(check, "state")), show_text(check, "text"));

        show_wrapped(screen, 2, text);
        free(text);
    }
}
