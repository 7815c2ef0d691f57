/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lists/card.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "lists/line_parts.h"

enum kind { NUMBER, DIGEST, FORMAT, TEXT, NOTES };

struct field {
    const char *key;
    enum kind kind;
    size_t offset;
};

/* A whole file of lines. */
struct form {
    const char *title;
    const struct field *fields;
    size_t count;
};

static const struct field card_fields[] = {
    {"format", FORMAT, offsetof(struct card, format)},
    {"asked", FORMAT, offsetof(struct card, asked)},
    {"names", NUMBER, offsetof(struct card, names)},
    {"skipped", NUMBER, offsetof(struct card, skipped)},
    {"faults", NUMBER, offsetof(struct card, faults)},
    {"read-at", NUMBER, offsetof(struct card, read_at)},
    {"source-size", NUMBER, offsetof(struct card, source.size)},
    {"source-mtime", NUMBER, offsetof(struct card, source.mtime)},
    {"bytes", NUMBER, offsetof(struct card, bytes)},
    {"digest", DIGEST, offsetof(struct card, digest)},
    {"note", NOTES, 0},
};

static const struct field slip_fields[] = {
    {"beside", DIGEST, offsetof(struct slip, beside)},
    {"asked", FORMAT, offsetof(struct slip, asked)},
    {"source-size", NUMBER, offsetof(struct slip, source.size)},
    {"source-mtime", NUMBER, offsetof(struct slip, source.mtime)},
    {"held", NUMBER, offsetof(struct slip, held)},
    {"held-digest", DIGEST, offsetof(struct slip, held_digest)},
    {"refused", TEXT, offsetof(struct slip, refused)},
};

static const struct form card_form = {"# lespoort list 1", card_fields, ARRAY_SIZE(card_fields)};
static const struct form slip_form = {"# lespoort slip 1", slip_fields, ARRAY_SIZE(slip_fields)};

static_assert(CARD_SIZE >= LIST_NOTE_MAX * (LIST_FAULT_TEXT + 8) + 512, "all fields fit");
static_assert(SLIP_MAX >= LIST_FAULT_TEXT + 512, "all fields fit");

struct sheet {
    char *text;
    size_t len, room;
};

__attribute__((format(printf, 2, 3))) static void put(struct sheet *s, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(s->text + s->len, s->room - s->len, format, args);
    va_end(args);
    /* The limits of the fields leave room for all of them. */
    assert(n >= 0 && (size_t)n < s->room - s->len);
    s->len += (size_t)n;
}

static void put_field(struct sheet *s, const struct field *f, const void *from)
{
    const char *at = (const char *)from + f->offset;
    enum list_format format;
    uint64_t n[2];

    switch (f->kind) {
    case NUMBER:
        memcpy(n, at, sizeof(n[0]));
        put(s, "# %s: %" PRIu64 "\n", f->key, n[0]);
        break;
    case DIGEST:
        memcpy(n, at, sizeof(n));
        put(s, "# %s: %016" PRIx64 "%016" PRIx64 "\n", f->key, n[0], n[1]);
        break;
    case FORMAT:
        memcpy(&format, at, sizeof(format));
        put(s, "# %s: %s\n", f->key, list_format_name(format));
        break;
    case TEXT:
        put(s, "# %s: %s\n", f->key, at);
        break;
    case NOTES:
        break;
    }
}

static void put_form(struct sheet *s, const struct form *form, const void *from)
{
    put(s, "%s\n", form->title);
    for (size_t i = 0; i < form->count; i++)
        put_field(s, &form->fields[i], from);
}

void card_print(const struct card *c, char out[static CARD_SIZE])
{
    struct sheet s = {.text = out, .room = CARD_SIZE};

    put_form(&s, &card_form, c);
    for (unsigned i = 0; i < c->note_count; i++)
        put(&s, "# note: %s\n", c->notes[i]);
    memset(out + s.len, '.', CARD_SIZE - s.len);
    out[s.len] = '#';
    out[CARD_SIZE - 1] = '\n';
}

size_t slip_print(const struct slip *slip, char out[static SLIP_MAX])
{
    struct sheet s = {.text = out, .room = SLIP_MAX};

    put_form(&s, &slip_form, slip);
    return s.len;
}

