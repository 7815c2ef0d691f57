/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/table.h"

#include <stdlib.h>
#include <string.h>

#define GAP       2
#define WIDTH_MIN 6 /* narrower does not help */

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

/* A line may end behind that character, or before a blank. */
static bool ends_word(char c)
{
    return c == ' ' || c == ',';
}

/* The bytes of the first line of text in that width: up to the last word that fits, else cut. */
static size_t line_bytes(const char *text, size_t width)
{
    size_t fits = bytes_of(text, width), at = fits;

    if (!text[fits] || text[fits] == ' ')
        return fits;
    while (at && !ends_word(text[at - 1]))
        at--;
    while (at && text[at - 1] == ' ')
        at--;
    return at ? at : fits;
}

static size_t longest_word(const char *text)
{
    size_t longest = 0, width = 0;

    for (; *text; text++) {
        if (*text != ' ')
            width += ((unsigned char)*text & 0xc0) != 0x80;
        if (width > longest)
            longest = width;
        if (ends_word(*text))
            width = 0;
    }
    return longest;
}

struct column {
    size_t width, least; /* its widest cell, its longest word */
};

static void measure_cell(struct column *column, const char *text)
{
    size_t width = text_width(text), word = longest_word(text);

    if (width > column->width)
        column->width = width;
    if (word > column->least)
        column->least = word;
}

static void measure(const struct table *t, struct column columns[static TABLE_COLUMNS])
{
    for (size_t i = 0; i < t->columns; i++)
        measure_cell(&columns[i], t->head[i]);
    for (size_t i = 0; i < t->rows * t->columns; i++)
        measure_cell(&columns[i % t->columns], t->cells[i]);
}

/* Takes from the widest column until all fit; false when that would cut words. */
static bool shrink(const struct table *t, struct column columns[static TABLE_COLUMNS], size_t limit)
{
    for (;;) {
        size_t total = GAP * (t->columns - 1);
        struct column *widest = NULL;

        for (size_t i = 0; i < t->columns; i++) {
            struct column *c = &columns[i];

            total += c->width;
            if (c->width > c->least && (!widest || c->width > widest->width))
                widest = c;
        }
        if (total <= limit || !widest)
            return total <= limit;
        widest->width--;
    }
}

/* Prints what of the cells fits on one line and moves them on; false when nothing is left. */
static bool print_line(const struct table *t, FILE *out, const char **cells,
                       const struct column columns[static TABLE_COLUMNS])
{
    size_t pad = 0;
    bool left = false;

    for (size_t i = 0; i < t->columns; i++) {
        size_t bytes = line_bytes(cells[i], columns[i].width), shown = 0;

        if (bytes) {
            fprintf(out, "%*s%.*s", (int)pad, "", (int)bytes, cells[i]);
            pad = 0;
        }
        for (size_t j = 0; j < bytes; j++)
            shown += ((unsigned char)cells[i][j] & 0xc0) != 0x80;
        pad += columns[i].width - shown + GAP;
        cells[i] += bytes;
        cells[i] += strspn(cells[i], " ");
        left |= *cells[i] != '\0';
    }
    fputc('\n', out);
    return left;
}

static void print_columns(const struct table *t, FILE *out,
                          const struct column columns[static TABLE_COLUMNS])
{
    const char *cells[TABLE_COLUMNS];

    memcpy(cells, t->head, t->columns * sizeof(cells[0]));
    while (print_line(t, out, cells, columns))
        ;
    for (size_t row = 0; row < t->rows; row++) {
        for (size_t i = 0; i < t->columns; i++)
            cells[i] = t->cells[row * t->columns + i];
        while (print_line(t, out, cells, columns))
            ;
    }
}

/* One cell behind its title, wrapped in what is left of the width. */
static void print_field(FILE *out, const char *title, const char *text, size_t indent, size_t width)
{
    size_t room = width > indent + WIDTH_MIN ? width - indent : WIDTH_MIN;

    fprintf(out, "%s%*s", title, (int)(indent - text_width(title)), "");
    for (;;) {
        size_t bytes = line_bytes(text, room);

        fprintf(out, "%.*s\n", (int)bytes, text);
        text += bytes + strspn(text + bytes, " ");
        if (!*text)
            return;
        fprintf(out, "%*s", (int)indent, "");
    }
}

/* Where columns would cut words: row by row, one line for each cell that is not empty. */
static void print_records(const struct table *t, FILE *out, size_t width)
{
    size_t indent = 0;

    for (size_t i = 0; i < t->columns; i++)
        if (text_width(t->head[i]) + GAP > indent)
            indent = text_width(t->head[i]) + GAP;
    for (size_t i = 0; i < t->rows * t->columns; i++) {
        if (i && i % t->columns == 0)
            fputc('\n', out);
        if (*t->cells[i])
            print_field(out, t->head[i % t->columns], t->cells[i], indent, width);
    }
}

bool table_print(const struct table *t, FILE *out, size_t width)
{
    struct column columns[TABLE_COLUMNS] = {{.width = 0}};

    if (!t || t->broken)
        return false;
    measure(t, columns);
    if (!width || shrink(t, columns, width))
        print_columns(t, out, columns);
    else
        print_records(t, out, width);
    return true;
}
