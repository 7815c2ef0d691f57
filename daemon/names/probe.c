/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "names/probe.h"

static const struct {
    const char *word, *text;
    enum probe_grade grade;
} states[PROBE_STATES] = {
    [PROBE_UNKNOWN] = {"unknown", "not probed yet", PROBE_NOTHING_KNOWN},
    [PROBE_OFF] = {"off", "off in the config (gate.probe)", PROBE_FINE},
    [PROBE_NO_DEVICE] = {"no-device",
                         "no probe: /dev/net/tun cannot be opened, or " PROBE_INTERFACE
                         " is in use; all else works",
                         PROBE_NOTHING_KNOWN},
    [PROBE_PASSED] = {"passed", "closed names are refused, open ones pass", PROBE_FINE},
    [PROBE_NOT_LET] = {"not-let",
                       "another firewall does not let the probe pass: cannot say whether closed "
                       "names are refused; allow forwarding from " PROBE_INTERFACE
                       " to " PROBE_INTERFACE ", or set gate.probe to false",
                       PROBE_NOTHING_KNOWN},
    [PROBE_NOT_FORWARDING] = {"not-forwarding",
                              "IPv4 forwarding is off: nothing passes; set "
                              "net.ipv4.ip_forward to 1",
                              PROBE_FAULT},
    [PROBE_ASK_UNREAD] = {"ask-unread",
                          "questions for closed names are not read: the rules for DNS are not in "
                          "force, or no gate reads the queue",
                          PROBE_FAULT},
    [PROBE_ASK_SILENT] = {"ask-silent",
                          "questions for closed names get no answer: no gate answers; look into "
                          "the log of lespoort-gate",
                          PROBE_FAULT},
    [PROBE_NAME_UNREAD] = {"name-unread",
                           "connections to closed names pass: the rules for connections are not "
                           "in force, or no gate reads the queue",
                           PROBE_FAULT},
    [PROBE_NAME_SILENT] = {"name-silent",
                           "connections to closed names get no reset: no gate answers, or another "
                           "firewall stops it; look into the log of lespoort-gate",
                           PROBE_FAULT},
    [PROBE_OPEN_REFUSED] = {"open-refused",
                            "open names are refused: look into the log of lespoort-gate",
                            PROBE_FAULT},
};

static unsigned known(unsigned state)
{
    return state < PROBE_STATES ? state : PROBE_UNKNOWN;
}

enum probe_grade probe_grade(unsigned state)
{
    return states[known(state)].grade;
}

const char *probe_word(unsigned state)
{
    return states[known(state)].word;
}

const char *probe_text(unsigned state)
{
    return states[known(state)].text;
}
