/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support/test.h"

#include "unit/lists/said.h"

const char *said(struct list_reader *r, const char *line, char out[static SAID_MAX])
{
    static const char *const marks[] = {[LIST_SUFFIX] = "", [LIST_EXACT] = "=", [LIST_ALLOW] = "!"};
    struct span rest = {line, strlen(line)};
    struct list_entry e;
    enum list_line result;
    const char *why = "";
    size_t len = 0;

    while ((result = list_next(r, &rest, &e, &why)) == LIST_ENTRY) {
        assert_int_equal(strlen(e.name.text), e.name.len);
        len += (size_t)snprintf(out + len, SAID_MAX - len, "%s%s ", marks[e.says], e.name.text);
        assert_true(len < SAID_MAX);
    }
    if (result == LIST_FAULT)
        snprintf(out + len, SAID_MAX - len, "'%.*s' is %s", (int)rest.len, rest.ptr, why);
    else
        snprintf(out + len, SAID_MAX - len, "%s", result == LIST_END ? "." : "-");
    return out;
}

const char *said_alone(enum list_format format, const char *line, char out[static SAID_MAX])
{
    struct list_reader r = {.format = format};

    return said(&r, line, out);
}
