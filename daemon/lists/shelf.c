/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lists/shelf.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lists/card.h"
#include "lists/content.h"
#include "lists/whole.h"

#define FOLDER    "lists"
#define FILE_NAME (SERVICE_ID_MAX + 16)
#define SUSPICION 1000 /* names of difference that are never suspicious */

/* What stands on the shelf for one list. */
struct shelf {
    int folder; /* -1: none */
    char list[FILE_NAME], fresh[FILE_NAME], before[FILE_NAME], link[FILE_NAME],
        slip_name[FILE_NAME];
    struct card card; /* zeroed without a sound list */
    struct slip slip; /* zeroed without one for this list */
    bool stands, slips;
};

struct taking {
    struct shelf shelf;
    const struct shelf_order *order;
    struct card card; /* what is being read */
    struct list_report *report;
    char *why;
};

__attribute__((format(printf, 2, 3))) static bool tell(char why[static LIST_FAULT_TEXT],
                                                       const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(why, LIST_FAULT_TEXT, format, args);
    va_end(args);
    return false;
}

static int open_folder(const char *state, bool make, char why[static LIST_FAULT_TEXT])
{
    int top = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC), folder, error = errno;
    bool made;

    if (top < 0) {
        tell(why, "is not kept: the state folder '%.80s': %s", state, strerror(error));
        return -1;
    }
    made = !make || mkdirat(top, FOLDER, 0750) == 0 || errno == EEXIST;
    error = errno;
    folder = openat(top, FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    error = made ? errno : error;
    close(top);
    if (folder < 0 && error == ENOENT && !make)
        tell(why, "has no content yet");
    else if (folder < 0)
        tell(why, "is not kept: '%.80s/" FOLDER "': %s", state, strerror(error));
    return folder;
}

/* The first bytes of a file; false: errno. */
static bool read_start(int fd, char *out, size_t size, struct span *ret)
{
    size_t len = 0;
    ssize_t n = 0;

    while (len < size && (n = pread(fd, out + len, size - len, (off_t)len)) > 0)
        len += (size_t)n;
    *ret = (struct span){out, len};
    return n >= 0;
}

static bool read_card(int fd, struct card *ret, char why[static LIST_FAULT_TEXT])
{
    char text[CARD_SIZE];
    const char *reason;
    struct span start;
    struct stat st;

    *ret = (struct card){0};
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || !read_start(fd, text, sizeof(text), &start))
        return tell(why, "cannot be read from the state folder");
    if (!card_parse(start, ret, &reason))
        return tell(why, "as kept %s", reason);
    if ((uint64_t)st.st_size == CARD_SIZE + ret->bytes)
        return true;
    *ret = (struct card){0};
    return tell(why, "as kept is cut off or was changed by hand");
}

