/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One file of arbitrary bytes as a list (gzip, too), as what stands on the shelf, and as the
 * local names. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lists/content.h"
#include "lists/local.h"

#define FD 100 /* of the file, in every round: the folder's `names` is a link to it */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[] = "/tmp/lespoort-fuzz.XXXXXX", names[64];

static void require(bool ok)
{
    if (!ok)
        abort();
}

static void remove_folder(void)
{
    unlink(names);
    rmdir(folder);
}

static void make_folder(void)
{
    if (*names)
        return;
    require(mkdtemp(folder) != NULL);
    snprintf(names, sizeof(names), "%s/names", folder);
    require(symlink("/proc/self/fd/100", names) == 0);
    require(atexit(remove_folder) == 0);
}

static void make_file(const uint8_t *data, size_t size)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);

    require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    require(dup3(fd, FD, O_CLOEXEC) == FD);
    close(fd);
}

static bool count(void *arg, const struct list_entry *e)
{
    ++*(uint64_t *)arg;
    return e->name.len > 0;
}

static void as_list(void)
{
    static struct list_report report;
    char why[LIST_FAULT_TEXT];
    uint64_t taken = 0;

    if (list_read(names, LIST_AUTO, count, &taken, &report, why))
        require(report.names > 0 && report.format != LIST_AUTO);
    else
        require(strlen(why) > 0);
    require(taken == report.names && report.note_count <= LIST_NOTE_MAX);
    for (unsigned i = 0; i < report.note_count; i++)
        require(strlen(report.notes[i]) < LIST_FAULT_TEXT);
}

static void as_shelf(struct span text)
{
    static struct card card;
    char first[CARD_SIZE], again[CARD_SIZE], slip_text[SLIP_MAX], why[LIST_FAULT_TEXT];
    uint64_t taken = 0;
    struct slip slip;
    const char *reason;

    if (card_parse(text, &card, &reason)) {
        card_print(&card, first);
        require(card_parse((struct span){first, CARD_SIZE}, &card, &reason));
        card_print(&card, again);
        require(memcmp(first, again, CARD_SIZE) == 0);
    }
    if (slip_parse(text, &slip, &reason))
        require(slip_print(&slip, slip_text) < SLIP_MAX);
    content_read(open(names, O_RDONLY | O_CLOEXEC), count, &taken, why);
}

static void as_local(void)
{
    struct local_names l;
    char why[LOCAL_WHY];

    if (!local_read(folder, &l, why))
        require(strlen(why) > 0 && l.count == 0);
    for (size_t i = 0; i < l.count && i < 100; i++) {
        require(strlen(l.items[i].who) < LOCAL_WHO && strchr(l.items[i].name.text, '.'));
        require(local_find(&l, &l.items[i].name, l.items[i].service) == &l.items[i]);
    }
    local_done(&l);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    make_folder();
    make_file(data, size);
    as_list();
    as_shelf((struct span){(const char *)data, size});
    as_local();
    return 0;
}
