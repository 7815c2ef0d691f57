#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# QUIC is rejected at once where something is closed, so that browsers go on over TCP.
set -euo pipefail
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/programs.sh"
test_classroom
school_config "$(lesson_now)"
programs_up

quic_says() { # WANTED HOST ADDRESS
    timed in_host "$2" "$classroom_lib/client.py" quic "$3"
    equal "$last_output" "$1" && soon
}

for site in instagram.com magister.net; do
    for address in "$(site_address4 "$site")" "$(site_address6 "$site")"; do
        check "a room with a lesson: port unreachable ($address)" quic_says refused pupil "$address"
    done
done

# Junk first: the flow has a name when the Initial comes. Port 7 is nothing that QUIC is known by.
behind_junk() { # WANTED HOST ADDRESS VERSION
    timed in_host "$2" "$classroom_lib/crafted.py" junk "$3" 7 "$4"
    equal "$last_output" "answered $1"
}
for version in 00000001 6b3343cf ff00001d faceb002; do
    check "behind junk, version $version: refused (IPv4)" \
        behind_junk refused pupil "$(site_address4 instagram.com)" "$version"
    check "behind junk, version $version: refused (IPv6)" \
        behind_junk refused pupil "$(site_address6 instagram.com)" "$version"
done
check 'behind junk, a version that nobody has: the server finds out' \
    behind_junk answered pupil "$(site_address4 instagram.com)" 1a2a3a4a
check 'behind junk in the staff room: answered' \
    behind_junk answered staff "$(site_address4 instagram.com)" 00000001

check 'no datagram reached a server' equal "$(events '^datagram 443')" 0
check 'the staff room uses QUIC (IPv4)' quic_says answered staff "$(site_address4 instagram.com)"
check 'the staff room uses QUIC (IPv6)' quic_says answered staff "$(site_address6 instagram.com)"
check 'other UDP passes' equal "$(in_pupil sh -c "echo hi | nc -u -w 2 $(site_address4 magister.net) 7")" hi

school_config "$(lesson_later)"
reload
check 'after the lesson QUIC passes' quic_says answered pupil "$(site_address4 instagram.com)"

finish
