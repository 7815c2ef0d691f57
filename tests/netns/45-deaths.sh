#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Gate, lespoortd and supervisor are killed at random, and gates are stopped, while clients work
# and bells ring: $LESPOORT_KILLS of each, in the order that $LESPOORT_SEED gives.
set -euo pipefail
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/programs.sh"
: "${LESPOORT_KILLS:=$((CLASSROOM_PATIENCE > 1 ? 3 : 10))}" "${LESPOORT_SEED:=4}"
RANDOM=$LESPOORT_SEED
bound=$((3 * CLASSROOM_PATIENCE)) # for a bell, and for a gate that hangs
test_classroom
ca=$classroom_dir/pki/ca.pem

# Room 306 has a lesson all the time; in 307 each second minute is one, the first of them soon.
lead=$((15 * (CLASSROOM_PATIENCE > 1 ? 6 : 1)))
first=$((($(now) + lead + 59) / 60 * 60))
in_lesson() { [ "$1" -ge "$first" ] && [ $((($1 - first) / 60 % 2)) = 0 ]; } # TIME
all_day=$(for day in mon tue wed thu fri sat sun; do
    printf '%s{ days = "%s"; start = "00:00"; end = "24:00"; }' "${comma:-}" "$day"
    comma=', '
done)
minutes=$(for ((n = 0; n < 250; n++)); do
    [ "$n" = 0 ] || printf ', '
    bell "$n" $((first + n * 120)) $((first + n * 120 + 60))
done)
two_streams "$all_day" "$minutes"
programs_up

# ---- who dies ----

history=$classroom_dir/history # what happened when
happens() { echo "$(date +%s.%N) $1" >>"$history"; }
gates() { # the gates among the children: tools that load rules are not
    local pid
    # shellcheck disable=SC2013 # numbers
    for pid in $(cat "/proc/${classroom_pid[gate]}/task/"*/children); do
        [ "$(cat "/proc/$pid/comm" 2>/dev/null)" != lespoort-gate ] || echo "$pid"
    done
}
new_gate() { [ -n "$(gates)" ] && [ "$(gates)" != "$1" ]; }
gate_lines() { grep -c "$1" "$classroom_dir/gate.log" || true; }

die_gate() {
    local before
    before=$(gates)
    # shellcheck disable=SC2086 # one or more
    kill -KILL $before
    wait_for 10 new_gate "$before"
}
die_lespoortd() {
    halt lespoortd KILL
    pause 10 # the gate works without it for a while
    start_lespoortd
}
ready_again() { [ "$(gate_lines 'rules are in place')" -gt "$1" ]; }
die_supervisor() {
    local before
    before=$(gate_lines 'rules are in place')
    halt gate KILL
    start_gate
    wait_for 15 ready_again "$before"
    happens ready
    settled=$(now)
}
die_hang() { # a gate that is stopped: packets of the clients wait
    local before
    before=$(gates)
    # shellcheck disable=SC2086
    kill -STOP $before
    wait_for "$bound" new_gate "$before"
}
pause() { sleep "$(awk -v r="$RANDOM" -v most="$1" 'BEGIN { printf "%.2f", most * r / 327680 }')"; }

# ---- what works meanwhile ----

stream() { # NAME HOST SITE [PATH]
    download "$1" "$2" --resolve "$3:443:$(site_address4 "$3")" "https://$3${4:-/stream}"
}
settled=$(now) # since then bells must be kept
size=30000000
alive_client socket pupil talk "$(site_address4 magister.net)" www.magister.net "$ca" 1 0.1
alive_client socket6 pupil2 talk "$(site_address6 magister.net)" www.magister.net "$ca" 1 0.1
alive_client call pupil call "$(site_address4 magister.net)" 3478
stream download pupil downloads.example.org /trickle # for hours in the long run
stream download2 pupil2 www.magister.net /trickle
download whole pupil --limit-rate 1M "https://downloads.example.org/bytes/$size"
allowed='download download2'
for name in $allowed; do check "$name runs" wait_for 10 download_growing "$name" 8000; done
check 'one that will come to its end, too' wait_for 10 download_growing whole 8000
for name in socket socket6 call; do check "$name runs" lives "$name"; done

alive_client visits pupil visit "$(site_address4 magister.net)" www.magister.net "$ca"
alive_client visits6 pupil2 visit "$(site_address6 downloads.example.org)" downloads.example.org "$ca"
alive_client knocks pupil knock "$(site_address4 instagram.com)" www.instagram.com "$ca" 0.1
spawn names pupil "$classroom_lib/client.py" keep "$classroom_dns4" www.magister.net
spawn names6 pupil2 "$classroom_lib/client.py" keep "$classroom_dns6" downloads.example.org

# ---- bells ----

