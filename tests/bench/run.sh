#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Measures what lespoort costs, as root, in network namespaces of its own:
#   tests/bench/run.sh [--markdown] [--rounds N] [--seconds N] [--names N] [PART...]
#     traffic   plain forwarding, a loop that accepts every packet, and lespoort, in turns: new TLS
#               connections, bulk, DNS questions. Each round is compared within itself
#     engine    ns of our own work per packet, without a kernel
#     bell      ms to change the kernel's sets, 200 zones with 60 labels each
#     names     a list of N names (5 million) in lespoort, a plain hash table, dnsmasq and unbound
# Builds what is installed (optimised, hardened) in build/bench, or takes $LESPOORT_BUILD as it is.
set -euo pipefail
tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
built=${LESPOORT_BUILD:-}
export LESPOORT_BUILD=${built:-$tree/build/bench}
# shellcheck source=../netns/lib.sh
. "$tree/tests/netns/lib.sh"
# shellcheck source=../netns/programs.sh
. "$tree/tests/netns/programs.sh"

server=203.0.113.40
queue=9         # of the loop
first_client=21 # last byte of the addresses that speak, in each room
clients=16
closed_name=www.instagram.com
other_name=www.example.net
rounds=5 seconds=2 format=plain names=5000000
parts=()

usage() { sed -n '/^#   /s/^# *//p' "${BASH_SOURCE[0]}"; }

while [ $# -gt 0 ]; do
    case $1 in
        --markdown) format=markdown ;;
        --rounds) rounds=$2; shift ;;
        --seconds) seconds=$2; shift ;;
        --names) names=$2; shift ;;
        traffic | engine | bell | names) parts+=("$1") ;;
        *) usage >&2; exit 2 ;;
    esac
    shift
done
[ ${#parts[@]} -gt 0 ] || parts=(traffic engine bell names)

build() {
    [ -z "$built" ] || return 0
    mkdir -p "$LESPOORT_BUILD"
    {
        cmake -C "$tree/packaging/cmake/release.cmake" -S "$tree" -B "$LESPOORT_BUILD" -G Ninja \
            -DLESPOORT_TESTS=ON &&
            cmake --build "$LESPOORT_BUILD" --target benches lespoortd lespoort-gate lespoortctl
    } >"$LESPOORT_BUILD/build.log" 2>&1 || { tail -n 40 "$LESPOORT_BUILD/build.log" >&2; exit 1; }
}

table() { "$tree/tests/bench/table.py" "$format" "$@"; }
bench() { printf '%s/tests/bench/bench_%s' "$LESPOORT_BUILD" "$1"; }

# ---- traffic ----

network() {
    local host client
    classroom_up
    for host in pupil staff; do
        for ((client = first_client; client < first_client + clients; client++)); do
            classroom_client "$host" "$client"
        done
        # More connections than the usual range has ports would meet their predecessors.
        in_host "$host" sh -c 'echo 1024 65535 >/proc/sys/net/ipv4/ip_local_port_range'
    done
    # Connection tracking is on in every variant: every school has one rule of this kind.
    in_gateway iptables -A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
    # Ended connections must not fill the table: thousands of them come each second.
    in_gateway sh -c 'echo 1 >/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_close'
    spawn answer internet "$(bench answer)" "$server"
    spawn iperf internet iperf3 --server --bind "$server"
    wait_for 10 grep -q ready "$classroom_dir/answer.log"
    programs_install
    school_config "$(lesson_now)"
}

client_room() {
    awk -v host="$1" -v last="$first_client" '$1 == host { print "10.30." $3 "." last }' \
        <<<"$classroom_rooms"
}

# generate PROGRAM HOST [OPTION...]: prints rate, CPU time, refused, failed
generate() {
    local program=$1 host=$2
    shift 2
    in_host "$host" "$(bench "$program")" -b "$(client_room "$host")" -c "$clients" "$@" "$server"
}

record() { # record MEASURE VARIANT RATE CPU QUEUED
    echo "$round $*" >>"$results"
}

# How many packets have come to queues since they were made.
# proc: queue, port id, waiting, mode, range, dropped by queue, dropped by socket, last id, 1
queued() {
    in_gateway cat /proc/net/netfilter/nfnetlink_queue | awk '{ sum += $8 } END { print sum + 0 }'
}

# rate MEASURE VARIANT PROGRAM HOST [OPTION...]; what failed is told, for it spoils the figure.
rate() {
    local measure=$1 variant=$2 before value cpu refused failed
    before=$(queued)
    read -r value cpu refused failed _ < <(generate "${@:3}" -t "$seconds")
    record "$measure" "$variant" "$value" "$cpu" \
        "$((($(queued) - before) * 100 / (value * seconds + 1)))"
    [ "$variant" != closed ] || refused=0
    [ "$((refused + failed))" = 0 ] ||
        say "round $round, $measure, $variant: $refused refused, $failed failed" >>"$notes"
}

# first VARIANT HOST: one connection after the other, so that nothing but the way takes time
first() {
    local refused failed middle slow
    read -r _ _ refused failed middle slow < <(generate connect "$2" -j 1 -s "$other_name" -t "$seconds")
    record first50 "$1" "$middle" 0 0
    record first99 "$1" "$slow" 0 0
    [ "$((refused + failed))" = 0 ] ||
        say "round $round, one at a time, $1: $refused refused, $failed failed" >>"$notes"
}

# bulk MEASURE VARIANT HOST [OPTION...]: Gbit/s that arrived
bulk() {
    local measure=$1 variant=$2 host=$3 speed
    shift 3
    speed=$(in_host "$host" timeout $((seconds + 20)) iperf3 --client "$server" --json \
        --time "$seconds" "$@" | python3 -c '
import json, sys
print(json.load(sys.stdin)["end"]["sum_received"]["bits_per_second"] / 1e9)') ||
        { say "round $round, $measure, $variant: iperf3 failed" >>"$notes"; return 0; }
    record "$measure" "$variant" "$speed" 0 0
}

# measure MEASURE VARIANT HOST
measure() {
    case $1 in
        connect | dns) rate "$1" "$2" "$1" "$3" -s "$other_name" ;;
        first) first "$2" "$3" ;;
        up) bulk up "$2" "$3" ;;
        down) bulk down "$2" "$3" --reverse ;;
    esac
}

