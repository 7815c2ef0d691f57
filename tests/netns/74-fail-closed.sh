#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# fail = "closed": what becomes of traffic while gates keep dying, and after that.
set -euo pipefail
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/programs.sh"
test_classroom
gate_settings='fail = "closed"; queue = 40; probe = false;'
school_config "$(lesson_now)"
programs_up

children() { pgrep -x -P "${classroom_pid[gate]}" lespoort-gate | xargs; }
flows_on() { # the download gets more bytes, and never broke
    local size
    size=$(stat -c %s "$classroom_dir/allowed.data")
    wait_for 10 download_growing allowed $((size + 20000)) && not download_ended allowed
}
gives_up() { grep -q 'keeps dying' "$classroom_dir/gate.log"; }
dies_again() {
    local worker
    worker=$(children)
    # shellcheck disable=SC2086 # one or more
    [ -z "$worker" ] || kill -KILL $worker 2>/dev/null || true
    gives_up
}
# shellcheck disable=SC2016 # of awk
has_queue() { in_gateway awk '$1 == 40' /proc/self/net/netfilter/nfnetlink_queue | grep -q .; }
resolves() { # SERVER [DIG-OPTION...]
    in_pupil dig +short +time=1 +tries=1 "${@:2}" "@$1" magister.net A | grep -q 203
}
no_answer() { # in a second, which is shorter than the queue stays closed
    timed site "$@" --max-time 1
    equal "$last_status" 28
}

download allowed pupil --resolve "www.magister.net:443:$(site_address4 magister.net)" \
    https://www.magister.net/stream
check 'a download runs' wait_for 10 download_growing allowed 20000
check 'a gate that dies once is replaced' kill -KILL "$(children | tr -d ' ')"
check 'and new connections go on' wait_for 3 site pupil www.magister.net
check 'gates that keep dying are given up for a time' wait_for 20 dies_again
check 'there is no queue' wait_for 5 not has_queue
check 'a new connection of a room gets no answer' no_answer pupil www.magister.net
check 'nor does one to what is closed' no_answer pupil www.instagram.com
check 'a zone without lessons goes on' site staff www.instagram.com
check 'DNS passes over UDP' resolves "$classroom_dns4"
check 'and over TCP' resolves "$classroom_dns6" +tcp
check 'the download runs on' flows_on
check 'there was no queue in all this time' not has_queue
check 'after that the queue is there again' wait_for 15 has_queue
check 'new connections are answered' wait_for 10 site pupil www.magister.net
check 'closed is refused' wait_for 5 refused pupil www.instagram.com
check 'the download has lived through all of it' flows_on

finish
