/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of lists, in every format. */
#include <string.h>

#include "lists/line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

static void check(const struct list_entry *e)
{
    struct hostname again;

    require(e->says <= LIST_ALLOW);
    require(strlen(e->name.text) == e->name.len && strchr(e->name.text, '.'));
    require(hostname_set(&again, hostname_span(&e->name)) && !strcmp(again.text, e->name.text));
}

/* A line has no more entries than bytes. */
static void read_line(struct list_reader *r, struct span line)
{
    struct list_entry entry;
    const char *why = NULL;
    size_t left = line.len + 1;
    enum list_line result;

    while ((result = list_next(r, &line, &entry, &why)) == LIST_ENTRY) {
        check(&entry);
        require(left-- > 0);
    }
    require(result <= LIST_FAULT && (result != LIST_FAULT || (why && line.ptr)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data, *end = text + size;

    require(list_sniff((struct span){text, size}) < LIST_FORMAT_COUNT);
    for (enum list_format f = LIST_HOSTS; f < LIST_FORMAT_COUNT; f++) {
        struct list_reader r = {.format = f};

        for (const char *line = text; line < end;) {
            const char *newline = memchr(line, '\n', (size_t)(end - line));
            size_t len = (size_t)((newline ? newline : end) - line);

            read_line(&r, (struct span){line, len});
            line += len + 1;
        }
    }
    return 0;
}
