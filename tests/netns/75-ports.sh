#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Ports that are used again: what a connection was called does not stick to them, and nobody can
# say "again" of a connection that lives.
set -euo pipefail
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/programs.sh"
test_classroom
gate_settings='queue = 40; mark_shift = 16; probe = false;'
school_config "$(lesson_now)"
programs_up
# One address for both names, as shared hosts have.
shared=203.0.113.10

from_port() { # PORT NAME [CURL-OPTION...]
    fetch pupil -o /dev/null --local-port "$1" --resolve "$2:443:$shared" "${@:3}" "https://$2/"
}
reset_from() { # PORT NAME
    timed from_port "$@"
    [ "$last_status" = 35 ] || [ "$last_status" = 56 ] || { echo "# curl ended with $last_status"; return 1; }
}
mark_of() { # PORT: our 16 bits of its connection's mark, as hexadecimal digits
    in_gateway conntrack -L -p tcp -s 10.30.6.11 --sport "$1" 2>/dev/null |
        sed -n 's/.*mark=\([0-9]*\).*/\1/p' | { read -r mark && printf '%04x\n' $((mark >> 16)); }
}

for port in 40001 40002 40003; do
    check "port $port: a closed name is refused" reset_from "$port" www.instagram.com
    check "port $port: again, and an open one at once" from_port "$port" www.magister.net --max-time 3
done

# A SYN of a connection that lives: its name stays, and with it what becomes of it at a bell.
download allowed pupil --local-port 41001 --resolve "www.magister.net:443:$shared" \
    https://www.magister.net/stream
check 'a download runs' wait_for 10 download_growing allowed 20000
before=$(mark_of 41001)
in_pupil "$classroom_lib/crafted.py" send "$shared" 443 syn 41001
same_name() { # the state's eighth bit says that there was a SYN
    local after
    after=$(mark_of 41001)
    [ $((0x$after & 0x80)) != 0 ] && equal $((0x$after & 0xff4f)) $((0x$before & 0xff4f))
}
check 'a SYN in between changes no name' wait_for 5 same_name
size=$(stat -c %s "$classroom_dir/allowed.data")
check 'the download goes on' wait_for 10 download_growing allowed $((size + 20000))

# Both ends forget, and the gateway does not notice: the server's answer to the next SYN tells it.
spawn serve internet python3 "$classroom_lib/crafted.py" serve 8443
wait_for 10 grep -q ready "$classroom_dir/serve.log"
for host in pupil internet; do
    in_host "$host" iptables -A OUTPUT -p tcp --tcp-flags RST RST -j DROP
done
twice() { # PORT WANTED... NAME...
    timed in_pupil "$classroom_lib/crafted.py" twice "$shared" 8443 "$1" "$4" "$5"
    equal "$(xargs <<<"$last_output")" "$2 $3"
}
check 'an open name, and another over the same ports' \
    twice 41002 answered answered www.magister.net downloads.example.org
check 'an open name, and a closed one over the same ports' \
    twice 41003 answered reset www.magister.net www.instagram.com

finish
