#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Several gates: all that is read of a client comes to one of them, in both directions, and the
# clients are spread over all.
set -euo pipefail
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/programs.sh"
test_classroom
gates=4 clients=16 queue=40
# The self-probe is a client, too, and asks when it likes.
gate_settings="gates = $gates; queue = $queue; probe = false;"
school_config "$(lesson_now)"
programs_up
timed as_teacher grant youtube --zone 306 --restricted
check 'answers are read as well: a restricted grant' equal "$last_status" 0

# How many packets each queue ever had, in one line: the kernel numbers them.
numbers() {
    # shellcheck disable=SC2016 # of awk
    in_gateway awk -v first="$queue" -v count="$gates" '
        $1 >= first && $1 < first + count { last[$1] = $8 }
        END { for (n = first; n < first + count; n++) printf "%d ", last[n] }' \
        /proc/self/net/netfilter/nfnetlink_queue
}

# speaks ADDRESS: DNS over UDP and TCP, an answer that is translated, TLS, HTTP, QUIC and other UDP.
speaks() {
    local dns=$classroom_dns4 site family=-4
    site=$(site_address4 magister.net)
    case $1 in *:*) dns=$classroom_dns6 site="$(site_address6 magister.net)" family=-6 ;; esac
    in_pupil dig "$family" +short -b "$1" "@$dns" magister.net TXT >/dev/null || return 1
    in_pupil dig "$family" +short +tcp -b "$1" "@$dns" www.instagram.com A >/dev/null || return 1
    in_pupil dig "$family" +short -b "$1" "@$dns" www.youtube.com A | grep -q restrict || return 1
    fetch pupil -o /dev/null -o /dev/null --interface "$1" --resolve "www.magister.net:443:$(bracket "$site")" \
        --resolve "www.magister.net:80:$(bracket "$site")" \
        https://www.magister.net/ http://www.magister.net/ || return 1
    echo hi | in_pupil nc -u -w 1 -s "$1" "$site" 7 | grep -q hi
}
bracket() { case $1 in *:*) echo "[$1]" ;; *) echo "$1" ;; esac; }

# one_gate ADDRESS: exactly one queue has more packets than before; its place goes to $gate_file.
one_gate() {
    local before after i met=0 which=''
    read -ra before <<<"$(numbers)"
    speaks "$1" || { echo '# it could not speak'; return 1; }
    read -ra after <<<"$(numbers)"
    for ((i = 0; i < gates; i++)); do
        [ "${after[i]}" -gt "${before[i]}" ] || continue
        met=$((met + 1)) which=$i
    done
    [ "$met" = 1 ] || { echo "# $met gates: ${before[*]} -> ${after[*]}"; return 1; }
    echo "$which" >>"$gate_file"
}

for family in 4 6; do
    gate_file=$classroom_dir/gates.$family
    for ((n = 0; n < clients; n++)); do
        number=$((20 + n))
        address=10.30.6.$number
        [ "$family" = 4 ] && classroom_client pupil "$number"
        [ "$family" = 6 ] && address=fd30:6::$number
        check "all of $address comes to one gate" one_gate "$address"
    done
    check "IPv$family: every gate has clients" equal "$(sort -u "$gate_file" | wc -l)" "$gates"
done

finish
