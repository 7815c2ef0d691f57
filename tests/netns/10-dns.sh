#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Closed questions are answered at once and never leave the gateway; all others do.
set -euo pipefail
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/programs.sh"
test_classroom
school_config "$(lesson_now)"
programs_up

client() { in_pupil "$classroom_lib/client.py" "$@"; }
asked_upstream() { grep -ci "query\[.*$1" "$classroom_dir/dns.log" || true; }

# dns_says WANTED SERVER TRANSPORT NAME TYPE...
dns_says() {
    local wanted=$1
    shift
    timed client dns "$@"
    equal "$(sort <<<"$last_output")" "$wanted" && soon
}

before=$(asked_upstream instagram)
for server in "$classroom_dns4" "$classroom_dns6"; do
    for transport in udp tcp; do
        check "closed: NXDOMAIN, EDE 15, SOA of one second, same question ($transport, $server)" \
            dns_says 'A 3 15 1 same 0' "$server" "$transport" www.instagram.com A
        check "open: A and AAAA at once over one socket, both answered ($transport, $server)" \
            dns_says $'A 0 - - same 1\nAAAA 0 - - same 1' "$server" "$transport" www.magister.net A AAAA
    done
    check "closed: A and AAAA at once over one socket, both answered ($server)" \
        dns_says $'A 3 15 1 same 0\nAAAA 3 15 1 same 0' "$server" udp instagram.com A AAAA
done
check 'closed: the other types of a browser too' \
    dns_says 'HTTPS 3 15 1 same 0' "$classroom_dns4" udp scontent.cdninstagram.com HTTPS
check 'no closed question reached the resolver' equal "$(asked_upstream instagram)" "$before"

blocked() { grep -q 'NXDOMAIN' <<<"$last_output" && grep -qi 'EDE: 15\|EDE.*Blocked' <<<"$last_output"; }
for tool in dig kdig; do
    timed in_pupil "$tool" +edns "@$classroom_dns4" www.youtube.com A
    check "$tool reads the refusal" blocked
    check "$tool has it without a wait" soon
    timed in_pupil "$tool" +edns +tcp "@$classroom_dns4" www.youtube.com AAAA
    check "$tool reads the refusal over TCP" blocked
    timed in_pupil "$tool" +short "@$classroom_dns4" downloads.example.org A
    check "$tool resolves what is open" equal "$last_output" 203.0.113.40
    timed in_pupil "$tool" +short +tcp "@$classroom_dns6" downloads.example.org AAAA
    check "$tool resolves what is open over TCP and IPv6" equal "$last_output" 2001:db8:113::40
done

timed fetch pupil -o /dev/null https://www.instagram.com/
check 'curl ends at once: no such host' equal "$last_status" 6
check 'without a wait' soon
timed in_staff dig +short "@$classroom_dns4" www.instagram.com A
check 'the staff room resolves it' equal "$last_output" 203.0.113.10

finish
