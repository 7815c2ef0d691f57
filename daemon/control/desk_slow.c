/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests whose answer needs names compiled, one at a time; and the first of them, reload. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/wall.h"
#include "control/desk_parts.h"

bool desk_busy(const struct desk *d, const char **ret_who, int64_t *ret_since)
{
    if (!d->slow.busy)
        return false;
    *ret_who = d->slow.who.login;
    *ret_since = d->slow.since;
    return true;
}

bool ask_may_compile(struct ask *a)
{
    const char *who;
    int64_t since;
    char text[WALL_TEXT];

    if (!desk_busy(a->desk, &who, &since))
        return true;
    hint(a, "Try again in a moment.");
    refuse(a, PROTO_UNAVAILABLE, "Names are being compiled for %s since %s.", who,
           wall_clock_text(since, a->now, text, sizeof(text)));
    return false;
}

/* Its references go, the answer that may be there stays. */
static void let_go(struct slow *s)
{
    json_decref(s->args);
    json_decref(s->id);
    json_decref(s->kept);
    *s = (struct slow){.early = s->early};
}

void slow_drop(struct desk *d)
{
    let_go(&d->slow);
    json_decref(slow_early(d));
}

json_t *slow_early(struct desk *d)
{
    json_t *answer = d->slow.early;

    d->slow.early = NULL;
    return answer;
}

static void take(struct ask *a, ask_finish *finish)
{
    struct slow *s = &a->desk->slow;

    *s = (struct slow){.busy = true,
                       .beginning = true,
                       .who = {.uid = a->who->uid},
                       .verb = a->verb,
                       .roles = a->roles,
                       .args = json_incref(a->args),
                       .id = json_incref(a->id),
                       .kept = json_incref(a->kept),
                       .since = a->now,
                       .finish = finish};
    memcpy(s->who.login, a->who->login, sizeof(s->who.login));
    if (a->later)
        s->later = *a->later;
}

/* Only a reload can fail without a report: of errors in the config. */
static json_t *not_begun(struct ask *a, const char *errors, ask_finish *finish)
{
    struct compile_report *report = &a->desk->unbegun;

    let_go(&a->desk->slow);
    if (finish) {
        snprintf(report->why, sizeof(report->why), "%s",
                 errors ? errors : "names cannot be compiled now");
        return finish(a, false, report);
    }
    log_notice("\"%s\" asked to load the config again, and it has errors.", a->who->login);
    hint(a, "Nothing has changed: the config of before runs on.");
    return refuse(a, PROTO_CONFIG, "%s", errors ? errors : "The config could not be read.");
}

json_t *ask_compile(struct ask *a, const struct compile_job *job, ask_finish *finish)
{
    const struct desk_hooks *hooks = &a->desk->hooks;
    char *errors = NULL;
    json_t *result = NULL;

    if (!ask_may_compile(a))
        return NULL;
    take(a, finish);
    if (job)
        a->waits = hooks->compile && hooks->compile(hooks->arg, job, &errors);
    else
        a->waits = hooks->reload && hooks->reload(hooks->arg, &errors);
    if (a->waits)
        a->desk->slow.beginning = false;
    else
        result = not_begun(a, errors, job ? finish : NULL);
    free(errors);
    return result;
}

void desk_forget(struct desk *d, const void *later_arg)
{
    if (d->slow.later.arg == later_arg)
        d->slow.later = (struct desk_later){.answer = NULL};
}

static json_t *finish(struct desk *d, const struct slow *s, bool ok,
                      const struct compile_report *report, int64_t now)
{
    struct ask a = {.desk = d,
                    .who = &s->who,
                    .verb = s->verb,
                    .roles = s->roles,
                    .args = s->args,
                    .id = s->id,
                    .kept = json_incref(s->kept),
                    .now = now,
                    .untold = ok && !desk_changed(d),
                    .error = PROTO_UNAVAILABLE};
    json_t *result = s->finish(&a, ok, report), *answer = ask_answer(&a, result);

    json_decref(a.kept);
    return answer;
}

void desk_done(struct desk *d, bool ok, const struct compile_report *report, int64_t now)
{
    struct slow s = d->slow;
    json_t *answer;

    if (!s.busy)
        return;
    desk_note_lists(d);
    answer = finish(d, &s, ok, report, now);
    let_go(&d->slow); /* before the answer: who gets it may ask for the next one at once */
    if (s.beginning)
        d->slow.early = answer;
    else if (s.later.answer)
        s.later.answer(s.later.arg, answer);
    else
        json_decref(answer);
}

/* The hook's owner tells of it. */
static json_t *compiled(struct ask *a, bool ok, const struct compile_report *report)
{
    (void)a;
    (void)ok;
    (void)report;
    return NULL;
}

void desk_compile(struct desk *d, int64_t now)
{
    static const struct caller self = {.login = "lespoortd"};
    const struct compile_job job = {.now = now};
    struct ask a = {.desk = d, .who = &self, .now = now, .error = PROTO_UNAVAILABLE};

    if (d->slow.busy)
        return;
    ask_compile(&a, &job, compiled);
    json_decref(ask_answer(&a, NULL));
    json_decref(slow_early(d));
}

static json_t *reloaded(struct ask *a, bool ok, const struct compile_report *report)
{
    const struct school *school = a->desk->config->school;

    if (!ok) {
        log_notice("\"%s\" asked to load the config again: %s.", a->who->login, report->why);
        hint(a, "Nothing has changed: the config of before runs on.");
        return refuse(a, PROTO_UNAVAILABLE, "The names could not be compiled: %s.", report->why);
    }
    log_notice("The config was loaded again for \"%s\": policy version \"%s\".", a->who->login,
               school->version);
    if (a->untold) {
        hint(a, "Look into the log of lespoortd, then reload again.");
        return refuse(a, PROTO_UNAVAILABLE,
                      "The config is loaded, but the gate could not be told: it goes on by what it "
                      "had.");
    }
    return json_pack("{s:o,s:o}", "school", proto_text(school->name), "policy",
                     proto_text(school->version));
}

json_t *verb_reload(struct ask *a)
{
    if (!a->desk->hooks.reload)
        return refuse(a, PROTO_UNAVAILABLE, "This lespoortd cannot reload.");
    return ask_compile(a, NULL, reloaded);
}
