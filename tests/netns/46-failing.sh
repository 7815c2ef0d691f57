#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What goes wrong around the programs: stopped, hung, upgraded and doubled processes, full queues,
# buffers and tables, interfaces that go, packets of odd sizes. Deaths: 40 and 45.
set -euo pipefail
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/programs.sh"
test_classroom
ca=$classroom_dir/pki/ca.pem
gram4=$(site_address4 instagram.com) gram6=$(site_address6 instagram.com)
open4=$(site_address4 magister.net) open6=$(site_address6 magister.net)
as_pupil() { in_pupil "$classroom_lib/alive.py" "$@"; }
school_config "$(lesson_now)"
programs_up

worker() { # the gate among the children: tools that load rules are not
    local pid
    # shellcheck disable=SC2013 # numbers
    for pid in $(cat "/proc/${classroom_pid[gate]}/task/"*/children); do
        [ "$(cat "/proc/$pid/comm" 2>/dev/null)" != lespoort-gate ] || echo "$pid"
    done
}
new_worker() { [ -n "$(worker)" ] && [ "$(worker)" != "$1" ]; }
log_lines() { grep -c -- "$1" "$classroom_dir/$2.log" || true; } # PATTERN NAME
closed() { refused pupil www.instagram.com; }
download allowed pupil --resolve "www.magister.net:443:$open4" https://www.magister.net/stream
alive_client socket pupil talk "$open6" www.magister.net "$ca" 1 0.1
works() { site pupil www.magister.net && download_flows allowed && lives socket && closed; }
check 'open works, closed is closed, what is allowed runs' works

# ---- stopped, and let go again ----

kill -STOP "${classroom_pid[lespoortd]}"
check 'lespoortd stopped: the gate works on' works
timed in_gateway timeout 60 "$programs_dir/bin/lespoortctl" version
check 'lespoortctl says in time that it does not answer' equal "$last_status" 7
kill -CONT "${classroom_pid[lespoortd]}"
check 'and then it does' wait_for 10 ctl version
check 'the gate is still connected' wait_for 10 gate_connected

before=$(worker)
kill -STOP "${classroom_pid[gate]}"
check 'supervisor stopped: its gate works on' works
kill -CONT "${classroom_pid[gate]}"
check 'let go again, it has the same gate' equal "$(worker)" "$before"
check 'a grant reaches it' as_teacher grant youtube --zone 306
check 'at once' wait_for 2 site pupil www.youtube.com
check 'and the withdrawal' as_teacher revoke
check 'at once, too' wait_for 2 refused pupil www.youtube.com

# Together, so that nobody replaces the gate.
before=$(worker)
kill -STOP "${classroom_pid[gate]}" "$before"
(wait_for 1 false || true; kill -CONT "${classroom_pid[gate]}" "$before") &
check 'all stopped for a moment: what waited is not lost' site pupil www.magister.net
wait
check 'and all is well after that' wait_for 10 works

# What waits for a gate that hangs is read by the next one, not let go unread.
bytes=$(events '^bytes')
for ((n = 0; n < 3; n++)); do
    before=$(worker)
    kill -STOP "$before"
    check 'a gate hangs: a closed site is not let through' not site pupil www.instagram.com
    check 'it was replaced' wait_for 3 new_worker "$before"
done
check 'no server saw a byte of it' equal "$(events '^bytes')" "$bytes"
check 'and all is well after that' wait_for 10 works

# ---- two of a kind ----

timed in_gateway timeout $((5 * CLASSROOM_PATIENCE)) "$programs_dir/bin/lespoort-gate"
check 'a second gate says that the queue is taken' grep -q 'another program hold it' <<<"$last_output"
few_lines() { [ "$(wc -l <<<"$last_output")" -le 3 ] || { echo "# ${last_output//$'\n'/$'\n'# }"; return 1; }; }
check 'once, that it tries again, and that it ends' few_lines
check 'it leaves the first one alone' works
timed in_gateway timeout $((5 * CLASSROOM_PATIENCE)) "$programs_dir/bin/lespoortd" --config "$config" --user "$daemon_user"
check 'a second lespoortd ends' test "$last_status" != 0
check 'because of the socket' grep -q 'cannot listen at' <<<"$last_output"
check 'it leaves the first one alone' ctl version
check 'and its gate connected' gate_connected

# ---- too much at once ----

