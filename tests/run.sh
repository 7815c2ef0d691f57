#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# All tests in one command, on Debian 12 as root:
#   tests/run.sh                 everything
#   tests/run.sh PART...         some parts:
#     unit scenario config ctl   that kind of test, built with gcc
#     dev clang asan             all of those with gcc; with clang; with gcc, ASan and UBSan
#     lint fuzz                  the gates; a bounded run of the fuzz targets
#     netns quickstart vm        real packets in namespaces; the quickstart; a stock kernel
# Everything it makes lies in build/. Ends with one line: N passed, M failed, K skipped.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
logs=$PWD/build/log
jobs=$(nproc)
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
export LESPOORT_BUILD=$PWD/build/dev

passed=0 failed=0 skipped=0
table='' # one line per part
declare -A built=()

note() { printf '  %s\n' "$*"; }

# Adds to the sums of the part that runs.
pass() { part_passed=$((part_passed + ${1:-1})); }
fail() { part_failed=$((part_failed + ${1:-1})); }
skip() { part_skipped=$((part_skipped + ${1:-1})); }

part() { # part NAME FUNCTION [ARG...]
    local name=$1 start=$SECONDS
    part_passed=0 part_failed=0 part_skipped=0
    shift
    echo "== $name"
    "$@"
    passed=$((passed + part_passed)) failed=$((failed + part_failed))
    skipped=$((skipped + part_skipped))
    table+=$(printf '%-12s %6d %6d %7d %6d s' "$name" "$part_passed" "$part_failed" \
        "$part_skipped" $((SECONDS - start)))$'\n'
}

# build CONFIGURATION: once; its failure counts as one failed test of each part that needs it.
build() {
    local name=$1 log="$logs/build-$1.log"
    [ -z "${built[$name]:-}" ] || return "${built[$name]}"
    note "build/$name"
    if cmake -C "packaging/cmake/$name.cmake" -S . -B "build/$name" -G Ninja >"$log" 2>&1 &&
        cmake --build "build/$name" -j "$jobs" >>"$log" 2>&1; then
        built[$name]=0
    else
        built[$name]=1
        grep -v '^\[' "$log" | tail -n 40
        note "build/$name failed, see build/log/build-$name.log"
    fi
    return "${built[$name]}"
}

# suite CONFIGURATION CTEST-OPTION...: builds, runs ctest, counts.
suite() {
    local name=$1 sum log
    shift
    build "$name" || { fail; return; }
    log=$logs/test-$name.log
    rm -f "$log.xml"
    ctest --test-dir "build/$name" -j "$jobs" --output-on-failure --output-junit "$log.xml" \
        "$@" >"$log" 2>&1
    # The first element of the report carries the sums.
    sum=$(grep -om1 'tests="[0-9]*"' "$log.xml" 2>/dev/null | tr -dc 0-9)
    if [ -z "$sum" ] || [ "$sum" = 0 ]; then
        tail -n 20 "$log"
        note "no test was run, see $log"
        fail
        return
    fi
    local bad out
    bad=$(grep -om1 'failures="[0-9]*"' "$log.xml" | tr -dc 0-9)
    out=$(grep -om1 'skipped="[0-9]*"' "$log.xml" | tr -dc 0-9)
    pass $((sum - bad - out))
    fail "$bad"
    skip "$out"
    if [ "$bad" != 0 ]; then
        grep -v ' Passed ' "$log" | tail -n 200
    fi
    note "$sum tests, $bad failed, $out skipped"
}

# script SECONDS FILE [ARG...]: exit 0 ok, 77 skipped (its last line says why), else failed.
script() {
    local limit=$1 log status start=$SECONDS
    shift
    log=$logs/$(basename "$1").log
    timeout -k 20 "$limit" "$@" >"$log" 2>&1
    status=$?
    case $status in
        0) pass; note "ok       $1 ($((SECONDS - start)) s)" ;;
        77) skip; note "skipped  $1: $(tail -n 1 "$log")" ;;
        *)
            fail
            tail -n 60 "$log"
            [ "$status" != 124 ] || note "stopped after $limit s"
            note "FAILED   $1, see $log"
            ;;
    esac
}

netns() {
    local test
    build dev || { fail; return; }
    # Without it one test says that it cannot run.
    packaging/setup.sh browser >"$logs/setup-browser.log" 2>&1 || note 'there is no browser to test with'
    for test in tests/netns/[0-9]*.sh; do script 400 "$test"; done
}

vm() {
    local test
    if ! packaging/setup.sh vm >"$logs/setup-vm.log" 2>&1; then
        skip
        note "skipped: $(tail -n 1 "$logs/setup-vm.log")"
        return
    fi
    build dev || { fail; return; }
    for test in tests/vm/[0-9]*.sh; do script 1700 "$test"; done
}

# The emulated machine waits most of the time, and knows that it is slow: it runs beside the
# other parts. Its words and sums come when its turn does.
vm_begin() {
    build dev || return 0
    (
        part_passed=0 part_failed=0 part_skipped=0
        vm
        echo "$part_passed $part_failed $part_skipped" >"$logs/vm.sums"
    ) >"$logs/vm.log" 2>&1 &
    vm_pid=$!
}

vm_end() {
    local good bad out
    [ -n "${vm_pid:-}" ] || { vm; return; }
    wait "$vm_pid"
    cat "$logs/vm.log"
    read -r good bad out <"$logs/vm.sums" || { fail; return; }
    pass "$good"
    fail "$bad"
    skip "$out"
}

run_part() {
    case $1 in
        unit | scenario | config | ctl) part "$1" suite dev -L "^$1\$" ;;
        dev | clang | asan) part "$1" suite "$1" -LE lint ;;
        lint) part lint suite clang -L lint ;;
        fuzz) part fuzz suite fuzz -L fuzz ;;
        netns) part netns netns ;;
        quickstart) part quickstart script 600 packaging/quickstart.sh ;;
        vm) part vm vm_end ;;
        *) echo "run.sh: unknown part '$1'" >&2; exit 2 ;;
    esac
}

[ $# -gt 0 ] || set -- dev clang asan lint fuzz netns quickstart vm
mkdir -p "$logs"
rm -f "$logs/vm.sums"
packaging/setup.sh build test || exit 1
case " $* " in *' vm '*) [ $# = 1 ] || vm_begin ;; esac
for one; do run_part "$one"; done

printf '\n%-12s %6s %6s %7s %8s\n%s' part passed failed skipped time "$table"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
