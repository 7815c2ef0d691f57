/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "names/label.h"

#include "base/span.h"

const char *label_reserved_name(uint8_t label)
{
    static const char *const names[LABEL_COUNT] = {
        [LABEL_NONE] = "not known yet", [LABEL_PROBE] = "self-probe",
        [LABEL_QUIC] = "quic",          [LABEL_OPAQUE] = "not tls, quic or http",
        [LABEL_NO_NAME] = "no name",    [LABEL_HIDDEN] = "hidden name",
        [LABEL_OTHER] = "other name",   [LABEL_NEVER] = "never blocked",
    };

    return names[label];
}
