#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A bridged gateway: pupils and the way out are ports of one bridge, and br_netfilter shows the rules
# what passes. What keeps that from working is told.
set -euo pipefail
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/programs.sh"
test_classroom

in_gateway ip link add br0 type bridge 2>/dev/null || { echo 'no bridges in this kernel'; exit 77; }
hook=/proc/sys/net/bridge/bridge-nf-call
[ -e "$hook-iptables" ] || modprobe br_netfilter 2>/dev/null || true
in_gateway test -e "$hook-iptables" || { echo 'no br_netfilter in this kernel'; exit 77; }

troubles() { status '" ".join(t["code"] for t in s["gate"]["troubles"])'; }
trouble() { grep -qw -- "$1" <<<"$(troubles)"; }
hooks() { in_gateway sh -c "echo $1 >$hook-iptables; echo $1 >$hook-ip6tables"; }

in_gateway sh -c '
    ip link set room306 master br0
    ip link set wan0 master br0
    ip addr flush dev room306
    ip addr flush dev wan0
    ip link set br0 up
    ip addr add 203.0.113.1/24 dev br0'
in_pupil sh -c '
    ip addr flush dev eth0 scope global
    ip addr add 203.0.113.200/24 dev eth0
    ip route replace default via 203.0.113.1'
hooks 1
school_config "$(lesson_now)"
sed -i 's,"room306","br0",; s,"10.30.6.0/24","203.0.113.192/26",' "$config"
programs_up

works() { site pupil www.magister.net; }
check 'allowed traffic crosses the bridge' wait_for 20 works
check 'what is closed is refused' refused pupil www.instagram.com
check 'closed names do not exist' grep -q NXDOMAIN \
    <<<"$(in_pupil dig +time=2 +tries=1 "@$classroom_dns4" www.instagram.com)"
check 'others do' grep -q "$(site_address4 magister.net)" \
    <<<"$(in_pupil dig +short +time=2 +tries=1 "@$classroom_dns4" magister.net)"
check 'no trouble with the bridge' not trouble 'bridge-hooks\|bridge-address\|bridge-port'

hooks 0
check 'a bridge that hides its traffic is told' wait_for 10 trouble bridge-hooks
check 'with what to do' grep -q bridge-nf-call-iptables <<<"$(ctl status)"
check 'it is right: what is closed passes' site pupil www.instagram.com
hooks 1
check 'no longer told when it is mended' wait_for 10 not trouble bridge-hooks
check 'and closed is closed' refused pupil www.instagram.com

in_gateway ip addr flush dev br0
check 'a bridge without an address is told' wait_for 10 trouble bridge-address
in_gateway ip addr add 203.0.113.1/24 dev br0
check 'until it has one' wait_for 10 not trouble bridge-address

sed -i 's,"br0","room306",' "$config"
check 'a port in place of its bridge' reload
check 'is told' wait_for 10 trouble bridge-port

finish
