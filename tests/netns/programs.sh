# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # variables of lib.sh
# The built programs on the gateway of the classroom, with bells around the present minute; and
# what the namespace tests have in common. Sourced after lib.sh.

programs_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
: "${LESPOORT_BUILD:=$programs_root/build/dev}"
: "${LESPOORT_BACKEND:=auto}"
# lespoortd needs no rights, and a teacher none on the gateway: accounts that every Debian has.
daemon_user=nobody
teacher_user=games

# The programs are copied to where those accounts can reach them.
programs_install() {
    local program
    programs_dir=$classroom_dir/programs
    mkdir -p "$programs_dir/bin"
    for program in lespoortd lespoort-gate lespoortctl; do
        cp "$LESPOORT_BUILD/bin/$program" "$programs_dir/bin/"
    done
    cp "$programs_root/conf/catalogue.conf" "$programs_dir/"
    config=$programs_dir/lespoort.conf
    state_dir=$programs_dir/state
    install -d -o "$daemon_user" -m 750 "$state_dir"
    # The gateway has an empty /run of its own.
    in_gateway install -d -o "$daemon_user" -m 755 /run/lespoort
}

# bell NAME START END: a period of the timetable; START and END are seconds since 1970.
bell() {
    local days
    days=$(LC_ALL=C date -u -d "@$2" +%a)
    printf '{ name = "%s"; days = "%s"; start = "%s"; end = "%s"; }' "$1" "${days,,}" \
        "$(date -u -d "@$2" +%H:%M)" "$(date -u -d "@$3" +%H:%M)"
}
now() { date +%s; }
lesson_now() { bell 3 $(($(now) - 600)) $(($(now) + 3600)); }
lesson_later() { bell 3 $(($(now) + 6 * 3600)) $(($(now) + 7 * 3600)); }

# school_config BELLS [LINE...]: the config of a small school, with more lines at its end.
school_config() {
    local bells=$1
    shift
    cat >"$config.new" <<CONFIG
school = "Classroom College";
timezone = "UTC";
lan = ("room306", "room307", "staffroom");
state = "$state_dir";
streams = ({ name = "bovenbouw"; bells = ($bells); });
zones = (
    { name = "306"; prefixes = ("10.30.6.0/24", "fd30:6::/64"); $zone_settings },
    { name = "307"; prefixes = ("10.30.7.0/24", "fd30:7::/64"); $zone_settings },
    { name = "staff"; kind = "staff"; prefixes = ("10.30.1.0/24", "fd30:1::/64"); }
);
never_block = ($own_names);
gate = { backend = "$LESPOORT_BACKEND"; $gate_settings };
roles = { teacher = { users = ("$teacher_user"); }; };
$*
CONFIG
    chmod 644 "$config.new"
    mv "$config.new" "$config"
}
gate_settings='' zone_settings='' own_names='"magister.net"'

# two_streams BELLS-OF-306 BELLS-OF-307 [LINE...]: school_config, with bells of its own for each room.
two_streams() {
    local first=$1 second=$2
    shift 2
    school_config "$first" "$@"
    sed -i -e "s|^streams = .*|streams = ({ name = \"onderbouw\"; bells = ($first); }, \
{ name = \"bovenbouw\"; bells = ($second); });|" \
        -e 's|^    { name = "306";|    { name = "306"; stream = "onderbouw";|' \
        -e 's|^    { name = "307";|    { name = "307"; stream = "bovenbouw";|' "$config"
}

start_lespoortd() {
    spawn lespoortd gateway "$programs_dir/bin/lespoortd" --config "$config" --user "$daemon_user"
    wait_for 10 ctl version || { programs_logs; return 1; }
}
start_gate() { spawn gate gateway "$programs_dir/bin/lespoort-gate"; }

ctl() { in_gateway "$programs_dir/bin/lespoortctl" "$@"; }
as_teacher() {
    in_gateway setpriv --reuid "$teacher_user" --regid "$teacher_user" --clear-groups \
        "$programs_dir/bin/lespoortctl" "$@"
}

# status EXPRESSION: of the answer of `lespoortctl status --json`, as Python reads it.
status() { ctl status --json | python3 -c "import json, sys; s = json.load(sys.stdin); print($1)"; }
gate_connected() { [ "$(status 's["gate"]["connected"]')" = True ]; }
# The gate works by a snapshot of this lespoortd, and its rules are loaded.
gate_ready() { gate_connected && [ -n "$(our_rules)" ]; }

programs_up() {
    start_lespoortd
    start_gate
    wait_for 15 gate_ready || { say 'the gate does not work'; programs_logs; return 1; }
}

programs_logs() {
    local name
    for name in lespoortd gate; do
        [ ! -s "$classroom_dir/$name.log" ] || sed "s/^/# $name: /" "$classroom_dir/$name.log"
    done
}