/* The next line without its newline. False: there is none that is whole. */
static bool next_line(struct span *text, struct span *ret)
{
    *ret = span_until(*text, '\n');
    if (ret->len == text->len)
        return false;
    *text = span_from(*text, ret->len + 1);
    return true;
}

static bool copy(struct span from, char *out, size_t size)
{
    if (from.len >= size)
        return false;
    memcpy(out, from.ptr, from.len);
    out[from.len] = '\0';
    return !memchr(out, '\0', from.len);
}

static bool get_number(struct span value, void *ret)
{
    char text[24];
    int64_t n;

    if (!copy(value, text, sizeof(text)) || !parse_int(text, 0, INT64_MAX, &n))
        return false;
    memcpy(ret, &n, sizeof(n));
    return true;
}

static bool get_digest(struct span value, void *ret)
{
    static const char digits[] = "0123456789abcdef";
    uint64_t n[2] = {0};

    if (value.len != 32)
        return false;
    for (size_t i = 0; i < 32; i++) {
        const char *digit = strchr(digits, value.ptr[i]);

        if (!is_one_of(value.ptr[i], digits))
            return false;
        n[i / 16] = n[i / 16] << 4 | (uint64_t)(digit - digits);
    }
    memcpy(ret, n, sizeof(n));
    return true;
}

static bool get_format(struct span value, void *ret)
{
    for (enum list_format f = LIST_AUTO; f < LIST_FORMAT_COUNT; f++) {
        if (!span_is(value, list_format_name(f)))
            continue;
        memcpy(ret, &f, sizeof(f));
        return true;
    }
    return false;
}

static bool get_note(struct span value, struct card *card)
{
    return card->note_count < LIST_NOTE_MAX &&
           copy(value, card->notes[card->note_count++], sizeof(card->notes[0]));
}

static bool get_value(const struct field *f, struct span value, void *to)
{
    void *at = (char *)to + f->offset;

    switch (f->kind) {
    case NUMBER:
        return get_number(value, at);
    case DIGEST:
        return get_digest(value, at);
    case FORMAT:
        return get_format(value, at);
    case TEXT:
        return copy(value, at, LIST_FAULT_TEXT);
    case NOTES:
        return get_note(value, to);
    }
    return false;
}

/* "# key: value" */
static bool get_field(const struct form *form, struct span line, void *to, unsigned *seen)
{
    struct span key;

    if (!span_begins(line, "# "))
        return false;
    key = span_until(span_from(line, 2), ':');
    line = span_from(line, 2 + key.len);
    if (!span_begins(line, ": "))
        return false;
    for (size_t i = 0; i < form->count; i++) {
        const struct field *f = &form->fields[i];

        if (!span_is(key, f->key))
            continue;
        if (f->kind != NOTES && *seen & 1u << i)
            return false;
        *seen |= 1u << i;
        return get_value(f, span_from(line, 2), to);
    }
    return false;
}

/* Up to the end, or the line that fills a card. */
static const char *get_form(const struct form *form, struct span text, void *to)
{
    struct span line;
    unsigned seen = 0;

    if (!next_line(&text, &line))
        return "is cut off";
    if (!span_is(line, form->title))
        return "was not made by this version of lespoortd";
    while (text.len) {
        if (!next_line(&text, &line))
            return "is cut off";
        if (span_begins(line, "#."))
            break;
        if (!get_field(form, line, to, &seen))
            return "has a head that was changed by hand or is damaged";
    }
    for (size_t i = 0; i < form->count; i++)
        if (form->fields[i].kind != NOTES && !(seen & 1u << i))
            return "has a head that is not complete";
    return NULL;
}

bool card_parse(struct span text, struct card *ret, const char **ret_why)
{
    *ret = (struct card){0};
    if (text.len > CARD_SIZE)
        text.len = CARD_SIZE;
    *ret_why = get_form(&card_form, text, ret);
    if (text.len < CARD_SIZE)
        *ret_why = "is cut off";
    if (*ret_why)
        *ret = (struct card){0};
    return !*ret_why;
}

bool slip_parse(struct span text, struct slip *ret, const char **ret_why)
{
    *ret = (struct slip){0};
    *ret_why = get_form(&slip_form, text, ret);
    if (*ret_why)
        *ret = (struct slip){0};
    return !*ret_why;
}
