#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A tool that loads sets does not come back for a while (another program holds a lock): gates are
# watched meanwhile, and what was asked for in that time is done when it has ended.
set -euo pipefail
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/programs.sh"
test_classroom
school_config "$(lesson_now)"
programs_up
[ "$(status 's["gate"]["backend"]')" = iptables ] ||
    { echo 'nftables are loaded without a tool'; exit 77; }

# Every ipset waits until that file is gone.
wait_here=$classroom_dir/wait
cp "$(readlink -f /usr/sbin/ipset)" "$classroom_dir/ipset.real"
cat >"$classroom_dir/ipset" <<TOOL
#!/bin/bash
: >"$wait_here.reached"
while [ -e "$wait_here" ]; do sleep 0.05; done
exec -a ipset "$classroom_dir/ipset.real" "\$@"
TOOL
chmod 755 "$classroom_dir/ipset"
: >"$wait_here"
in_gateway mount --bind "$classroom_dir/ipset" "$(readlink -f /usr/sbin/ipset)"

to_gates() { pkill "-$1" -x -P "${classroom_pid[gate]}" lespoort-gate; }
log_has() { grep -q -- "$1" "$classroom_dir/gate.log"; }

check 'closed is closed' refused pupil www.youtube.com
as_teacher grant youtube --zone 306
check 'a grant is being loaded' wait_for 10 test -e "$wait_here.reached"
as_teacher grant snapchat --zone 306
to_gates STOP
check 'a gate that hangs meanwhile is replaced' wait_for 10 site pupil www.magister.net
check 'as the log says' log_has 'hangs with .* packets waiting and is replaced'
to_gates KILL
check 'so is one that dies' wait_for 10 log_has 'signal 9'
check 'allowed connections work' wait_for 10 site pupil www.magister.net
check 'the tool is still waiting' refused pupil www.youtube.com
rm "$wait_here"
check 'when the tool is done, the first grant counts' wait_for 5 site pupil www.youtube.com
check 'and the second' wait_for 5 site pupil www.snapchat.com
check 'not more' refused pupil www.instagram.com

finish
