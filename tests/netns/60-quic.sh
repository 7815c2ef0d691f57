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
check 'no datagram reached a server' equal "$(events '^datagram')" 0
check 'the staff room uses QUIC (IPv4)' quic_says answered staff "$(site_address4 instagram.com)"
check 'the staff room uses QUIC (IPv6)' quic_says answered staff "$(site_address6 instagram.com)"
check 'other UDP passes' equal "$(in_pupil sh -c "echo hi | nc -u -w 2 $(site_address4 magister.net) 7")" hi

school_config "$(lesson_later)"
reload
check 'after the lesson QUIC passes' quic_says answered pupil "$(site_address4 instagram.com)"

finish