# What is compared: each takes a measure.

plain() { measure "$1" plain pupil; }

loop() {
    local rule=(FORWARD -j NFQUEUE --queue-num "$queue" --queue-bypass)
    spawn loop gateway "$(bench acceptall)" "$queue"
    wait_for 10 grep -q ready "$classroom_dir/loop.log"
    in_gateway iptables -t mangle -A "${rule[@]}"
    measure "$1" loop pupil
    [ "$(queued)" -gt 0 ] || { say 'the loop saw no packets' >&2; exit 1; }
    in_gateway iptables -t mangle -D "${rule[@]}"
    halt loop
}

lespoort() {
    programs_up
    wait_for 10 lespoort_works || { say 'lespoort does not close or open what it should' >&2; exit 1; }
    measure "$1" lesson pupil
    [ "$1" != dns ] || rate dns closed dns pupil -s "$closed_name"
    measure "$1" open staff
    halt gate
    halt lespoortd
    wait_for 10 not our_rules
}

# A measurement of something that does nothing would look splendid.
lespoort_works() {
    local refused
    read -r _ _ refused _ < <(generate connect pupil -n 1 -s "$closed_name")
    [ "$refused" = 1 ] || return 1
    read -r _ _ refused _ < <(generate connect staff -n 1 -s "$closed_name")
    [ "$refused" = 0 ] || return 1
    read -r _ _ refused _ < <(generate dns pupil -n 1 -s "$closed_name")
    [ "$refused" -gt 0 ]
}

part_traffic() {
    local why measure variants variant round results notes
    why=$(classroom_possible) || { say "$why"; exit 77; }
    network
    results=$classroom_dir/results notes=$classroom_dir/notes
    : >"$results"
    : >"$notes"
    generate connect pupil -t 1 >/dev/null # the first run of all is slower
    for ((round = 1; round <= rounds; round++)); do
        # Neighbours in time, so that they are compared under the same conditions.
        variants=(plain loop lespoort)
        ((round % 2)) || variants=(lespoort loop plain)
        for measure in connect first up down dns; do
            for variant in "${variants[@]}"; do "$variant" "$measure"; done
        done
        say "round $round of $rounds" >&2
    done
    table traffic <"$results"
    cat "$notes"
    classroom_down
}