counted() { # NAME: what the gate says of that counter
    local before
    before=$(log_lines "$1: " gate)
    kill -USR1 "${classroom_pid[gate]}"
    wait_for 5 more_lines "$1: " "$before" || return 1
    sed -n "s/.* $1: \([0-9]*\) .*/\1/p" "$classroom_dir/gate.log" | tail -n 1
}
more_lines() { [ "$(log_lines "$1" gate)" -gt "$2" ]; }
waiting() {
    in_gateway cat /proc/self/net/netfilter/nfnetlink_queue | awk '{ n += $3 } END { print n + 0 }'
}
full() { [ "$(waiting)" -ge 4096 ]; } # QUEUE_LENGTH

before=$(worker)
kill -STOP "${classroom_pid[gate]}" "$before"
as_pupil flood "$open4" 6000 >"$classroom_dir/flood.log"
check 'a queue that nobody reads is full' full
check 'fail = open: a new connection passes' site pupil www.magister.net
check 'and a question' equal 203.0.113.30 \
    "$(in_pupil dig +short +time=2 +tries=1 "@$classroom_dns4" magister.net A)"
check 'what is named runs on' download_flows allowed
kill -CONT "${classroom_pid[gate]}"
check 'the supervisor says so' wait_for 5 grep -q 'queue is full' "$classroom_dir/gate.log"
check 'and replaces the gate' wait_for 5 new_worker "$before"
check 'all is well after that' wait_for 10 works
before=$(worker)

lost=$(counted lost)
in_gateway "$classroom_lib/alive.py" buffer "${classroom_pid[gate]}" 2304
as_pupil flood "$open4" 3000 >"$classroom_dir/flood.log"
check 'a socket that is too small: packets that passed unread were counted' \
    test "$(counted lost)" -gt "$lost"
in_gateway "$classroom_lib/alive.py" buffer "${classroom_pid[gate]}" 8388608
check 'the gate has lived through it' equal "$(worker)" "$before"
check 'all is well' wait_for 10 works

flows_limit() { # of the kernel's table of connections
    local to=in_gateway
    [ -z "${LESPOORT_INSIDE:-}" ] || to='' # a machine of our own
    $to sh -c "echo $1 >/proc/sys/net/netfilter/nf_conntrack_max" 2>/dev/null
}
forget_ended() { # the kernel would make room by them
    local state
    in_gateway conntrack -D -p udp
    for state in SYN_SENT FIN_WAIT CLOSE_WAIT LAST_ACK TIME_WAIT CLOSE; do
        in_gateway conntrack -D -p tcp --state "$state"
    done
}
limit=$(in_gateway cat /proc/sys/net/netfilter/nf_conntrack_max)
if flows_limit 1; then
    forget_ended >/dev/null 2>&1 || true
    check 'the table of connections is full: new ones fail' \
        not site pupil www.magister.net --max-time $((2 * CLASSROOM_PATIENCE))
    check 'what is named runs on' download_flows allowed
    flows_limit "$limit"
    check 'with room again all is well' wait_for 10 works
else
    skip 'the table of connections is full' 'nf_conntrack_max belongs to the whole machine here'
fi

# ---- an interface goes ----

check 'room 307 works' refused pupil2 www.instagram.com
in_gateway ip link del room307
check 'its interface goes: the others feel nothing' works
classroom_wire pupil2 eth0 room307 10.30.7.11/24 fd30:7::11/64 10.30.7.1 fd30:7::1
check 'it comes back: open is open' wait_for 5 site pupil2 www.magister.net
check 'closed is closed' refused pupil2 www.instagram.com
check 'over IPv6, too' refused pupil2 www.instagram.com --resolve "www.instagram.com:443:[$gram6]"

# ---- packets of odd sizes ----

pupil2_says() { # WANTED VERB...: of alive.py
    equal "$(in_pupil2 "$classroom_lib/alive.py" "${@:2}")" "$1"
}
fragments() { # that the gateway has put together, or cut again
    in_gateway cat /proc/self/net/snmp /proc/self/net/snmp6 | awk '
        $1 == "Ip:" && $2 == "Forwarding" { for (i = 2; i <= NF; i++) if ($i == "ReasmReqds") at = i; next }
        $1 == "Ip:" { sum += $at }
        $1 == "Ip6FragCreates" { sum += $2 }
        END { print sum + 0 }'
}
in_pupil2 ip link set eth0 mtu 1280
in_pupil2 ip route replace default via 10.30.7.1 mtu 1500
in_pupil2 ip -6 route replace default via fd30:7::1 mtu 1500
for server in "$classroom_dns4" "$classroom_dns6"; do
    before=$(fragments)
    check "a closed question in fragments ($server)" pupil2_says closed padded "$server" www.instagram.com
    check "an open one ($server)" pupil2_says answered padded "$server" www.magister.net
    check 'those were fragments' test "$(fragments)" -gt "$before"
