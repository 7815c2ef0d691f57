/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The verbs services.update and services.rollback. In the state folder: catalogue.conf is what an
 * update installed, catalogue.before what it replaced, catalogue.new what is looked at,
 * catalogue.older what comes back when an update fails halfway.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/wall.h"
#include "control/changes.h"
#include "control/desk_parts.h"
#include "control/verify.h"
#include "lists/whole.h"

#define FILE_PATH 4200
#define FILE_MAX  (4u << 20)  /* a catalogue file; the same as a config may have */
#define SUM_MAX   (64u << 10) /* its checksums */
#define INSTALLED LESPOORT_DATADIR "/catalogue.conf"
#define IN_FORCE  "catalogue.conf"
#define BEFORE    "catalogue.before"
#define OLDER     "catalogue.older"
#define NEW       "catalogue.new"

/* The state folder, and a file that is looked at. */
struct update {
    struct ask *ask;
    int folder;
    const char *path;
    char fresh[FILE_PATH]; /* its copy: what was verified is what is used */
    char sum[SHA256_TEXT], signer[SIGNER_TEXT];
};

static const char *state_of(const struct ask *a)
{
    return a->desk->config->plan.state;
}

static void state_file(const struct ask *a, const char *name, char out[static FILE_PATH])
{
    snprintf(out, FILE_PATH, "%s/%s", state_of(a), name);
}

/* A catalogue that lies beside the config, since it was loaded, too. */
static bool lies_beside(const char *config, char out[static FILE_PATH])
{
    const char *base = config ? strrchr(config, '/') : NULL;

    snprintf(out, FILE_PATH, "%.*s" IN_FORCE, base ? (int)(base + 1 - config) : 0,
             base ? config : "");
    return access(out, F_OK) == 0;
}

/* A catalogue that the config names, or that lies beside it, goes before those of updates. */
static bool has_effect(struct ask *a)
{
    const char *used = a->desk->config->catalogue_path;
    char own[FILE_PATH], beside[FILE_PATH];

    if (!state_of(a)) {
        hint(a, "Name a folder in the config, under 'state'; see lespoort.conf(5).");
        refuse(a, PROTO_UNAVAILABLE, "This gateway has no folder to keep a catalogue in.");
        return false;
    }
    state_file(a, IN_FORCE, own);
    if (!strcmp(used, own) || !strcmp(used, INSTALLED)) {
        if (!lies_beside(a->desk->config->path, beside))
            return true;
        used = beside;
    }
    hint(a,
         "Take 'catalogue' out of the config, or that file from beside it. Or edit the file, and "
         "reload.");
    refuse(a, PROTO_POLICY,
           "%s goes before what is installed here: an update would have no effect.", used);
    return false;
}

static bool open_state(struct update *u)
{
    const char *state = state_of(u->ask);

    mkdir(state, 0750);
    u->folder = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (u->folder >= 0)
        return true;
    hint(u->ask,
         "It must be a folder that lespoortd may write to; see 'state' in lespoort.conf(5).");
    refuse(u->ask, PROTO_UNAVAILABLE, "The state folder %s cannot be used: %s.", state,
           strerror(errno));
    return false;
}

static bool refuse_file(struct update *u, const char *suffix, const char *why, const char *how)
{
    hint(u->ask, "%s", how);
    refuse(u->ask, PROTO_NOT_FOUND, "%s%s %s.", u->path, suffix, why);
    return false;
}

/* What to do about a file that cannot be read. */
static const char *how_to_read(const char *path)
{
    struct stat found;

    if (stat(path, &found) != 0 || (S_ISREG(found.st_mode) && found.st_size <= FILE_MAX))
        return "lespoortd reads it as its own user, and sees neither /home, /root nor /tmp. Put it "
               "into a folder such as /srv.";
    return S_ISREG(found.st_mode) ? "A catalogue file has at most 4 MiB."
                                  : "Name the catalogue file itself.";
}

