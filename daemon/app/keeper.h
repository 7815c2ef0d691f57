/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks whether our rules are still in the kernel, and at what around them makes them useless.
 * Another firewall that is loaded anew takes them along; they are put back within seconds.
 *
 * Each look is a short-lived fork: reading the rules of a large machine takes a while, and bells
 * and gates do not wait for that. Looks are by the clock: a subscription to the kernel's news
 * would make each of our own updates dearer, by a message for every element.
 */
#ifndef LESPOORT_APP_KEEPER_H
#define LESPOORT_APP_KEEPER_H

#include <event2/event.h>

#include "base/trouble.h"
#include "net/rules.h"

#ifndef KEEPER_LOOK_MS
#define KEEPER_LOOK_MS 2000 /* between two looks */
#endif
#define KEEPER_PATIENCE_S  60    /* then a look is given up */
#define KEEPER_COMPLAIN_MS 60000 /* between two lines about repairs: two firewalls may fight */

struct keeper;

struct keeper_hooks {
    void (*repair)(void *arg); /* loads all rules; then calls keeper_watch() */
    void (*news)(void *arg);   /* keeper_upkeep() says something else now */
    void *arg;
};

struct keeper *keeper_new(struct event_base *base, const struct keeper_hooks *hooks);
void keeper_free(struct keeper *k);

/* Rules and sets have just been loaded as of that plan; both are borrowed until the next call.
 * NULL: they could not be, there is nothing to look at. */
void keeper_watch(struct keeper *k, const struct rules *rules, const struct rules_plan *plan);

const struct upkeep *keeper_upkeep(const struct keeper *k);

#endif