# In a break room 307 has Instagram open: that ends at the bell.
breaks=0 bells=0 grants=0 expiries=0 late=''
in_break='' tube='' tube_end=0
settled_for() { [ $(($(now) - settled)) -ge "$bound" ]; }
bell_rang() { # the download of the break that has ended
    bells=$((bells + 1))
    download_ended "$in_break" || late+=" $in_break"
    halt "$in_break"
    in_break=''
}
break_began() {
    breaks=$((breaks + 1))
    in_break=break$breaks
    stream "$in_break" pupil2 www.instagram.com
    wait_for "$bound" download_growing "$in_break" 4000 || late+=" $in_break-opens"
}
look_at_bells() {
    local at
    at=$(now) # one look: a bell may ring meanwhile
    [ $((at % 60)) -ge "$bound" ] && settled_for || return 0
    if in_lesson "$at"; then
        [ -z "$in_break" ] || bell_rang
    else
        [ -n "$in_break" ] || [ $((at % 60)) -ge 50 ] || break_began
    fi
}
# A grant runs out by itself, whoever lives then. (It ends with the lespoortd that it was given by.)
look_at_grants() {
    if [ -z "$tube" ] && running lespoortd; then
        seconds=$(((2 + RANDOM % 3) * CLASSROOM_PATIENCE))
        as_teacher grant youtube --zone 306 --for "${seconds}s" >/dev/null || return 0
        grants=$((grants + 1))
        tube_end=$(($(now) + seconds + 1)) tube=tube$grants
        stream "$tube" pupil www.youtube.com
    elif [ -n "$tube" ] && [ "$(now)" -ge $((tube_end + bound)) ] && settled_for; then
        expiries=$((expiries + 1))
        download_ended "$tube" || late+=" $tube"
        halt "$tube"
        tube=''
    fi
}

# ---- all of it ----

break_began
check 'before the bell Instagram is open in room 307' equal "$late" ''

deaths=$(for ((n = 0; n < LESPOORT_KILLS; n++)); do
    printf '%s gate\n%s lespoortd\n%s supervisor\n' "$RANDOM" "$RANDOM" "$RANDOM"
    [ $((n % 4)) != 0 ] || echo "$RANDOM hang"
done | sort -n | cut -d' ' -f2)
# A queue is given up after CREW_FAILURES deaths of its gate within CREW_WINDOW_MS.
rest=2.1
count=0 slow=''
for death in $deaths; do
    pause 15
    happens "$death"
    "die_$death" || slow+=" $death"
    case $death in gate | hang) sleep $rest ;; esac
    look_at_bells
    look_at_grants
    count=$((count + 1))
    [ $((count % 100)) != 0 ] || echo "# $count deaths"
done
check "all $count that died or hung were replaced in time" equal "$slow" ''
some_of_both() {
    look_at_bells
    look_at_grants
    [ "$bells" -ge 1 ] && [ "$expiries" -ge 1 ]
}
check 'there was a bell, and a grant that ended by itself' wait_for 150 some_of_both
check "bells ($bells) and ends of grants ($expiries of $grants) were kept" equal "$late" ''

for name in $allowed; do check "$name has lived through all of it" download_flows "$name"; done
check 'the whole one has come to its end' wait_for 60 download_ended whole
check 'without an error' equal "$(cut -d' ' -f1,2 "$classroom_dir/whole.result")" "0 $size"
for name in socket socket6 call; do check "$name has lived through all of it" lives "$name"; done

for name in visits visits6; do
    line=$(told "$name" visits)
    echo "# $name: $line"
    check "$name: no new connection to an open site failed for good" \
        test "$(awk '{ print $5 }' <<<"$line")" = 0
done
asked() { # NAME: every question had its answer
    kill -TERM "${classroom_pid[$1]}"
    wait_for 30 gone "${classroom_pid[$1]}"
    echo "# $1: $(tail -n 1 "$classroom_dir/$1.log")"
    awk 'END { exit !($1 > 0 && $1 == $2) }' "$classroom_dir/$1.log"
}
for name in names names6; do check "$name: every question was answered" asked "$name"; done

# Closed is closed: through all deaths of gates and lespoortd. Without a supervisor fail = open.
outside() { # of the gaps, with some time for what was on its way
    awk -v grace="$bound" '
        FNR == NR { at[++n] = $1; what[n] = $2; next }
        $1 != "answered" { next }
        {
            inside = 0
            for (i = 1; i <= n && at[i] <= $2 + 0.5; i++) {
                if (at[i] <= $2) last = i
                if (what[i] == "supervisor") inside = 1
                if (what[i] == "ready" && $2 > at[i] + grace) inside = 0
            }
            if (!inside) printf "%.2f s after %s; ", $2 - at[last], what[last]
        }' "$history" "$classroom_dir/knocks.log"
}
knocks=$(told knocks knocks)
echo "# knocks: $knocks, answered while there was no supervisor: $(said knocks '^answered')"
check 'there were knocks' test "$knocks" -gt "$LESPOORT_KILLS"
check 'a closed site answered only while there was no supervisor' equal "$(outside)" ''
finish
