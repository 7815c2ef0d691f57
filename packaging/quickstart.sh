#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# lespoort in three minutes, on Debian 12 as root:  packaging/quickstart.sh [--keep]
#
# Builds the programs, makes a virtual classroom in network namespaces (a pupil, a gateway, an
# internet), runs a lesson of one minute in it and shows what opens and closes. Ends by itself,
# leaves nothing behind but build/; the exit status says whether all of it happened.
# --keep: afterwards the classroom stays, with a lesson of an hour, until you press Ctrl-C.
set -euo pipefail
cd "$(dirname "$0")/.."
keep=''
case ${1:-} in
    '') ;;
    --keep) keep=1 ;;
    *) sed -n '3,9s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
export LESPOORT_BUILD=$PWD/build/quickstart
. tests/netns/lib.sh
. tests/netns/programs.sh

# ---- how it is told ----

headline() { printf '\n== %s\n' "$*"; }
tell() { printf '%s\n' "$*"; }
indented() { sed 's/^/     /'; }
fail() {
    printf '\n!! This did not happen: %s\n' "$*"
    programs_logs
    exit 1
}

# must TEXT CONDITION...
must() {
    local text=$1
    shift
    "$@" || fail "$text"
    printf '   -> %s\n' "$text"
}

# type_as WHO COMMAND...: shows and runs it; afterwards last_output, last_status and last_ms.
type_as() {
    local who=$1
    shift
    printf '   %s$ %s\n' "$who" "$*"
    timed "as_$who" "$@"
    [ -z "$last_output" ] || printf '%s\n' "$last_output" | indented
}
as_pupil() { in_pupil env CURL_CA_BUNDLE="$classroom_dir/pki/ca.pem" "$@"; }
as_admin() { in_gateway env PATH="$programs_dir/bin:$PATH" "$@"; }
# The teacher is somebody without any rights on the gateway.
as_teacher() {
    in_gateway env PATH="$programs_dir/bin:$PATH" \
        setpriv --reuid "$teacher_user" --regid "$teacher_user" --clear-groups "$@"
}

succeeded() { [ "$last_status" = 0 ]; }
ended_with() { [ "$last_status" = "$1" ]; }
output_has() { grep -qi -- "$1" <<<"$last_output"; }
reset_quickly() { { ended_with 35 || ended_with 56; } && output_has reset && soon; }

instagram=https://www.instagram.com/
youtube=https://www.youtube.com/
magister=https://college.magister.net/
quiet='curl -sS -m 10'

# page WANTED URL: open or closed, for the pupil.
page() {
    # shellcheck disable=SC2086 # a command and its options
    type_as pupil $quiet "$2"
    case $1 in
        open) must "open" succeeded ;;
        closed) must "closed, in $last_ms ms" ended_with 6 ;;
    esac
}

# ---- the steps ----

build_programs() {
    local log=build/log/quickstart.log
    headline 'Building'
    packaging/setup.sh build
    mkdir -p build/log
    tell "   build/quickstart (what the compiler says: $log)"
    {
        cmake -C packaging/cmake/release.cmake -S . -B build/quickstart -G Ninja
        cmake --build build/quickstart
    } >"$log" 2>&1 || { tail -n 40 "$log"; fail "the build"; }
}

lesson_config() { # START END
    sed -e "s/@DAY@/$(LC_ALL=C date -u -d "@$1" +%a | tr '[:upper:]' '[:lower:]')/" \
        -e "s/@START@/$(date -u -d "@$1" +%H:%M)/" -e "s/@END@/$(date -u -d "@$2" +%H:%M)/" \
        -e "s/@TEACHER@/$teacher_user/" conf/quickstart.conf.in >"$config.new"
    chmod 644 "$config.new"
    mv "$config.new" "$config"
}

make_classroom() {
    local why
    headline 'A classroom'
    why=$(classroom_possible) || fail "a classroom here: $why"
    classroom_up
    classroom_masquerade
    internet_up
    programs_install
    tell '   pupil in room 306  --+'
    tell '   pupil in the aula  --+-- gateway with lespoort -- internet (HTTPS and DNS servers)'
    tell '   the staff room     --+'
}

start_programs() {
    headline 'A gateway with lespoort'
    # Bells have whole minutes: the next one that leaves time to look around first.
    begin=$((($(now) + 20 * CLASSROOM_PATIENCE + 59) / 60 * 60))
    end=$((begin + 60 * (CLASSROOM_PATIENCE > 1 ? 5 : 1)))
    lesson_config "$begin" "$end"
    tell "   The config is conf/quickstart.conf.in with one lesson, $(date -u -d "@$begin" +%H:%M) to \
$(date -u -d "@$end" +%H:%M) UTC. The teacher is the
   account '$teacher_user', to which it gives that role and which has no rights on the gateway."
    type_as admin lespoortd --check "$config"
    must 'the config is in order' succeeded
    programs_up
    tell "   admin\$ lespoortd --config $config --user $daemon_user &"
    tell '   admin$ lespoort-gate &'
    type_as admin lespoortctl status
    must 'they know each other' gate_connected
}