/* A descriptor, and its card; -1 and why without a sound one. */
static int open_list(const struct shelf *s, const char *name, struct card *ret,
                     char why[static LIST_FAULT_TEXT])
{
    int fd = openat(s->folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    *ret = (struct card){0};
    if (fd >= 0 && read_card(fd, ret, why))
        return fd;
    if (fd >= 0)
        close(fd);
    else if (errno == ENOENT)
        tell(why, "has no content yet");
    else
        tell(why, "cannot be read from the state folder: %s", strerror(errno));
    return -1;
}

static bool has_list(const struct shelf *s, const char *name, struct card *ret,
                     char why[static LIST_FAULT_TEXT])
{
    int fd = open_list(s, name, ret, why);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* One that lies beside another list than stands is left from a crash. */
static bool has_slip(const struct shelf *s, struct slip *ret)
{
    int fd = openat(s->folder, s->slip_name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char text[SLIP_MAX];
    struct span start;
    const char *why;
    bool ok;

    *ret = (struct slip){0};
    if (fd < 0)
        return false;
    ok = read_start(fd, text, sizeof(text), &start) && slip_parse(start, ret, &why) &&
         memcmp(ret->beside, s->card.digest, sizeof(ret->beside)) == 0;
    close(fd);
    if (!ok)
        *ret = (struct slip){0};
    return ok;
}

/* The caller closes it, also after false: there is no sound list, and why. */
static bool open_shelf(const char *state, const char *id, bool make, struct shelf *ret,
                       char why[static LIST_FAULT_TEXT])
{
    *ret = (struct shelf){.folder = -1};
    if (!service_is_id(id))
        return tell(why, "has an id that is not made of a-z, 0-9, '-' and '_'");
    ret->folder = open_folder(state, make, why);
    if (ret->folder < 0)
        return false;
    snprintf(ret->list, FILE_NAME, "%s.list", id);
    snprintf(ret->fresh, FILE_NAME, "%s.list.new", id);
    snprintf(ret->before, FILE_NAME, "%s.before", id);
    snprintf(ret->link, FILE_NAME, "%s.before.new", id);
    snprintf(ret->slip_name, FILE_NAME, "%s.source", id);
    ret->stands = has_list(ret, ret->list, &ret->card, why);
    ret->slips = has_slip(ret, &ret->slip);
    return ret->stands;
}

static void close_shelf(struct shelf *s)
{
    if (s->folder >= 0)
        close(s->folder);
}

bool shelf_info(const char *state, const char *id, struct shelf_info *ret)
{
    char why[LIST_FAULT_TEXT];
    struct shelf s;
    struct card before;

    *ret = (struct shelf_info){0};
    ret->there = open_shelf(state, id, false, &s, why);
    ret->has_before = s.folder >= 0 && has_list(&s, s.before, &before, why);
    close_shelf(&s);
    ret->names = s.card.names;
    ret->faults = s.card.faults;
    ret->skipped = s.card.skipped;
    memcpy(ret->digest, s.card.digest, sizeof(ret->digest));
    ret->read_at = s.card.read_at;
    ret->source_mtime = s.card.source.mtime;
    ret->source_size = s.card.source.size;
    ret->format = s.card.format;
    ret->held = s.slip.held != 0;
    memcpy(ret->refused, s.slip.refused, sizeof(ret->refused));
    memcpy(ret->notes, s.card.notes, sizeof(ret->notes));
    ret->note_count = s.card.note_count;
    return ret->there;
}

static bool write_slip(const struct shelf *s, const struct slip *slip)
{
    char text[SLIP_MAX];
    size_t len = slip_print(slip, text);

    return whole_write(s->folder, s->slip_name, (struct span){text, len});
}

static bool is_source(const struct list_stamp *stamp, enum list_format asked,
                      const struct list_stamp *other, enum list_format other_asked)
{
    return stamp->size == other->size && stamp->mtime == other->mtime && asked == other_asked;
}

/* Not read again before it changes. Where that cannot be written it is only read once more. */
static enum shelf_result refuse(struct taking *t)
{
    struct slip slip = t->shelf.slip;

    memcpy(slip.beside, t->shelf.card.digest, sizeof(slip.beside));
    slip.source = t->card.source;
    slip.asked = t->card.asked;
    memcpy(slip.refused, t->why, sizeof(slip.refused));
    if (!is_source(&slip.source, slip.asked, &t->shelf.slip.source, t->shelf.slip.asked) ||
        strcmp(slip.refused, t->shelf.slip.refused) != 0)
        write_slip(&t->shelf, &slip);
    return SHELF_REFUSED;
}

/* By its size and time alone, as what was taken, refused or rolled back. */
static bool is_unchanged(struct taking *t)
{
    const struct shelf *s = &t->shelf;
    const struct card *read = &t->card;

    if (s->slips && is_source(&read->source, read->asked, &s->slip.source, s->slip.asked))
        return true;
    if (!s->stands || !is_source(&read->source, read->asked, &s->card.source, s->card.asked))
        return false;
    /* The source is again what stands: nothing is refused any more. */
    unlinkat(s->folder, s->slip_name, 0);
    return true;
}

static bool is_suspicious(const struct taking *t)
{
    uint64_t before = t->shelf.card.names, names = t->card.names;

    if (!t->shelf.stands || t->order->urge == SHELF_FORCE)
        return false;
    if (names + SUSPICION < before && names < before - names)
        tell(t->why, "has lost more than half of its names: %" PRIu64 ", it had %" PRIu64, names,
             before);
    else if (before + SUSPICION < names && names - before > 2 * before)
        tell(t->why, "has more than three times its names: %" PRIu64 ", it had %" PRIu64, names,
             before);
    else
        return false;
    return true;
}

/* A file that is fetched anew each night, and is the same, does not undo a rollback. */
static bool is_held(const struct taking *t)
{
    if (!t->shelf.slip.held || t->order->urge != SHELF_IF_CHANGED ||
        memcmp(t->shelf.slip.held_digest, t->card.digest, sizeof(t->card.digest)) != 0)
        return false;
    tell(t->why, "is what was rolled back");
    return true;
}

/* At every moment there is one whole list: a second name for the old one, then its own goes over
 * to the new one. */
static bool put_on_shelf(const struct taking *t, int fd, bool same)
{
    const struct shelf *s = &t->shelf;

    if (s->stands && !same) {
        unlinkat(s->folder, s->link, 0);
        if (linkat(s->folder, s->list, s->folder, s->link, 0) != 0 ||
            renameat(s->folder, s->link, s->folder, s->before) != 0)
            return false;
        /* After a crash both may be the same file: then the rename did nothing. */
        unlinkat(s->folder, s->link, 0);
    }
    return whole_rename(s->folder, fd, s->fresh, s->list);
}

static enum shelf_result shelve(struct taking *t, int fd)
{
    bool same = t->shelf.stands &&
                memcmp(t->card.digest, t->shelf.card.digest, sizeof(t->card.digest)) == 0;

    if (is_held(t))
        return refuse(t);
    if (is_suspicious(t)) {
        refuse(t);
        return SHELF_SUSPICIOUS;
    }
    if (!put_on_shelf(t, fd, same)) {
        tell(t->why, "cannot be put into the state folder: %s", strerror(errno));
        return SHELF_REFUSED;
    }
    unlinkat(t->shelf.folder, t->shelf.slip_name, 0);
    return same ? SHELF_SAME : SHELF_TAKEN;
}

static void fill_card(struct card *card, const struct list_report *report, int64_t now)
{
    card->names = report->names;
    card->skipped = report->skipped;
    card->faults = report->faults;
    card->format = report->format;
    card->read_at = now;
    card->note_count = report->note_count;
    memcpy(card->notes, report->notes, sizeof(card->notes));
}

static enum shelf_result read_source(struct taking *t, int fd, struct content *content)
{
    bool ok = list_read(t->order->source->path, t->order->source->format, content_put, content,
                        t->report, t->why);

    if (!ok && !content_error(content))
        return refuse(t);
    fill_card(&t->card, t->report, t->order->now);
    if (!content_error(content) && content_end(content, &t->card))
        return shelve(t, fd);
    /* Not the source's fault. */
    tell(t->why, "cannot be written to the state folder: %s", strerror(content_error(content)));
    return SHELF_REFUSED;
}

static enum shelf_result take_source(struct taking *t)
{
    const struct shelf *s = &t->shelf;
    enum shelf_result result = SHELF_REFUSED;
    struct content *content = NULL;
    int fd;

    unlinkat(s->folder, s->fresh, 0);
    fd = openat(s->folder, s->fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (fd >= 0)
        content = content_new(fd);
    if (content)
        result = read_source(t, fd, content);
    else
        tell(t->why, "cannot be written to the state folder: %s", strerror(errno));
    content_free(content);
    if (fd >= 0)
        close(fd);
    if (result != SHELF_TAKEN && result != SHELF_SAME)
        unlinkat(s->folder, s->fresh, 0);
    return result;
}

enum shelf_result shelf_take(const char *state, const char *id, const struct shelf_order *order,
                             struct list_report *ret_report, char why[static LIST_FAULT_TEXT])
{
    struct taking t = {.order = order, .report = ret_report, .why = why};
    enum shelf_result result = SHELF_REFUSED;

    *ret_report = (struct list_report){0};
    memset(why, 0, LIST_FAULT_TEXT);
    open_shelf(state, id, true, &t.shelf, why);
    if (t.shelf.folder < 0)
        return SHELF_REFUSED;
    memset(why, 0, LIST_FAULT_TEXT);
    t.card.asked = order->source->format;
    if (!list_stamp(order->source->path, &t.card.source, why))
        result = refuse(&t);
    else if (order->urge == SHELF_IF_CHANGED && is_unchanged(&t))
        result = SHELF_SAME;
    else
        result = take_source(&t);
    close_shelf(&t.shelf);
    return result;
}

bool shelf_rollback(const char *state, const char *id, char why[static LIST_FAULT_TEXT])
{
    struct card before;
    struct shelf s;
    struct slip slip;
    bool ok;

    open_shelf(state, id, false, &s, why);
    if (s.folder < 0)
        return false;
    ok = has_list(&s, s.before, &before, why);
    if (!ok)
        tell(why, "has no content before this one");
    slip = (struct slip){
        .beside = {before.digest[0], before.digest[1]},
        .source = s.slips ? s.slip.source : s.card.source,
        .asked = s.slips ? s.slip.asked : s.card.asked,
        .held = 1,
        .held_digest = {s.card.digest[0], s.card.digest[1]},
    };
    /* The slip first: until the list it lies beside stands, it says nothing. */
    if (ok && (!write_slip(&s, &slip) || renameat(s.folder, s.before, s.folder, s.list) != 0 ||
               fsync(s.folder) != 0))
        ok = tell(why, "cannot be rolled back: %s", strerror(errno));
    close_shelf(&s);
    return ok;
}

bool shelf_read(const char *state, const char *id, list_take *take, void *arg,
                char why[static LIST_FAULT_TEXT])
{
    struct card card;
    struct shelf s;
    int fd = -1;
    bool ok;

    if (open_shelf(state, id, false, &s, why))
        fd = open_list(&s, s.list, &card, why);
    close_shelf(&s);
    if (fd < 0)
        return false;
    ok = content_check(fd, &card, why);
    if (ok)
        return content_read(fd, take, arg, why);
    close(fd);
    return false;
}
