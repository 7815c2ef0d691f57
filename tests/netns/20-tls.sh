#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Closed TLS and HTTP connections are reset at once, and the server never sees the name.
set -euo pipefail
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/programs.sh"
test_classroom
school_config "$(lesson_now)"
programs_up

instagram4=$(site_address4 instagram.com)
instagram6=$(site_address6 instagram.com)
bytes_seen() { events '^bytes'; }

before=$(bytes_seen)
for client in pupil pupil2; do
    check "$client: closed is reset without a wait (IPv4)" refused "$client" www.instagram.com
    check "$client: closed is reset without a wait (IPv6)" refused "$client" www.instagram.com \
        --resolve "www.instagram.com:443:[$instagram6]"
done
check 'a name below a closed one' refused pupil deep.below.youtube.com
check 'no server saw a byte of it' equal "$(bytes_seen)" "$before"

# A hello in pieces: the server gets what says nothing, never the name.
before=$(events '^request')
for cuts in 1 5 '1 2 3 4 5 6' 100 '40 80 120 160 200'; do
    # shellcheck disable=SC2086 # a list of numbers
    check "a hello cut at $cuts is reset" equal reset \
        "$(in_pupil "$classroom_lib/client.py" hello "$instagram4" www.instagram.com $cuts)"
    # shellcheck disable=SC2086
    check "an allowed hello cut at $cuts is answered" equal answered \
        "$(in_pupil "$classroom_lib/client.py" hello "$(site_address4 magister.net)" www.magister.net $cuts)"
done

http() { in_pupil "$classroom_lib/client.py" http "$@" | tr '\n' ' '; }
check 'HTTP: a closed Host is reset' equal "$(http "$instagram4" instagram.com)" 'reset '
check 'HTTP: an open Host is answered' equal "$(http "$(site_address4 magister.net)" magister.net)" '200 '
check 'HTTP over IPv6' equal "$(http "$instagram6" instagram.com)" 'reset '
check 'HTTP: a closed Host later in an open connection' \
    equal "$(http "$(site_address4 magister.net)" magister.net magister.net instagram.com)" '200 200 reset '
check 'no closed request was served' equal "$(events '^request.*instagram')" 0

check 'open (IPv4)' site pupil www.magister.net
check 'open (IPv6)' site pupil www.magister.net --resolve "www.magister.net:443:[$(site_address6 magister.net)]"
check 'open through DNS' fetch pupil -o /dev/null https://downloads.example.org/
check 'the staff room opens what is closed elsewhere' site staff www.instagram.com

finish
