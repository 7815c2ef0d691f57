#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Marks that others set (traffic shaping, VPNs, several uplinks) survive ours.
set -euo pipefail
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/programs.sh"
test_classroom

# marks_of ADDRESS: the conntrack marks of connections to it, in hexadecimal.
marks_of() {
    in_gateway conntrack -L -p tcp -d "$1" 2>/dev/null |
        sed -n 's/.*mark=\([0-9]*\).*/\1/p' | sort -u | while read -r mark; do printf '%x\n' "$mark"; done
}

# all_keep WANTED MASK ADDRESS: every mark of it has these foreign bits, and bits of ours as well.
all_keep() {
    local mark seen=0
    for mark in $(marks_of "$3"); do
        seen=1
        [ $((0x$mark & $2)) = $(($1)) ] || { echo "# foreign bits: $mark"; return 1; }
        [ $((0x$mark & ~$2)) != 0 ] || { echo "# no bits of ours: $mark"; return 1; }
    done
    [ "$seen" = 1 ] || { echo '# no connection found'; return 1; }
}

# in_turn SHIFT FOREIGN MASK: our 16 bits begin at SHIFT; FOREIGN is set by the site around them.
in_turn() {
    gate_settings="mark_shift = $1;"
    school_config "$(lesson_now)"
    in_gateway iptables -t mangle -I PREROUTING -i room306 -m conntrack --ctstate NEW \
        -j CONNMARK --set-xmark "$2/$3"
    in_gateway iptables -t mangle -I PREROUTING -i room306 -j MARK --set-xmark "$2/$3"
    programs_up
    check "shift $1: open" site pupil www.magister.net
    check "shift $1: closed" refused pupil www.instagram.com
    check "shift $1: foreign bits of an open connection" all_keep "$2" "$3" "$(site_address4 magister.net)"
    check "shift $1: foreign bits of a closed one" all_keep "$2" "$3" "$(site_address4 instagram.com)"
    halt gate
    halt lespoortd
    in_gateway iptables -t mangle -F PREROUTING
    in_gateway conntrack -F >/dev/null 2>&1
}

in_turn 16 0xa5 0xffff
in_turn 0 0xa5000000 0xffff0000
in_turn 8 0xa5000005 0xff0000ff

finish
