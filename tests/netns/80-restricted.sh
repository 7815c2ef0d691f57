#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A restricted grant: in that zone DNS answers for YouTube and search engines are those of their
# safe hosts, whichever resolver is asked.
set -euo pipefail
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/programs.sh"
test_classroom
# More than one gate: the answer must come to the one that has the question.
gate_settings='gates = 3;'
school_config "$(lesson_now)"

# Resolvers on the gateway: one that pupils know, and one that takes what they ask of others.
away4=198.51.100.53
local_resolver() {
    spawn "$1" gateway dnsmasq --keep-in-foreground --conf-file=/dev/null --no-resolv --no-hosts \
        --cache-size=0 --user=root --pid-file= --bind-interfaces --port="$2" \
        --listen-address=10.30.6.1 --listen-address=fd30:6::1 --server="$classroom_dns4"
}
local_resolver resolver 53
local_resolver elsewhere 5353
for proto in udp tcp; do
    in_gateway iptables -t nat -A PREROUTING -p "$proto" -d "$away4" --dport 53 -j REDIRECT --to-ports 5353
done
resolves() { in_pupil dig +short +time=1 +tries=1 "@$1" magister.net A | grep -q 203; }
wait_for 10 resolves 10.30.6.1
wait_for 10 resolves "$away4"
programs_up

# looked_up HOST SERVER NAME TYPE [DIG-OPTION...]: the records of the answer, in one line.
looked_up() {
    local host=$1 server=$2 name=$3 type=$4
    shift 4
    in_host "$host" dig +short +time=2 +tries=2 "$@" "@$server" "$name" "$type" | sort | xargs
}
# says WANTED HOST SERVER NAME TYPE [DIG-OPTION...]
says() {
    local wanted=$1
    shift
    equal "$(looked_up "$@")" "$wanted"
}
# ends_with STATUS ANSWERS HOST SERVER NAME TYPE [DIG-OPTION...]: and no records, or that many.
ends_with() {
    local status=$1 answers=$2 host=$3 server=$4 name=$5 type=$6
    shift 6
    timed in_host "$host" dig +time=2 +tries=1 +noall +comments "$@" "@$server" "$name" "$type"
    if ! grep -q "status: $status," <<<"$last_output" || ! grep -q "ANSWER: $answers," <<<"$last_output"; then
        echo "# $last_output"
        return 1
    fi
    soon
}
servers=("$classroom_dns4" "$classroom_dns6" 10.30.6.1 fd30:6::1 "$away4")
restrict4=203.0.113.21 restrict6=2001:db8:113::21

for server in "${servers[@]}"; do
    check "before: closed ($server)" ends_with NXDOMAIN 0 pupil "$server" www.youtube.com A
    check "before: Google as it is ($server)" says 203.0.113.25 pupil "$server" www.google.com A
done

check 'only what has a safe form can be restricted' not as_teacher grant instagram --restricted --zone 306
check 'a teacher grants YouTube, restricted' as_teacher grant youtube --restricted --zone 306
# Its answers are there a moment after the grant.
restricted() { says "$restrict4 restrict.youtube.com." pupil "$classroom_dns4" www.youtube.com A; }
check 'within a second' wait_for 1 restricted

for server in "${servers[@]}"; do
    check "YouTube: the safe host and its address ($server)" \
        says "$restrict4 restrict.youtube.com." pupil "$server" wWw.YouTube.Com A
    check "over IPv6, too ($server)" \
        says "$restrict6 restrict.youtube.com." pupil "$server" m.youtube.com AAAA
    check "without EDNS ($server)" \
        says "$restrict4 restrict.youtube.com." pupil "$server" www.youtube.com A +noedns
    check "Google ($server)" \
        says '203.0.113.26 forcesafesearch.google.com.' pupil "$server" www.google.nl A
    check "the other types say nothing ($server)" \
        ends_with NOERROR 0 pupil "$server" www.youtube.com HTTPS
    check "over TCP there is the alias alone ($server)" \
        says restrict.youtube.com. pupil "$server" www.youtube.com A +tcp
    check "other names are left alone ($server)" \
        says 203.0.113.20 pupil "$server" rr1.googlevideo.com A
    check "what is closed stays closed ($server)" ends_with NXDOMAIN 0 pupil "$server" www.instagram.com A
done
both() {
    timed in_pupil "$classroom_lib/client.py" dns "$1" udp www.google.com A AAAA HTTPS
    equal "$(sort <<<"$last_output")" $'A 0 - - same 2\nAAAA 0 - - same 2\nHTTPS 0 4 1 same 0' && soon
}
for server in "${servers[@]}"; do
    check "A, AAAA and HTTPS at once over one socket, each with its own question ($server)" both "$server"
done
for port in 40053 40054; do # the same port again, and again
    check "a client that keeps its port ($port)" \
        says "$restrict4 restrict.youtube.com." pupil "$classroom_dns4" www.youtube.com A -b "10.30.6.11#$port"
    check 'for another question' \
        says 203.0.113.30 pupil "$classroom_dns4" www.magister.net A -b "10.30.6.11#$port"
    check 'and for the same again' \
        says "$restrict4 restrict.youtube.com." pupil "$classroom_dns4" www.youtube.com A -b "10.30.6.11#$port"
done
page() {
    timed fetch pupil -w '%{remote_ip}' https://www.youtube.com/
    equal "$last_output" "hello from www.youtube.com"$'\n'"$1"
}
page_of_safe_host() { page "$restrict4" || page "$restrict6"; }
check 'a browser gets the page of its site from the safe host' page_of_safe_host
check 'the other room is closed' ends_with NXDOMAIN 0 pupil2 "$classroom_dns4" www.youtube.com A
check 'and its Google as it is' says 203.0.113.25 pupil2 "$classroom_dns4" www.google.com A
check 'staff are left alone' says 203.0.113.20 staff "$classroom_dns4" www.youtube.com A
check 'status shows it' grep -q 'youtube (restricted)' <<<"$(ctl status)"

check 'the same without a restriction' as_teacher grant youtube --zone 306
plain() { says 203.0.113.20 pupil "$classroom_dns4" www.youtube.com A; }
check 'decides within a second' wait_for 1 plain
check 'for all' says 203.0.113.25 pupil "$classroom_dns4" www.google.com A
check 'restricted again' as_teacher grant youtube --restricted --zone 306
check 'within a second' wait_for 1 restricted
check 'withdrawn' as_teacher revoke youtube --zone 306
closed() { ends_with NXDOMAIN 0 pupil "$classroom_dns4" www.youtube.com A; }
check 'closed within a second' wait_for 1 closed
check 'and Google as it was' says 203.0.113.25 pupil "$classroom_dns4" www.google.com A

finish
