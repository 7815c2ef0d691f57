/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "app/sandbox.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"

bool sandbox_common(void)
{
    const struct rlimit none = {0, 0};

    if (prctl(PR_SET_DUMPABLE, 0) != 0 || setrlimit(RLIMIT_CORE, &none) != 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        log_error("cannot give up core dumps and new privileges: %s", strerror(errno));
        return false;
    }
    return true;
}

bool sandbox_become(const char *user)
{
    const struct passwd *p = getpwnam(user);

    if (!p) {
        log_error("there is no user \"%s\" to run as", user);
        return false;
    }
    if (initgroups(user, p->pw_gid) != 0 || setgid(p->pw_gid) != 0 || setuid(p->pw_uid) != 0) {
        log_error("cannot become user \"%s\": %s", user, strerror(errno));
        return false;
    }
    return true;
}

bool sandbox_no_capabilities(void)
{
    capng_clear(CAPNG_SELECT_CAPS);
    if (capng_apply(CAPNG_SELECT_CAPS) != 0) {
        log_error("cannot drop capabilities");
        return false;
    }
    return true;
}

bool sandbox_network_only(void)
{
    if (capng_get_caps_process() != 0 || !capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_ADMIN) ||
        !capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_RAW)) {
        log_error("the capabilities NET_ADMIN and NET_RAW are needed: start as root, or give "
                  "them to the service");
        return false;
    }
    /* Only who has CAP_SETPCAP can drop the bounding set; for others the service manager did. */
    capng_select_t sets =
        capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP) ? CAPNG_SELECT_BOTH : CAPNG_SELECT_CAPS;

    capng_clear(CAPNG_SELECT_BOTH);
    capng_updatev(
        CAPNG_ADD,
        (capng_type_t)(CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_INHERITABLE | CAPNG_BOUNDING_SET),
        CAP_NET_ADMIN, CAP_NET_RAW, -1);
    if (capng_apply(sets) != 0) {
        log_error("cannot drop capabilities");
        return false;
    }
    return true;
}