# Everything of ours in the gateway's kernel.
our_rules() {
    in_gateway sh -c '
        iptables-save 2>/dev/null; ip6tables-save 2>/dev/null
        ipset list -n 2>/dev/null; nft list ruleset 2>/dev/null' | grep -i lespoort
}

# Takes over a new config and waits until the gate works by it.
reload() {
    local before
    before=$(status 's["gate"]["generation"]')
    ctl reload >/dev/null || return 1
    wait_for 10 generation_after "$before"
}
generation_after() { [ "$(status 's["gate"]["generation"]')" -gt "$1" ]; }

# ---- the test itself ----

test_count=0 test_failed=0

# check TEXT COMMAND...
check() {
    local text=$1
    shift
    test_count=$((test_count + 1))
    if "$@"; then
        echo "ok $test_count - $text"
    else
        echo "not ok $test_count - $text"
        test_failed=$((test_failed + 1))
    fi
}
not() { ! "$@"; }
equal() { [ "$1" = "$2" ] || { echo "# '$1' instead of '$2'"; return 1; }; }

# skip TEXT REASON: a check that cannot be made here.
skip() {
    test_count=$((test_count + 1))
    echo "ok $test_count - $1 # SKIP $2"
}

# Ends the test.
finish() {
    echo "1..$test_count"
    [ "$test_failed" = 0 ] || programs_logs
    exit $((test_failed > 0))
}

# A classroom with an internet behind NAT, and a gateway that has the programs installed.
test_classroom() {
    local why
    [ -x "$LESPOORT_BUILD/bin/lespoort-gate" ] || { echo "no programs in $LESPOORT_BUILD"; exit 1; }
    why=$(classroom_possible) || { echo "$why"; exit 77; }
    classroom_up
    classroom_masquerade
    internet_up
    programs_install
}

# milliseconds COMMAND...: how long it takes; its output goes to last_output, its status to
# last_status.
timed() {
    local start
    start=$(date +%s%N)
    last_status=0
    last_output=$("$@" 2>&1) || last_status=$?
    last_ms=$((($(date +%s%N) - start) / 1000000))
}
soon() { # the last timed command did not wait for a time-out: those are five seconds and more
    [ "$last_ms" -lt $((3000 * CLASSROOM_PATIENCE)) ] || { echo "# took $last_ms ms"; return 1; }
}

# site HOST NAME [CURL-OPTION...]: whether the page of that name comes; the address is given, so
# that DNS plays no part.
site() {
    local host=$1 name=$2
    shift 2
    fetch "$host" -o /dev/null --resolve "$name:443:$(site_address4 "$name")" \
        "$@" "https://$name/"
}
# refused HOST NAME [CURL-OPTION...]: a reset, not a time-out (curl: 35 in the handshake, 56 later).
refused() {
    timed site "$@"
    case $last_status in
        35 | 56) grep -qi 'reset' <<<"$last_output" && soon ;;
        *) echo "# curl ended with $last_status: $last_output"; return 1 ;;
    esac
}

# ---- clients that stay (alive.py) ----

# alive_client NAME HOST VERB...: alive.py in the background; what it says goes to NAME.log.
alive_client() {
    local name=$1 host=$2
    shift 2
    spawn "$name" "$host" "$classroom_lib/alive.py" "$@"
}
said() { grep -c -- "$2" "$classroom_dir/$1.log" || true; } # NAME PATTERN
last_said() { sed -n "s/^$2 //p" "$classroom_dir/$1.log" | tail -n 1; } # NAME WORD
going_past() { [ "$(last_said "$1" going | grep . || echo 0)" -gt "$2" ]; }
# It exchanges more, and nothing of it was ended.
lives() {
    wait_for 10 going_past "$1" "$(last_said "$1" going | grep . || echo 0)" && running "$1" &&
        ! grep '^end' "$classroom_dir/$1.log"
}
# told NAME WORD: ends it, and gives the line that it ends with.
told() {
    kill -TERM "${classroom_pid[$1]}"
    wait_for 30 gone "${classroom_pid[$1]}"
    last_said "$1" "$2"
}
# A download (of curl, without an end) gets more bytes.
download_flows() {
    local size
    size=$(stat -c %s "$classroom_dir/$1.data")
    wait_for 10 download_growing "$1" $((size + 8000)) && not download_ended "$1" && return
    echo "# $1 after $size bytes: $(cat "$classroom_dir/$1.result" "$classroom_dir/$1.log")"
    return 1
}
# ended_within NAME SECONDS TIME: the last of what was ended there was so at most that much later.
ended_within() {
    last_said "$1" end | awk -v most=$(($2 * CLASSROOM_PATIENCE)) -v from="$3" -v name="$1" '{
        if ($2 - from > most) { printf "# %s: %.1f s later\n", name, $2 - from; exit 1 }
        seen = 1 } END { exit !seen }'
}
