/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/table.h"

#include <stdlib.h>
#include <string.h>

#define GAP       2
#define WIDTH_MIN 6 /* narrower columns do not help */

struct table {
    const char *const *head;
    size_t columns, rows, cap;
    char **cells; /* rows * columns */
    bool broken;
};

struct table *table_new(const char *const *head, size_t columns)
{
    struct table *t = calloc(1, sizeof(*t));

    if (t)
        *t = (struct table){.head = head, .columns = columns};
    return t;
}

void table_free(struct table *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->rows * t->columns; i++)
        free(t->cells[i]);
    free(t->cells);
    free(t);
}

void table_add(struct table *t, const char *const *cells)
{
    if (!t || t->broken)
        return;
    if (t->rows == t->cap) {
        size_t cap = t->cap ? 2 * t->cap : 16;
        char **grown = reallocarray(t->cells, cap * t->columns, sizeof(*grown));

        t->broken = !grown;
        if (!grown)
            return;
        t->cells = grown;
        t->cap = cap;
    }
    for (size_t i = 0; i < t->columns; i++) {
        char *copy = strdup(cells[i] ? cells[i] : "");

        t->cells[t->rows * t->columns + i] = copy;
        t->broken |= !copy;
    }
    t->rows++;
}

size_t text_width(const char *text)
{
    size_t width = 0;

    for (; *text; text++)
        width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}

/* Bytes of the first `width` characters. */
static size_t bytes_of(const char *text, size_t width)
{
    size_t at = 0;

    while (text[at]) {
        if (((unsigned char)text[at] & 0xc0) != 0x80 && !width--)
            break;
        at++;
    }
    return at;
}

/* The bytes of the first line of text in that width: up to the last blank that fits, else cut. */
static size_t line_bytes(const char *text, size_t width)
{
    size_t fits = bytes_of(text, width), at = fits;

    if (!text[fits] || text[fits] == ' ')
        return fits;
    while (at && text[at - 1] != ' ')
        at--;
    while (at && text[at - 1] == ' ')
        at--;
    return at ? at : fits;
}

static void measure(const struct table *t, size_t widths[static TABLE_COLUMNS])
{
    for (size_t i = 0; i < t->columns; i++)
        widths[i] = text_width(t->head[i]);
    for (size_t i = 0; i < t->rows * t->columns; i++) {
        size_t width = text_width(t->cells[i]);

        if (width > widths[i % t->columns])
            widths[i % t->columns] = width;
    }
}

/* Takes from the widest column until all fit. */
static void shrink(const struct table *t, size_t widths[static TABLE_COLUMNS], size_t limit)
{
    for (;;) {
        size_t total = GAP * (t->columns - 1), widest = 0;

        for (size_t i = 0; i < t->columns; i++) {
            total += widths[i];
            if (widths[i] > widths[widest])
                widest = i;
        }
        if (total <= limit || widths[widest] <= WIDTH_MIN)
            return;
        widths[widest]--;
    }
}

/* Prints what of the cells fits on one line and moves them on; false when nothing is left. */
static bool print_line(const struct table *t, FILE *out, const char **cells,
                       const size_t widths[static TABLE_COLUMNS])
{
    size_t pad = 0;
    bool left = false;

    for (size_t i = 0; i < t->columns; i++) {
        size_t bytes = line_bytes(cells[i], widths[i]), shown = 0;

        if (bytes) {
            fprintf(out, "%*s%.*s", (int)pad, "", (int)bytes, cells[i]);
            pad = 0;
        }
        for (size_t j = 0; j < bytes; j++)
            shown += ((unsigned char)cells[i][j] & 0xc0) != 0x80;
        pad += widths[i] - shown + GAP;
        cells[i] += bytes;
        cells[i] += strspn(cells[i], " ");
        left |= *cells[i] != '\0';
    }
    fputc('\n', out);
    return left;
}

bool table_print(const struct table *t, FILE *out, size_t width)
{
    size_t widths[TABLE_COLUMNS] = {0};
    const char *cells[TABLE_COLUMNS];

    if (!t || t->broken)
        return false;
    measure(t, widths);
    if (width)
        shrink(t, widths, width);
    memcpy(cells, t->head, t->columns * sizeof(cells[0]));
    while (print_line(t, out, cells, widths))
        ;
    for (size_t row = 0; row < t->rows; row++) {
        for (size_t i = 0; i < t->columns; i++)
            cells[i] = t->cells[row * t->columns + i];
        while (print_line(t, out, cells, widths))
            ;
    }
    return true;
}