done
for site in "$gram4 $open4" "$gram6 $open6"; do
    before=$(fragments)
    check "a closed ClientHello in fragments (${site% *})" pupil2_says reset parts "${site% *}" www.instagram.com
    check "an open one (${site#* })" pupil2_says answered parts "${site#* }" www.magister.net
    check 'those were fragments' test "$(fragments)" -gt "$before"
done
in_pupil2 ip link set eth0 mtu 1500

any_size() { # TEXT
    local address
    for address in "$gram4" "$gram6"; do
        check "$1: a closed upload ($address)" pupil2_says reset upload "$address" instagram.com 40000
        check "$1: a closed large ClientHello" pupil2_says reset parts "$address" www.instagram.com
    done
    for address in "$open4" "$open6"; do
        check "$1: an open upload ($address)" pupil2_says 200 upload "$address" magister.net 40000
        check "$1: an open large ClientHello" pupil2_says answered parts "$address" www.magister.net
    done
}
any_size 'segments of many packets'
in_gateway ip route replace 203.0.113.0/24 dev wan0 mtu lock 576
in_gateway ip -6 route replace 2001:db8:113::/64 dev wan0 mtu lock 1280
any_size 'small packets towards the servers'
in_gateway ip route replace 203.0.113.0/24 dev wan0
in_gateway ip -6 route replace 2001:db8:113::/64 dev wan0
offload() { # HOST INTERFACE
    in_host "$1" ethtool -K "$2" tso off gso off gro off >/dev/null 2>&1
}
if command -v ethtool >/dev/null && offload pupil2 eth0 && offload gateway room307 &&
    offload gateway wan0 && offload internet eth0; then
    any_size 'without offloads'
else
    skip 'without offloads' 'needs ethtool'
fi

# ---- an upgrade ----

upgraded() { # another program in the same place
    local installed=$programs_dir/bin/lespoort-gate before
    before=$(log_lines 'rules are in place' gate)
    cp "$installed" "$installed.new"
    mv "$installed.new" "$installed"
    date +%s.%N >>"$classroom_dir/upgrades"
    kill -USR2 "${classroom_pid[gate]}"
    wait_for 10 more_lines 'rules are in place' "$before" &&
        [ "/proc/${classroom_pid[gate]}/exe" -ef "$(in_gateway readlink -f "$installed")" ]
}
alive_client knocks pupil knock "$gram4" www.instagram.com "$ca" 0.05
spawn names pupil "$classroom_lib/client.py" keep "$classroom_dns4" www.magister.net
check 'a site that is closed is tried again and again' lives knocks
for ((n = 1; n <= 3; n++)); do check "the gate is upgraded in place ($n)" upgraded; done
halt lespoortd
check 'without lespoortd as well' upgraded
start_lespoortd
check 'the closed site is tried on' lives knocks
knocks=$(told knocks knocks)
let_through() { # how long after which upgrade
    awk 'FNR == NR { at[++n] = $1; next }
        $1 == "answered" { for (i = n; i > 1 && at[i] > $2; i--); printf "%d: %.2f s; ", i, $2 - at[i] }' \
        "$classroom_dir/upgrades" "$classroom_dir/knocks.log"
}
check "of $knocks tries none was let through" equal "$(let_through)" ''
kill -TERM "${classroom_pid[names]}"
wait_for 20 gone "${classroom_pid[names]}"
read -r asked answered _ <"$classroom_dir/names.log"
check "$asked questions, and as many answers" test "$asked" -gt 0 -a "$asked" = "$answered"
check 'what is allowed has felt nothing' works

takes_over() { # a second gate, which waits for the queue until the first ends
    spawn next gateway "$programs_dir/bin/lespoort-gate"
    wait_for 10 grep -q 'another program hold it' "$classroom_dir/next.log" || return 1
    halt gate
    wait_for 40 grep -q 'rules are in place' "$classroom_dir/next.log"
}
check 'a gate that waits takes over when the first one ends' takes_over
check 'and all is well after that' wait_for 10 works
classroom_pid[gate]=${classroom_pid[next]}
unset 'classroom_pid[next]'
check 'a grant reaches it' as_teacher grant youtube --zone 306
check 'at once' wait_for 2 site pupil www.youtube.com
finish
