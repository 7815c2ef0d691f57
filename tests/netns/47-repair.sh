#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Another firewall is loaded anew and takes our rules along, whole or in part: they come back
# within seconds and `status` says so. What is no harm is left alone. What around the rules makes
# them useless is told.
set -euo pipefail
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/programs.sh"
test_classroom

troubles() { status '" ".join(t["code"] for t in s["gate"]["troubles"])'; }
trouble() { grep -qw -- "$1" <<<"$(troubles)"; }
repairs() { status 's["gate"]["repairs"]'; }
repaired_after() { [ "$(repairs)" -gt "$1" ]; }

# taken TEXT COMMAND...: on the gateway, by somebody else.
taken() {
    local text=$1 before
    shift
    before=$(repairs)
    check "$text" in_gateway "$@"
    check '  is noticed and mended' wait_for 10 repaired_after "$before"
    check '  what is closed is refused' refused pupil www.instagram.com
    check '  what is allowed works' site pupil www.magister.net
}
# The gate has looked since: it sees an interface come, or go.
looked() {
    if in_gateway ip link show room308 >/dev/null 2>&1; then
        in_gateway ip link del room308
        wait_for 10 trouble interface
    else
        in_gateway ip link add room308 type veth peer name far308
        wait_for 10 not trouble interface
    fi
}
# harmless TEXT COMMAND...
harmless() {
    local text=$1 before
    shift
    before=$(repairs)
    check "$text" "$@"
    looked
    check '  is left alone' equal "$(repairs)" "$before"
}

school_config "$(lesson_now)"
sed -i 's/"room307"/"room307", "room308"/' "$config"
programs_up
backend=$(status 's["gate"]["backend"]')
echo "# $backend"

check 'a missing interface is told' wait_for 10 trouble interface
check 'in words' grep -q 'no interface room308' <<<"$(ctl status)"
check 'and when it comes' looked
check 'closed is closed' refused pupil www.instagram.com
download allowed pupil --resolve "www.magister.net:443:$(site_address4 www.magister.net)" \
    https://www.magister.net/stream
check 'an allowed download runs' wait_for 10 download_growing allowed 20000

by_iptables() {
    harmless 'a rule of another in front of our jump' \
        in_gateway iptables -I FORWARD -p sctp -j ACCEPT
    harmless 'a chain of another' in_gateway iptables -t mangle -N OTHER
    harmless 'a set of another' in_gateway ipset -exist create other hash:ip
    taken 'iptables -F' iptables -F
    taken 'iptables -t mangle -F' iptables -t mangle -F
    taken 'ip6tables -t mangle -F' ip6tables -t mangle -F
    taken 'one rule of ours is deleted' iptables -t mangle -D LESPOORT-INSPECT 1
    taken 'a jump is deleted' iptables -D FORWARD -j LESPOORT-DECIDE
    taken 'iptables-restore of rules without ours' sh -c '
        printf "*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n*mangle\nCOMMIT\n*raw\nCOMMIT\n" |
            iptables-restore'
    taken 'ipset flush' ipset flush
    # shellcheck disable=SC2016 # expands in the inner shell
    taken 'all of it' sh -c '
        for tool in iptables ip6tables; do
            for table in raw mangle filter; do $tool -t $table -F; $tool -t $table -X; done
        done
        ipset flush; ipset destroy'
    if in_gateway iptables -V | grep -q nf_tables; then
        taken 'nft flush ruleset' nft flush ruleset
    fi
}
by_nft() {
    harmless 'a table of another' in_gateway nft add table inet other
    taken 'nft flush ruleset' nft flush ruleset
    taken 'nft delete table inet lespoort' nft delete table inet lespoort
    taken 'a chain of ours is flushed' nft flush chain inet lespoort inspect
    # shellcheck disable=SC2016 # expands in the inner shell
    taken 'one rule of ours is deleted' sh -c '
        nft delete rule inet lespoort inspect handle $(nft -a list chain inet lespoort inspect |
            sed -n "s/.*accept.*handle //p" | tail -n 1)'
    taken 'a closed set is emptied' nft flush set inet lespoort closed_0
}
# iptables as it was before nf_tables, where tools and kernel still have it.
legacy() {
    in_gateway iptables-legacy-save >/dev/null 2>&1 &&
        in_gateway iptables-legacy -t raw -S >/dev/null 2>&1 &&
        in_gateway mount --bind /usr/sbin/xtables-legacy-multi /usr/sbin/xtables-nft-multi
}
by_legacy() {
    halt gate
    legacy || { echo '# no iptables-legacy here: not tested'; start_gate; return; }
    start_gate
    check "the gate works with $(in_gateway iptables -V)" wait_for 15 gate_ready
    by_iptables
}
case $backend in
    iptables)
        by_iptables
        by_legacy
        ;;
    nftables) by_nft ;;
esac

granted() { as_teacher grant youtube --zone 306 && wait_for 3 site pupil www.youtube.com; }
harmless 'a grant of our own' granted
harmless 'its end' as_teacher revoke
sed -i 's,"10.30.7.0/24","10.30.7.0/24"\, "10.31.7.0/24",' "$config"
harmless 'a reload with other prefixes' reload
check 'status says it in words' grep -q 'taken away by another program and put back at' \
    <<<"$(ctl status)"
check 'the log, too' grep -q 'another program took our kernel rules away' "$classroom_dir/gate.log"
lives() { not download_ended allowed || { sed 's/^/# curl: /' "$classroom_dir/allowed.result"; return 1; }; }
check 'the allowed download has lived through all of it' lives

check 'limits on ICMP are told' trouble icmp
# Older kernels have some of them for the whole machine only.
in_gateway sysctl -qe -p "$programs_root/systemd/lespoort.sysctl" 2>/dev/null || true
check 'and that our settings lift them' wait_for 10 not trouble icmp

offload() { # offload RULE: a flowtable with that in its chain
    in_gateway nft -f - <<NFT
table inet fast
delete table inet fast
table inet fast {
    flowtable f { hook ingress priority 0; devices = { room306, wan0 }; }
    chain forward { type filter hook forward priority 0; $1; }
}
NFT
}
if why=$(offload 'meta l4proto { tcp, udp } flow add @f' 2>&1); then
    check 'a flowtable for everything is told' wait_for 10 trouble flowtable
    check 'with its name' grep -q "flowtable 'f' in table 'inet fast'" <<<"$(ctl status)"
    safe='meta l4proto tcp ct mark & 0xff0e0000 == 0xff020000 flow add @f'
    check 'the rule of lespoort-gate(8) loads' offload "$safe"
    check 'and is no trouble' wait_for 10 not trouble flowtable
    offloaded() { in_gateway grep -q 'OFFLOAD' /proc/net/nf_conntrack; }
    download spared pupil --resolve "www.magister.net:443:$(site_address4 www.magister.net)" \
        https://www.magister.net/stream
    check 'a never-blocked flow is offloaded' wait_for 10 offloaded
    check 'closed is closed beside it' refused pupil www.instagram.com
else
    echo "# no flowtables in this kernel, not tested: ${why%%$'\n'*}"
fi

finish
