#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Any order of starting, reload all or nothing, and nothing left in the kernel at the end.
set -euo pipefail
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/programs.sh"
test_classroom
school_config "$(lesson_now)"
# A rule of the site: it must be there at the end as it was at the start.
in_gateway iptables -A FORWARD -s 10.99.0.0/16 -j DROP
site_rules() { in_gateway sh -c 'iptables-save; ip6tables-save' | grep '^-A'; }
nothing_left() { [ -z "$(our_rules)" ]; }

before=$(site_rules)

start_gate
check 'without lespoortd a gate lets everything pass' site pupil www.instagram.com
check 'and waits' running gate
start_lespoortd
check 'it finds a lespoortd that comes later' wait_for 15 gate_ready
check 'closed' wait_for 5 refused pupil www.instagram.com
check 'open' site pupil www.magister.net

timed in_gateway timeout 3 "$programs_dir/bin/lespoort-gate"
check 'a second gate says that the queue is taken' grep -q 'packet queue' <<<"$last_output"
check 'its end leaves the first one alone' refused pupil www.instagram.com

kill -HUP "${classroom_pid[gate]}"
kill -USR1 "${classroom_pid[gate]}"
check 'a gate logs its counters when asked' wait_for 5 grep -q 'hellos: [1-9]' "$classroom_dir/gate.log"
check 'those of its flow table too' wait_for 5 grep -q 'flows: [1-9]' "$classroom_dir/gate.log"
check 'a hang-up does not end it' refused pupil www.instagram.com
check 'the log names no site' not grep -qE 'instagram|magister|10\.30\.' "$classroom_dir/gate.log"

printf 'nonsense = 1;\n' >>"$config"
timed ctl reload
check 'a bad config is refused' not equal "$last_status" 0
check 'with file, line and key' grep -q "lespoort.conf:[0-9]*: key 'nonsense'" <<<"$last_output"
check 'the old one runs on: closed' refused pupil www.instagram.com
check 'the old one runs on: open' site pupil www.magister.net
kill -HUP "${classroom_pid[lespoortd]}"
check 'the same by SIGHUP' refused pupil www.instagram.com
timed ctl version
check 'lespoortd is still there' equal "$last_status" 0

school_config "$(lesson_later)"
kill -HUP "${classroom_pid[lespoortd]}"
check 'a good config by SIGHUP opens' wait_for 5 site pupil www.instagram.com
school_config "$(lesson_now)"
check 'a good config by reload' reload
check 'closes' wait_for 5 refused pupil www.instagram.com

halt gate
check 'a stopped gate leaves no rule and no set' nothing_left
check 'and the rules of the site as they were' equal "$(site_rules)" "$before"
check 'all is open' site pupil www.instagram.com

start_gate
check 'a gate after lespoortd' wait_for 15 gate_ready
halt lespoortd
check 'a stopped lespoortd removes its sockets' equal "$(in_gateway ls /run/lespoort)" ''
check 'its gate keeps what is closed' refused pupil www.instagram.com
halt gate
check 'nothing is left' nothing_left
check 'the rules of the site are as they were' equal "$(site_rules)" "$before"

finish