part_engine() { "$(bench engine)" | table spread; }

part_bell() { "$(bench bell)" | table spread; }

# ---- names ----

peer_memory=6 # GB, of address space
peer_patience=300

record_name() { # record_name MEASURE VARIANT VALUE, which may be a text
    printf '%s\t%s\t%s\t%s\n' "$round" "$@" >>"$results"
}

measure_lists() {
    local state=$classroom_dir/state
    mkdir "$state"
    "$(bench names)" measure "$names" "$classroom_dir/domains" "$state" "$round" |
        sed "s/^/$round\t/" >>"$results"
    rm -r "$state"
}

peer_answers() {
    in_internet dig +time=1 +tries=1 @127.0.0.1 "$listed" A | grep -q NXDOMAIN
}

# Until the first answer; it may come while nothing else is heard.
peer_loaded() {
    local until=$((SECONDS + peer_patience))
    until peer_answers; do
        running "$1" && [ "$SECONDS" -lt "$until" ] || return 1
        sleep 0.02
    done
}

peer_status() { # peer_status NAME FIELD: kB
    awk -v field="$2:" '$1 == field { print $2 }' "/proc/${classroom_pid[$1]}/status"
}

# measure_peer NAME COMMAND...
measure_peer() {
    local name=$1 start took rate refused measure
    command -v "$2" >/dev/null || { record_name build "$name" 'not installed'; return; }
    start=$(date +%s%N)
    spawn "$name" internet prlimit --as=$((peer_memory << 30)) "${@:2}"
    if ! peer_loaded "$name"; then
        record_name build "$name" "not within $peer_memory GB and $peer_patience s"
        halt "$name"
        return
    fi
    took=$((($(date +%s%N) - start) / 1000000))
    read -r rate _ refused _ < <(in_internet "$(bench dns)" -t "$seconds" -s "$listed" 127.0.0.1)
    record_name build "$name" "$((took / 1000)).$(printf %03d $((took % 1000)))"
    record_name start "$name" "$took"
    record_name peak "$name" $(($(peer_status "$name" VmHWM) / 1024))
    record_name memory "$name" "$(($(peer_status "$name" VmRSS) * 1024 / names))"
    [ "$refused" = 0 ] || record_name dns "$name" "$rate"
    halt "$name"
}

peer_configs() {
    "$(bench names)" list "$names" dnsmasq >"$classroom_dir/dnsmasq.conf"
    {
        printf '%s\n' server: 'interface: 127.0.0.1' 'num-threads: 1' 'username: ""' \
            'chroot: ""' 'pidfile: ""' 'do-daemonize: no' 'use-syslog: no' \
            'module-config: "iterator"'
        "$(bench names)" list "$names" unbound
    } >"$classroom_dir/unbound.conf"
}

measure_dnsmasq() {
    measure_peer dnsmasq dnsmasq --keep-in-foreground --conf-file="$classroom_dir/dnsmasq.conf" \
        --no-resolv --no-hosts --no-poll --cache-size=0 --user=root --pid-file= \
        --bind-interfaces --listen-address=127.0.0.1
}
measure_unbound() { measure_peer unbound unbound -d -c "$classroom_dir/unbound.conf"; }

part_names() {
    local why variants variant round results listed
    why=$(classroom_possible) || { say "$why"; exit 77; }
    classroom_up
    results=$classroom_dir/results
    : >"$results"
    "$(bench names)" list "$names" domains >"$classroom_dir/domains"
    listed=$(sed -n '$p' "$classroom_dir/domains")
    peer_configs
    for ((round = 1; round <= rounds; round++)); do
        variants=(lists dnsmasq unbound)
        ((round % 2)) || variants=(unbound dnsmasq lists)
        for variant in "${variants[@]}"; do "measure_$variant"; done
        say "round $round of $rounds" >&2
    done
    table names <"$results"
    classroom_down
}

build
say "lespoort $(git -C "$tree" describe --always --dirty 2>/dev/null || true), kernel" \
    "$(uname -r), $(nproc) CPUs, load $(cut -d ' ' -f 1 /proc/loadavg) before"
for part in "${parts[@]}"; do
    say ''
    "part_$part"
done
