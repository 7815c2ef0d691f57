#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The self-probe: what it finds, and that nobody else notices it.
set -euo pipefail
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/programs.sh"
# Elsewhere the service manager makes the node, and opening it loads the module.
[ -c /dev/net/tun ] || modprobe tun 2>/dev/null || true
[ -c /dev/net/tun ] || { echo 'no /dev/net/tun here'; exit 77; }
test_classroom
school_config "$(lesson_now)"
programs_up

probe() { status 's["gate"]["probe"]["state"]'; }
probe_is() { [ "$(probe)" = "$1" ]; }
found() { wait_for 20 probe_is "$1" || { echo "# $(probe)"; return 1; }; }
# health EXIT-CODE TEXT: of lespoortctl health, and what one of its lines says.
health() {
    local code=0 text
    text=$(ctl health) || code=$?
    if [ "$code" != "$1" ] || ! grep -q "$2" <<<"$text"; then
        echo "# $code: $text"
        return 1
    fi
}
children() { pgrep -x -P "${classroom_pid[gate]}" lespoort-gate | xargs; }
new_worker() { [ -n "$(children)" ] && [ "$(children)" != "$1" ]; }
logged() { grep -c probe "$classroom_dir/gate.log" || true; }
device() { in_gateway ip link show lespoort0 >/dev/null 2>&1; }
open_connections() {
    in_gateway grep -c 'ESTABLISHED.*198\.19\.255' /proc/net/nf_conntrack || true
}

check 'a gate that works is found to work' found passed
check 'all is well' health 0 '^probe ok: '
check 'its zone is no zone of the school' not grep -q probe <(ctl zones; ctl status)
check 'its device has no address' equal "$(in_gateway ip -o address show dev lespoort0)" ''
check 'and one route' equal "$(in_gateway ip route show dev lespoort0 | wc -l)" 1
check 'nothing of it is logged' equal "$(logged)" 0
check 'no connection of it stays open' equal "$(open_connections)" 0

worker=$(children)
# shellcheck disable=SC2086 # one or more
kill -STOP $worker
check 'a gate that hangs is replaced, even when no pupil is there' \
    wait_for 20 new_worker "$worker"
check 'and is well again' found passed

# No rule of ours is missing, and yet connections are not read.
in_gateway iptables -t raw -I PREROUTING -i lespoort0 -p tcp -j CT --notrack
check 'a foreign rule that hides connections from ours is found' found name-unread
check 'and told' health 9 '^probe NOT OK: connections to closed names pass'
check 'and logged once' equal "$(logged)" 1
in_gateway iptables -t raw -D PREROUTING -i lespoort0 -p tcp -j CT --notrack
check 'and its end is seen' found passed

in_gateway sh -c 'nft delete table inet lespoort || iptables -t mangle -F' 2>/dev/null
check 'rules that were taken away come back, and health tells' \
    wait_for 20 health 0 '^rules ok: .*took them away'
check 'and they work' found passed

in_gateway sysctl -qw net.ipv4.ip_forward=0
check 'a gateway that forwards nothing is found' found not-forwarding
check 'and told' health 9 '^probe NOT OK: IPv4 forwarding is off'
check 'in the status, too' grep -q '^Probe: IPv4 forwarding is off' <(ctl status)
in_gateway sysctl -qw net.ipv4.ip_forward=1
check 'and its end is seen' found passed

in_gateway iptables -A FORWARD -i lespoort0 -j DROP
check 'another firewall that stops the probe is no fault' found not-let
check 'but told' health 0 '^probe not known: another firewall'
in_gateway iptables -D FORWARD -i lespoort0 -j DROP
check 'and its end is seen' found passed

in_gateway ip link delete lespoort0
check 'a device that somebody deleted comes back' wait_for 20 device
check 'and works' found passed

halt gate
check 'the device goes with the gate' not device
check 'without a gate nothing is well' wait_for 5 health 9 '^gate NOT OK: not connected'
in_gateway ip link add lespoort0 type veth peer name other0
start_gate
check 'without a device nothing is known' found no-device
check 'and that is no fault' health 0 '^probe not known: no probe'
check 'closed is closed all the same' refused pupil www.instagram.com
check 'and open is open' site pupil www.magister.net
in_gateway ip link delete lespoort0

gate_settings='probe = false;'
school_config "$(lesson_now)"
reload
check 'the probe can be switched off' found off
check 'then there is no device' not device
check 'and all is well' health 0 '^probe ok: off'
finish