/* The sum that stands beside the file. */
static bool read_sum(struct update *u, char out[static SHA256_TEXT])
{
    const char *base = strrchr(u->path, '/') + 1;
    char path[FILE_PATH + 8], why[VERIFY_WHY];
    struct bytes text;
    bool found;

    snprintf(path, sizeof(path), "%s.sha256", u->path);
    if (!verify_read(path, SUM_MAX, &text, why)) {
        hint(u->ask, "Get it where the file comes from, or make it there: sha256sum %s >%s.sha256",
             base, base);
        refuse(u->ask, PROTO_NOT_FOUND, "%s %s.", path, why);
        return false;
    }
    found = verify_sum(text, base, out);
    bytes_free(text);
    return found || refuse_file(u, ".sha256", "has no sum of that file",
                                "A line of it is 64 hex digits, two blanks and the file's name.");
}

static bool check_sum(struct update *u, struct bytes content)
{
    char wanted[SHA256_TEXT];

    if (!read_sum(u, wanted))
        return false;
    if (!verify_sha256(content, u->sum)) {
        refuse(u->ask, PROTO_UNAVAILABLE, "The checksum cannot be made.");
        return false;
    }
    if (!strcmp(u->sum, wanted))
        return true;
    hint(u->ask, "Fetch both files again. Nothing has changed.");
    refuse(u->ask, PROTO_CONFIG, "%s is not what its checksum says: it has %s, and should have %s.",
           u->path, u->sum, wanted);
    return false;
}

/* Included files would be covered by no checksum. */
static bool is_alone(struct update *u, struct bytes content)
{
    static const char word[] = "@include";
    const uint8_t *at = memmem(content.ptr, content.len, word, strlen(word));
    const uint8_t *line = at;

    while (line && line > content.ptr && (line[-1] == ' ' || line[-1] == '\t'))
        line--;
    if (!at || (line > content.ptr && line[-1] != '\n'))
        return true;
    hint(u->ask, "Put everything into one file.");
    refuse(u->ask, PROTO_CONFIG, "%s includes other files, which its checksum does not cover.",
           u->path);
    return false;
}

