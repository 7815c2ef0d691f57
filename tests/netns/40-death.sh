#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Killed programs: allowed traffic flows on, the bell rings without lespoortd, and what is started
# again picks up.
set -euo pipefail
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/programs.sh"
test_classroom
lead=$((15 * (CLASSROOM_PATIENCE > 1 ? 3 : 1)))
bell=$((($(now) + lead + 59) / 60 * 60))
school_config "$(bell 3 "$bell" $((bell + 3600)))"
programs_up

stream() { download "$1" pupil --resolve "$2:443:$(site_address4 "$2")" "https://$2/stream"; }
flows_on() { # the allowed download gets more bytes, and never broke
    local size
    size=$(stat -c %s "$classroom_dir/allowed.data")
    wait_for 10 download_growing allowed $((size + 20000)) && not download_ended allowed
}
children() { pgrep -x -P "${classroom_pid[gate]}" lespoort-gate | xargs; }
new_worker() { [ -n "$(children)" ] && [ "$(children)" != "$1" ]; }

stream insta www.instagram.com
stream allowed www.magister.net
check 'before the lesson a download from Instagram runs' wait_for 10 download_growing insta 20000
check 'and one that is always allowed' wait_for 10 download_growing allowed 20000

halt lespoortd KILL
check 'lespoortd was killed before the bell' test "$(now)" -lt "$bell"
check 'new allowed connections without it' site pupil www.magister.net
at_bell() { [ "$(now)" -ge "$bell" ]; }
wait_for 90 at_bell
check 'the bell rings without lespoortd' wait_for 4 download_ended insta
check 'and closes new ones' refused pupil www.instagram.com
check 'the allowed download runs on' flows_on

start_lespoortd
check 'lespoortd is back, the gate finds it' wait_for 15 gate_connected
timed as_teacher grant youtube --zone 306
check 'a grant of the new one works' equal "$last_status" 0
check 'at once' wait_for 1 site pupil www.youtube.com
timed as_teacher revoke
check 'and is withdrawn' equal "$last_status" 0

worker=$(children)
# shellcheck disable=SC2086 # one or more
kill -KILL $worker
check 'a killed gate: the allowed download runs on' flows_on
check 'a new gate is there' wait_for 10 new_worker "$worker"
check 'new allowed connections' site pupil www.magister.net
check 'closed is closed again' wait_for 10 refused pupil www.instagram.com
check 'DNS is answered again' wait_for 10 in_pupil dig +time=1 +tries=1 "@$classroom_dns4" magister.net

worker=$(children)
# shellcheck disable=SC2086 # one or more
kill -STOP $worker
check 'a gate that hangs is replaced when packets wait' wait_for 15 site pupil www.magister.net
check 'by another one' new_worker "$worker"
check 'the allowed download runs on' flows_on
check 'closed stays closed' wait_for 10 refused pupil www.instagram.com

halt gate KILL
check 'a killed supervisor: the allowed download runs on' flows_on
check 'new allowed connections pass' site pupil www.magister.net
check 'DNS passes' fetch pupil -o /dev/null https://downloads.example.org/
start_gate
check 'the supervisor is back' wait_for 15 gate_ready
check 'closed is closed again after that' wait_for 10 refused pupil www.instagram.com
check 'open is open' site pupil www.magister.net
check 'the allowed download has lived through all of it' flows_on

finish
