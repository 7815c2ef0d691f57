/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/trouble.h"

#include <stdio.h>
#include <string.h>

/* before + what + after. */
static const struct {
    const char *code, *before, *after;
} rows[TROUBLE_COUNT] = {
    [TROUBLE_INTERFACE] = {"interface", "there is no interface ",
                           " now: nothing behind it is read until it comes back"},
    [TROUBLE_BRIDGE_PORT] =
        {"bridge-port", "interface ",
         " is a port of a bridge, and its packets carry the name of the bridge: "
         "put that name in \"lan\" instead"},
    [TROUBLE_BRIDGE_HOOKS] = {"bridge-hooks", "bridge ",
                              " hides its traffic from the rules: load the module br_netfilter and "
                              "set net.bridge.bridge-nf-call-iptables and "
                              "net.bridge.bridge-nf-call-ip6tables to 1"},
    [TROUBLE_BRIDGE_ADDRESS] = {"bridge-address", "bridge ",
                                " has no address: what is closed hangs instead of being refused; "
                                "give it one, and a route to the clients"},
    [TROUBLE_FLOWTABLE] = {"flowtable", "flowtable ",
                           " hides open connections from the bell: let it take never-blocked flows "
                           "only, or remove it (lespoort-gate(8), FLOWTABLES)"},
    [TROUBLE_ICMP] = {"icmp", "the kernel holds back refusals to a whole class (",
                      "): load the settings of lespoort.sysctl (lespoort-gate(8), ICMP)"},
    [TROUBLE_UNCHECKED] = {"unchecked", "rules cannot be looked at (",
                           "): should another program take them away, nobody notices"},
};

void troubles_add(struct troubles *t, enum trouble which, const char *what)
{
    size_t len = strnlen(t->what[which], TROUBLE_WHAT - 1);

    snprintf(t->what[which] + len, TROUBLE_WHAT - len, "%s%s", len ? ", " : "", what);
    t->set |= UINT32_C(1) << which;
}

const char *trouble_code(enum trouble which)
{
    return rows[which].code;
}

const char *trouble_text(const struct troubles *t, enum trouble which,
                         char out[static TROUBLE_TEXT])
{
    snprintf(out, TROUBLE_TEXT, "%s%.*s%s", rows[which].before, TROUBLE_WHAT - 1, t->what[which],
             rows[which].after);
    return out;
}