static bool write_fresh(struct update *u, struct bytes content)
{
    struct span text = {(const char *)content.ptr, content.len};
    int fd;
    bool done;

    /* Whatever a crash or somebody left there. */
    unlinkat(u->folder, NEW, 0);
    fd = openat(u->folder, NEW, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    done = fd >= 0 && whole_put(fd, text) && fsync(fd) == 0;
    if (!done) {
        hint(u->ask, "Is there room on the disk?");
        refuse(u->ask, PROTO_UNAVAILABLE, "%s cannot be written: %s.", u->fresh, strerror(errno));
    }
    if (fd >= 0)
        close(fd);
    return done;
}

/* A copy of the file in the state folder, whose checksum is right. */
static bool fetch(struct update *u)
{
    char why[VERIFY_WHY];
    struct bytes content;
    bool good;

    if (!verify_read(u->path, FILE_MAX, &content, why))
        return refuse_file(u, "", why, how_to_read(u->path));
    good = check_sum(u, content) && is_alone(u, content) && write_fresh(u, content);
    bytes_free(content);
    return good;
}

static bool check_signature(struct update *u)
{
    const char *keyring = u->ask->desk->config->catalogue_keyring;
    char path[FILE_PATH + 8], why[VERIFY_WHY];

    if (!*keyring)
        return true;
    snprintf(path, sizeof(path), "%s.sig", u->path);
    if (access(path, F_OK) != 0)
        snprintf(path, sizeof(path), "%s.asc", u->path);
    if (access(path, F_OK) != 0)
        return refuse_file(u, "",
                           "has neither .sig nor .asc beside it, and the config asks for a "
                           "signature",
                           "Fetch it where the file comes from; the keyring is 'catalogue_keyring' "
                           "of the config.");
    if (verify_signature(keyring, path, u->fresh, u->signer, why))
        return true;
    hint(u->ask, "The keys are those of %s. Nothing has changed.", keyring);
    refuse(u->ask, PROTO_CONFIG, "%s", why);
    return false;
}

/* Faults of the copy are those of the file. */
static char *faults_of(const struct update *u, const char *faults)
{
    char *text = NULL;
    size_t size, len = strlen(u->fresh);
    FILE *out = open_memstream(&text, &size);

    if (!out)
        return NULL;
    while (*faults) {
        const char *at = len ? strstr(faults, u->fresh) : NULL;

        fwrite(faults, 1, at ? (size_t)(at - faults) : strlen(faults), out);
        faults = at ? at + len : "";
        fputs(at ? u->path : "", out);
    }
    fclose(out);
    for (len = text ? strlen(text) : 0; len && text[len - 1] == '\n'; len--)
        text[len - 1] = '\0';
    return text;
}

/* The config with that catalogue (NULL: its own); it is never used. The clock stays that of the
 * config in force. */
static struct config *try_config(struct update *u, const char *catalogue)
{
    const struct config *now = u->ask->desk->config;
    char *text = NULL, *faults;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct config *c = out && now->path ? config_load_with(now->path, catalogue, out) : NULL;

    wall_set_zone(now->timezone);
    if (out)
        fclose(out);
    if (c) {
        free(text);
        return c;
    }
    faults = text ? faults_of(u, text) : NULL;
    hint(u->ask, "Nothing has changed.");
    refuse(u->ask, PROTO_CONFIG, "%s", faults && *faults ? faults : "There is no memory left.");
    free(faults);
    free(text);
    return NULL;
}

static json_t *describe(const struct update *u, const struct config *fresh)
{
    json_t *changes = changes_json(u->ask->desk->config, fresh);

    if (!changes)
        return NULL;
    return json_pack("{s:o*,s:o*,s:o*,s:o,s:b,s:b}", "path", json_text_or_none(u->path), "sha256",
                     json_text_or_none(u->sum), "signed_by", json_text_or_none(u->signer),
                     "changes", changes, "installed", 0, "gate_connected",
                     u->ask->desk->gate.connected);
}

static bool missing_is_fine(int result)
{
    return result == 0 || errno == ENOENT;
}

/* After a crash at any of these steps there is a catalogue.conf, the old or the new one. */
static bool put_in_place(struct update *u)
{
    int f = u->folder;

    unlinkat(f, OLDER, 0);
    if (missing_is_fine(renameat(f, BEFORE, f, OLDER)) &&
        missing_is_fine(linkat(f, IN_FORCE, f, BEFORE, 0)) && renameat(f, NEW, f, IN_FORCE) == 0) {
        fsync(f);
        return true;
    }
    refuse(u->ask, PROTO_UNAVAILABLE, "The catalogue cannot be put into %s: %s.", state_of(u->ask),
           strerror(errno));
    if (renameat(f, OLDER, f, BEFORE) != 0)
        unlinkat(f, BEFORE, 0);
    return false;
}

/* Without one of before there was none. */
static void put_back(int folder)
{
    if (renameat(folder, BEFORE, folder, IN_FORCE) != 0)
        unlinkat(folder, IN_FORCE, 0);
    renameat(folder, OLDER, folder, BEFORE);
    fsync(folder);
}

/* Its own inverse. False and errno ENOENT: there is neither. */
static bool swap(int folder)
{
    bool before = faccessat(folder, BEFORE, F_OK, 0) == 0;
    bool in_force = faccessat(folder, IN_FORCE, F_OK, 0) == 0;
    unsigned how = before && in_force ? RENAME_EXCHANGE : 0;

    return renameat2(folder, before ? BEFORE : IN_FORCE, folder, before ? IN_FORCE : BEFORE, how) ==
               0 &&
           fsync(folder) == 0;
}

static json_t *in_force(struct ask *a, const char *what)
{
    json_t *json = json_deep_copy(a->kept);

    log_notice("\"%s\" %s: catalogue \"%016llx\" is in force.", a->who->login, what,
               (unsigned long long)a->desk->catalogue.id);
    if (a->untold) {
        json_decref(json);
        return refuse_untold(a);
    }
    json_object_set_new(json, "installed", json_true());
    json_object_set_new(json, "undo", json_string("lespoortctl services rollback"));
    return json;
}

static json_t *refuse_compiling(struct ask *a, const char *what,
                                const struct compile_report *report)
{
    log_notice("\"%s\" %s, and it failed: %s.", a->who->login, what, report->why);
    hint(a, "Nothing has changed.");
    return refuse(a, PROTO_UNAVAILABLE, "The names could not be compiled: %s.", report->why);
}

static json_t *installed(struct ask *a, bool ok, const struct compile_report *report)
{
    int folder = open(state_of(a), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (ok)
        unlinkat(folder, OLDER, 0);
    else
        put_back(folder);
    close(folder);
    return ok ? in_force(a, "installed a catalogue")
              : refuse_compiling(a, "installed a catalogue", report);
}

/* Nothing was begun: installed() is not called. */
static json_t *reload_or(struct update *u, ask_finish *finish, void (*otherwise)(int folder))
{
    json_t *result = ask_compile(u->ask, NULL, finish);

    if (!u->ask->waits && !result)
        otherwise(u->folder);
    return result;
}

static json_t *look_at(struct update *u)
{
    struct config *fresh;

    state_file(u->ask, NEW, u->fresh);
    if (!fetch(u) || !check_signature(u))
        return NULL;
    fresh = try_config(u, u->fresh);
    if (!fresh)
        return NULL;
    u->ask->kept = describe(u, fresh);
    config_free(fresh);
    if (!arg_flag(u->ask, "install"))
        return json_incref(u->ask->kept);
    return put_in_place(u) ? reload_or(u, installed, put_back) : NULL;
}

json_t *verb_services_update(struct ask *a)
{
    struct update u = {.ask = a, .folder = -1, .path = arg_text(a, "path")};
    json_t *result;

    if (u.path[0] != '/') {
        refuse_argument(a, "path", "the path of a file from the root on");
        return NULL;
    }
    if ((arg_flag(a, "install") && !ask_may_compile(a)) || !has_effect(a) || !open_state(&u))
        return NULL;
    result = look_at(&u);
    unlinkat(u.folder, NEW, 0);
    close(u.folder);
    return result;
}

static void swap_back(int folder)
{
    swap(folder);
}

static json_t *rolled_back(struct ask *a, bool ok, const struct compile_report *report)
{
    int folder = open(state_of(a), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (!ok)
        swap_back(folder);
    close(folder);
    return ok ? in_force(a, "rolled the catalogue back")
              : refuse_compiling(a, "rolled the catalogue back", report);
}

/* The one of before stands in its place already. */
static json_t *roll_back(struct update *u)
{
    struct config *fresh = try_config(u, NULL);

    if (!fresh) {
        swap_back(u->folder);
        return NULL;
    }
    u->ask->kept = describe(u, fresh);
    config_free(fresh);
    return reload_or(u, rolled_back, swap_back);
}

json_t *verb_services_rollback(struct ask *a)
{
    struct update u = {.ask = a, .folder = -1};
    json_t *result = NULL;

    if (!ask_may_compile(a) || !has_effect(a) || !open_state(&u))
        return NULL;
    if (swap(u.folder)) {
        result = roll_back(&u);
    } else if (errno == ENOENT) {
        hint(a, "The catalogue in use is %s.", a->desk->config->catalogue_path);
        refuse(a, PROTO_NOT_FOUND, "No update was installed here: there is nothing to go back to.");
    } else {
        refuse(a, PROTO_UNAVAILABLE, "The files in %s cannot be renamed: %s.", state_of(a),
               strerror(errno));
    }
    close(u.folder);
    return result;
}