before_the_lesson() {
    headline "Before the lesson: everything is open (it is $(date -u +%H:%M:%S) UTC)"
    page open "$instagram"
    page open "$youtube"
    page open "$magister"
    tell "   pupil\$ curl -o /dev/null ${instagram}stream &"
    download video pupil "${instagram}stream"
    must 'a long download from Instagram runs' wait_for 10 download_growing video 20000
    [ "$(now)" -lt "$begin" ] || fail 'all of this before the lesson began'
}

wait_for_bell() { # TEXT MOMENT
    local left=$(($2 - $(now)))
    printf '\n   ... %s at %s UTC, in %d seconds ...\n' "$1" "$(date -u -d "@$2" +%H:%M)" \
        $((left > 0 ? left : 0))
    passed() { [ "$(now)" -ge "$1" ]; }
    wait_for $((left + 5)) passed "$2"
}

at_the_bell() {
    wait_for_bell 'the bell rings' "$begin"
    headline 'The lesson begins'
    must 'the download from Instagram has died' wait_for 10 download_ended video
    indented <"$classroom_dir/video.log"
    must 'by a reset, at both ends' wait_for 5 grep -q '^closed.*instagram.com /stream' \
        "$classroom_dir/internet.events"
    type_as admin lespoortctl status
    type_as pupil dig +noall +comments +answer www.instagram.com
    must 'the name is refused, with the reason' output_has 'EDE: 15'
    page closed "$instagram"
    tell '   A device that remembers the address does not get there either:'
    # shellcheck disable=SC2086 # a command and its options
    type_as pupil $quiet --resolve "www.instagram.com:443:$(site_address4 instagram.com)" "$instagram"
    must "a reset in $last_ms ms, no time-out" reset_quickly
    # shellcheck disable=SC2086
    type_as pupil $quiet --resolve "www.instagram.com:443:[$(site_address6 instagram.com)]" "$instagram"
    must 'the same over IPv6' reset_quickly
    page open "$magister"
    page closed "$youtube"
}

a_grant() {
    local started
    headline 'The teacher needs YouTube'
    started=$(date +%s%N)
    type_as teacher lespoortctl grant youtube
    must 'granted' succeeded
    wait_for 2 fetch pupil -o /dev/null "$youtube" || fail 'YouTube opens'
    tell "   -> YouTube is open $((($(date +%s%N) - started) / 1000000)) ms after Enter"
    page open "$youtube"
    page closed "$instagram"
    type_as teacher lespoortctl revoke
    must 'withdrawn' succeeded
    not fetch pupil -o /dev/null "$youtube" 2>/dev/null || wait_for 2 not fetch pupil -o /dev/null "$youtube" ||
        fail 'YouTube closes again'
    page closed "$youtube"
    type_as admin lespoortctl why --zone 306 instagram.com
    must 'every decision has its reason' succeeded
    [ "$(now)" -lt "$end" ] || fail 'all of this within the lesson'
}

after_the_lesson() {
    wait_for_bell 'the lesson ends' "$end"
    headline 'After the lesson'
    wait_for 2 fetch pupil -o /dev/null "$instagram" || fail 'Instagram opens'
    page open "$instagram"
    page open "$youtube"
    page open "$magister"
}

the_end() {
    headline 'The end'
    halt gate
    halt lespoortd
    must 'the stopped programs leave no rule in the kernel' not our_rules
    classroom_down
    tell '   The classroom is gone. To play in it: packaging/quickstart.sh --keep'
}

play() {
    local who
    lesson_config $(($(now) - 60)) $(($(now) + 3600))
    reload || fail 'a lesson of an hour'
    for who in pupil pupil2 staff gateway; do
        # shellcheck disable=SC2016 # expands in the script that it writes
        printf '#!/bin/sh\nPATH=%s/bin:$PATH CURL_CA_BUNDLE=%s exec nsenter -t %s -n -m -r -w -- "$@"\n' \
            "$programs_dir" "$classroom_dir/pki/ca.pem" "${classroom_holder[$who]}" >"$classroom_dir/as-$who"
    done
    printf '#!/bin/sh\nexec %s/as-gateway setpriv --reuid %s --regid %s --clear-groups "$@"\n' \
        "$classroom_dir" "$teacher_user" "$teacher_user" >"$classroom_dir/as-teacher"
    chmod 755 "$classroom_dir"/as-*
    headline 'Yours, in a lesson of an hour (Ctrl-C ends it)'
    tell "In another terminal:
   cd $classroom_dir
   ./as-pupil curl $instagram
   ./as-teacher lespoortctl grant youtube
   ./as-gateway lespoortctl status
   ./as-gateway iptables-save       (or: nft list ruleset)
   ./as-pupil bash"
    # Not in the foreground: a signal must be heard at once.
    sleep infinity &
    classroom_pid[idle]=$!
    wait "${classroom_pid[idle]}"
}

build_programs
make_classroom
start_programs
before_the_lesson
at_the_bell
a_grant
after_the_lesson
[ -z "$keep" ] || play
the_end
