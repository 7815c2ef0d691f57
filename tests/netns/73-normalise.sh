#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What pupils' packets lose on their way, so that a server sees what the gate reads; other clients'
# packets lose nothing, and every switch can be turned off.
set -euo pipefail
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/programs.sh"
test_classroom
gate_settings='probe = false;'
school_config "$(lesson_now)"
programs_up
heard=$classroom_dir/listen.log
spawn listen internet python3 "$classroom_lib/crafted.py" listen eth0
wait_for 10 grep -q ready "$heard"
server4=$(site_address4 magister.net) server6=$(site_address6 magister.net)

# comes WANTED HOST ADDRESS KIND: what the server's side hears of that packet: PROTOCOL PAYLOAD
# OPTION..., or nothing. A plain packet sent behind it says when to stop waiting.
port=9000
comes() {
    local said
    port=$((port + 2))
    in_host "$2" "$classroom_lib/crafted.py" send "$3" "$port" "$4"
    in_host "$2" "$classroom_lib/crafted.py" send "$3" $((port + 1)) plain
    wait_for 10 grep -q "^$((port + 1)) " "$heard" || { echo '# not even a plain packet came'; return 1; }
    said=$(awk -v port="$port" '$1 == port { $1 = $3 = ""; $0 = $0; $1 = $1; print; exit }' "$heard")
    equal "$said" "$1"
}
ttl_of_last() { awk -v port=$((port + 1)) '$1 == port { print $3; exit }' "$heard"; }

# all_of HOST WANTED...: in the order of the kinds below.
kinds=(plain checksum md5sig urgent syn fast-open syn-data udp)
all_of() {
    local host=$1 address kind i
    shift
    for address in "$server4" "$server6"; do
        i=0
        for kind in "${kinds[@]}"; do
            i=$((i + 1))
            check "$host: $kind to $address: ${!i:-nothing}" comes "${!i}" "$host" "$address" "$kind"
        done
    done
}

untouched=('tcp 24' 'tcp 24' 'tcp 24 19' 'tcp 24' 'tcp 0' 'tcp 0 34' 'tcp 24' 'udp 24')
all_of pupil 'tcp 24' '' '' '' 'tcp 0' 'tcp 0' '' 'udp 24'
check 'pupil: options in front of TCP: nothing' comes '' pupil "$server6" options
check 'pupil: options in front of UDP: nothing' comes '' pupil "$server6" udp-options
check 'its TTL stays as it is, but for the step over the gateway' equal "$(ttl_of_last)" 59
all_of staff "${untouched[@]}"
check 'staff: options in front of TCP: both' comes 'tcp 24 60' staff "$server6" options
check 'honest connections are untouched' site pupil www.magister.net
check 'honest connections are untouched (IPv6)' fetch pupil -o /dev/null \
    --resolve "www.magister.net:443:[$server6]" https://www.magister.net/
check 'closed is closed' refused pupil www.instagram.com

off='normalise = { invalid = "pass"; md5sig = "pass"; fast_open = "pass"; syn_data = "pass";
    urgent = "pass"; ipv6_headers = "pass"; ttl = 64; };'
school_config "$(lesson_now)" "$off"
check 'all of it is turned off' reload
all_of pupil "${untouched[@]}"
check 'pupil: options in front of TCP: both' comes 'tcp 24 60' pupil "$server6" options
comes 'tcp 24' pupil "$server4" plain || true
check 'the TTL of what may say a name is set (IPv4)' equal "$(ttl_of_last)" 64
comes 'tcp 24' pupil "$server6" plain || true
check 'the hop limit of what may say a name is set (IPv6)' equal "$(ttl_of_last)" 64
check 'connections work' site pupil www.magister.net

finish
